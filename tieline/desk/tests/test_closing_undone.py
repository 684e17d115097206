"""Does a closing that was a slip leave no trace but in the journal: in clocks, figures and questions asked?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import MONDAY, Cast
from tests.letters import case_of, days, digest, letter, receive
from tieline.clocks.models import Clock
from tieline.clocks.queries import clock_sheet, clocks_of
from tieline.desk.actions import AlreadyClosed, NotClosed, Wish, close_case, send, take_back_reply, wait_for_client
from tieline.desk.actions.bulk import begin_bulk, undo_bulk, work
from tieline.desk.actions.bulk_verbs import VERBS
from tieline.desk.actions.closing import undo_closing
from tieline.desk.actions.consulting import ask, one_reference
from tieline.desk.actions.merging import merge_cases
from tieline.desk.matching import Chosen
from tieline.desk.models import Case, CaseState, ConsultationState, MessageKind
from tieline.journal.models import JournalEvent

LATER = MONDAY + days(0.1)
SOON = MONDAY + timedelta(minutes=5)


@pytest.fixture
def case(cast: Cast) -> Case:
    return case_of(receive(letter()))


def standing(case: Case) -> list[tuple[object, ...]]:
    return [
        (clock.pk, clock.measure, clock.state, clock.started_at, clock.due_at, clock.warn_at, clock.ended_at)
        for clock in clocks_of(case.reference)
    ]


def is_proved(case: Case, cast: Cast) -> bool:
    sheet = clock_sheet(case.reference, calendars=cast.profile.calendars, at=LATER)
    return bool(sheet.clocks) and all(proved.agrees for proved in sheet.clocks)


@pytest.mark.parametrize("is_waiting", [False, True])
def test_a_bulk_close_that_is_undone_was_no_closing(case: Case, cast: Cast, is_waiting: bool) -> None:
    ana = cast.ana.as_actor()
    if is_waiting:
        wait_for_client(case, by=ana, at=MONDAY)
    before, state = standing(case), Case.objects.get(pk=case.pk).state
    facts = {"outcome": "no_action"}
    chosen = Chosen(view="open", is_all=True)

    bulk = begin_bulk(VERBS["close"], chosen=chosen, facts=facts, said="x", profile=cast.profile, by=ana, at=SOON)
    while work(SOON):
        pass
    closed = Case.objects.get(pk=case.pk).is_closed
    undo_bulk(bulk, by=ana, at=SOON + timedelta(minutes=3))
    while work(SOON + timedelta(minutes=3)):
        pass

    after = Case.objects.get(pk=case.pk)
    assert closed
    assert (after.state, after.outcome, after.closed_at) == (state, "", None)
    assert standing(case) == before
    assert is_proved(case, cast)
    assert JournalEvent.objects.filter(kind="case.closing_undone").count() == 1
    assert not JournalEvent.objects.filter(kind="case.reopened").exists()


def test_a_reply_that_closed_the_case_and_was_taken_back_reopened_nothing(case: Case, cast: Cast) -> None:
    ana, before = cast.ana.as_actor(), standing(case)
    wish = Wish("Zweifel is the word.", outcome="answered")
    send(case, wish, hold=timedelta(seconds=10), profile=cast.profile, by=ana, at=LATER)

    take_back_reply(case.messages.get(kind=MessageKind.OURS), by=ana, at=LATER + timedelta(seconds=5))

    assert standing(case) == before
    assert is_proved(case, cast)
    assert not JournalEvent.objects.filter(kind="case.reopened").exists()


def test_questions_that_only_the_closing_withdrew_stand_again(case: Case, cast: Cast) -> None:
    ana = cast.ana.as_actor()
    one = ask(case, team=cast.mara.team.key, question="Is it so?", profile=cast.profile, by=ana, at=MONDAY)  # type: ignore[union-attr]  # everybody of the cast has a team
    due = [(clock.state, clock.due_at) for clock in clocks_of(one_reference(one))]
    close_case(case, outcome="no_action", profile=cast.profile, by=ana, at=SOON)
    digest(at=SOON)
    one.refresh_from_db()
    withdrawn = one.state

    undo_closing(case, state=CaseState.OPEN, reason="a slip", by=ana, at=LATER)
    digest(at=LATER)

    one.refresh_from_db()
    assert (withdrawn, one.state) == (ConsultationState.WITHDRAWN, ConsultationState.ASKED)
    assert [(clock.state, clock.due_at) for clock in clocks_of(one_reference(one))] == due


def test_what_is_open_or_was_merged_has_no_closing_to_undo(case: Case, cast: Cast) -> None:
    ana, other = cast.ana.as_actor(), case_of(receive(letter("Another")))
    with pytest.raises(NotClosed):
        undo_closing(case, state=CaseState.OPEN, reason="a slip", by=ana, at=SOON)
    merge_cases(case, other, profile=cast.profile, by=ana, at=SOON)

    with pytest.raises(AlreadyClosed):
        undo_closing(case, state=CaseState.OPEN, reason="a slip", by=ana, at=SOON)

    assert Clock.objects.exclude(state="ended").exists()
