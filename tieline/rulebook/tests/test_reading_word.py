"""A Word file of a rule book becomes the same sections and paragraphs as its PDF would."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph

from tieline.rulebook.documents.docx_numbering import written
from tieline.rulebook.documents.extract import read_document
from tieline.rulebook.documents.lines import UnreadableDocument
from tieline.rulebook.outlining.outline import EditionText
from tieline.rulebook.outlining.structure import read_edition
from tieline.rulebook.tests.print_shop import GRAMMAR, kept, word


def read(directory: Path, content: bytes) -> EditionText:
    return read_edition(read_document(kept(directory, "guide.docx", content)), GRAMMAR)


def test_headings_labels_and_grey_boxes(tmp_path: Path) -> None:
    content = word(
        [
            ("2.1\tDuties", 1),
            ("(1)\tThe operator shall:", 0),
            ("(a)\tPublish prices as 3.1 Prices says; and", 0),
            ("(b)\tAnswer.", 0),
            ("2.2\tFees", 1),
            ("(1)\tThere is no fee.", 0),
        ],
        boxed=["[RR3: Replace paragraph (1) above upon system implementation:]", "(1)\tThe fee is one."],
    )

    edition = read(tmp_path, content)

    assert [(one.number, one.title) for one in edition.sections] == [("2.1", "Duties"), ("2.2", "Fees")]
    assert [one.path for one in edition.sections[0].paragraphs] == ["(1)", "(1)(a)", "(1)(b)"]
    assert [(one.text, one.pending is not None) for one in edition.sections[1].paragraphs] == [
        ("There is no fee.", False),
        ("The fee is one.", True),
    ]


def test_the_running_head_of_a_word_file_is_no_text(tmp_path: Path) -> None:
    edition = read(tmp_path, word([("1.1\tPurpose", 1), ("(1)\tA rule.", 0)]))

    assert "MARKET GUIDE" not in [line.text for line in edition.unplaced]
    assert edition.sections[0].paragraphs[0].text == "A rule."


def test_contents_with_page_numbers_after_tabs_are_left_out(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Table of Contents")
    for entry in ("1.1\tPurpose\t1", "1.2\tFees\t2"):
        tabs = document.add_paragraph(entry).paragraph_format.tab_stops
        stop = tabs.add_tab_stop(4000000)
        stop._tab.set(qn("w:leader"), "dot")
    for number, title in (("1.1", "Purpose"), ("1.2", "Fees")):
        document.add_heading(f"{number}\t{title}", level=2)
        document.add_paragraph("(1)\tA rule.")

    edition = read(tmp_path, _saved(document))

    assert [one.number for one in edition.sections] == ["1.1", "1.2"]
    assert not edition.unplaced


def test_deleted_text_is_left_out_and_inserted_text_kept(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("1.1 Purpose", level=2)
    paragraph = document.add_paragraph("(1)\tThe fee is ")
    for tag, text_tag, text in (("w:del", "w:delText", "five"), ("w:ins", "w:t", "six")):
        change, run, words = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
        words.text = text
        run.append(words)
        change.append(run)
        paragraph._p.append(change)

    edition = read(tmp_path, _saved(document))

    assert edition.sections[0].paragraphs[0].text == "The fee is six"


def test_a_table_is_text_of_the_paragraph_above_it(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("1.1 Fees", level=2)
    document.add_paragraph("(1)\tFees are:")
    table = document.add_table(rows=2, cols=2)
    for row, cells in zip(table.rows, (("Report", "Fee"), ("Late", "10")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text

    edition = read(tmp_path, _saved(document))

    assert edition.sections[0].paragraphs[0].text == "Fees are:\nReport | Fee\nLate | 10"


def test_word_counts_as_word_shows_it() -> None:
    assert [written(4, kind) for kind in ("decimal", "lowerLetter", "upperLetter", "lowerRoman", "upperRoman")] == [
        "4",
        "d",
        "D",
        "iv",
        "IV",
    ]
    assert written(28, "lowerLetter") == "bb"


def _saved(document: docx.document.Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def saved(document: Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def with_words(paragraph: Paragraph, xml: str) -> None:
    """Put elements of Word's own language at the end of a paragraph."""
    for element in parse_xml(f"<w:x {nsdecls('w')}>{xml}</w:x>"):
        paragraph._p.append(element)


def test_text_moved_elsewhere_is_not_read_twice_and_hidden_text_is_put_aside(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("2.1 Duties", 1)
    paragraph = document.add_paragraph("(1)\tThe fee ")
    with_words(paragraph, "<w:moveFrom><w:r><w:t>was due, </w:t></w:r></w:moveFrom>")
    with_words(paragraph, "<w:moveTo><w:r><w:t>is due</w:t></w:r></w:moveTo>")
    with_words(paragraph, "<w:r><w:rPr><w:vanish/></w:rPr><w:t> never</w:t></w:r>")

    source = read_document(kept(tmp_path, "guide.docx", saved(document)))

    assert [line.text for line in source.lines] == ["2.1 Duties", "(1) The fee is due"]
    assert [line.text for line in source.aside] == ["never"]


def test_signs_of_a_symbol_font_are_kept(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("2.1 Duties", 1)
    paragraph = document.add_paragraph("(1)\tA unit with a rating ")
    with_words(paragraph, '<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t> 10 MW and \u00adangle </w:t></w:r>')
    with_words(paragraph, '<w:r><w:sym w:font="Symbol" w:char="F064"/><w:sym w:font="Odd" w:char="F0FF"/></w:r>')

    (_, line) = read_document(kept(tmp_path, "guide.docx", saved(document))).lines

    assert line.text == "(1) A unit with a rating ≥ 10 MW and angle δ\ufffd"


def test_the_paragraphs_of_a_text_box_stand_apart(tmp_path: Path) -> None:
    document = docx.Document()
    box = "<w:txbxContent><w:p><w:r><w:t>One.</w:t></w:r></w:p><w:p><w:r><w:t>Two.</w:t></w:r></w:p></w:txbxContent>"
    document.add_heading("2.1 Duties", 1)
    with_words(document.add_paragraph("(1)\tIn a box:"), f"<w:r><w:pict>{box}</w:pict></w:r>")

    (_, line) = read_document(kept(tmp_path, "guide.docx", saved(document))).lines

    assert line.text == "(1) In a box: One. Two."


NOTES = (
    f"<w:footnotes {nsdecls('w')}><w:footnote w:type='separator' w:id='0'><w:p/></w:footnote>"
    "<w:footnote w:id='1'><w:p><w:r><w:t>Except on holidays.</w:t></w:r></w:p></w:footnote></w:footnotes>"
)


def with_footnotes(part: str) -> bytes:
    document = docx.Document()
    document.add_heading("2.1 Duties", 1)
    with_words(document.add_paragraph("(1)\tAnswer daily."), '<w:r><w:footnoteReference w:id="1"/></w:r>')
    name = PackURI("/word/footnotes.xml")
    document.part.relate_to(Part(name, "application/xml", part.encode(), document.part.package), RT.FOOTNOTES)
    return saved(document)


def test_a_footnote_belongs_to_the_paragraph_that_refers_to_it(tmp_path: Path) -> None:
    edition = read(tmp_path, with_footnotes(NOTES))

    (paragraph,) = edition.sections[0].paragraphs

    assert paragraph.text == "Answer daily.\n[1] Except on holidays."


def test_a_file_with_a_broken_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="is damaged"):
        read_document(kept(tmp_path, "guide.docx", with_footnotes("<broken")))
