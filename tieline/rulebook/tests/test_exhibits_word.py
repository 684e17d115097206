"""Tables, formulas and figures of a Word file: kept as what they are, while the text says what it said before."""

from __future__ import annotations

import time

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn

from tieline.rulebook.documents.docx_formulas import linear
from tieline.rulebook.documents.extract import read_content
from tieline.rulebook.documents.lines import ExhibitText
from tieline.rulebook.models import ExhibitKind
from tieline.rulebook.outlining.outline import ParagraphText
from tieline.rulebook.outlining.structure import read_edition
from tieline.rulebook.tests.print_shop import GRAMMAR
from tieline.rulebook.tests.printed_exhibits import MATH, add_formula, add_picture, add_table, png, saved, word_document

ROWS = [("Report", "Fee"), ("Late", "10")]


def paragraphs(document: docx.document.Document) -> list[ParagraphText]:
    edition = read_edition(read_content(saved(document), name="guide.docx"), GRAMMAR)
    return [one for section in edition.sections for one in section.paragraphs]


def only(document: docx.document.Document) -> ExhibitText:
    (exhibit,) = (one for paragraph in paragraphs(document) for one in paragraph.exhibits)
    return exhibit


def run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def test_a_table_keeps_its_cells_and_its_caption() -> None:
    document = word_document()
    add_table(document, ROWS, caption="Table 1: Fees")

    (paragraph,) = paragraphs(document)

    assert paragraph.text == "Fees are:\nTable 1: Fees\nReport | Fee\nLate | 10"
    (table,) = paragraph.exhibits
    assert (table.kind, table.caption, table.rows) == (ExhibitKind.TABLE, "Table 1: Fees", tuple(ROWS))


def test_merged_cells_keep_their_text_once() -> None:
    document = word_document()
    table = add_table(document, [("A", "", "C"), ("D", "E", "F"), ("", "H", "I")])
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(1, 0).merge(table.cell(2, 0))

    assert only(document).rows == (("A", "", "C"), ("D", "E", "F"), ("", "H", "I"))


def test_the_words_of_a_table_inside_a_table_are_kept() -> None:
    document = word_document()
    inner = add_table(document, ROWS).cell(1, 1).add_table(rows=1, cols=2)
    inner.cell(0, 0).text = "within"

    assert only(document).rows[1] == ("Late", "10 within")


def test_a_table_without_a_word_is_no_exhibit() -> None:
    document = word_document()
    add_table(document, [("", ""), ("", "")])

    assert [one.exhibits for one in paragraphs(document)] == [()]


def test_a_picture_stands_with_its_paragraph_caption_and_description() -> None:
    document = word_document()
    add_picture(document, png(), described="Two arrows", caption="Figure 3: Who asks whom")

    figure = only(document)

    assert (figure.kind, figure.caption, figure.text) == (ExhibitKind.FIGURE, "Figure 3: Who asks whom", "Two arrows")
    assert (figure.picture, figure.media_type) == (png(), "image/png")


def test_a_picture_below_a_heading_gets_a_paragraph_of_its_own() -> None:
    document = docx.Document()
    document.add_heading("1.1 Map", level=2)
    add_picture(document, png(), described="The zones of the market")
    document.add_heading("1.2 Fees", level=2)
    document.add_paragraph("(1)\tNone.")

    found = paragraphs(document)

    assert [(one.text, len(one.exhibits)) for one in found] == [("The zones of the market", 1), ("None.", 0)]


def test_a_formula_is_read_in_its_line() -> None:
    document = word_document()
    fraction = f"<m:f><m:num>{run('a+b')}</m:num><m:den>{run('12')}</m:den></m:f>"
    add_formula(document, f"{run('FEE = ')}{fraction}", before="(2)\tThe fee is ")

    second = paragraphs(document)[1]

    assert second.text == "The fee is FEE = (a+b)/12"
    assert [(one.kind, one.text) for one in second.exhibits] == [(ExhibitKind.FORMULA, "FEE = (a+b)/12")]


