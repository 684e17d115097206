"""A section is read with its paragraphs nested, its citations linked, its days of change and its past."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import MONDAY
from tests.rule_editions import (
    BOOK,
    BOXED,
    FIRST,
    SECOND,
    WAIVER,
    adopt_two_editions,
    boxed_version,
    version_at,
)
from tieline.kernel.actor import SYSTEM
from tieline.rulebook import standing
from tieline.rulebook.actions import import_edition
from tieline.rulebook.history.changes import Kind, UnfitSpan
from tieline.rulebook.history.redline import Mark, redline
from tieline.rulebook.queries import NotInTheRules, cited_version, sections
from tieline.rulebook.reading.boxed import find_boxed
from tieline.rulebook.reading.cited_by import reach_of
from tieline.rulebook.reading.comparisons import compare_section
from tieline.rulebook.reading.contents import boxed_places, spans, tree
from tieline.rulebook.reading.extracts import extract
from tieline.rulebook.reading.histories import day_to_read, history
from tieline.rulebook.reading.sections import parts_of, place_of, read_section
from tieline.rulebook.tests.print_shop import kept, word

MOST_STATEMENTS = 9


@pytest.fixture
def book(db: None, tmp_path: Path) -> str:
    adopt_two_editions(tmp_path)
    return BOOK


def test_paragraphs_stand_one_below_the_other(book: str) -> None:
    found = read_section(book, "1.2", as_at=SECOND)

    (first,) = found.paragraphs
    assert (first.label, [one.label for one in first.below]) == ("(1)", ["(a)", "(b)", "(c)"])
    assert [one.path for one in first.below] == ["(1)(a)", "(1)(b)", "(1)(c)"]


def test_a_grey_box_follows_the_text_it_will_replace_and_is_marked(book: str) -> None:
    found = read_section(book, "1.5", as_at=SECOND)

    assert [(one.path, bool(one.pending_request)) for one in found.paragraphs] == [("(2)", False), ("(2)", True)]
    assert [(one.request, one.section) for one in boxed_places(book, SECOND)] == [("XRR100", "1.5")]
    assert boxed_places(book, FIRST) == ()


def test_what_grey_boxed_text_cites_is_linked_where_it_is_there(db: None, tmp_path: Path) -> None:
    lines = [("1.5 Boxes", 2), ("(1) A report is due.", 0), ("(2) It is free.", 0)]
    boxed = (
        "[XRR100:  Replace paragraph (2) above with the following upon implementation:]",
        "(2) A report under paragraph (1) above, or under Section 7.7.7, costs a fee.",
    )
    import_edition(kept(tmp_path, "g.docx", word(lines, boxed=boxed)), book=BOOK, effective_on=FIRST, by=SYSTEM,
                   at=MONDAY)  # fmt: skip

    found = read_section(BOOK, "1.5", as_at=FIRST)

    (box,) = [one for one in found.paragraphs if one.pending_request]
    (cited,) = [piece for piece in box.pieces if piece.cited]
    assert cited.cited is not None
    assert cited.cited.version_id == version_at("1.5", "(1)", day=FIRST).pk
    assert found.cites == ()


def test_what_a_paragraph_cites_is_linked_and_what_leads_nowhere_says_why(book: str) -> None:
    fees, reports = (read_section(book, number, as_at=SECOND) for number in ("1.3", "1.2"))

    (cited,) = [piece for piece in fees.paragraphs[0].pieces if piece.cited]
    (loose,) = [piece for one in reports.paragraphs[0].below for piece in one.pieces if piece.cited]
    assert cited.cited is not None
    assert cited.cited.version_id == version_at("1.2", "(1)(a)").pk
    assert loose.cited is not None
    assert not loose.cited.is_resolved
    assert "7.7.7" in loose.cited.problem
    assert "".join(piece.text for piece in fees.paragraphs[0].pieces) == version_at("1.3", "(1)").text


def test_days_of_change_lead_back_and_forth(book: str) -> None:
    before, after = (read_section(book, "1.3", as_at=day) for day in (date(2026, 3, 1), SECOND))

    assert [(one.day, one.before) for one in after.change_days] == [(FIRST, None), (SECOND, FIRST)]
    assert after.change_days[1].paragraphs == 3
    assert (before.changed_before, before.changed_on, before.changes_next) == (None, FIRST, SECOND)
    assert (after.changed_before, after.changed_on, after.changes_next) == (FIRST, SECOND, None)


def test_a_section_knows_its_place_in_the_book(book: str) -> None:
    found = read_section(book, "1.3", as_at=SECOND)

    assert [row.number for row in found.above] == ["1"]
    assert found.before is not None
    assert found.after is not None
    assert (found.before.number, found.after.number) == ("1.2", "1.4")
    assert found.has_whole_tree
    assert [one.row.number for one in found.chapters] == ["1"]
    assert [one.row.number for one in tree(sections(book, SECOND))[0].below] == ["1.1", "1.2", "1.3", "1.4", "1.5"]


def test_in_a_very_long_book_only_the_own_chapter_is_shown_in_full(book: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tieline.rulebook.reading.sections.MOST_IN_TREE", 2)

    found = read_section(book, "1.3", as_at=SECOND)

    assert not found.has_whole_tree
    assert [len(one.below) for one in found.chapters] == [5]


def test_a_day_before_the_book_is_refused_with_its_name(book: str) -> None:
    with pytest.raises(NotInTheRules, match=r"Market Guide has no Section 1\.3 on 1999-01-01"):
        read_section(book, "1.3", as_at=date(1999, 1, 1))


def test_a_moved_paragraph_says_from_where_and_how_surely(book: str) -> None:
    moved = read_section(book, "1.4", as_at=SECOND).paragraphs[0]

    assert moved.origin is not None
    assert (moved.origin.place, moved.origin.certainty) == ("1.3(4)", 1.0)
    assert moved.is_reworded


def test_a_section_is_read_with_few_statements(book: str) -> None:
    with CaptureQueriesContext(connection) as captured:
        read_section(book, "1.3", as_at=SECOND)

    assert len(captured) <= MOST_STATEMENTS, "\n".join(one["sql"] for one in captured)


@pytest.mark.parametrize(("number", "day"), [("1.9", SECOND), ("1.4", FIRST), ("1.3", date(2025, 1, 1))])
def test_a_section_that_is_not_there_is_refused(book: str, number: str, day: date) -> None:
    with pytest.raises(NotInTheRules):
        read_section(book, number, as_at=day)


def test_it_is_known_when_a_section_stood_in_the_book(book: str) -> None:
    assert [(one.effective_from, one.effective_to) for one in spans(book, "1.4")] == [(SECOND, None)]
    assert spans(book, "9.9") == ()


@pytest.mark.parametrize(
    ("path", "found"),
    [("(1)(a)", "(1)(a)"), ("(1)(z)", "(1)"), ("(1)(a)(i)", "(1)(a)"), ("(7)", None), ("nonsense", None), ("", None)],
)
def test_a_path_leads_to_the_paragraph_or_the_nearest_above(book: str, path: str, found: str | None) -> None:
    place = place_of(book, "1.2", path, as_at=SECOND)

    assert (place.path if place else None) == found


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("(2)(a)", ["(2)", "(a)"]),
        ("(2)~2(a)", ["(2)~2", "(a)"]),
        ("[Load (LSE)](1)", ["[Load (LSE)]", "(1)"]),
        ("", []),
    ],
)
def test_a_path_has_parts(path: str, parts: list[str]) -> None:
    assert parts_of(path) == parts


def test_a_section_is_compared_between_two_days(book: str) -> None:
    compared = compare_section(book, "1.3", from_day=FIRST, to_day=SECOND)

    assert [(one.kind, one.path, one.went_to) for one in compared.paragraphs] == [
        (Kind.CHANGED, "(1)", ""),
        (None, "(2)", ""),
        (Kind.GONE, "(3)", ""),
        (Kind.MOVED, "(4)", "1.4(1)"),
    ]
    assert compared.counts == {"added": 0, "changed": 1, "moved": 1, "gone": 1, "unchanged": 1}
    assert [one.text for one in compared.paragraphs[0].redline.inline if one.mark is Mark.ADDED] == ["700 "]


def test_text_that_came_from_another_section_says_so(book: str) -> None:
    (moved,) = compare_section(book, "1.4", from_day=FIRST, to_day=SECOND).paragraphs

    assert (moved.kind, moved.was_at, moved.redline.is_equal) == (Kind.MOVED, "1.3(4)", True)


def test_one_paragraph_is_compared_with_what_stands_below_it(book: str) -> None:
    compared = compare_section(book, "1.2", from_day=FIRST, to_day=SECOND, path="(1)")

    assert [one.path for one in compared.paragraphs] == ["(1)", "(1)(a)", "(1)(b)", "(1)(c)"]


@pytest.mark.parametrize(
    ("from_day", "to_day"), [(SECOND, FIRST), (FIRST, FIRST), (date(2020, 1, 1), SECOND), (date.min, date.max)]
)
def test_days_that_cannot_be_compared_are_refused(book: str, from_day: date, to_day: date) -> None:
    with pytest.raises(UnfitSpan):
        compare_section(book, "1.3", from_day=from_day, to_day=to_day)


def test_a_section_that_stood_on_neither_day_cannot_be_compared(book: str) -> None:
    with pytest.raises(NotInTheRules):
        compare_section(book, "7.7", from_day=FIRST, to_day=SECOND)


def test_a_history_tells_each_wording_the_newest_first(book: str) -> None:
    told = history(version_at("1.4", "(1)").pk, as_at=SECOND)

    assert [(one.place, one.moment.effective_from) for one in told.wordings] == [("1.4(1)", SECOND), ("1.3(4)", FIRST)]
    assert told.wordings[0].came_from is not None
    assert told.wordings[0].came_from.text == WAIVER
    assert told.waiting == ()


def test_a_history_shows_what_waits(book: str) -> None:
    of_text, of_box = (history(one.pk, as_at=SECOND) for one in (version_at("1.5", "(2)"), boxed_version()))

    assert [(one.request, one.version_id) for one in of_text.waiting] == [("XRR100", boxed_version().pk)]
    assert [one.moment.version_id for one in of_box.wordings] == [version_at("1.5", "(2)").pk]
    assert of_box.waiting[0].redline.words_added > 0


@pytest.mark.parametrize(
    ("place", "today", "day"),
    [
        (("1.3", "(1)", FIRST), SECOND, FIRST),
        (("1.3", "(1)", SECOND), date(2026, 12, 1), date(2026, 12, 1)),
        (("1.3", "(1)", SECOND), FIRST, SECOND),
    ],
)
def test_a_version_is_shown_today_while_it_stands(
    book: str, place: tuple[str, str, date], today: date, day: date
) -> None:
    section, path, on = place
    cited = cited_version(version_at(section, path, day=on).pk)

    assert day_to_read(cited, today) == day


def test_what_cites_a_section_is_found_in_rules_and_beyond(book: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = reach_of(book, "1.3", as_at=SECOND)

    assert {place: [one.path for one in cited] for place, cited in found.rules.items()} == {(book, "1.1"): ["(1)"]}
    assert found.rule_count == 1
    assert found.resting == () or all(kind.count for kind in found.resting)
    assert set(standing.kinds()) >= {kind.kind for kind in found.resting}


def test_grey_boxed_text_is_found_apart(book: str) -> None:
    (hit,) = find_boxed("three times the fee", as_at=SECOND)

    assert (hit.section, hit.path, hit.request, hit.text) == ("1.5", "(2)", "XRR100", BOXED)
    assert find_boxed("three times the fee", as_at=FIRST) == []
    assert find_boxed("three times", as_at=SECOND, book="another") == []
    assert [one.section for one in find_boxed("XRR100", as_at=SECOND)] == ["1.5"]
    assert find_boxed("'\0\\ & | ! :*", as_at=SECOND) == []
    assert [one.section for one in find_boxed("is the fee waived or three times as high?", as_at=SECOND)][:1] == ["1.5"]
    assert find_boxed('"three fee"', as_at=SECOND) == []
    assert find_boxed("three times the fee", as_at=SECOND, printed_since=SECOND) == [hit]
    assert find_boxed("three times the fee", as_at=SECOND, printed_since=SECOND + timedelta(days=1)) == []


def test_an_extract_keeps_changes_and_a_few_words_around() -> None:
    before = "word " * 60 + "five hundred dollars " + "more " * 60
    shown = extract(redline(before, before.replace("five", "seven")).inline)

    text = "".join(one.text for one in shown)
    assert {one.mark for one in shown} == set(Mark)
    assert text.startswith("… word")
    assert len(text) < 200
    assert len("".join(one.text for one in extract(redline("", "long " * 500).inline))) < 450
