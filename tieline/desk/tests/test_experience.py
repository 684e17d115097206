"""The search learns from cases: the client's first words and the rules cited for them."""

from __future__ import annotations

from pathlib import Path

from tests.cast import MONDAY, Cast
from tests.letters import case_of, letter, receive
from tests.rules import adopt_rules
from tieline.desk.actions import cite, withdraw_citation
from tieline.rulebook import queries as rulebook
from tieline.rulebook.finding.experience_sources import cited_questions


def test_a_case_with_citations_is_a_question_with_its_answer(cast: Cast, tmp_path: Path) -> None:
    adopt_rules(tmp_path)
    case = case_of(receive(letter("When is the settlement statement posted?", subject="Posting")))
    version = rulebook.cite("9.1(1)", as_at=MONDAY.date())
    by = cast.ana.as_actor()
    citation = cite(case, version_id=version.version_id, quote="", by=by, at=MONDAY)

    (question,) = cited_questions()
    withdraw_citation(citation, by=by, at=MONDAY)

    assert question.text.startswith("Posting\nWhen is the settlement statement posted?")
    assert question.version_ids == {version.version_id}
    assert list(cited_questions()) == []
