"""Two people change one field: the later is shown both values, and nothing is written over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import MONDAY, Cast
from tieline.desk.actions import assign, close_case, reroute
from tieline.desk.field_conflicts import Field, FieldConflict, Routing
from tieline.desk.models import Case, CaseState
from tieline.desk.profile import Taxonomy

LATER = MONDAY + timedelta(minutes=2)


@pytest.fixture
def case(cast: Cast) -> Case:
    from tieline.console.tests.arriving import receive

    return receive(cast, "Whose is this?", "One question.")


def other(taken: str, keys: list[str]) -> str:
    return next(key for key in keys if key != taken)


def test_an_owner_given_meanwhile_is_not_written_over(case: Case, cast: Cast) -> None:
    assign(case, owner=cast.ravi, by=cast.ravi.as_actor(), at=MONDAY, was="")

    with pytest.raises(FieldConflict, match="Ravi") as refused:
        assign(case, owner=cast.ana, by=cast.ana.as_actor(), at=LATER, was="")

    change = refused.value.change
    assert (change.field, change.now_name, change.wanted_name) == (Field.OWNER, cast.ravi.name, cast.ana.name)
    assert (refused.value.who, refused.value.changed_at) == (cast.ravi.name, MONDAY)
    case.refresh_from_db()
    assert case.owner == cast.ravi
    assign(case, owner=cast.ana, by=cast.ana.as_actor(), at=LATER, was=str(cast.ravi.pk))
    case.refresh_from_db()
    assert case.owner == cast.ana


def test_choosing_the_owner_the_page_showed_is_meant_too(case: Case, cast: Cast) -> None:
    assign(case, owner=cast.ravi, by=cast.ravi.as_actor(), at=MONDAY)

    with pytest.raises(FieldConflict):
        assign(case, owner=None, by=cast.ana.as_actor(), at=LATER, was="")


def test_two_who_want_the_same_do_not_disagree(case: Case, cast: Cast) -> None:
    assign(case, owner=cast.ravi, by=cast.ravi.as_actor(), at=MONDAY, was="")

    assert assign(case, owner=cast.ravi, by=cast.ana.as_actor(), at=LATER, was="").owner == cast.ravi


def test_a_topic_and_an_urgency_set_by_two_people_both_stay(case: Case, cast: Cast) -> None:
    shown = Routing(case.topic, case.urgency)
    taxonomy = cast.profile.get(Taxonomy)
    topic = other(case.topic, [one.key for one in taxonomy.topics])
    urgency = other(case.urgency, [one.key for one in taxonomy.urgencies])
    frame = {"profile": cast.profile, "by": cast.ravi.as_actor(), "at": MONDAY}

    reroute(case, topic=topic, urgency=shown.urgency, was=shown, **frame)
    reroute(case, topic=shown.topic, urgency=urgency, was=shown, **frame)

    case.refresh_from_db()
    assert (case.topic, case.urgency) == (topic, urgency)


def test_an_urgency_set_meanwhile_is_not_written_over(case: Case, cast: Cast) -> None:
    shown = Routing(case.topic, case.urgency)
    first, second = [one.key for one in cast.profile.get(Taxonomy).urgencies if one.key != shown.urgency][:2]
    reroute(case, topic=shown.topic, urgency=first, was=shown, profile=cast.profile, by=cast.ravi.as_actor(), at=MONDAY)

    with pytest.raises(FieldConflict) as refused:
        reroute(
            case, topic=shown.topic, urgency=second, was=shown, profile=cast.profile, by=cast.ana.as_actor(), at=LATER
        )

    assert (refused.value.change.field, refused.value.who) == (Field.URGENCY, cast.ravi.name)
    case.refresh_from_db()
    assert case.urgency == first


def test_a_case_that_came_into_another_state_is_not_closed_unseen(case: Case, cast: Cast) -> None:
    outcome = next(
        one.key for one in cast.profile.get(Taxonomy).kind(case.kind).outcomes if not one.needs_answer
    )  # fmt: skip
    frame = {"outcome": outcome, "profile": cast.profile, "by": cast.ana.as_actor(), "at": LATER}

    with pytest.raises(FieldConflict) as refused:
        close_case(case, was=CaseState.WAITING, **frame)

    assert refused.value.change.now == CaseState.OPEN
    assert close_case(case, was=CaseState.OPEN, **frame).is_closed
