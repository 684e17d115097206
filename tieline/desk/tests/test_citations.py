"""A citation rests on one version of a paragraph and quotes words that stand in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.cast import MONDAY, Cast, viewer_of
from tests.letters import case_of, letter, receive
from tieline.desk.actions import QuoteNotFound, cite, withdraw_citation
from tieline.desk.models import Case
from tieline.identity.permissions import NotAllowed
from tieline.kernel.actor import SYSTEM
from tieline.rulebook import queries as rulebook
from tieline.rulebook.actions import import_edition

RULES = Path(__file__).parents[3] / "profiles" / "ercot" / "demo" / "rules"
BOOK = "illustrative-market-protocols"
SENTENCE = "All times are the prevailing time in Chicago"


@pytest.fixture
def case(cast: Cast) -> Case:
    for day in (date(2026, 1, 1), date(2026, 9, 1)):
        import_edition(RULES / f"{BOOK}-{day}.docx", book=BOOK, effective_on=day, by=SYSTEM, at=MONDAY)
    return case_of(receive(letter()))


def test_a_citation_holds_the_version_and_its_words(case: Case, cast: Cast) -> None:
    version = rulebook.cite("1.1(4)", as_at=MONDAY.date())

    citation = cite(case, version_id=version.version_id, quote=f"  {SENTENCE} ", by=cast.ana.as_actor(), at=MONDAY)

    assert (citation.version_id, citation.quote) == (version.version_id, SENTENCE)
    assert "1.1(4)" in citation.label
    again = cite(case, version_id=version.version_id, quote=SENTENCE, by=cast.ana.as_actor(), at=MONDAY)
    assert again == citation


@pytest.mark.parametrize("quote", ["All times are the time in Austin", "All times are prevailing"])
def test_words_that_do_not_stand_there_are_refused(quote: str, case: Case, cast: Cast) -> None:
    version = rulebook.cite("1.1(4)", as_at=MONDAY.date())

    with pytest.raises(QuoteNotFound, match="quote it exactly"):
        cite(case, version_id=version.version_id, quote=quote, by=cast.ana.as_actor(), at=MONDAY)

    assert not case.citations.exists()


def test_a_client_cannot_cite(case: Case, cast: Cast) -> None:
    version = rulebook.cite("1.1(4)", as_at=MONDAY.date())

    with pytest.raises(NotAllowed):
        cite(case, version_id=version.version_id, quote="", by=viewer_of(cast.bluestem), at=MONDAY)


def test_a_withdrawn_citation_stays_in_the_record_and_can_be_made_anew(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    version = rulebook.cite("1.1(4)", as_at=MONDAY.date())
    citation = cite(case, version_id=version.version_id, quote="", by=by, at=MONDAY)

    withdraw_citation(citation, by=by, at=MONDAY)
    withdraw_citation(citation, by=by, at=MONDAY)
    anew = cite(case, version_id=version.version_id, quote="", by=by, at=MONDAY)

    assert anew != citation
    assert case.citations.count() == 2
