"""Build the illustrative rule books: Word files made of the Markdown beside this script, the same bytes each time.

The Markdown is the source; the .docx has the form of a published rule book (contents with dotted leaders, running head
and foot, numbered headings, hanging paragraphs, grey boxes, tables, formulas, figures, forms) so that the import of a
real one can be shown. The same Markdown always gives the same bytes.

    python build_rules.py [DIRECTORY]
"""

import io
import re
import sys
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from formulas import formula

ZIP_DATE = (1980, 1, 1, 0, 0, 0)
LINES_ON_A_PAGE = 42
CHARACTERS_ON_A_LINE = 92
LEVELS = (r"\(\d+\)", r"\([a-z]\)", r"\([ivx]+\)")
HEADING = re.compile(r"(#+) (\d+(?:\.\d+)*) (.+)")
DEFINITION = re.compile(r"\*\*(.+?)\*\*: (.+)")
FORM = re.compile(r"\*\*(Form [A-Z]: .+)\*\*")
CAPTION = re.compile(r"(?:Table|Figure) \d+-\d+: .+")
FIGURE = re.compile(r"!\[(.+)\]\((.+)\)")


class Kind(StrEnum):
    """What one line of an edition is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    DEFINITION = "definition"
    BOX_OPENS = "box opens"
    BOX_NOTE = "box note"
    BOX_CLOSES = "box closes"
    CAPTION = "caption"
    ROW = "row of a table"
    FORMULA = "formula"
    FIGURE = "figure"
    FORM = "form"
    FIELD = "field of a form"


@dataclass(frozen=True)
class Line:
    """One line of an edition: a heading, a paragraph, a definition, an edge of a grey box, or something shown."""

    kind: Kind
    label: str
    text: str
    level: int


@dataclass(frozen=True)
class Edition:
    """One edition as read from Markdown."""

    title: str
    effective_on: date
    watermark: str
    lines: tuple[Line, ...]


def read_edition(text: str) -> Edition:
    """Read the front matter and the lines of one edition."""
    _, front, body = text.split("---\n", 2)
    front_matter = dict(line.split(": ", 1) for line in front.strip().splitlines())
    return Edition(
        title=front_matter["title"],
        effective_on=date.fromisoformat(front_matter["edition"]),
        watermark=front_matter["watermark"],
        lines=tuple(_read_line(line) for line in body.splitlines() if line.strip()),
    )


def _read_line(line: str) -> Line:
    if heading := HEADING.fullmatch(line):
        return Line(Kind.HEADING, heading[2], heading[3], len(heading[1]))
    if definition := DEFINITION.fullmatch(line):
        return Line(Kind.DEFINITION, definition[1], definition[2], 0)
    if line == ":::greybox":
        return Line(Kind.BOX_OPENS, "", "", 0)
    if line == ":::":
        return Line(Kind.BOX_CLOSES, "", "", 0)
    if line.startswith("["):
        return Line(Kind.BOX_NOTE, "", line, 0)
    if shown := _read_shown(line):
        return shown
    for level, pattern in enumerate(LEVELS):
        if paragraph := re.fullmatch(rf"({pattern}) (.+)", line):
            return Line(Kind.PARAGRAPH, paragraph[1], paragraph[2], level)
    raise ValueError(f"neither a heading, a paragraph nor a definition: {line!r}")


def _read_shown(line: str) -> Line | None:
    """A line that shows something other than running text."""
    if figure := FIGURE.fullmatch(line):
        return Line(Kind.FIGURE, figure[2], figure[1], 0)
    if form := FORM.fullmatch(line):
        return Line(Kind.FORM, "", form[1], 0)
    if CAPTION.fullmatch(line):
        return Line(Kind.CAPTION, "", line, 0)
    for kind, opening in ((Kind.ROW, "| "), (Kind.FORMULA, "$ "), (Kind.FIELD, "- ")):
        if line.startswith(opening):
            return Line(kind, "", line.removeprefix(opening), 0)
    return None


def build(edition: Edition, pictures: Path) -> bytes:
    """Give the bytes of the Word file of one edition; its figures lie in the directory `pictures`."""
    document = docx.Document()
    _set_properties(document, edition)
    _set_fonts(document)
    _write_cover(document, edition)
    _write_contents(document, edition)
    _start_body(document, edition)
    _write_lines(document, edition.lines, pictures)
    written = io.BytesIO()
    document.save(written)
    return _with_fixed_dates(written.getvalue())


def _set_properties(document: Document, edition: Edition) -> None:
    at = datetime.combine(edition.effective_on, datetime.min.time(), UTC)
    properties = document.core_properties
    properties.title, properties.comments = edition.title, edition.watermark
    properties.author = properties.last_modified_by = "Tieline demonstration"
    properties.created = properties.modified = at


def _set_fonts(document: Document) -> None:
    document.styles["Normal"].font.name = "Times New Roman"
    document.styles["Normal"].font.size = Pt(11)
    for level in range(1, 6):
        style = document.styles[f"Heading {level}"]
        style.font.name, style.font.size, style.font.bold = "Times New Roman", Pt(15 - level), True


def _write_cover(document: Document, edition: Edition) -> None:
    document.add_paragraph(edition.title, style="Title")
    document.add_paragraph(f"Edition of {_in_words(edition.effective_on)}", style="Subtitle")
    document.add_paragraph(edition.watermark)


def _write_contents(document: Document, edition: Edition) -> None:
    title = document.add_paragraph("Table of Contents", style="TOC Heading")
    title.paragraph_format.page_break_before = True
    for level in range(1, 6):
        document.styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
    for line, page in _headings_with_pages(edition.lines):
        entry = document.add_paragraph(style=f"toc {line.level}")
        entry.paragraph_format.left_indent = Inches(0.2 * (line.level - 1))
        entry.paragraph_format.space_after = Pt(0)
        entry.paragraph_format.tab_stops.add_tab_stop(Inches(6), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        entry.add_run(f"{line.label}\u2002{line.text}\t{page}")


def _headings_with_pages(lines: tuple[Line, ...]) -> list[tuple[Line, int]]:
    """Each heading with the page on which a plain estimate of line lengths puts it; chapters open a page."""
    found, used, page = [], 0, 0
    for line in lines:
        opens_chapter = line.kind is Kind.HEADING and line.level == 1
        if opens_chapter or used >= LINES_ON_A_PAGE:
            page, used = page + 1, 0
        if line.kind is Kind.HEADING:
            found.append((line, page))
        used += 2 + len(line.text) // CHARACTERS_ON_A_LINE
    return found


def _start_body(document: Document, edition: Edition) -> None:
    body = document.add_section(WD_SECTION.NEW_PAGE)
    body.header.is_linked_to_previous = body.footer.is_linked_to_previous = False
    body.header.paragraphs[0].text = f"{edition.title}\t\tEdition of {_in_words(edition.effective_on)}"
    foot = body.footer.paragraphs[0]
    foot.add_run(f"{edition.watermark}\tPage ")
    _add_page_number(foot)


def _add_page_number(paragraph: Paragraph) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # python-docx has no public call for a field


def _write_lines(document: Document, lines: tuple[Line, ...], pictures: Path) -> None:
    box: _Cell | None = None
    table: Table | None = None
    for position, line in enumerate(lines):
        table = _write_row(document, table, line) if line.kind is Kind.ROW else None
        if line.kind is Kind.HEADING:
            heading = document.add_heading(f"{line.label}\t{line.text}", level=line.level)
            heading.paragraph_format.page_break_before = line.level == 1 and position > 0
        elif line.kind is Kind.BOX_OPENS:
            box = _open_box(document)
        elif line.kind is Kind.BOX_CLOSES:
            box = None
        elif line.kind is Kind.FIGURE:
            _write_figure(document, line, pictures)
        elif line.kind is not Kind.ROW:
            _write_text(document.add_paragraph() if box is None else _box_paragraph(box), line)


def _write_row(document: Document, table: Table | None, line: Line) -> Table:
    """Add a row to the table that stands open, or open one with it; its first row is a head."""
    cells = [cell.strip() for cell in line.text.removesuffix("|").split("|")]
    is_head = table is None
    table = table or document.add_table(rows=0, cols=len(cells), style="Table Grid")
    for cell, text in zip(table.add_row().cells, cells, strict=True):
        cell.paragraphs[0].add_run(text).bold = is_head
    return table


def _write_figure(document: Document, line: Line, pictures: Path) -> None:
    document.add_picture(str(pictures / line.label), width=Inches(6))
    described = document.paragraphs[-1]._p.find(f".//{qn('wp:docPr')}")  # python-docx has no public call for it
    described.set("descr", line.text)
    described.set("name", Path(line.label).stem)


def _open_box(document: Document) -> _Cell:
    table = document.add_table(rows=1, cols=1, style="Table Grid")
    cell: _Cell = table.cell(0, 0)
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), "E0E0E0")
    cell._tc.get_or_add_tcPr().append(shading)  # python-docx has no public call for shading
    return cell


def _box_paragraph(box: _Cell) -> Paragraph:
    first: Paragraph = box.paragraphs[0]
    return box.add_paragraph() if first.text else first


def _write_text(paragraph: Paragraph, line: Line) -> None:
    if line.kind is Kind.BOX_NOTE:
        paragraph.add_run(line.text).bold = True
        return
    if line.kind is Kind.FORM:
        paragraph.paragraph_format.page_break_before = True
        paragraph.add_run(line.text).bold = True
        return
    if line.kind is Kind.FORMULA:
        paragraph._p.append(formula(line.text))  # python-docx has no public call for a formula
        return
    if line.kind in (Kind.CAPTION, Kind.FIELD):
        paragraph.add_run(line.text).italic = line.kind is Kind.CAPTION
        return
    if line.kind is Kind.DEFINITION:
        paragraph.add_run(line.label).bold = True
        paragraph.add_run(f": {line.text}")
        return
    paragraph.paragraph_format.left_indent = Inches(0.5 * (line.level + 1))
    paragraph.paragraph_format.first_line_indent = Inches(-0.5)
    paragraph.add_run(f"{line.label}\t{line.text}")


def _in_words(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _with_fixed_dates(packed: bytes) -> bytes:
    """The same archive with every member's date set to one value, so that equal text gives equal bytes."""
    rewritten = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(rewritten, "w") as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            member = zipfile.ZipInfo(name, ZIP_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, source.read(name))
    return rewritten.getvalue()


def main(directory: Path) -> None:
    """Write one .docx beside each edition-*.md of the directory."""
    for source in sorted(directory.glob("edition-*.md")):
        edition = read_edition(source.read_text(encoding="utf-8"))
        target = directory / f"illustrative-market-protocols-{edition.effective_on}.docx"
        target.write_bytes(build(edition, directory))
        print(f"{target.name}: {sum(line.kind is Kind.HEADING for line in edition.lines)} sections")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
