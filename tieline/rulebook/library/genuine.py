"""Is what came the file that was expected: of the right form, whole, and with the published checksum?"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tieline.rulebook.profile import SourceForm

HEAD_BYTES, TAIL_BYTES, CHUNK_BYTES = 2048, 4096, 1 << 20
WORDS: Mapping[SourceForm, str] = {
    SourceForm.PDF: "a PDF",
    SourceForm.DOCX: "a Word file (.docx)",
    SourceForm.HTML: "a web page",
}
SPEAKING_TYPES = re.compile(r"^(?:text/|image/|audio/|video/|application/(?:json|xml|xhtml|javascript|pdf))")
FITTING_TYPES: Mapping[SourceForm, re.Pattern[str]] = {
    SourceForm.PDF: re.compile(r"^application/pdf$"),
    SourceForm.DOCX: re.compile(r"(?!)"),
    SourceForm.HTML: re.compile(r"^(?:text/html|application/xhtml\+xml)$"),
}
SHA256 = re.compile(r"(?<![0-9A-Fa-f])(?P<digest>[0-9A-Fa-f]{64})(?![0-9A-Fa-f])")


def form_of(head: bytes) -> SourceForm | None:
    """The form that the first bytes of a file show."""
    if b"%PDF-" in head[:1024]:
        return SourceForm.PDF
    if head.startswith(b"PK\x03\x04"):
        return SourceForm.DOCX
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    is_page = text.startswith(b"<") and (b"<html" in text or b"<!doctype html" in text)
    return SourceForm.HTML if is_page and b"\0" not in head else None


def type_contradicts(media_type: str, form: SourceForm) -> bool:
    """Whether a declared type says plainly that something else is coming; “some bytes” says nothing."""
    plain = media_type.partition(";")[0].strip().lower()
    return bool(SPEAKING_TYPES.match(plain)) and not FITTING_TYPES[form].match(plain)


def fault_in(path: Path, form: SourceForm) -> str:
    """What is wrong with a file that should have this form; empty when nothing is."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        tail = file.read()
    shown = form_of(head)
    if not head:
        return "an empty file came"
    if shown is not form:
        return f"{WORDS[shown] if shown else 'something else'} came"
    if form is SourceForm.PDF and b"%%EOF" not in tail:
        return "a PDF without its end came"
    if form is SourceForm.DOCX and not _is_word(path):
        return "a damaged file, or another kind of archive, came"
    return ""


def _is_word(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def digest_in_headers(headers: Mapping[str, str]) -> str:
    """The SHA-256 of the whole file that a reply declares (RFC 9530, or its forerunner RFC 3230), or nothing."""
    for header, form in (("repr-digest", r"sha-256=:(?P<it>[^:]+):"), ("digest", r"sha-256=(?P<it>[^,\s]+)")):
        if found := re.search(form, headers.get(header, ""), re.IGNORECASE):
            try:
                digest = base64.b64decode(found["it"], validate=True).hex()
            except (binascii.Error, ValueError):
                continue
            if len(digest) == hashlib.sha256().digest_size * 2:
                return digest
    return ""


def digest_in_list(text: str, name: str) -> str:
    """The SHA-256 of a file in a published list: on the line that names it, or the only one there is."""
    lines = [(found["digest"].lower(), line) for line in text.splitlines() if (found := SHA256.search(line))]
    named = [digest for digest, line in lines if name and name in line]
    if named:
        return named[0]
    return lines[0][0] if len(lines) == 1 else ""
