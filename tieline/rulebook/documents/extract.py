"""Is this file a PDF, a Word file or a web page, and what are its lines? The content decides, not the name."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from tieline.rulebook.documents.extract_docx import extract_docx
from tieline.rulebook.documents.extract_html import extract_html
from tieline.rulebook.documents.extract_pdf import extract_pdf
from tieline.rulebook.documents.html_bytes import is_html, is_web_archive
from tieline.rulebook.documents.lines import Progress, SourceText, UnreadableDocument, no_progress

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
PDF_HEADER_WITHIN = 1024
LARGEST_FILE = 300_000_000


def read_document(path: Path) -> SourceText:
    """The lines of a rule-book file; refuses with UnreadableDocument."""
    return read_content(content_of(path), name=path.name)


def read_content(content: bytes, *, name: str, progress: Progress = no_progress) -> SourceText:
    """The lines of a rule book's bytes; refuses with UnreadableDocument."""
    if not content:
        raise UnreadableDocument(f"“{name}” is empty.")
    if is_pdf(content):
        return extract_pdf(content, name=name, progress=progress)
    if content.startswith(b"PK"):
        return extract_docx(content, name=name)
    if content.startswith(OLD_OFFICE):
        raise UnreadableDocument(
            f"“{name}” is either protected by a password or in the old .doc format; "
            "save it as .docx without a password."
        )
    if is_html(content):
        return extract_html(content, name=name)
    if is_web_archive(content):
        raise UnreadableDocument(f"“{name}” is a web archive (.mht); save it as .html or as .docx.")
    raise UnreadableDocument(f"“{name}” is neither a PDF nor a Word (.docx) file nor a web page (.html).")


def is_pdf(content: bytes) -> bool:
    """Whether the bytes begin as a PDF does."""
    return b"%PDF-" in content[:PDF_HEADER_WITHIN] and not is_html(content)


def content_of(path: Path) -> bytes:
    """The bytes of a file; refuses with UnreadableDocument."""
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            _refuse_unfit(path, os.fstat(file.fileno()))
            return file.read()
    except FileNotFoundError:
        raise UnreadableDocument(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise UnreadableDocument(f"{path} is a directory; name one PDF, Word file or web page.") from None
    except OSError as problem:
        raise UnreadableDocument(f"{path} cannot be read: {problem.strerror}.") from problem


def _without_waiting(path: str, flags: int) -> int:
    """Open a pipe without waiting for somebody to write into it."""
    return os.open(path, flags | os.O_NONBLOCK)


def _refuse_unfit(path: Path, found: os.stat_result) -> None:
    """A pipe or a device never ends; and no rule book is as large as this."""
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableDocument(f"{path} is not a file but a pipe or a device; name one PDF, Word file or web page.")
    if found.st_size > LARGEST_FILE:
        raise UnreadableDocument(f"“{path.name}” has more than {LARGEST_FILE // 1_000_000} MB; it is not read.")
