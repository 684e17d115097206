"""What may be done with a case and what is refused, each refusal beside its success."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cast import MONDAY, Cast, viewer_of
from tests.letters import case_of, digest, letter, receive
from tieline.clocks.models import Clock, ClockState
from tieline.desk.actions import (
    AlreadyClosed,
    NotAnswered,
    NotClosed,
    NothingWritten,
    NowhereToSend,
    add_note,
    assign,
    close_case,
    reopen_case,
    reply,
    reroute,
    wait_for_client,
)
from tieline.desk.actions.cases import UnknownChoice
from tieline.desk.actions.messages import note_delivery, note_return
from tieline.desk.models import Case, CaseState, Message, MessageKind
from tieline.desk.threads import tag
from tieline.identity.permissions import NotAllowed
from tieline.journal.models import JournalEvent
from tieline.kernel.actor import Actor
from tieline.mail.models import OutgoingMail
from tieline.search.models import Entry

LATER = MONDAY + timedelta(hours=2)
Act = Callable[[Case, Cast, Actor], object]


@pytest.fixture
def case(cast: Cast) -> Case:
    return case_of(receive(letter()))


def closed(case: Case, cast: Cast) -> Case:
    return close_case(case, outcome="no_action", profile=cast.profile, by=cast.ana.as_actor(), at=LATER)


def clock(case: Case, measure: str) -> Clock:
    return Clock.objects.filter(subject_id=str(case.number), measure=measure).latest("pk")


def kinds(case: Case) -> list[str]:
    links = JournalEvent.objects.filter(links__object_kind="case", links__object_id=str(case.number))
    return list(links.order_by("pk").values_list("kind", flat=True))


def test_an_inquiry_becomes_a_case(case: Case, cast: Cast) -> None:
    assert (case.participant, case.requester, case.certainty) == (cast.bluestem, cast.sam, 1.0)
    assert case.received_at == MONDAY
    assert case.label.endswith(f"-{case.number}")
    assert case.routing_reasons
    assert case.message_count == 1
    assert {clock(case, "first_answer").state, clock(case, "resolution").state} == {ClockState.RUNNING}
    assert case.due_at == clock(case, "first_answer").due_at
    assert kinds(case)[:3] == ["clock.started", "clock.started", "case.opened"]


def test_number_and_time_of_receipt_never_change(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(subject="another word")

    for change in ({"received_at": LATER}, {"number": 5}):
        with pytest.raises(IntegrityError, match="keeps its number"), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(**change)


ACTS: dict[str, Act] = {
    "assign": lambda case, cast, by: assign(case, owner=cast.ana, by=by, at=LATER),
    "reroute": lambda case, cast, by: reroute(
        case, topic=cast.profile.get(_taxonomy()).default_topic, urgency="high", profile=cast.profile, by=by, at=LATER
    ),
    "reply": lambda case, cast, by: reply(case, text="Yes.", then=CaseState.OPEN, by=by, at=LATER),
    "wait": lambda case, cast, by: wait_for_client(case, by=by, at=LATER),
    "close": lambda case, cast, by: close_case(case, outcome="no_action", profile=cast.profile, by=by, at=LATER),
}


def _taxonomy() -> type:
    from tieline.desk.profile import Taxonomy

    return Taxonomy


@pytest.mark.parametrize("act", ACTS)
def test_an_open_case_allows_what_a_closed_one_refuses(act: str, case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    ACTS[act](case, cast, by)
    Case.objects.filter(pk=case.pk).update(state=CaseState.OPEN, closed_at=None)

    closed(case, cast)

    with pytest.raises(AlreadyClosed, match="is already closed"):
        ACTS[act](case, cast, by)


@pytest.mark.parametrize("act", ACTS)
def test_a_client_may_do_none_of_it(act: str, case: Case, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        ACTS[act](case, cast, viewer_of(cast.bluestem))


def test_assigning_names_the_owner_and_nobody_takes_it_back(case: Case, cast: Cast) -> None:
    by = cast.ravi.as_actor()

    assert assign(case, owner=cast.ana, by=by, at=LATER).owner == cast.ana
    assert assign(case, owner=None, by=by, at=LATER).owner is None
    assert kinds(case).count("case.assigned") == 2


def test_rerouting_corrects_topic_area_and_urgency(case: Case, cast: Cast) -> None:
    taxonomy = cast.profile.get(_taxonomy())
    other = next(topic for topic in taxonomy.topics if topic.area != case.area)
    by = cast.ana.as_actor()

    rerouted = reroute(case, topic=other.key, urgency="critical", profile=cast.profile, by=by, at=LATER)

    assert (rerouted.topic, rerouted.area, rerouted.urgency) == (other.key, other.area, "critical")
    for topic, urgency in (("no such topic", "high"), (other.key, "no such urgency")):
        with pytest.raises(UnknownChoice, match="no such"):
            reroute(case, topic=topic, urgency=urgency, profile=cast.profile, by=by, at=LATER)


def test_a_reply_waits_in_the_outbox_with_its_thread(case: Case, cast: Cast) -> None:
    message = reply(case, text=" On Friday.\r\n", then=CaseState.WAITING, by=cast.ana.as_actor(), at=LATER)

    ours = message.outgoing
    assert ours is not None
    theirs = case.messages.get(kind=MessageKind.CLIENT).incoming
    assert theirs is not None
    assert (message.text, ours.recipients, ours.in_reply_to) == (
        "On Friday.",
        [case.requester_address],
        theirs.message_id,
    )
    assert tag(case) in ours.subject
    assert "> Could you tell us" in ours.text
    case.refresh_from_db()
    assert (case.state, case.answered_at) == (CaseState.WAITING, None)
    assert clock(case, "first_answer").state == ClockState.RUNNING, "nothing has reached the client yet"
    note_delivery(message, profile=cast.profile, at=LATER + timedelta(seconds=9))
    case.refresh_from_db()
    assert (case.state, case.due_at) == (CaseState.WAITING, None)
    assert (clock(case, "first_answer").state, clock(case, "resolution").state) == ("ended", "paused")


@pytest.mark.parametrize("text", ["", "  \r\n\t ", "\x00"])
def test_an_empty_reply_or_note_is_refused(text: str, case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()

    with pytest.raises(NothingWritten):
        reply(case, text=text, then=CaseState.OPEN, by=by, at=LATER)
    with pytest.raises(NothingWritten):
        add_note(case, text=text, by=by, at=LATER)


@pytest.mark.parametrize("address", ["", "a..b@client.example", "a@b@c"])
def test_a_case_without_a_usable_address_cannot_be_answered(address: str, case: Case, cast: Cast) -> None:
    Case.objects.filter(pk=case.pk).update(requester_address=address)

    with pytest.raises(NowhereToSend, match="no mail address that can be answered"):
        reply(case, text="Yes.", then=CaseState.OPEN, by=cast.ana.as_actor(), at=LATER)

    assert not OutgoingMail.objects.filter(is_automatic=False).exists()


def test_a_note_stays_inside_and_out_of_the_index(case: Case, cast: Cast) -> None:
    add_note(case, text="He is a zebra in private.", by=cast.ana.as_actor(), at=LATER)
    add_note(closed(case, cast), text="Also after closing.", by=cast.ana.as_actor(), at=LATER)
    digest(at=LATER)

    assert not OutgoingMail.objects.filter(is_automatic=False).exists()
    entry = Entry.objects.get(object_kind="case", object_id=str(case.number))
    assert "zebra" not in str(entry.words)
    assert "statement" in str(entry.words) or "post" in str(entry.words)


def test_waiting_pauses_the_clocks_once(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()

    waiting = wait_for_client(case, by=by, at=LATER)
    wait_for_client(waiting, by=by, at=LATER)

    assert (waiting.state, waiting.due_at) == (CaseState.WAITING, None)
    assert kinds(case).count("case.waiting") == 1


def test_closing_needs_an_answer_where_the_outcome_says_so(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    with pytest.raises(NotAnswered, match="the client has had no answer yet"):
        close_case(case, outcome="answered", profile=cast.profile, by=by, at=LATER)

    reply(case, text="Yes.", then=CaseState.OPEN, by=by, at=LATER)
    done = close_case(case, outcome="answered", profile=cast.profile, by=by, at=LATER)

    assert (done.state, done.outcome, done.closed_at, done.due_at) == (CaseState.CLOSED, "answered", LATER, None)
    assert not Clock.objects.exclude(state=ClockState.ENDED).filter(subject_id=str(case.number)).exists()


def test_an_answer_that_came_back_is_no_answer(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    message = reply(case, text="Yes.", then=CaseState.WAITING, by=by, at=LATER)
    OutgoingMail.objects.filter(pk=message.outgoing_id).update(bounced_at=LATER)

    note_return(message, reason="no such mailbox", profile=cast.profile, at=LATER)

    case.refresh_from_db()
    assert case.state == CaseState.OPEN
    assert case.due_at is not None
    with pytest.raises(NotAnswered):
        close_case(case, outcome="answered", profile=cast.profile, by=by, at=LATER)


def test_an_answer_that_comes_back_after_closing_opens_the_case_again(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    message = reply(case, text="Yes.", then=CaseState.OPEN, by=by, at=LATER)
    close_case(case, outcome="answered", profile=cast.profile, by=by, at=LATER)

    note_return(message, reason="no such mailbox", profile=cast.profile, at=LATER)

    case.refresh_from_db()
    assert case.state == CaseState.OPEN
    assert "case.answer_came_back" in kinds(case)


def test_an_unknown_outcome_is_refused(case: Case, cast: Cast) -> None:
    with pytest.raises(UnknownChoice, match="no outcome “splendid”"):
        close_case(case, outcome="splendid", profile=cast.profile, by=cast.ana.as_actor(), at=LATER)


def test_only_a_closed_case_is_reopened_with_a_new_resolution_clock(case: Case, cast: Cast) -> None:
    by = cast.ravi.as_actor()
    with pytest.raises(NotClosed, match="is not closed"):
        reopen_case(case, reason="a mistake", profile=cast.profile, by=by, at=LATER)

    again = reopen_case(closed(case, cast), reason="a mistake", profile=cast.profile, by=by, at=LATER)

    assert (again.state, again.outcome) == (CaseState.OPEN, "")
    assert clock(case, "resolution").started_at == LATER
    assert again.due_at == clock(case, "resolution").due_at


def test_the_first_answer_ends_at_delivery_not_at_the_click(case: Case, cast: Cast) -> None:
    message = reply(case, text="Yes.", then=CaseState.OPEN, by=cast.ana.as_actor(), at=LATER)
    assert clock(case, "first_answer").state == ClockState.RUNNING
    delivered = LATER + timedelta(minutes=3)

    note_delivery(message, profile=cast.profile, at=delivered)

    ended = clock(case, "first_answer")
    assert (ended.state, ended.ended_at) == (ClockState.ENDED, delivered)
    case.refresh_from_db()
    assert case.answered_at == delivered
    assert case.due_at == clock(case, "resolution").due_at


def test_an_answer_that_leaves_the_turn_with_us_wakes_a_waiting_case(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    wait_for_client(case, by=by, at=LATER)

    message = reply(case, text="We look further.", then=CaseState.OPEN, by=by, at=LATER)
    note_delivery(message, profile=cast.profile, at=LATER)

    case.refresh_from_db()
    assert (case.state, clock(case, "resolution").state) == (CaseState.OPEN, "running")
    assert case.due_at is not None


def test_an_answer_delivered_too_late_is_late_although_it_was_written_in_time(case: Case, cast: Cast) -> None:
    message = reply(case, text="Yes.", then=CaseState.WAITING, by=cast.ana.as_actor(), at=LATER)

    note_delivery(message, profile=cast.profile, at=MONDAY + timedelta(days=4))

    assert not clock(case, "first_answer").is_met


def test_d1_a_hostile_subject_neither_breaks_a_header_nor_stops_the_answer(cast: Cast) -> None:
    raw = letter(subject="=?utf-8?q?Invoice=0D=0ABcc=3A_all=40x.example_=E2=80=AEgpj.exe_=00=07?=")
    case = case_of(receive(raw))

    message = reply(case, text="Hello", then=CaseState.OPEN, by=cast.ana.as_actor(), at=LATER)

    assert message.outgoing is not None
    assert message.outgoing.subject.isprintable()
    assert "Bcc: all@x.example" in message.outgoing.subject
    assert Message.objects.filter(case=case).count() == 2
