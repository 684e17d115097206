"""What is a file really? Its first bytes decide, and its name only where bytes cannot: a claimed type is not believed.

Meant for the confined process; see `tieline.mail.confining`.
"""

from __future__ import annotations

import io
import zipfile
from enum import StrEnum

PICTURES = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
}
MOST_UNPACKED_BYTES = 300_000_000
MOST_ENTRIES = 5_000
LOOKED_AT = 65_536
CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\x0b\x0c\x1b")


class FileKind(StrEnum):
    """What can be read of a file, and how."""

    PDF = "pdf"
    PICTURE = "picture"
    SHEET = "sheet"
    CSV = "csv"
    DOCUMENT = "document"
    MAIL = "mail"
    PAGE = "page"
    TEXT = "text"
    OTHER = "other"


class Unreadable(Exception):
    """The file is not what it looks like, or too much; the sentence is for its reader."""


def kind_of(content: bytes, *, name: str, content_type: str) -> FileKind:
    """The kind of a file; Unreadable where it is packed to harm whoever unpacks it."""
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return FileKind.PDF
    if any(content.startswith(opening) for opening in PICTURES) or _is_webp(content):
        return FileKind.PICTURE
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_package(content)
    return _kind_of_text(name.lower(), content_type.lower()) if _is_text(content) else FileKind.OTHER


def _is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def _kind_of_package(content: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as problem:
        raise Unreadable("The file is damaged.") from problem
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED_BYTES:
        raise Unreadable("The file unpacks to far more than it should; it is not opened.")
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" in names:
        return FileKind.SHEET
    return FileKind.DOCUMENT if "word/document.xml" in names else FileKind.OTHER


def _is_text(content: bytes) -> bool:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    return bool(content.strip()) and not CONTROLS & set(content[:LOOKED_AT])


def _kind_of_text(name: str, content_type: str) -> FileKind:
    if name.endswith((".csv", ".tsv")) or content_type in ("text/csv", "text/tab-separated-values"):
        return FileKind.CSV
    if name.endswith(".eml") or content_type == "message/rfc822":
        return FileKind.MAIL
    return FileKind.PAGE if name.endswith((".html", ".htm")) or content_type == "text/html" else FileKind.TEXT
