"""Which lines does a PDF show, where on its pages, in which weight, and on which ground?

PDFium gives one character after the other with its place; lines are cut where it reports a new one. A hyphen
at the end of a line, which PDFium marks with the control character 2, is kept: rule books break lines at
hyphens that are there anyway and do not divide words.
"""

from __future__ import annotations

import ctypes
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from tieline.kernel.refusal import Refusal
from tieline.rulebook.documents.captions import is_formula
from tieline.rulebook.documents.lines import Line, Progress, SourceText, UnreadableDocument, no_progress
from tieline.rulebook.documents.pdf_exhibits import ReadPage, ShownTable, shown_table, with_exhibits
from tieline.rulebook.documents.pdf_tables import Box, Grid, find_grids

BOLD_WEIGHT = 600
HYPHEN_AT_LINE_END = 2
NOT_A_CHARACTER = 0xFFFE
MOST_PAGES = 5000
FEWEST_LETTERS_A_PAGE = 20
NARROWEST_BOX = 100.0
LOWEST_BOX = 8.0
SLACK = 2.0
DARKEST_GROUND, LIGHTEST_GROUND = 120, 250
FONT_NAME_LENGTH = 128
THICKEST_STROKE, SHORTEST_STROKE = 2.5, 4.0
SMALLEST_PICTURE = 40.0
WHOLE_PAGE = 0.85
PDFIUM = threading.RLock()


class PageMissing(Refusal):
    """A page that the file does not have."""

    def __init__(self, number: int, pages: int) -> None:
        super().__init__(f"The file has no page {number}; it has {pages}.")


@dataclass(frozen=True)
class Ground:
    """A coloured area of a page, in PDF co-ordinates (upwards from the lower left corner)."""

    left: float
    bottom: float
    right: float
    top: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a line that begins at x with its baseline at y lies on this ground."""
        return self.left - SLACK <= x <= self.right + SLACK and self.bottom - SLACK <= y <= self.top + SLACK


def extract_pdf(content: bytes, *, name: str, progress: Progress = no_progress) -> SourceText:
    """The lines of a PDF; refuses a password, a damaged file and pages without text."""
    with _opened(content, name) as document:
        if len(document) > MOST_PAGES:
            raise UnreadableDocument(f"“{name}” has {len(document)} pages; at most {MOST_PAGES} are read.")
        pages = []
        for number in range(1, len(document) + 1):
            page = document[number - 1]
            pages.append(_read_page(page, number))
            page.close()
            progress(number, len(document))
    lines = tuple(with_exhibits(pages))
    _refuse_pictures(lines, len(pages), name)
    return SourceText(lines, tuple(page.height for page in pages))


@contextmanager
def page_of(content: bytes, number: int) -> Iterator[tuple[pypdfium2.PdfPage, int]]:
    """One page of a PDF, to be drawn, and how many pages there are; refuses with PageMissing."""
    with _opened(content, "the file") as document:
        if not 1 <= number <= len(document):
            raise PageMissing(number, len(document))
        page = document[number - 1]
        try:
            yield page, len(document)
        finally:
            page.close()


def lines_of(page: pypdfium2.PdfPage, number: int) -> tuple[Line, ...]:
    """The lines of one page."""
    return _read_page(page, number).lines


@contextmanager
def _opened(content: bytes, name: str) -> Iterator[pypdfium2.PdfDocument]:
    """The document, for one thread of this process at a time: PDFium bears no more."""
    with PDFIUM:
        document = _open(content, name)
        try:
            yield document
        except pypdfium2.PdfiumError as problem:
            raise UnreadableDocument(f"“{name}” is damaged: a page of it cannot be read.") from problem
        finally:
            document.close()


def _open(content: bytes, name: str) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as problem:
        if getattr(problem, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
            raise UnreadableDocument(f"“{name}” is protected by a password; save a copy without one.") from problem
        raise UnreadableDocument(f"“{name}” is damaged: it begins like a PDF but cannot be opened.") from problem


def _refuse_pictures(lines: tuple[Line, ...], pages: int, name: str) -> None:
    letters = sum(len(re.findall(r"\w", line.text)) for line in lines)
    if letters < FEWEST_LETTERS_A_PAGE * max(pages, 1):
        raise UnreadableDocument(
            f"“{name}” holds pictures of {pages} pages but no text; "
            "run text recognition (OCR) on it or use the Word file."
        )


def _read_page(page: pypdfium2.PdfPage, number: int) -> ReadPage:
    text_page, height = page.get_textpage(), page.get_height()
    try:
        drawn = _drawn(page, height)
        grounds = list(_grounds(page))
        read = [(_line(text_page, run, number, height, grounds), run) for run in _runs(text_page)]
        kept = [(line, run) for line, run in read if line.text]
        tables = [_table(text_page, grid, height, grounds) for grid in find_grids(drawn.strokes)]
        return ReadPage(
            number,
            height,
            lines=tuple(line for line, _ in kept),
            line_ends=tuple(_end(text_page, run) if is_formula(line.text) else 0.0 for line, run in kept),
            tables=tuple(table for table in tables if table is not None),
            pictures=drawn.pictures,
        )
    finally:
        text_page.close()


@dataclass(frozen=True)
class Drawn:
    """What is drawn on a page: straight strokes, and pictures large enough to be looked at."""

    strokes: tuple[Box, ...]
    pictures: tuple[Box, ...]


def _drawn(page: pypdfium2.PdfPage, height: float) -> Drawn:
    strokes: list[Box] = []
    pictures: list[Box] = []
    whole = page.get_width() * height
    for thing in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=1):
        left, bottom, right, top = thing.get_bounds()
        box = Box(left, height - top, right, height - bottom)
        if thing.type == pdfium.FPDF_PAGEOBJ_PATH:
            strokes += _strokes(thing, box)
        elif min(box.width, box.height) >= SMALLEST_PICTURE and box.width * box.height < WHOLE_PAGE * whole:
            pictures.append(box)
    return Drawn(tuple(strokes), tuple(pictures))


def _strokes(path: pypdfium2.PdfObject, box: Box) -> list[Box]:
    """The straight strokes of a path: itself when it is thin, its four sides when it is an outlined box."""
    if min(box.width, box.height) <= THICKEST_STROKE:
        return [box] if max(box.width, box.height) >= SHORTEST_STROKE else []
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, mode, stroked)
    if not stroked.value or pdfium.FPDFPath_CountSegments(path) not in (4, 5):
        return []
    left, top, right, bottom = box
    return [
        Box(left, top, right, top),
        Box(left, bottom, right, bottom),
        Box(left, top, left, bottom),
        Box(right, top, right, bottom),
    ]


def _table(text_page: pypdfium2.PdfTextPage, grid: Grid, height: float, grounds: list[Ground]) -> ShownTable | None:
    """A table with the texts of its cells; a merged cell's text stands once, in its upper left corner."""
    texts = {(cell.row, cell.column): _text_in(text_page, cell.box, height) for cell in grid.cells}
    left, bottom = grid.box.left + SLACK, height - grid.box.bottom + SLACK
    return shown_table(grid, texts, is_shaded=any(ground.holds(left, bottom) for ground in grounds))


