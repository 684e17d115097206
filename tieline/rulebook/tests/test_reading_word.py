"""A Word file of a rule book becomes the same sections and paragraphs as its PDF would."""

from __future__ import annotations

import io
from pathlib import Path

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from tieline.rulebook.docx_numbering import written
from tieline.rulebook.extract import read_document
from tieline.rulebook.outline import EditionText
from tieline.rulebook.structure import read_edition
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
