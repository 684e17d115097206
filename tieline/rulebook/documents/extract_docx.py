"""Which paragraphs does a Word file hold, with the labels Word numbers by itself, in tables and in grey
boxes?

A table of one cell is a box around ordinary paragraphs; any other table gives one line a row, and the first of
them holds the table itself. A formula is written in one line, a picture stands with its paragraph. Deleted text
of tracked changes is left out, inserted text kept: that is how the document reads when all changes are accepted.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import docx
from docx.blkcntnr import BlockItemContainer
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from lxml import etree

from tieline.rulebook.documents.captions import is_caption
from tieline.rulebook.documents.docx_exhibits import Picture, Pictures, cell_rows, exhibits_in
from tieline.rulebook.documents.docx_formulas import FORMULA, linear
from tieline.rulebook.documents.docx_notes import Notes, hidden_words, is_hidden, read_notes
from tieline.rulebook.documents.docx_numbering import Numbering, read_numbering
from tieline.rulebook.documents.docx_symbols import symbol
from tieline.rulebook.documents.lines import ExhibitText, Line, SourceText, UnreadableDocument
from tieline.rulebook.models.exhibits import ExhibitKind

LARGEST_UNPACKED = 400 * 1024 * 1024
MAIN_PART = "word/document.xml"
PAPER = ("", "auto", "ffffff")
BLOCKS = qn("w:p"), qn("w:tbl")
WRAPPERS = qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:moveTo")
LEADER = " ........ "
DAMAGE = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, LookupError, ValueError, TypeError,
          AttributeError, etree.LxmlError)  # fmt: skip
"""How reading ends where a file is not what Word writes: the reader of Word files takes every part to be whole."""
SOFT_HYPHEN = "\u00ad"
SHOWN = (
    *(qn(f"w:{name}") for name in ("p", "t", "tab", "br", "cr", "sym", "noBreakHyphen")),
    FORMULA,
)
NOT_SHOWN = (qn("w:del"), qn("w:moveFrom"), qn("w:tabs"), "{*}Fallback", FORMULA)
HEADING_STYLE = re.compile(r"\bHeading (\d)", re.IGNORECASE)
CAPTION_STYLE = re.compile(r"\bCaption\b", re.IGNORECASE)
CONTENTS_STYLE = re.compile(r"^TOC \d", re.IGNORECASE)


def extract_docx(content: bytes, *, name: str) -> SourceText:
    """The lines of a Word file; refuses a damaged one, a packed file that is no Word file, and one without
    text.
    """
    with _refusing_damage(name):
        document = _open(content, name)
        source = _Source(read_numbering(document), _pictures(document), read_notes(_parts(document), _text))
        lines = tuple(line for line in _read(document, source) if line.text or line.exhibits)
        aside = tuple(Line(words) for words in hidden_words(document.element.body))
    if not any(line.text for line in lines):
        raise UnreadableDocument(f"“{name}” holds no text.")
    return SourceText(lines, aside=aside)


@contextmanager
def _refusing_damage(name: str) -> Iterator[None]:
    """Refuse what cannot be read within the block."""
    try:
        yield
    except DAMAGE as problem:
        raise _damaged(name) from problem
    except (NotImplementedError, RuntimeError) as problem:  # a member packed with a password or an unknown method
        raise UnreadableDocument(f"“{name}” is protected by a password; save a copy without one.") from problem


def _open(content: bytes, name: str) -> Document:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        members = packed.infolist()
        if MAIN_PART not in packed.namelist():
            raise UnreadableDocument(f"“{name}” is a packed file but not a Word document.")
        if sum(member.file_size for member in members) > LARGEST_UNPACKED:
            raise UnreadableDocument(f"“{name}” unpacks to more than {LARGEST_UNPACKED >> 20} MB; it is not read.")
        if packed.testzip() is not None:
            raise _damaged(name)
    return _with_body(docx.Document(io.BytesIO(content)))


def _damaged(name: str) -> UnreadableDocument:
    return UnreadableDocument(f"“{name}” is damaged: it begins like a Word file but cannot be opened.")


def _with_body(document: Document) -> Document:
    if document.element.find(qn("w:body")) is None:
        raise ValueError("the main part has no body")
    return document


@dataclass(frozen=True)
class _Source:
    """What the parts of one document share: how it numbers, its pictures by relation, and its notes."""

    numbering: Numbering
    pictures: Pictures
    notes: Notes


def _parts(document: Document) -> dict[str, bytes]:
    """The parts a document refers to, by the kind of the relation."""
    within = (relation for relation in document.part.rels.values() if not relation.is_external)
    return {relation.reltype.rpartition("/")[2]: relation.target_part.blob for relation in within}


def _pictures(document: Document) -> Pictures:
    return {
        key: Picture(relation.target_part.blob, relation.target_part.content_type)
        for key, relation in document.part.rels.items()
        if not relation.is_external and relation.reltype.endswith("/image")
    }


def _read(document: Document, source: _Source) -> Iterator[Line]:
    blocks = list(_blocks(document._body._element, document._body))
    for at, block in enumerate(blocks):
        caption = _caption(blocks, at)
        yield from (_captioned(line, caption) for line in _block(block, source))


def _blocks(element: etree._Element, holder: BlockItemContainer) -> Iterator[Table | Paragraph]:
    """Paragraphs and tables in order, also those that stand in a content control, such as a form's fields."""
    for child in element.iterchildren(*BLOCKS, *WRAPPERS):
        if child.tag == BLOCKS[0]:
            yield Paragraph(child, holder)
        elif child.tag == BLOCKS[1]:
            yield Table(child, holder)
        else:
            yield from _blocks(child, holder)