SUM = (
    '<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{i}</m:sub><m:sup>{n}</m:sup><m:e>{e}</m:e></m:nary>'
).format(i=run("i=1"), n=run("n"), e=f"<m:sSub><m:e>{run('x')}</m:e><m:sub>{run('i')}</m:sub></m:sSub>")


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (SUM, "∑_(i=1)^n x_i"),
        (f"<m:sSup><m:e>{run('x')}</m:e><m:sup>{run('2')}</m:sup></m:sSup>", "x^2"),
        (f"<m:sSubSup><m:e>{run('x')}</m:e><m:sub>{run('q, h')}</m:sub><m:sup>{run('2')}</m:sup></m:sSubSup>",
         "x_(q, h)^2"),
        (f"<m:rad><m:deg/><m:e>{run('x+1')}</m:e></m:rad>", "√(x+1)"),
        (f"<m:rad><m:deg>{run('3')}</m:deg><m:e>{run('x')}</m:e></m:rad>", "√[3](x)"),
        (f"<m:d><m:e>{run('a')}</m:e><m:e>{run('b')}</m:e></m:d>", "(a, b)"),
        (f'<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e>{run("a")}</m:e></m:d>', "[a]"),
        (f"<m:func><m:fName>{run('max')}</m:fName><m:e>{run('0, x')}</m:e></m:func>", "max (0, x)"),
        (f"<m:nary><m:sub>{run('0')}</m:sub><m:sup>{run('T')}</m:sup><m:e>{run('p')}</m:e></m:nary>", "∫_0^T p"),
        (f"<m:bar><m:e>{run('λ')}</m:e></m:bar>", "bar(λ)"),
        (f"<m:m><m:mr><m:e>{run('1')}</m:e><m:e>{run('2')}</m:e></m:mr></m:m>", "[1, 2]"),
        (f"<m:box><m:e>{run('kept')}</m:e></m:box>", "kept"),
    ],
)  # fmt: skip
def test_how_a_formula_is_written_in_one_line(markup: str, expected: str) -> None:
    assert linear(parse_xml(f"<m:oMath {MATH}>{markup}</m:oMath>")) == expected


def test_what_stands_in_a_content_control_is_read() -> None:
    document = word_document()
    paragraph = document.add_paragraph("(2)\tA field of a form.")._p
    control, inside = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    paragraph.addprevious(control)
    control.append(inside)
    inside.append(paragraph)

    assert [one.text for one in paragraphs(document)] == ["Fees are:", "A field of a form."]


def test_a_grey_box_with_a_table_keeps_both_out_of_force() -> None:
    document = word_document()
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    shading = OxmlElement("w:shd")
    shading.set(qn("w:fill"), "D9D9D9")
    cell._tc.get_or_add_tcPr().append(shading)
    cell.paragraphs[0].text = "[RR3: Replace paragraph (1) above upon system implementation:]"
    cell.add_paragraph("(1)\tFees will be:")
    inner = cell.add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "Late", "20"

    in_force, boxed = paragraphs(document)

    assert (in_force.pending, in_force.exhibits) == (None, ())
    assert boxed.pending is not None
    assert boxed.exhibits[0].rows == (("Late", "20"),)


def test_a_table_of_thousands_of_rows_is_read_in_seconds() -> None:
    document = word_document()
    table = add_table(document, [("Bus", "Zone", "Factor")])
    row = table.rows[0]._tr.xml
    for _ in range(4_999):
        table._tbl.append(parse_xml(row))
    content = saved(document)

    began = time.perf_counter()
    edition = read_edition(read_content(content, name="guide.docx"), GRAMMAR)

    assert len(edition.sections[0].paragraphs[0].exhibits[0].rows) == 5_000
    assert time.perf_counter() - began < 15
