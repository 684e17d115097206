"""What are the words of a file, so that it is found by them? At most 200 kB of text, from the kinds we can read.

Pure functions from bytes to text. They meet hostile files, and so run in the confined process only.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Iterator
from itertools import islice

import docx  # noqa: TID251 - files that come with mail are read below the rule book, and apart
import openpyxl  # type: ignore[import-untyped]  # it has no types
import pypdfium2  # noqa: TID251 - the same
from docx.opc.exceptions import OpcError  # noqa: TID251 - the same
from docx.table import Table  # noqa: TID251 - the same

from tieline.mail.file_kinds import FileKind, Unreadable
from tieline.mail.html_text import html_to_text
from tieline.mail.limits import Unparsable
from tieline.mail.parse import ParsedMail, parse
from tieline.mail.plaintext import decode_bytes, storable

LONGEST_BYTES = 200_000
MOST_PAGES = 500
MOST_ROWS = 20_000
MOST_COLUMNS = 200
PdfTrouble = pypdfium2.PdfiumError
"""What the reader of PDFs raises at a damaged page."""


def text_of(content: bytes, kind: FileKind) -> str:
    """The words of a file, cut at the limit; "" where its kind has none. Refuses Unreadable."""
    return _cut(storable(_joined(_pieces(content, kind))))


def _pieces(content: bytes, kind: FileKind) -> Iterator[str]:
    match kind:
        case FileKind.PDF:
            yield from _of_pdf(content)
        case FileKind.SHEET:
            yield from _of_sheets(content)
        case FileKind.DOCUMENT:
            yield from document_lines(content)
        case FileKind.MAIL:
            yield from _of_mail(read_mail(content))
        case FileKind.PAGE:
            yield html_to_text(plain(content))
        case FileKind.CSV | FileKind.TEXT:
            yield plain(content)
        case _:
            return


def _joined(pieces: Iterable[str]) -> str:
    """Piece by piece until there is enough, so that the rest of a long file is not even read."""
    kept, length = [], 0
    for piece in pieces:
        kept.append(piece)
        length += len(piece) + 1
        if length > LONGEST_BYTES:
            break
    return "\n".join(kept)


def _cut(text: str) -> str:
    return text.encode()[:LONGEST_BYTES].decode("utf-8", "ignore")


def plain(content: bytes) -> str:
    """Text as its bytes tell: by its mark where it has one, else UTF-8, else Windows-1252."""
    start = content[: LONGEST_BYTES * 4]
    charset = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
    return decode_bytes(start[: len(start) // 2 * 2] if charset else _whole_letters(start), charset).lstrip("\ufeff")


def _whole_letters(start: bytes) -> bytes:
    """Without the torn letter a cut may have left at the end, for which the rest would be read as Windows-1252."""
    for torn in range(4):
        try:
            start[: len(start) - torn].decode()
        except UnicodeDecodeError:
            continue
        return start[: len(start) - torn]
    return start


def opened_pdf(content: bytes) -> pypdfium2.PdfDocument:
    """The document; refuses Unreadable."""
    try:
        return pypdfium2.PdfDocument(content)
    except PdfTrouble as problem:
        raise Unreadable("The PDF is damaged or protected by a password.") from problem


def _of_pdf(content: bytes) -> Iterator[str]:
    document = opened_pdf(content)
    for number in range(min(len(document), MOST_PAGES)):
        try:
            yield document[number].get_textpage().get_text_bounded()
        except PdfTrouble:
            continue


def opened_book(content: bytes) -> openpyxl.Workbook:
    """A workbook read row by row, with the values its formulas had when it was saved. Refuses Unreadable."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of features it leaves out; none is shown
        try:
            return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        except (ValueError, KeyError, TypeError, OSError, SyntaxError, AttributeError) as problem:
            raise Unreadable("The spreadsheet is damaged or protected by a password.") from problem


def rows_of(book: openpyxl.Workbook, number: int, *, rows: int, columns: int) -> Iterator[list[str]]:
    """The first cells of one sheet as words; refuses Unreadable."""
    sheet = book.worksheets[number]
    sheet.reset_dimensions()  # what a file says of its own size is not believed
    try:
        for row in sheet.iter_rows(max_row=rows, max_col=columns, values_only=True):
            yield ["" if cell is None else str(cell) for cell in row]
    except (ValueError, KeyError, TypeError, OSError, SyntaxError, AttributeError) as problem:
        raise Unreadable("A sheet is damaged.") from problem


def _of_sheets(content: bytes) -> Iterator[str]:
    book = opened_book(content)
    for number, sheet in enumerate(book.worksheets):
        yield sheet.title
        for row in rows_of(book, number, rows=MOST_ROWS, columns=MOST_COLUMNS):
            if any(row):
                yield " ".join(cell for cell in row if cell)


def document_lines(content: bytes) -> Iterator[str]:
    """The paragraphs and table rows of a Word file, in their order; refuses Unreadable."""
    try:
        document = docx.Document(io.BytesIO(content))
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                yield from (" | ".join(cell.text for cell in row.cells) for row in islice(block.rows, MOST_ROWS))
            else:
                yield block.text
    except (ValueError, KeyError, TypeError, OSError, SyntaxError, AttributeError, OpcError) as problem:
        raise Unreadable("The document is damaged or protected by a password.") from problem


def read_mail(content: bytes) -> ParsedMail:
    """An attached message; refuses Unreadable."""
    try:
        return parse(content)
    except (Unparsable, ValueError, LookupError, TypeError, AttributeError, RecursionError) as problem:
        raise Unreadable("The attached message cannot be read.") from problem


def _of_mail(mail: ParsedMail) -> Iterator[str]:
    yield from (mail.subject, str(mail.sender or ""), mail.text)
    yield from (attached.name for attached in mail.attachments)