def _block(block: Table | Paragraph, source: _Source, *, is_shaded: bool = False) -> Iterator[Line]:
    if isinstance(block, Table):
        yield from (_shade(line, is_shaded) for line in _table(block, source))
    else:
        yield from _paragraph(block, source, is_shaded=is_shaded)


def _caption(blocks: Sequence[Table | Paragraph], at: int) -> str:
    """The neighbour that names a table or picture: above a table, below a picture, or the other way round."""
    near = (at - 1, at + 1) if isinstance(blocks[at], Table) else (at + 1, at - 1)
    for place in near:
        block = blocks[place] if 0 <= place < len(blocks) else None
        if isinstance(block, Paragraph):
            text = " ".join(_text(block._p).split())
            if text and (CAPTION_STYLE.match(_style(block)) or is_caption(text)):
                return text
    return ""


def _captioned(line: Line, caption: str) -> Line:
    if not line.exhibits or not caption:
        return line
    named = (
        one if one.kind == ExhibitKind.FORMULA or one.caption else replace(one, caption=caption)
        for one in line.exhibits
    )
    return replace(line, exhibits=tuple(named))


def _table(table: Table, source: _Source) -> Iterator[Line]:
    cells = [list(dict.fromkeys(row.cells)) for row in table.rows]
    if all(len(row) == 1 for row in cells):
        for row in cells:
            yield from _box(row[0], source)
        return
    texts = {cell._tc: " ".join(_cell_text(cell).split()) for row in cells for cell in row}
    inside = [one for row in cells for cell in row for one in exhibits_in(cell._tc, source.pictures)]
    exhibit = ExhibitText(ExhibitKind.TABLE, rows=cell_rows(table._tbl, texts))
    shown = (exhibit, *inside) if any(texts.values()) else tuple(inside)
    for row in cells:
        yield Line(" | ".join(texts[cell._tc] for cell in row), exhibits=shown)
        shown = ()
    yield from (Line(note) for note in source.notes.of(table._tbl))


def _box(cell: _Cell, source: _Source) -> Iterator[Line]:
    shaded = _ground(cell) not in PAPER
    for block in _blocks(cell._tc, cell):
        yield from _block(block, source, is_shaded=shaded)


def _shade(line: Line, shaded: bool) -> Line:
    return replace(line, is_shaded=shaded or line.is_shaded)


def _ground(cell: _Cell) -> str:
    shading = cell._tc.find(f"{qn('w:tcPr')}/{qn('w:shd')}")
    return (shading.get(qn("w:fill")) or "").lower() if shading is not None else ""


def _cell_text(cell: _Cell) -> str:
    """All text of a cell, with that of a table inside it; a text box is read with its own paragraph."""
    paragraphs = cell._tc.iter(qn("w:p"))
    return " ".join(_text(one) for one in paragraphs if next(one.iterancestors("{*}txbxContent"), None) is None)


def _style(paragraph: Paragraph) -> str:
    return (paragraph.style.name or "") if paragraph.style is not None else ""


def _paragraph(paragraph: Paragraph, source: _Source, *, is_shaded: bool = False) -> Iterator[Line]:
    style, typed = _style(paragraph), _text(paragraph._p)
    exhibits = tuple(exhibits_in(paragraph._p, source.pictures))
    if not typed.strip():
        if exhibits:
            yield Line("", is_shaded=is_shaded, exhibits=exhibits)
        return
    is_contents = bool(CONTENTS_STYLE.match(style)) or _has_leader(paragraph, typed)
    text = re.sub(r"\t\s*([\w-]+)\s*$", LEADER + r"\1", typed) if is_contents else typed
    heading = None if is_contents else HEADING_STYLE.search(style)
    label = source.numbering.label(paragraph)
    label = label.rstrip(".") if heading else label
    yield Line(
        text=" ".join(f"{label} {text}".split()),
        lead=_lead(paragraph),
        is_shaded=is_shaded,
        heading_level=int(heading[1]) if heading else 0,
        is_contents=is_contents,
        exhibits=exhibits,
    )
    yield from (Line(note, is_shaded=is_shaded) for note in source.notes.of(paragraph._p))


def _text(paragraph: etree._Element) -> str:
    """All text a reader sees: typed, inserted and linked, with tabs, signs and formulas; not text that was deleted,
    moved elsewhere or hidden, not a picture's fallback.
    """
    shown = (node for node in paragraph.iter(*SHOWN) if next(node.iterancestors(*NOT_SHOWN), None) is None)
    return "".join(_piece(node) for node in shown if not is_hidden(node))


def _piece(node: etree._Element) -> str:
    """What one element adds to the text; a paragraph inside another's text box stands apart."""
    if node.tag == qn("w:t"):
        return (node.text or "").replace(SOFT_HYPHEN, "")
    if node.tag == FORMULA:
        return linear(node)
    if node.tag == qn("w:sym"):
        return symbol(node)
    if node.tag == qn("w:p"):
        return " "
    return "-" if node.tag == qn("w:noBreakHyphen") else "\t"


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
