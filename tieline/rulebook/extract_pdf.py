"""Which lines does a PDF show, where on its pages, in which weight, and on which ground?

PDFium gives one character after the other with its place; lines are cut where it reports a new one. A hyphen
at the end of a line, which PDFium marks with the control character 2, is kept: rule books break lines at
hyphens that are there anyway and do not divide words.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from tieline.rulebook.lines import Line, SourceText, UnreadableDocument

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


def extract_pdf(content: bytes, *, name: str) -> SourceText:
    """The lines of a PDF; refuses a password, a damaged file and pages without text."""
    document = _open(content, name)
    try:
        if len(document) > MOST_PAGES:
            raise UnreadableDocument(f"“{name}” has {len(document)} pages; at most {MOST_PAGES} are read.")
        pages = [_read_page(document[number], number + 1) for number in range(len(document))]
    except pypdfium2.PdfiumError as problem:
        raise UnreadableDocument(f"“{name}” is damaged: a page of it cannot be read.") from problem
    finally:
        document.close()
    lines = tuple(line for page, _ in pages for line in page)
    _refuse_pictures(lines, len(pages), name)
    return SourceText(lines, tuple(height for _, height in pages))


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


def _read_page(page: pypdfium2.PdfPage, number: int) -> tuple[list[Line], float]:
    text_page, height = page.get_textpage(), page.get_height()
    try:
        grounds = list(_grounds(page))
        runs = list(_runs(text_page))
        lines = [_line(text_page, run, number, height, grounds) for run in runs]
    finally:
        text_page.close()
        page.close()
    return [line for line in lines if line.text], height


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
