"""A PDF of a rule book becomes sections and paragraphs, without what is printed around them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieline.rulebook.documents.extract import read_document
from tieline.rulebook.outlining.furniture import Reason
from tieline.rulebook.outlining.outline import EditionText
from tieline.rulebook.outlining.structure import NoSections, read_edition
from tieline.rulebook.tests.print_shop import (
    GRAMMAR,
    Printed,
    contents,
    heading,
    kept,
    more,
    pdf,
)


def read(directory: Path, *pages: list[Printed]) -> EditionText:
    return read_edition(read_document(kept(directory, "guide.pdf", pdf(pages))), GRAMMAR)


def shape(edition: EditionText) -> dict[str, list[str]]:
    return {section.number: [one.path for one in section.paragraphs] for section in edition.sections}


def test_labels_become_paths(tmp_path: Path) -> None:
    edition = read(
        tmp_path,
        [
            heading("2.1 Duties"),
            Printed("(1) The operator shall:"),
            Printed("(a) Publish prices;", 1),
            Printed("(b) Keep records of:", 1),
            Printed("(i) Outages; and", 2),
            Printed("(ii) Disputes, with:", 2),
            Printed("(A) The day; and", 3),
            Printed("(B) The sum.", 3),
            Printed("(2) The operator answers within two days."),
        ],
    )

    assert shape(edition) == {
        "2.1": ["(1)", "(1)(a)", "(1)(b)", "(1)(b)(i)", "(1)(b)(ii)", "(1)(b)(ii)(A)", "(1)(b)(ii)(B)", "(2)"]
    }


def test_an_i_after_h_is_a_letter_beside_it_and_a_roman_number_below_it(tmp_path: Path) -> None:
    letters = [Printed(f"({letter}) Item {letter};", 1) for letter in "abcdefg"]
    beside = [Printed("(h) Item h; and", 1), Printed("(i) Item i.", 1)]
    below = [Printed("(h) Items such as:", 1), Printed("(i) One kind; and", 2), Printed("(ii) Another.", 2)]

    lists = [heading("2.1 First"), Printed("(1) A list:"), *letters, *beside]
    lists += [heading("2.2 Second"), Printed("(1) A list:"), *letters, *below]
    edition = read(tmp_path, lists)

    assert shape(edition)["2.1"][-2:] == ["(1)(h)", "(1)(i)"]
    assert shape(edition)["2.2"][-3:] == ["(1)(h)", "(1)(h)(i)", "(1)(h)(ii)"]


def test_running_heads_page_numbers_and_contents_are_in_no_paragraph(tmp_path: Path) -> None:
    pages = [[heading(f"3.{n} Part {n}"), Printed(f"(1) Rule {n} goes on to the next")] for n in (1, 2, 3)]

    edition = read(tmp_path, contents("3.1 Part 1", "3.2 Part 2", "3.3 Part 3"), *pages)

    assert [one.text for section in edition.sections for one in section.paragraphs] == [
        f"Rule {n} goes on to the next" for n in (1, 2, 3)
    ]
    assert {one.reason for one in edition.left_out} == {Reason.RUNNING, Reason.CONTENTS}
    assert not edition.unplaced


def test_a_paragraph_goes_on_over_the_page_break(tmp_path: Path) -> None:
    edition = read(
        tmp_path,
        [heading("3.1 Part"), Printed("(1) A rule that is longer than the page")],
        [more("on which it began."), Printed("(2) The next.")],
        [Printed("(3) The last.")],
    )

    first, *_ = edition.sections[0].paragraphs
    assert (first.text, first.page) == ("A rule that is longer than the page on which it began.", 1)
    assert shape(edition) == {"3.1": ["(1)", "(2)", "(3)"]}


def test_a_heading_may_take_two_lines(tmp_path: Path) -> None:
    edition = read(
        tmp_path,
        [
            heading("3.1 Reports of Outages that Concern More than One"),
            more("Transmission Operator", 0, bold=True),
            Printed("(1) A rule."),
        ],
    )

    title = "Reports of Outages that Concern More than One Transmission Operator"
    assert edition.sections[0].title == title


@pytest.mark.parametrize("broken", ["4.2.1 applies to every report.", "3.1.2 Outages and their reports apply."])
def test_a_reference_at_the_start_of_a_line_is_no_heading(tmp_path: Path, broken: str) -> None:
    edition = read(
        tmp_path,
        [
            heading("3.1 Part"),
            Printed("(1) A report follows the rules of Section"),
            more(broken),
            heading("3.2 Other"),
            Printed("(1) Section 3.1.2 applies here too."),
        ],
    )

    assert list(shape(edition)) == ["3.1", "3.2"]
    assert broken in edition.sections[0].paragraphs[0].text


def test_a_label_inside_a_sentence_opens_no_paragraph(tmp_path: Path) -> None:
    edition = read(
        tmp_path,
        [
            heading("3.1 Part"),
            Printed("(1) The first rule:"),
            Printed("(a) A part of it.", 1),
            Printed("(2) The second, which does not touch what is said in paragraph"),
            more("(3) below or in any other paragraph."),
            Printed("(3) The third."),
        ],
    )

    assert shape(edition) == {"3.1": ["(1)", "(1)(a)", "(2)", "(3)"]}


def test_grey_boxed_text_is_pending_and_the_rule_goes_on_after_it(tmp_path: Path) -> None:
    edition = read(
        tmp_path,
        [
            heading("3.1 Part"),
            Printed("(1) The fee is ten."),
            Printed("[RR12: Replace paragraph (1) above with the following upon system", grey=True),
            more("implementation:]", 0, grey=True),
            Printed("(1) The fee is twelve.", grey=True),
            Printed("(2) The fee is paid at once."),
        ],
    )

    section = edition.sections[0]
    read_as = [(one.path, one.text, one.pending.request if one.pending else "") for one in section.paragraphs]
    assert read_as == [
        ("(1)", "The fee is ten.", ""),
        ("(1)", "The fee is twelve.", "RR12"),
        ("(2)", "The fee is paid at once.", ""),
    ]
    assert [box.request for box in edition.boxes] == ["RR12"]
    assert edition.boxes[0].note.endswith("implementation:]")


def test_a_boxed_heading_opens_a_pending_section_only(tmp_path: Path) -> None:
    edition = read(
        tmp_path,
        [
            heading("3.1 Part"),
            Printed("(1) A rule."),
            Printed("[RR7: Insert Section 3.2 below upon system implementation:]", grey=True),
            heading("3.2 New Part", grey=True),
            Printed("(1) A rule to come.", grey=True),
            Printed("(2) A rule of the old part."),
        ],
    )

    assert [(one.number, bool(one.pending)) for one in edition.sections] == [("3.1", False), ("3.2", True)]
    assert shape(edition) == {"3.1": ["(1)", "(2)"], "3.2": ["(1)"]}


def test_text_before_the_first_label_has_the_empty_path_and_terms_their_own(tmp_path: Path) -> None:
    edition = read(
        tmp_path,
        [
            heading("2.1 Definitions"),
            Printed("Words in this guide mean:"),
            Printed("Operating Day", bold=True),
            Printed("The day on which power flows."),
            Printed("Outage", bold=True),
            Printed("The time in which it does not."),
        ],
    )

    assert shape(edition) == {"2.1": ["", "[Operating Day]", "[Outage]"]}


def test_title_pages_are_left_out_and_open_an_attachment(tmp_path: Path) -> None:
    edition = read(
        tmp_path,
        contents("7 Forms", "7.1 Use of Forms"),
        [heading("7.1 Use of Forms"), Printed("(1) Forms are signed.")],
        [Printed("Market Guide", 3, True, size=18), Printed("Section 7", 3, True, size=18),
         Printed("Attachment A: Declaration", 3, True, size=18)],
        [Printed("I declare that what I report is true.")],
    )  # fmt: skip

    assert shape(edition) == {"7.1": ["(1)"], "7": ["(A)"]}
    assert "I declare" in edition.sections[1].paragraphs[0].text


def test_front_matter_is_reported_as_unplaced(tmp_path: Path) -> None:
    front = "This copy is for convenience only."

    edition = read(tmp_path, [Printed(front)], [heading("1.1 A"), Printed("(1) B.")])

    assert [(line.page, line.text) for line in edition.unplaced] == [(1, front)]


def test_a_file_without_numbered_headings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoSections, match="No numbered section headings"):
        read(tmp_path, [Printed("A letter about nothing in particular, with no rule in it at all.")])
