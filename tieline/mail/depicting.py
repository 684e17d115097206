"""What does a preview show of a file? Its words, its first rows, its heads, or pictures drawn anew from its pixels.

Pure functions from bytes to plain values. They meet hostile files, and so run in the confined process only: nothing of
a file but letters and freshly drawn pixels leaves it.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime
from itertools import islice
from typing import TypedDict

from PIL import Image, ImageOps, UnidentifiedImageError

from tieline.mail.extracting import PdfTrouble, document_lines, opened_book, opened_pdf, plain, read_mail, rows_of
from tieline.mail.file_kinds import PICTURES, FileKind, Unreadable
from tieline.mail.html_text import html_to_text
from tieline.mail.parse import ParsedMail
from tieline.mail.plaintext import storable

MOST_ROWS = 100
MOST_COLUMNS = 30
MOST_SHEETS = 10
LONGEST_CELL = 200
LONGEST_TEXT = 50_000
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 1_600
LARGEST_SCALE = 2.0


class Sheet(TypedDict):
    """The first rows of one sheet; `is_cut` when there is more of it."""

    name: str
    rows: list[list[str]]
    is_cut: bool


class Depicted(TypedDict, total=False):
    """What is shown of a file: pages to be drawn, sheets, or heads and text."""

    kind: str
    pages: int
    sheets: list[Sheet]
    heads: list[tuple[str, str]]
    text: str
    is_cut: bool


def depict(content: bytes, kind: FileKind) -> Depicted:
    """What the preview of a file holds besides pictures. Refuses Unreadable."""
    match kind:
        case FileKind.PDF:
            return {"kind": "pages", "pages": len(opened_pdf(content))}
        case FileKind.PICTURE:
            return {"kind": "picture", "pages": 1}
        case FileKind.SHEET:
            return {"kind": "table", "sheets": _sheets(content)}
        case FileKind.CSV:
            return {"kind": "table", "sheets": [_first_rows(plain(content))]}
        case FileKind.MAIL:
            mail = read_mail(content)
            return {"kind": "mail", "heads": _heads(mail)} | _text(mail.text)
        case FileKind.OTHER:
            return {"kind": "none"}
    return {"kind": "text"} | _text(_words(content, kind))


def _words(content: bytes, kind: FileKind) -> str:
    if kind == FileKind.DOCUMENT:
        return "\n".join(islice(document_lines(content), LONGEST_TEXT))
    return html_to_text(plain(content)) if kind == FileKind.PAGE else plain(content)


def _text(text: str) -> Depicted:
    return {"text": storable(text)[:LONGEST_TEXT], "is_cut": len(text) > LONGEST_TEXT}


def _sheets(content: bytes) -> list[Sheet]:
    book = opened_book(content)
    found: list[Sheet] = []
    for number, sheet in enumerate(book.worksheets[:MOST_SHEETS]):
        rows = list(rows_of(book, number, rows=MOST_ROWS + 1, columns=MOST_COLUMNS + 1))
        found.append(_sheet(storable(sheet.title), rows))
    return found


def _first_rows(text: str) -> Sheet:
    start = text[:20_000]
    mark = max(",;\t|", key=start.partition("\n")[0].count)
    try:
        rows = list(islice(csv.reader(io.StringIO(text), delimiter=mark), MOST_ROWS + 1))
    except csv.Error as problem:
        raise Unreadable("The table cannot be read.") from problem
    return _sheet("", [row[: MOST_COLUMNS + 1] for row in rows])


def _sheet(name: str, rows: list[list[str]]) -> Sheet:
    is_cut = len(rows) > MOST_ROWS or any(len(row) > MOST_COLUMNS for row in rows)
    shown = [[storable(cell[:LONGEST_CELL]) for cell in row[:MOST_COLUMNS]] for row in rows[:MOST_ROWS]]
    width = max((last + 1 for row in shown for last, cell in enumerate(row) if cell), default=0)
    while shown and not any(shown[-1]):
        shown.pop()
    return {"name": name, "rows": [(row + [""] * width)[:width] for row in shown], "is_cut": is_cut}


def _heads(mail: ParsedMail) -> list[tuple[str, str]]:
    written = _day(mail.date) if mail.date else ""
    heads = [
        ("From", str(mail.sender or "")), ("To", ", ".join(map(str, mail.to[:20]))), ("Subject", mail.subject),
        ("Date", written), ("Files", ", ".join(file.name for file in mail.attachments[:20])),
    ]  # fmt: skip
    return [(name, said) for name, said in heads if said]


def _day(date: datetime) -> str:
    return f"{date:%d %b %Y %H:%M %Z}".strip()


def draw(content: bytes, kind: FileKind, *, page: int) -> bytes:
    """One page of a PDF, or a picture, as a PNG made anew. Refuses Unreadable."""
    picture = _page(content, page) if kind == FileKind.PDF else _picture(content)
    made = io.BytesIO()
    picture.save(made, "PNG", compress_level=3)
    return made.getvalue()


def _page(content: bytes, number: int) -> Image.Image:
    document = opened_pdf(content)
    if not 1 <= number <= len(document):
        raise Unreadable("The file has no such page.")
    try:
        page = document[number - 1]
        scale = min(LARGEST_SCALE, LONGEST_SIDE / max(*page.get_size(), 1.0))
        drawn: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil()
    except PdfTrouble as problem:
        raise Unreadable("This page is damaged.") from problem
    return drawn


def _picture(content: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(io.BytesIO(content), formats=[*set(PICTURES.values()), "WEBP"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Unreadable("The picture is too large to be drawn.")
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGBA" if _has_holes(picture) else "RGB")
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            # the pixels only: no remark, place or profile of the camera goes along
            return Image.frombytes(upright.mode, upright.size, upright.tobytes())
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as problem:
        raise Unreadable("The picture is damaged or too large.") from problem


def _has_holes(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
