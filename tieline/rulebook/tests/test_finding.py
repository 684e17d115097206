"""The rule that answers is found by its number, by its words, and never out of its time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import current_profile
from tieline.rulebook import queries
from tieline.rulebook.actions import import_edition
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.queries import NotInTheRules
from tieline.rulebook.tests.print_shop import guide, kept

TODAY = date(2026, 3, 1)


@pytest.fixture
def book(db: None, tmp_path: Path) -> str:
    """The small guide, read in."""
    key = current_profile().get(Rulebook).books[0].key
    at = datetime(2026, 1, 1, tzinfo=UTC)
    path = kept(tmp_path, "guide.pdf", guide())
    import_edition(path, book=key, effective_on=date(2026, 1, 1), by=SYSTEM, at=at)
    return key


def places(text: str) -> list[str]:
    return [f"{hit.section}{hit.paragraph}" for hit in queries.find(text, as_at=TODAY)]


@pytest.mark.parametrize(
    "written", ["1.2(1)(b)", "§1.2(1)(b)", "paragraph (1)(b) of Section 1.2", "Section 1.2, paragraph (1)(b)"]
)
def test_a_citation_finds_its_paragraph_first(book: str, written: str) -> None:
    first, *_ = queries.find(written, as_at=TODAY)

    assert (first.section, first.paragraph, first.score) == ("1.2", "(1)(b)", 1.0)
    assert "as cited" in first.why


def test_a_cited_paragraph_brings_what_stands_below_it(book: str) -> None:
    assert places("1.2(1)") == ["1.2(1)", "1.2(1)(a)", "1.2(1)(b)", "1.2(1)(c)"]


def test_a_range_finds_all_it_spans(book: str) -> None:
    assert places("1.2(1)(a) through (c)") == ["1.2(1)(a)", "1.2(1)(b)", "1.2(1)(c)"]


def test_a_missing_paragraph_gives_the_nearest_above_it_and_says_so(book: str) -> None:
    (hit,) = queries.find("1.2(1)(z)(iv)", as_at=TODAY)

    assert hit.paragraph == "(1)"
    assert "1.2(1)(z)(iv) is not in force" in hit.why
    assert "1.2(1) is the nearest above it" in hit.why


def test_a_missing_section_gives_the_nearest_above_it_and_says_so(book: str) -> None:
    first, *_ = queries.find("Section 1.3.9", as_at=TODAY)

    assert first.section == "1.3"
    assert "Section 1.3.9 is not in force" in first.why


def test_words_find_the_paragraph_that_says_most_of_them(book: str) -> None:
    first, *_ = queries.find("what does a late report cost?", as_at=TODAY)

    assert (first.section, first.paragraph) == ("1.3", "(2)")
    assert "late" in first.why


def test_a_word_of_the_heading_counts(book: str) -> None:
    assert places("fees")[0].startswith("1.3")


def test_the_last_word_may_be_unfinished(book: str) -> None:
    assert "1.3(2)" in places("waiv")


def test_quoted_words_must_stand_together_and_excluded_ones_not_at_all(book: str) -> None:
    assert places('"late report"') == ["1.3(2)"]
    assert "1.3(2)" not in places("fee -late")


NOTHING = ("", "   ", "the of and", "zebra", "'; DROP TABLE", "((()))", "\\ : * & | !", "(1)", '"\0"')


@pytest.mark.parametrize("text", NOTHING)
def test_what_finds_nothing_finds_nothing_quietly(book: str, text: str) -> None:
    assert queries.find(text, as_at=TODAY) == []


def test_scores_fall_and_exact_places_lead(book: str) -> None:
    scores = [hit.score for hit in queries.find("1.3(1) late report outage", as_at=TODAY)]

    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1.0


def test_nothing_is_found_before_it_was_in_force_or_in_another_book(book: str) -> None:
    assert queries.find("late report", as_at=date(2025, 12, 31)) == []
    assert queries.find("late report", as_at=TODAY, book="another") == []


def test_of_a_section_that_is_not_in_force_yet_it_is_said_from_when_it_is(book: str) -> None:
    early = queries.search("1.2(1)", as_at=date(2025, 12, 31))

    name = next(one.name for one in queries.books() if one.key == book)
    says = f"Section 1.2 of {name} stands from 2026-01-01; on 2025-12-31 nothing of it is in force."
    assert (early.hits, early.says, early.lines()) == ((), says, [says])
    assert queries.search("Section 1.2 and its reports", as_at=date(2025, 12, 31)).says == says
    assert queries.search("97.5.1", as_at=date(2025, 12, 31)).says == ""
    assert queries.search("1.2(1)", as_at=TODAY).says == ""


def test_the_limit_holds(book: str) -> None:
    assert len(queries.find("report outage fee", as_at=TODAY, limit=2)) == 2


def test_a_hit_as_data_is_what_the_command_line_promises(book: str) -> None:
    data = queries.find("1.3(1)", as_at=TODAY)[0].as_data()

    promised = {"book", "section", "paragraph", "text", "effective_from", "effective_to", "score", "why"}
    assert promised <= data.keys()
    assert (data["effective_from"], data["effective_to"]) == ("2026-01-01", None)


def test_cite_gives_the_version_and_its_label(book: str) -> None:
    cited = queries.cite("paragraph (1)(b) of Section 1.2", as_at=TODAY)

    assert cited.label == f"{cited.book_name} §1.2(1)(b)"
    assert queries.cite(cited.version_id, as_at=TODAY) == cited
    assert queries.quote_occurs(cited.text, "hour in which the  outage began")


@pytest.mark.parametrize("written", ["1.2(9)", "7.7", "no citation at all"])
def test_what_is_not_in_the_rules_is_refused(book: str, written: str) -> None:
    with pytest.raises(NotInTheRules):
        queries.cite(written, as_at=TODAY)


def test_a_section_is_read_in_the_order_of_the_book(book: str) -> None:
    page = queries.section(book, "1.2", TODAY)

    assert page.title == "Reports"
    assert [one.paragraph for one in page.paragraphs] == ["(1)", "(1)(a)", "(1)(b)", "(1)(c)"]
    with pytest.raises(NotInTheRules, match="has no Section 9"):
        queries.section(book, "9.9", TODAY)
