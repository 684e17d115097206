"""Does one act on many cases do each once, say what it could not, and give back what nobody has changed since?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import MONDAY, Cast
from tests.letters import case_of, letter, receive
from tieline.desk.actions import assign, close_case
from tieline.desk.actions.bulk import (
    UNDO_FOR,
    NotYourAct,
    TooLateToUndo,
    begin_bulk,
    left,
    restored,
    undo_bulk,
    work,
)
from tieline.desk.actions.bulk_verbs import VERBS, Facts, Frame, effects
from tieline.desk.matching import Chosen, NothingChosen, matching
from tieline.desk.models import BulkAct, BulkState, Case, CaseState, Message, MessageKind, Personal, Pile
from tieline.identity.models import Role, User
from tieline.identity.permissions import NotAllowed
from tieline.journal.models import JournalEvent, JournalLink

SOON = MONDAY + timedelta(minutes=5)
ALL = Chosen(view="open", is_all=True)


@pytest.fixture
def cases(cast: Cast) -> list[Case]:
    return [case_of(receive(letter(f"Question {number}?", subject=f"Q{number}"))) for number in range(3)]


def begin(cast: Cast, key: str, facts: Facts, *, by: User | None = None, chosen: Chosen = ALL) -> BulkAct:
    by_actor = (by or cast.ana).as_actor()
    return begin_bulk(VERBS[key], chosen=chosen, facts=facts, said=key, profile=cast.profile, by=by_actor, at=SOON)


def finished(bulk: BulkAct) -> BulkAct:
    while work(SOON):
        pass
    bulk.refresh_from_db()
    return bulk


def undone(bulk: BulkAct, cast: Cast) -> BulkAct:
    undo_bulk(bulk, by=cast.ana.as_actor(), at=SOON)
    return finished(bulk)


def facts_of(key: str, cast: Cast) -> dict[str, str]:
    return {
        "assign": {"owner": str(cast.ravi.pk)},
        "route": {"urgency": "critical", "topic": ""},
        "label": {"label": "storm"},
        "unlabel": {"label": "old"},
        "close": {"outcome": "no_action"},
        "put_off": {"until": (SOON + timedelta(days=1)).isoformat()},
        "note": {"text": "Known."},
    }.get(key, {})


def test_all_that_match_are_assigned_by_the_same_act_as_one(cast: Cast, cases: list[Case]) -> None:
    bulk = finished(begin(cast, "assign", {"owner": str(cast.ravi.pk)}))

    assert (bulk.state, bulk.total, bulk.done, bulk.failed) == (BulkState.DONE, 3, 3, 0)
    assert set(Case.objects.values_list("owner__username", flat=True)) == {"ravi.menon"}
    events = JournalEvent.objects.filter(links__object_kind="bulk", links__object_id=str(bulk.pk))
    assert (
        sorted(events.values_list("kind", flat=True))
        == ["bulk.begun", *["case.assigned"] * 3, "bulk.finished"][0:1] + ["bulk.finished"] + ["case.assigned"] * 3
    )
    assert set(events.filter(kind="case.assigned").values_list("actor_name", flat=True)) == {"Ana Ortiz"}
    assert JournalLink.objects.filter(role="part_of").count() == 3


def test_what_comes_to_match_later_is_not_touched(cast: Cast, cases: list[Case]) -> None:
    bulk = begin(cast, "label", {"label": "storm"})
    late = case_of(receive(letter("Late", subject="Late")))

    finished(bulk)

    late.refresh_from_db()
    assert late.labels == []
    assert Case.objects.filter(labels=["storm"]).count() == 3


def test_what_cannot_be_changed_is_told_before_and_put_down_after(cast: Cast, cases: list[Case]) -> None:
    close_case(cases[0], outcome="no_action", profile=cast.profile, by=cast.ana.as_actor(), at=MONDAY)
    assign(cases[1], owner=cast.ravi, by=cast.ana.as_actor(), at=MONDAY)
    chosen = Chosen(numbers=tuple(case.number for case in cases))
    facts = {"owner": str(cast.ravi.pk)}
    frame = Frame(cast.ana.as_actor(), SOON, cast.profile)

    foreseen = effects(VERBS["assign"], matching(chosen, frame.by, profile=cast.profile, at=SOON), facts, frame)
    bulk = finished(begin(cast, "assign", facts, chosen=chosen))

    assert (foreseen.total, foreseen.changing) == (3, 1)
    assert foreseen.unchanged == (("already theirs", 1),)
    assert foreseen.impossible == (("closed already", 1),)
    assert (bulk.done, bulk.failed) == (2, 1)
    assert bulk.targets.get(case=cases[0]).problem == f"{cases[0].label} is already closed."


def test_closing_foresees_who_has_had_no_answer(cast: Cast, cases: list[Case]) -> None:
    frame = Frame(cast.ana.as_actor(), SOON, cast.profile)
    found = matching(ALL, frame.by, profile=cast.profile, at=SOON)

    foreseen = effects(VERBS["close"], found, {"outcome": "answered"}, frame)

    assert (foreseen.changing, foreseen.impossible) == (0, (("not answered yet", 3),))
    assert effects(VERBS["close"], found, {"outcome": "no_action"}, frame).changing == 3


@pytest.mark.parametrize("key", sorted(VERBS))
def test_undoing_restores_what_was_before(cast: Cast, cases: list[Case], key: str) -> None:
    Case.objects.filter(pk=cases[0].pk).update(labels=["old"])
    assign(cases[0], owner=cast.ana, by=cast.ravi.as_actor(), at=MONDAY)
    fields = ("owner", "topic", "urgency", "labels", "state", "outcome")
    before = sorted(Case.objects.values_list("number", *fields))
    bulk = finished(begin(cast, key, facts_of(key, cast)))
    changed = sorted(Case.objects.values_list("number", *fields))
    assert bulk.failed == 0
    assert changed != before or key in ("put_off", "follow", "note")

    undone(bulk, cast)

    assert bulk.state == BulkState.UNDONE
    if VERBS[key].can_be_undone:
        assert sorted(Case.objects.values_list("number", *fields)) == before
        assert not Personal.objects.filter(pile=Pile.LATER).exists()
        assert not Personal.objects.filter(is_following=True).exists()
        assert (left(bulk), restored(bulk)) == (0, 1 if key == "unlabel" else 3)
    else:
        assert left(bulk) == 3


def test_what_somebody_changed_since_is_left_and_listed(cast: Cast, cases: list[Case]) -> None:
    bulk = finished(begin(cast, "assign", {"owner": str(cast.ravi.pk)}))
    assign(cases[1], owner=cast.lena, by=cast.lena.as_actor(), at=SOON)

    undone(bulk, cast)

    cases[1].refresh_from_db()
    assert cases[1].owner == cast.lena
    assert (restored(bulk), left(bulk)) == (2, 1)
    assert bulk.targets.get(case=cases[1]).problem == (
        "Not undone: Changed since: it has another owner. It was left as it is."
    )
    assert JournalEvent.objects.get(kind="bulk.undone").facts == {"act": "assign", "restored": 2, "left": 1}


def test_undo_is_for_the_asker_and_for_ten_minutes(cast: Cast, cases: list[Case]) -> None:
    bulk = finished(begin(cast, "label", {"label": "storm"}))

    with pytest.raises(NotYourAct):
        undo_bulk(bulk, by=cast.ravi.as_actor(), at=SOON)
    with pytest.raises(TooLateToUndo):
        undo_bulk(bulk, by=cast.ana.as_actor(), at=SOON + UNDO_FOR + timedelta(seconds=1))
    undone(bulk, cast)
    with pytest.raises(TooLateToUndo):
        undo_bulk(bulk, by=cast.ana.as_actor(), at=SOON)


def test_an_act_can_be_stopped_while_it_is_done(cast: Cast, cases: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tieline.desk.actions.bulk.BATCH", 1)
    bulk = begin(cast, "label", {"label": "storm"})
    work(SOON)

    undone(bulk, cast)

    assert not Case.objects.filter(labels__contains=["storm"]).exists()
    assert (bulk.done, restored(bulk)) == (1, 1)


def test_rights_are_those_of_the_moment(cast: Cast, cases: list[Case]) -> None:
    bulk = begin(cast, "assign", {"owner": str(cast.ravi.pk)})
    role = Role.objects.get(key="agent")
    Role.objects.filter(pk=role.pk).update(rights=[one for one in role.rights if one != "desk.assign"])

    finished(bulk)

    assert (bulk.done, bulk.failed) == (0, 3)
    assert "desk.assign" in bulk.targets.order_by("pk")[0].problem
    with pytest.raises(NotAllowed):
        begin(cast, "assign", {"owner": str(cast.ravi.pk)}, by=User.objects.get(pk=cast.ana.pk))


def test_an_asker_whose_account_was_closed_does_nothing_more(cast: Cast, cases: list[Case]) -> None:
    bulk = begin(cast, "label", {"label": "storm"})
    User.objects.filter(pk=cast.ana.pk).update(is_active=False)

    finished(bulk)

    assert (bulk.done, bulk.failed) == (0, 3)
    assert not Case.objects.filter(labels__contains=["storm"]).exists()


def test_nothing_chosen_is_refused(cast: Cast, cases: list[Case]) -> None:
    with pytest.raises(NothingChosen):
        begin(cast, "label", {"label": "storm"}, chosen=Chosen(numbers=(1, 2)))
    with pytest.raises(NothingChosen):
        begin(cast, "label", {"label": "storm"}, chosen=Chosen(view="nonsense", is_all=True))
    assert not BulkAct.objects.exists()


def test_a_note_is_kept_once_on_each(cast: Cast, cases: list[Case]) -> None:
    finished(begin(cast, "note", {"text": "Known since Monday."}))

    assert Message.objects.filter(kind=MessageKind.NOTE, text="Known since Monday.").count() == 3
    assert set(Case.objects.values_list("state", flat=True)) == {CaseState.OPEN}
