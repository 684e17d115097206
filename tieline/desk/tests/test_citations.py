"""A citation rests on one version of a paragraph and quotes words that stand in it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.cast import MONDAY, Cast, viewer_of
from tests.letters import case_of, letter, receive
from tests.rules import adopt_rules
from tieline.desk.actions import QuoteNotFound, cite, withdraw_citation
from tieline.desk.models import Case
from tieline.desk.queries import case_page
from tieline.identity.permissions import NotAllowed
from tieline.rulebook import queries as rulebook

SENTENCE = "shall post each statement by the end of the tenth Business Day"


@pytest.fixture
def case(cast: Cast, tmp_path: Path) -> Case:
    adopt_rules(tmp_path)
    return case_of(receive(letter()))


def test_a_citation_holds_the_version_and_its_words(case: Case, cast: Cast) -> None:
    version = rulebook.cite("9.1(1)", as_at=MONDAY.date())

    citation = cite(case, version_id=version.version_id, quote=f"  {SENTENCE} ", by=cast.ana.as_actor(), at=MONDAY)

    assert (citation.version_id, citation.quote) == (version.version_id, SENTENCE)
    assert "9.1(1)" in citation.label
    again = cite(case, version_id=version.version_id, quote=SENTENCE, by=cast.ana.as_actor(), at=MONDAY)
    assert again == citation


@pytest.mark.parametrize("quote", ["shall post each statement soon", "by the tenth Business Day"])
def test_words_that_do_not_stand_there_are_refused(quote: str, case: Case, cast: Cast) -> None:
    version = rulebook.cite("9.1(1)", as_at=MONDAY.date())

    with pytest.raises(QuoteNotFound, match="quote it exactly"):
        cite(case, version_id=version.version_id, quote=quote, by=cast.ana.as_actor(), at=MONDAY)

    assert not case.citations.exists()


def test_a_client_cannot_cite(case: Case, cast: Cast) -> None:
    version = rulebook.cite("9.1(1)", as_at=MONDAY.date())

    with pytest.raises(NotAllowed):
        cite(case, version_id=version.version_id, quote="", by=viewer_of(cast.bluestem), at=MONDAY)


def test_a_withdrawn_citation_stays_in_the_record_and_can_be_made_anew(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    version = rulebook.cite("9.1(1)", as_at=MONDAY.date())
    citation = cite(case, version_id=version.version_id, quote="", by=by, at=MONDAY)

    withdraw_citation(citation, by=by, at=MONDAY)
    withdraw_citation(citation, by=by, at=MONDAY)
    anew = cite(case, version_id=version.version_id, quote="", by=by, at=MONDAY)

    assert anew != citation
    assert case.citations.count() == 2


def test_a_later_edition_does_not_reach_back_into_a_citation(case: Case, cast: Cast, tmp_path: Path) -> None:
    by = cast.ana.as_actor()
    version = rulebook.cite("9.1(1)", as_at=MONDAY.date())
    cite(case, version_id=version.version_id, quote=SENTENCE, by=by, at=MONDAY)

    adopt_rules(tmp_path, effective_on=date(2026, 12, 1), posting="The Operator shall post within five days.")

    december = MONDAY + timedelta(days=30)
    assert rulebook.cite("9.1(1)", as_at=december.date()).version_id != version.version_id
    (line,) = case_page(case, profile=cast.profile, at=december).citations
    assert (line.quote, line.version_id, line.is_stale) == (SENTENCE, version.version_id, True)
