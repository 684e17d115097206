"""Which paragraphs does a Word file hold, with the labels Word numbers by itself, in tables and in grey
boxes?

A table of one cell is a box around ordinary paragraphs; any other table gives one line a row. Deleted text of
tracked changes is left out, inserted text kept: that is how the document reads when all changes are accepted.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from lxml import etree

from tieline.rulebook.docx_numbering import Numbering, read_numbering
from tieline.rulebook.lines import Line, SourceText, UnreadableDocument

LARGEST_UNPACKED = 400 * 1024 * 1024
MAIN_PART = "word/document.xml"
PAPER = ("", "auto", "ffffff")
LEADER = " ........ "
HEADING_STYLE = re.compile(r"\bHeading (\d)", re.IGNORECASE)
CONTENTS_STYLE = re.compile(r"^TOC \d", re.IGNORECASE)


def extract_docx(content: bytes, *, name: str) -> SourceText:
    """The lines of a Word file; refuses a damaged one, a packed file that is no Word file, and one without
    text.
    """
    document = _open(content, name)
    numbering = read_numbering(document)
    lines = tuple(line for line in _read(document, numbering) if line.text)
    if not lines:
        raise UnreadableDocument(f"“{name}” holds no text.")
    return SourceText(lines)


def _open(content: bytes, name: str) -> Document:
    damaged = f"“{name}” is damaged: it begins like a Word file but cannot be opened."
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
            if MAIN_PART not in packed.namelist():
                raise UnreadableDocument(f"“{name}” is a packed file but not a Word document.")
            if sum(member.file_size for member in members) > LARGEST_UNPACKED:
                raise UnreadableDocument(f"“{name}” unpacks to more than {LARGEST_UNPACKED >> 20} MB; it is not read.")
            if packed.testzip() is not None:
                raise UnreadableDocument(damaged)
        return docx.Document(io.BytesIO(content))
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        EOFError,
        KeyError,
        ValueError,
        etree.XMLSyntaxError,
    ) as problem:
        raise UnreadableDocument(damaged) from problem
    except (
        NotImplementedError,
        RuntimeError,
    ) as problem:  # a member packed with a password or an unknown method
        raise UnreadableDocument(f"“{name}” is protected by a password; save a copy without one.") from problem


def _read(document: Document, numbering: Numbering) -> Iterator[Line]:
    for block in document.iter_inner_content():
        yield from _table(block, numbering) if isinstance(block, Table) else _paragraph(block, numbering)


def _table(table: Table, numbering: Numbering) -> Iterator[Line]:
    cells = [list(dict.fromkeys(row.cells)) for row in table.rows]
    if all(len(row) == 1 for row in cells):
        for row in cells:
            yield from _box(row[0], numbering)
        return
    for row in cells:
        yield Line(" | ".join(" ".join(_cell_text(cell).split()) for cell in row))


def _box(cell: _Cell, numbering: Numbering) -> Iterator[Line]:
    shaded = _ground(cell) not in PAPER
    for block in cell.iter_inner_content():
        if isinstance(block, Table):
            yield from (_shade(line, shaded) for line in _table(block, numbering))
        else:
            yield from _paragraph(block, numbering, is_shaded=shaded)


def _shade(line: Line, shaded: bool) -> Line:
    return Line(line.text, lead=line.lead, is_shaded=shaded or line.is_shaded, heading_level=line.heading_level)


def _ground(cell: _Cell) -> str:
    shading = cell._tc.find(f"{qn('w:tcPr')}/{qn('w:shd')}")
    return (shading.get(qn("w:fill")) or "").lower() if shading is not None else ""


def _cell_text(cell: _Cell) -> str:
    return " ".join(_text(paragraph._p) for paragraph in cell.paragraphs)


def _paragraph(paragraph: Paragraph, numbering: Numbering, *, is_shaded: bool = False) -> Iterator[Line]:
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    typed = _text(paragraph._p)
    if not typed.strip():
        return
    is_contents = bool(CONTENTS_STYLE.match(style)) or _has_leader(paragraph, typed)
    text = re.sub(r"\t\s*([\w-]+)\s*$", LEADER + r"\1", typed) if is_contents else typed
    heading = None if is_contents else HEADING_STYLE.search(style)
    label = numbering.label(paragraph)
    label = label.rstrip(".") if heading else label
    yield Line(
        text=" ".join(f"{label} {text}".split()),
        lead=_lead(paragraph),
        is_shaded=is_shaded,
        heading_level=int(heading[1]) if heading else 0,
        is_contents=is_contents,
    )


def _text(paragraph: etree._Element) -> str:
    """All text a reader sees: typed, inserted and linked, with tabs; not deleted text, not a picture's
    fallback.
    """
    pieces: list[str] = []
    for node in paragraph.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:noBreakHyphen")):
        if next(node.iterancestors(qn("w:del"), qn("w:tabs"), "{*}Fallback"), None) is not None:
            continue
        if node.tag == qn("w:t"):
            pieces.append(node.text or "")
        else:
            pieces.append("-" if node.tag == qn("w:noBreakHyphen") else "\t")
    return "".join(pieces)


def _has_leader(paragraph: Paragraph, typed: str) -> bool:
    """Whether the paragraph has a tab stop with dots and ends in a page number after a tab."""
    leaders = paragraph._p.iterfind(f"{qn('w:pPr')}/{qn('w:tabs')}/{qn('w:tab')}")
    return bool(re.search(r"\t\s*[\w-]+\s*$", typed)) and any(tab.get(qn("w:leader")) == "dot" for tab in leaders)


def _lead(paragraph: Paragraph) -> str:
    words = ""
    for run in paragraph.runs:
        if run.text.strip() and not run.bold:
            break
        words += run.text
    return " ".join(words.split())