def _text_in(text_page: pypdfium2.PdfTextPage, box: Box, height: float) -> str:
    text = text_page.get_text_bounded(box.left, height - box.bottom, box.right, height - box.top)
    return " ".join(text.replace("\x02", "-").replace("\ufffe", "-").split())


def _end(text_page: pypdfium2.PdfTextPage, run: list[tuple[int, str]]) -> float:
    """How far right a line reaches."""
    last = [position for position, character in run if not character.isspace()][-1]
    return float(text_page.get_charbox(last, loose=True)[2])


def _runs(text_page: pypdfium2.PdfTextPage) -> Iterator[list[tuple[int, str]]]:
    """The characters of each line with their positions in the page's text."""
    run: list[tuple[int, str]] = []
    for position in range(text_page.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text_page, position)
        if code in (10, 13):
            if run:
                yield run
            run = []
        elif code in (HYPHEN_AT_LINE_END, NOT_A_CHARACTER):
            run.append((position, "-"))
        elif code >= 32:
            run.append((position, chr(code)))
    if run:
        yield run


def _line(
    text_page: pypdfium2.PdfTextPage,
    run: list[tuple[int, str]],
    page: int,
    height: float,
    grounds: list[Ground],
) -> Line:
    shown = [(position, character) for position, character in run if not character.isspace()]
    if not shown:
        return Line("")
    first = shown[0][0]
    x, y = _origin(text_page, first)
    box = text_page.get_charbox(first, loose=True)
    return Line(
        text=_joined(run),
        page=page,
        left=x,
        top=height - y,
        size=round(box[3] - box[1], 1),
        lead=_lead(text_page, run),
        is_shaded=any(ground.holds(x, y) for ground in grounds),
    )


def _joined(run: list[tuple[int, str]]) -> str:
    """The line's text; PDFium gives a character beyond the first plane in two halves."""
    halves = "".join(character for _, character in run)
    whole = halves.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return re.sub(r"\s+", " ", whole).strip()


def _origin(text_page: pypdfium2.PdfTextPage, position: int) -> tuple[float, float]:
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text_page, position, x, y)
    return x.value, y.value


def _lead(text_page: pypdfium2.PdfTextPage, run: list[tuple[int, str]]) -> str:
    """The bold words at the start of a line, looking at the first character of each word."""
    words: list[str] = []
    for word in _words(run):
        if not _is_bold(text_page, word[0][0]):
            break
        words.append(_joined(word))
    return " ".join(words)


def _words(run: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    word: list[tuple[int, str]] = []
    for position, character in run:
        if not character.isspace():
            word.append((position, character))
        elif word:
            yield word
            word = []
    if word:
        yield word


def _is_bold(text_page: pypdfium2.PdfTextPage, position: int) -> bool:
    if pdfium.FPDFText_GetFontWeight(text_page, position) >= BOLD_WEIGHT:
        return True
    name, flags = ctypes.create_string_buffer(FONT_NAME_LENGTH), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(text_page, position, name, FONT_NAME_LENGTH, flags)
    return b"bold" in name.value.lower()


def _grounds(page: pypdfium2.PdfPage) -> Iterator[Ground]:
    """The areas filled with a colour that is neither paper nor ink."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    for thing in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH]):
        pdfium.FPDFPath_GetDrawMode(thing, mode, stroke)
        pdfium.FPDFPageObj_GetFillColor(thing, red, green, blue, alpha)
        lightness = (red.value + green.value + blue.value) // 3
        if not mode.value or not alpha.value or not DARKEST_GROUND <= lightness <= LIGHTEST_GROUND:
            continue
        left, bottom, right, top = thing.get_bounds()
        if right - left >= NARROWEST_BOX and top - bottom >= LOWEST_BOX:
            yield Ground(left, bottom, right, top)
