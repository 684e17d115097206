"""Is this file a PDF or a Word file, and what are its lines? The content decides, not the name."""

from __future__ import annotations

from pathlib import Path

from tieline.rulebook.extract_docx import extract_docx
from tieline.rulebook.extract_pdf import extract_pdf
from tieline.rulebook.lines import SourceText, UnreadableDocument

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
PDF_HEADER_WITHIN = 1024


def read_document(path: Path) -> SourceText:
    """The lines of a rule-book file; refuses with UnreadableDocument."""
    content, name = _content(path), path.name
    if not content:
        raise UnreadableDocument(f"“{name}” is empty.")
    if b"%PDF-" in content[:PDF_HEADER_WITHIN]:
        return extract_pdf(content, name=name)
    if content.startswith(b"PK"):
        return extract_docx(content, name=name)
    if content.startswith(OLD_OFFICE):
        raise UnreadableDocument(
            f"“{name}” is either protected by a password or in the old .doc format; "
            "save it as .docx without a password."
        )
    raise UnreadableDocument(f"“{name}” is neither a PDF nor a Word (.docx) file.")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UnreadableDocument(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise UnreadableDocument(f"{path} is a directory; name one PDF or Word file.") from None
    except OSError as problem:
        raise UnreadableDocument(f"{path} cannot be read: {problem.strerror}.") from problem
