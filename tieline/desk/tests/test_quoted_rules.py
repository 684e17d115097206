"""A reply does not leave with words that its rule does not say; what waits to leave is watched."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.cast import MONDAY, Cast
from tests.letters import case_of, letter, receive
from tests.rules import adopt_rules
from tieline.desk.actions import save_draft, send_later
from tieline.desk.actions.composing import Wish, send
from tieline.desk.actions.guarding import Guarded
from tieline.desk.actions.later import send_due_replies
from tieline.desk.models import Case, CaseState, DraftKind, LaterState
from tieline.desk.quoted_rules import flags
from tieline.kernel.profile import current_profile
from tieline.rulebook import queries as rulebook
from tieline.rulebook.citing.proof import Fault, verify
from tieline.rulebook.models import ParagraphVersion
from tieline.rulebook.tests.rule_rows import reword

RIGHT = "“shall post each statement by the end of the tenth Business Day” (Section 9.1(1))"
WRONG = "“shall post each statement by the end of the ninth Business Day” (Section 9.1(1))"
NEXT = MONDAY + timedelta(days=1)


@pytest.fixture
def case(cast: Cast, tmp_path: Path) -> Case:
    adopt_rules(tmp_path)
    return case_of(receive(letter()))


def change_the_rule() -> None:
    cited = rulebook.cite("9.1(1)", as_at=MONDAY.date())
    version = ParagraphVersion.objects.get(pk=cited.version_id)
    reword(version, version.text.replace("tenth", "eighth"), on=NEXT.date())


def draft(case: Case, cast: Cast, text: str) -> None:
    save_draft(
        case, kind=DraftKind.REPLY, text=text, then=CaseState.WAITING, version=0, key=None,
        by=cast.ana.as_actor(), at=MONDAY,
    )  # fmt: skip


def unsent_findings(day_at: object) -> list[tuple[str, Fault]]:
    found = verify(as_at=day_at).findings  # type: ignore[arg-type]
    return [(one.resting.label, one.fault) for one in found if one.kind == "reply_draft"]


def test_a_reply_that_misquotes_a_rule_does_not_leave(case: Case, cast: Cast) -> None:
    wish = Wish(text=f"Good news. The operator {WRONG}.")

    with pytest.raises(Guarded) as refused:
        send(case, wish, profile=current_profile(), by=cast.ana.as_actor(), at=MONDAY)

    (found,) = [one for one in refused.value.findings if one.key == "misquoted"]
    assert found.stops
    assert "do not stand in Section 9.1(1)" in found.sentence


def test_a_reply_that_quotes_it_rightly_leaves(case: Case, cast: Cast) -> None:
    wish = Wish(text=f"Good news. The operator {RIGHT}.")

    assert send(case, wish, profile=current_profile(), by=cast.ana.as_actor(), at=MONDAY)


def test_a_planned_reply_is_handed_back_when_its_rule_changed_meanwhile(case: Case, cast: Cast) -> None:
    later = send_later(
        case, text=f"The operator {RIGHT}.", then=CaseState.WAITING, send_at=NEXT, by=cast.ana.as_actor(), at=MONDAY
    )
    change_the_rule()

    send_due_replies(NEXT)

    later.refresh_from_db()
    assert later.state == LaterState.CANCELLED
    assert "its text has changed since" in later.state_why


def test_a_planned_reply_whose_rule_stands_is_sent(case: Case, cast: Cast) -> None:
    later = send_later(
        case, text=f"The operator {RIGHT}.", then=CaseState.WAITING, send_at=NEXT, by=cast.ana.as_actor(), at=MONDAY
    )

    send_due_replies(NEXT)

    later.refresh_from_db()
    assert later.state == LaterState.SENT


def test_a_draft_is_flagged_when_its_rule_changes(case: Case, cast: Cast) -> None:
    draft(case, cast, f"The operator {RIGHT}.")
    before = unsent_findings(MONDAY.date())
    change_the_rule()

    assert before == []
    assert unsent_findings(NEXT.date()) == [("Section 9.1(1)", Fault.CHANGED)]


def test_the_writer_sees_it_in_the_case(case: Case, cast: Cast) -> None:
    draft(case, cast, f"The operator {RIGHT}.")
    change_the_rule()

    (flag,) = flags(case, by=cast.ana.as_actor(), at=NEXT)

    assert flag.label == "Section 9.1(1)"
    assert "stood in Section 9.1(1) until" in flag.says
    assert flags(case, by=cast.ana.as_actor(), at=MONDAY) == ()
    assert flags(case, by=cast.ravi.as_actor(), at=NEXT) == ()


def test_a_citation_without_quoted_words_is_flagged_too(case: Case, cast: Cast) -> None:
    draft(case, cast, "The operator posts it as Section 9.1(1) says.")
    change_the_rule()

    (flag,) = flags(case, by=cast.ana.as_actor(), at=NEXT)

    assert "its text has changed since" in flag.says


def test_a_draft_that_misquotes_is_named_by_verify(case: Case, cast: Cast) -> None:
    draft(case, cast, f"The operator {WRONG}.")

    assert unsent_findings(MONDAY.date()) == [("Section 9.1(1)", Fault.MISQUOTED)]
