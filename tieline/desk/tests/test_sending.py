"""Does a reply leave once, not past what its writer has not seen, and come back when called?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from tests.cast import MONDAY, Cast, assemble
from tests.letters import SAM, case_of, days, digest, letter, post, receive
from tests.servers import smtp_server
from tieline.desk.actions import (
    AlreadyClosed,
    Composed,
    NotYours,
    SentBefore,
    StaleSend,
    add_note,
    close_case,
    reply,
    save_draft,
    take_back_reply,
)
from tieline.desk.models import Case, CaseState, Draft, DraftKind, Message, MessageKind
from tieline.journal.models import JournalEvent
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.refusal import Refusal
from tieline.kernel.viewing import viewing_as
from tieline.mail.holding import AlreadyLeaving
from tieline.mail.models import OutgoingMail
from tieline.mail.sending import send_waiting
from tieline.mail.transport import Security, Server

LATER = MONDAY + days(0.1)
HOLD = timedelta(seconds=10)
ROOT = Path(__file__).parents[3]


@pytest.fixture
def case(cast: Cast) -> Case:
    return case_of(receive(letter()))


def first_id(case: Case) -> str:
    """The Message-ID of the client's first letter, which an answer names."""
    first = case.messages.select_related("incoming").order_by("pk")[0].incoming
    assert first is not None
    return first.message_id


def newest(case: Case) -> int:
    return case.messages.order_by("-pk")[0].pk


def sent(case: Case, by: Actor, text: str = "Yes.", **composed: object) -> Message:
    return reply(
        case, text=text, then=CaseState.WAITING, by=by, at=LATER, hold=HOLD,
        composed=Composed(**composed),  # type: ignore[arg-type]
    )  # fmt: skip


def ours(case: Case) -> int:
    return case.messages.filter(kind=MessageKind.OURS).count()


def outbox(case: Case) -> int:
    return OutgoingMail.objects.filter(about_id=str(case.number), is_automatic=False).count()


def test_a_reply_past_unseen_words_of_the_client_is_stopped(case: Case, cast: Cast) -> None:
    seen = newest(case)
    receive(letter("Forget it, solved.", in_reply_to=first_id(case), at=LATER), at=LATER)

    with pytest.raises(StaleSend) as stopped:
        sent(case, cast.ana.as_actor(), seen=seen)

    assert [message.text for message in stopped.value.missed] == ["Forget it, solved."]
    assert (ours(case), outbox(case)) == (0, 0)
    assert sent(case, cast.ana.as_actor(), seen=newest(case)).outgoing is not None


def test_a_colleagues_reply_and_note_stop_too_but_ones_own_note_does_not(case: Case, cast: Cast) -> None:
    ana, ravi = cast.ana.as_actor(), cast.ravi.as_actor()
    seen = newest(case)
    add_note(case, text="Mine", by=ana, at=LATER)
    add_note(case, text="Wait for the lawyers", by=ravi, at=LATER)
    reply(case, text="I have it", then=CaseState.OPEN, by=ravi, at=LATER)

    with pytest.raises(StaleSend) as stopped:
        sent(case, ana, seen=seen)

    assert [message.text for message in stopped.value.missed] == ["Wait for the lawyers", "I have it"]


def test_ones_own_reply_from_another_page_stops(case: Case, cast: Cast) -> None:
    seen = newest(case)
    sent(case, cast.ana.as_actor(), seen=seen, key=uuid4())

    with pytest.raises(StaleSend):
        sent(case, cast.ana.as_actor(), "Yes!", seen=seen, key=uuid4())


