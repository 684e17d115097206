"""How do tests get tables, formulas and figures? Printed into a PDF with lines and pictures, and into a Word file."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.shared import Pt
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tieline.rulebook.tests.print_shop import GREY, HEIGHT, LEFT, WIDTH

MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
COLUMNS = (LEFT, 200.0, 320.0, 440.0)
ROW = 20.0


def png(colour: tuple[int, int, int] = (200, 30, 30), side: int = 90) -> bytes:
    """A square of one colour."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = (b"\0" + bytes(colour) * side) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def guide_with_exhibits(*, has_box: bool = False) -> bytes:
    """Section 1.1 with a table of two pages, and Section 1.2 with a formula and a figure."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT))
    _say(canvas, 700, "1.1 Fees", bold=True)
    _say(canvas, 670, "(1) The fees that an operator may ask for are listed below this sentence.")
    if has_box:
        _framed(canvas, 140)
    table(canvas, 130, [("Report", "Fee", "When"), ("Late", "10", "at once")])
    canvas.showPage()
    table(canvas, HEIGHT - 80, [("Wrong", "20", "next month"), ("Missing", "30", "never")])
    _say(canvas, 640, "Table 1: What a report costs")
    _say(canvas, 600, "1.2 Amounts", bold=True)
    _say(canvas, 570, "(1) The amount is computed each month and rounded to cents as follows:")
    _say(canvas, 540, "FEE = BASE * (1 + RATE) / 12")
    _say(canvas, 510, "(2) The figure shows how the parties work with one another in a month.")
    canvas.drawImage(ImageReader(io.BytesIO(png())), LEFT, 300, width=180, height=180)
    _say(canvas, 280, "Figure 2-1: Who works with whom")
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def table(canvas: Canvas, top: float, rows: Sequence[Sequence[str]], *, merged: Sequence[tuple[int, int]] = ()) -> None:
    """A ruled table; `merged` are cells without a line on their right."""
    bottom = top - ROW * len(rows)
    for number in range(len(rows) + 1):
        canvas.line(COLUMNS[0], top - ROW * number, COLUMNS[-1], top - ROW * number)
    for row, cells in enumerate(rows):
        for column, left in enumerate(COLUMNS):
            if (row, column - 1) not in merged:
                canvas.line(left, top - ROW * row, left, top - ROW * (row + 1))
        for column, text in enumerate(cells):
            canvas.setFont("Times-Roman", 12)
            canvas.drawString(COLUMNS[column] + 4, top - ROW * (row + 1) + 6, text)
    assert bottom > 0


def page_with_table(rows: Sequence[Sequence[str]], *, merged: Sequence[tuple[int, int]] = ()) -> bytes:
    """One page: a section, a paragraph and a table."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT))
    _say(canvas, 700, "1.1 Fees", bold=True)
    _say(canvas, 670, "(1) The fees that an operator may ask for are listed below this sentence.")
    table(canvas, 640, rows, merged=merged)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def page_with_box(lines: Sequence[str]) -> bytes:
    """One page: a section and a grey box with a frame around it, and nothing that is a table."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT))
    _say(canvas, 700, "1.1 Fees", bold=True)
    _say(canvas, 670, "(1) The fees that an operator may ask for are listed below this sentence.")
    canvas.setFillColor(GREY)
    canvas.rect(LEFT - 5, 500, WIDTH - 2 * LEFT, 140, stroke=1, fill=1)
    canvas.setFillColorRGB(0, 0, 0)
    for number, line in enumerate(lines):
        _say(canvas, 620 - 20 * number, line)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _framed(canvas: Canvas, top: float) -> None:
    canvas.rect(COLUMNS[0] - 5, 60, COLUMNS[-1] - COLUMNS[0] + 10, top - 60, stroke=1, fill=0)


def _say(canvas: Canvas, y: float, text: str, *, bold: bool = False) -> None:
    canvas.setFont("Times-Bold" if bold else "Times-Roman", 12)
    canvas.drawString(LEFT, y, text)


def word_document() -> Document:
    """A Word file with one section and one paragraph, to be added to."""
    document = docx.Document()
    document.add_heading("1.1 Fees", level=2)
    document.add_paragraph("(1)\tFees are:")
    return document


def saved(document: Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def add_table(document: Document, rows: Sequence[Sequence[str]], *, caption: str = "") -> docx.table.Table:
    """A table, with a caption above it."""
    if caption:
        document.add_paragraph(caption, style="Caption")
    table = document.add_table(rows=0, cols=len(rows[0]))
    for texts in rows:
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    return table


def add_formula(document: Document, markup: str, *, before: str = "") -> None:
    """A paragraph with a formula; `markup` is what stands inside of m:oMath."""
    paragraph = document.add_paragraph(before)
    paragraph._p.append(parse_xml(f"<m:oMath {MATH}>{markup}</m:oMath>"))


def add_picture(document: Document, content: bytes, *, described: str = "", caption: str = "") -> None:
    """A picture in a paragraph of its own, with its caption below."""
    document.add_picture(io.BytesIO(content), width=Pt(120))
    if described:
        document.paragraphs[-1]._p.xpath(".//wp:docPr")[0].set("descr", described)
    if caption:
        document.add_paragraph(caption, style="Caption")
