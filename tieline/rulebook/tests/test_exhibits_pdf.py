"""Tables, formulas and figures of a PDF: found by what is drawn, given to their paragraph, with page and box."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieline.kernel.profile import current_profile
from tieline.rulebook.documents.captions import is_formula
from tieline.rulebook.documents.extract import read_content, read_document
from tieline.rulebook.documents.lines import ExhibitText, SourceText
from tieline.rulebook.documents.pdf_tables import Box, find_grids
from tieline.rulebook.models import ExhibitKind
from tieline.rulebook.outlining.outline import EditionText
from tieline.rulebook.outlining.structure import read_edition
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.tests.print_shop import GRAMMAR
from tieline.rulebook.tests.printed_exhibits import guide_with_exhibits, page_with_box, page_with_table


def shown(source: SourceText) -> list[ExhibitText]:
    return [one for line in source.lines for one in line.exhibits]


def by_paragraph(edition: EditionText) -> dict[str, list[ExhibitKind]]:
    return {
        f"{section.number}{one.path}": [exhibit.kind for exhibit in one.exhibits]
        for section in edition.sections
        for one in section.paragraphs
    }


def test_each_exhibit_stands_in_its_paragraph() -> None:
    edition = read_edition(read_content(guide_with_exhibits(), name="guide.pdf"), GRAMMAR)

    assert by_paragraph(edition) == {
        "1.1(1)": [ExhibitKind.TABLE],
        "1.2(1)": [ExhibitKind.FORMULA],
        "1.2(2)": [ExhibitKind.FIGURE],
    }
    figure = edition.sections[1].paragraphs[1].exhibits[0]
    assert (figure.caption, figure.page) == ("Figure 2-1: Who works with whom", 2)
    assert figure.box == pytest.approx((72, 312, 252, 492), abs=1)
    assert edition.sections[1].paragraphs[0].exhibits[0].text == "FEE = BASE * (1 + RATE) / 12"


@pytest.mark.parametrize("has_box", [False, True])
def test_a_table_that_goes_on_over_a_page_is_one(has_box: bool) -> None:
    table = shown(read_content(guide_with_exhibits(has_box=has_box), name="guide.pdf"))[0]

    assert table.rows == (
        ("Report", "Fee", "When"),
        ("Late", "10", "at once"),
        ("Wrong", "20", "next month"),
        ("Missing", "30", "never"),
    )
    assert (table.page, table.caption) == (1, "Table 1: What a report costs")


def test_the_words_of_a_table_stay_in_the_paragraphs_text() -> None:
    edition = read_edition(read_content(guide_with_exhibits(), name="guide.pdf"), GRAMMAR)

    text = edition.sections[0].paragraphs[0].text
    assert all(word in text for word in ("Report", "Late", "20", "never"))


def test_a_merged_cell_keeps_its_text_once() -> None:
    rows = [("A head over two", "", "When"), ("Late", "10", "at once")]

    table = shown(read_content(page_with_table(rows, merged=[(0, 0)]), name="guide.pdf"))[0]

    assert table.rows == (("A head over two", "", "When"), ("Late", "10", "at once"))


def test_a_frame_around_text_is_no_table() -> None:
    framed = page_with_box(["[RR3: Replace paragraph (1) above:]", "(1) The fee is one."])

    assert shown(read_content(framed, name="guide.pdf")) == []


def test_a_table_without_a_word_is_none() -> None:
    assert shown(read_content(page_with_table([("", "", ""), ("", "", "")]), name="guide.pdf")) == []


def test_a_cell_merged_downwards_ends_where_a_line_parts_it() -> None:
    across = [Box(0, y, 200, y) for y in (0, 60)] + [Box(100, 30, 200, 30)]
    down = [Box(x, 0, x, 60) for x in (0, 100, 200)]

    (grid,) = find_grids(across + down)

    assert [(cell.row, cell.column, round(cell.box.height)) for cell in grid.cells] == [
        (0, 0, 60),
        (0, 1, 30),
        (1, 1, 30),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FEE = BASE * (1 + RATE) / 12", True),
        ("DAAMT q, p = (-1) * Σ (PRICE p, h * MWH q, p, h)", True),
        ("where MW = megawatts", False),
        ("See https://market.example/list?id=3&page=4*2", False),
        ("The operator shall add 1 + 2 = 3 and report the sum to the market.", False),
        ("(1) A fee of 10 dollars", False),
    ],
)
def test_what_is_a_formula(text: str, expected: bool) -> None:
    assert is_formula(text) is expected


@pytest.mark.parametrize(("edition", "sizes"), [("2025-02-01", [(5, 5), (5, 3), (41, 2), (39, 2)]),
                                                ("2025-12-15", [(5, 5), (5, 3), (41, 2), (44, 2)])])  # fmt: skip
def test_the_tables_of_the_real_guides(shared: Path, edition: str, sizes: list[tuple[int, int]]) -> None:
    found = sorted((shared / "rules").glob(f"*_PLANNING_GUIDE__{edition}.pdf"))
    if not found:
        pytest.skip(f"the real guide of {edition} is not there")
    source = read_document(found[0])
    read = read_edition(source, current_profile().get(Rulebook).grammar)

    exhibits = shown(source)
    assert [(len(one.rows), len(one.rows[0])) for one in exhibits] == sizes
    assert {one.kind for one in exhibits} == {ExhibitKind.TABLE}
    placed = [exhibit for section in read.sections for one in section.paragraphs for exhibit in one.exhibits]
    assert placed == exhibits
    boxed = [one.pending is not None for section in read.sections for one in section.paragraphs if one.exhibits]
    assert boxed == [False, False, False, True], "the last list stands in a grey box and is not in force"
