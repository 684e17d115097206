"""Each citation of a text leads to its paragraph on the day, and one that leads nowhere is kept and says why."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import current_profile
from tieline.rulebook.actions import import_edition
from tieline.rulebook.citing import resolution
from tieline.rulebook.citing.spellings import Within
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.tests.print_shop import Printed, guide, heading, kept

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
FIRST, SECOND = date(2026, 1, 1), date(2026, 6, 1)
WAIVERS = [
    heading("1.4 Waivers"),
    Printed("(1) A waiver under paragraph (2) of Section 1.3, Fees, is given in writing."),
    Printed("(2) Paragraph (1) above and Sections 1.2(1) and 9.9 say what it names."),
]


@pytest.fixture
def book(db: None, tmp_path: Path) -> str:
    """The guide, in its second edition with a section that cites others."""
    key = current_profile().get(Rulebook).books[0].key
    for day, extra in ((FIRST, []), (SECOND, WAIVERS)):
        path = kept(tmp_path, f"{day}.pdf", guide(extra=extra))
        import_edition(path, book=key, effective_on=day, by=SYSTEM, at=AT)
    return key


def test_a_text_is_read_as_at_a_day(book: str) -> None:
    text = "Section 1.4(1) waives what Section 1.3(1) asks."

    early, late = (resolution.resolve(text, as_at=day) for day in (FIRST, SECOND))

    assert [one.is_resolved for one in late.citations] == [True, True]
    assert [one.words for one in early.unresolved] == ["Section 1.4(1)"]
    assert "Section 1.4 is not in force" in early.unresolved[0].problem


def test_a_paragraph_that_is_not_there_leads_to_the_one_above_it(book: str) -> None:
    (found,) = resolution.resolve("see 1.2(1)(z)", as_at=FIRST).citations

    assert (found.section, found.path, found.is_resolved) == ("1.2", "(1)", False)
    assert found.version_id is not None
    assert "has no paragraph (1)(z)" in found.problem


def test_a_bare_number_counts_only_where_it_leads_somewhere(book: str) -> None:
    found = resolution.resolve("A load of 1.3 and one of 7.5 were seen.", as_at=FIRST)

    assert [one.words for one in found.citations] == ["1.3"]


def test_words_such_as_above_mean_the_section_in_hand(book: str) -> None:
    within = Within("1.2", "(1)(a)")

    (found,) = resolution.resolve("as in item (b) below", as_at=FIRST, book=book, within=within).citations

    assert (str(found.citation), found.is_resolved) == ("1.2(1)(b)", True)


def test_a_revision_request_is_found_beside_the_rules(book: str) -> None:
    request = current_profile().get(Rulebook).books[0].revision_request + "1206"

    assert [one.request for one in resolution.resolve(f"See {request}.", as_at=FIRST).requests] == [request]


def test_a_section_shows_what_it_cites_and_what_cites_it(book: str) -> None:
    cited = resolution.cited_in(book, "1.4", as_at=SECOND)
    citing = resolution.citing(book, "1.3", as_at=SECOND)

    assert [(one.path, [str(each.citation) for each in one.citations]) for one in cited] == [
        ("(1)", ["1.3(2)"]),
        ("(2)", ["1.4(1)", "1.2(1)", "9.9"]),
    ]
    assert [(one.section, one.path) for one in citing] == [("1.4", "(1)")]
    assert resolution.citing(book, "1.3", as_at=FIRST) == []


def test_loose_ends_of_a_book_are_listed(book: str) -> None:
    (loose,) = resolution.unresolved(book, as_at=SECOND)

    assert (loose.section, loose.path) == ("1.4", "(2)")
    assert [one.words for one in loose.citations] == ["9.9"]
