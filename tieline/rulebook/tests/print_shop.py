"""How do tests get rule books? They print small PDFs and Word files with all the traps real ones have."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from tieline.rulebook.profile import Grammar

GRAMMAR = Grammar(
    grey_opening=re.compile(r"^\[(?P<request>RR\d+)\b"),
    grey_closing=re.compile(r"\]\s*$"),
)
WIDTH, HEIGHT = 612, 792
LEFT, INDENT, PITCH, GAP = 72, 36, 14, 12
GREY = Color(0.87, 0.87, 0.87)


@dataclass(frozen=True)
class Printed:
    """One printed line: its depth (0 is the margin), whether it is bold, on grey, and follows a gap."""

    text: str
    depth: int = 0
    bold: bool = False
    grey: bool = False
    gap: bool = True
    size: int = 12


def heading(text: str, *, grey: bool = False) -> Printed:
    return Printed(text, bold=True, grey=grey)


def more(text: str, depth: int = 1, *, bold: bool = False, grey: bool = False) -> Printed:
    """A line that goes on the one above."""
    return Printed(text, depth, bold, grey, gap=False)


def contents(*entries: str) -> list[Printed]:
    return [Printed("TABLE OF CONTENTS", bold=True)] + [
        Printed(f"{entry} {'.' * 40} {page}", gap=False) for page, entry in enumerate(entries, start=1)
    ]


def pdf(pages: Sequence[Sequence[Printed]], *, head: str = "Market Guide", password: str = "") -> bytes:
    """The pages with a running head and a page number on each."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT), encrypt=password or None)
    for page, lines in enumerate(pages, start=1):
        canvas.setFont("Times-Roman", 10)
        if head:
            canvas.drawRightString(WIDTH - LEFT, HEIGHT - 40, head.upper())
            canvas.drawCentredString(WIDTH / 2, 40, f"3-{page}")
        _page(canvas, lines)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _page(canvas: Canvas, lines: Sequence[Printed]) -> None:
    y = HEIGHT - 80
    for line in lines:
        y -= PITCH + (GAP if line.gap else 0)
        if line.grey:
            canvas.setFillColor(GREY)
            canvas.rect(LEFT - 5, y - 5, WIDTH - 2 * LEFT, PITCH + GAP, stroke=0, fill=1)
            canvas.setFillColor(Color(0, 0, 0))
        canvas.setFont("Times-Bold" if line.bold else "Times-Roman", line.size)
        canvas.drawString(LEFT + INDENT * line.depth, y, line.text)


def pictures(pages: int = 2) -> bytes:
    """A PDF as a scanner makes it: no text at all."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT))
    for _ in range(pages):
        canvas.rect(100, 100, 300, 300, fill=1)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def word(paragraphs: Sequence[tuple[str, int]], *, boxed: Sequence[str] = ()) -> bytes:
    """A Word file: (text, heading level or 0) in order, then a grey box."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "MARKET GUIDE"
    for text, level in paragraphs:
        if level:
            document.add_heading(text, level=level)
        else:
            document.add_paragraph(text)
    if boxed:
        cell = document.add_table(rows=1, cols=1).cell(0, 0)
        shading = OxmlElement("w:shd")
        shading.set(qn("w:fill"), "D9D9D9")
        cell._tc.get_or_add_tcPr().append(shading)
        cell.paragraphs[0].text = boxed[0]
        for text in boxed[1:]:
            cell.add_paragraph(text)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def kept(directory: Path, name: str, content: bytes) -> Path:
    """The content as a file."""
    path = directory / name
    path.write_bytes(content)
    return path


def guide(*, fee: str = "The fee is 500 dollars.", extra: Sequence[Printed] = ()) -> bytes:
    """A small guide of two pages, the same each time but for the fee and what is added at its end."""
    first = [
        heading("1.1 Purpose"),
        Printed("(1) This guide tells how an outage is reported to the operator and how the"),
        more("report is answered, and what a participant owes for it."),
        heading("1.2 Reports"),
        Printed("(1) A report names:"),
        Printed("(a) The unit that is out of service;", 1),
        Printed("(b) The hour in which the outage began; and", 1),
        Printed("(c) The expected return to service.", 1),
    ]
    second = [
        heading("1.3 Fees"),
        Printed(f"(1) {fee}"),
        Printed("(2) A late report costs twice the fee unless the operator has waived it in writing."),
        *extra,
    ]
    return pdf([contents("1.1 Purpose", "1.2 Reports", "1.3 Fees"), first, second])