def test_a_second_click_sends_nothing_and_other_words_are_refused(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    known: dict[str, Any] = {"key": uuid4(), "seen": newest(case)}
    first = sent(case, by, **known)

    assert sent(case, by, **known) == first
    assert outbox(case) == 1
    with pytest.raises(SentBefore):
        sent(case, by, "Something else", **known)


def test_a_held_reply_leaves_only_when_its_time_has_come(case: Case, cast: Cast) -> None:
    sent(case, cast.ana.as_actor())

    with smtp_server() as server:
        post(server.host, server.port, at=LATER + timedelta(seconds=9))
        early = [b"Yes." in one for one in server.contents]
        post(server.host, server.port, at=LATER + timedelta(seconds=10))

        assert not any(early)
        assert [b"Yes." in one for one in server.contents].count(True) == 1


def test_a_reply_taken_back_is_a_draft_again_and_the_case_stands_as_before(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    before = Case.objects.get(pk=case.pk)
    message = sent(case, by, key=uuid4(), seen=newest(case))

    draft = take_back_reply(message, by=by, at=LATER + timedelta(seconds=5))

    after = Case.objects.get(pk=case.pk)
    assert draft.text == "Yes."
    assert (after.state, after.message_count, after.excerpt) == (before.state, before.message_count, before.excerpt)
    assert (ours(case), outbox(case)) == (0, 0)
    assert JournalEvent.objects.filter(kind="case.reply_taken_back").count() == 1
    digest(at=LATER + days(1))


def test_words_typed_since_stand_below_those_taken_back(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    first = take_back_reply(sent(case, by), unsent="And more.\r\n", by=by, at=LATER)
    assert first.text == "Yes.\n\nAnd more."

    save_draft(case, kind=DraftKind.REPLY, text="Saved since", version=first.version, by=by, at=LATER)
    again = take_back_reply(sent(case, by, "No."), by=by, at=LATER)
    assert again.text == "No.\n\nSaved since"


def test_a_page_cannot_send_what_was_taken_back_by_a_late_click(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    known: dict[str, Any] = {"key": uuid4()}
    take_back_reply(sent(case, by, **known), by=by, at=LATER)

    with pytest.raises(SentBefore):
        sent(case, by, **known)


def test_what_is_leaving_or_gone_is_not_taken_back(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    leaving, gone = sent(case, by, "One"), sent(case, by, "Two")
    OutgoingMail.objects.filter(pk=leaving.outgoing_id or 0).update(state="sending")
    OutgoingMail.objects.filter(pk=gone.outgoing_id or 0).update(state="sent")

    for message in (leaving, gone):
        with pytest.raises(AlreadyLeaving):
            take_back_reply(message, by=by, at=LATER)
    assert ours(case) == 2
    assert not Draft.objects.exists()


def test_only_its_writer_takes_a_reply_back_and_not_on_a_closed_case(case: Case, cast: Cast) -> None:
    message = sent(case, cast.ana.as_actor())

    with pytest.raises(NotYours):
        take_back_reply(message, by=cast.ravi.as_actor(), at=LATER)
    close_case(case, outcome="answered", profile=cast.profile, by=cast.ana.as_actor(), at=LATER + HOLD / 2)
    with pytest.raises(AlreadyClosed):
        take_back_reply(message, by=cast.ana.as_actor(), at=LATER + HOLD / 2)


def test_taking_back_leaves_the_turn_as_others_have_moved_it(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    sent(case, by, "First")
    message = reply(case, text="Second", then=CaseState.WAITING, by=by, at=LATER, hold=HOLD, composed=Composed(uuid4()))
    receive(letter("Thanks", in_reply_to=first_id(case), sender=SAM, at=LATER), at=LATER)

    take_back_reply(message, by=by, at=LATER)

    assert Case.objects.get(pk=case.pk).state == CaseState.OPEN


@pytest.fixture
def world(committed: str) -> tuple[Cast, Case]:
    """A desk on which commits are real."""
    with viewing_as(SYSTEM):
        cast = assemble()
    mail = receive(letter())
    with viewing_as(SYSTEM):
        return cast, case_of(mail)


def seen_by_all(act: Callable[[], object]) -> Callable[[], object]:
    """The act in a transaction of its own that sees everything."""

    def run() -> object:
        with viewing_as(SYSTEM):
            return act()

    return run


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Let all act at the same time, each on a connection of its own; what each got, or was refused."""
    ready = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        ready.wait()
        try:
            results[number] = act()
        except Refusal as refusal:
            results[number] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_five_clicks_at_once_send_one_mail(world: tuple[Cast, Case]) -> None:
    cast, case = world
    by, key = cast.ana.as_actor(), uuid4()

    results = at_once(*[seen_by_all(lambda: sent(case, by, key=key, seen=10_000).pk)] * 5)

    with viewing_as(SYSTEM):
        assert len(set(results)) == 1
        assert (ours(case), outbox(case)) == (1, 1)


def test_of_two_who_answer_at_once_one_is_stopped(world: tuple[Cast, Case]) -> None:
    cast, case = world
    with viewing_as(SYSTEM):
        seen, ana, ravi = newest(case), cast.ana.as_actor(), cast.ravi.as_actor()

    results = at_once(
        seen_by_all(lambda: sent(case, ana, "Ana's", key=uuid4(), seen=seen).text),
        seen_by_all(lambda: sent(case, ravi, "Ravi's", key=uuid4(), seen=seen).text),
    )

    stopped = [result for result in results if isinstance(result, StaleSend)]
    assert len(stopped) == 1
    with viewing_as(SYSTEM):
        assert (ours(case), outbox(case)) == (1, 1)


@pytest.mark.parametrize("attempt", range(5))
def test_undo_and_outbox_at_once_agree(world: tuple[Cast, Case], attempt: int) -> None:
    cast, case = world
    with viewing_as(SYSTEM):
        by, message = cast.ana.as_actor(), sent(case, cast.ana.as_actor(), "Held", key=uuid4())

    with smtp_server() as server:
        undone, _ = at_once(
            seen_by_all(lambda: take_back_reply(message, by=by, at=LATER).text),
            lambda: send_waiting(Server(server.host, server.port, Security.NONE), sender_name="Desk", at=LATER + HOLD),
        )
        post(server.host, server.port, at=LATER + timedelta(days=1))
        left = sum(b"Held" in one for one in server.contents)

    with viewing_as(SYSTEM):
        assert left == (0 if undone == "Held" else 1)
        assert ours(case) == left
        assert Draft.objects.filter(text="Held").count() == 1 - left


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_process_killed_around_the_commit_neither_loses_nor_doubles_a_held_reply(
    world: tuple[Cast, Case], moment: str
) -> None:
    cast, case = world
    key, user = uuid4(), cast.ana.pk
    script = Path(__file__).with_name("reply_to_kill.py")
    with viewing_as(SYSTEM):
        save_draft(case, kind=DraftKind.REPLY, text="Held.", version=0, by=cast.ana.as_actor(), at=LATER)

    killed = subprocess.run(
        [sys.executable, script, str(case.pk), str(user), str(key), moment],
        env=os.environ | {"PYTHONPATH": str(ROOT), "TIELINE_LOG_LEVEL": "ERROR"}, cwd=ROOT, timeout=60, check=False,
    )  # fmt: skip
    with viewing_as(SYSTEM):
        held = (ours(case), outbox(case))
        again = sent(case, cast.ana.as_actor(), "Held.", key=key)  # the page asks once more, having heard nothing
    with smtp_server() as server:
        post(server.host, server.port, at=LATER + HOLD)
        post(server.host, server.port, at=LATER + timedelta(days=1))
        left = sum(b"Held." in one for one in server.contents)

    assert killed.returncode == -signal.SIGKILL
    assert held == ((0, 0) if moment == "before" else (1, 1))
    assert (again.text, left) == ("Held.", 1)
