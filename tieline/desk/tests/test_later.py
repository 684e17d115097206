"""Does a reply for later leave once, at its time, and not after the client has written first?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from tests.cast import MONDAY, Cast, assemble
from tests.letters import case_of, days, digest, letter, post, receive
from tests.servers import smtp_server
from tieline.desk.actions import (
    Composed,
    SentBefore,
    add_note,
    close_case,
    drop_later_reply,
    reply,
    send_later,
    send_later_reply_now,
    take_up_later_reply,
)
from tieline.desk.actions.later import NotLater, NotTheirs, NotWaiting, send_due_replies
from tieline.desk.later import moments_for, tray
from tieline.desk.models import (
    Case,
    CaseState,
    Draft,
    LaterReply,
    LaterState,
    Message,
    MessageKind,
    Personal,
    Pile,
)
from tieline.desk.snoozing import instant_of
from tieline.desk.tests.test_sending import at_once, first_id, seen_by_all
from tieline.identity.actions import deactivate
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as
from tieline.mail.models import OutgoingMail

ROOT = Path(__file__).parents[3]
NOW = MONDAY + timedelta(hours=1)
TIME = MONDAY + days(1)


@pytest.fixture
def case(cast: Cast) -> Case:
    return case_of(receive(letter()))


def planned(case: Case, cast: Cast, **more: object) -> LaterReply:
    wishes: dict[str, object] = {"text": "Tomorrow.", "then": CaseState.WAITING, "send_at": TIME} | more
    return send_later(case, by=cast.ana.as_actor(), at=NOW, **wishes)  # type: ignore[arg-type]


def ours(case: Case) -> int:
    return case.messages.filter(kind=MessageKind.OURS).count()


def state(later: LaterReply) -> tuple[str, str]:
    later.refresh_from_db()
    return later.state, later.state_why


def test_it_leaves_at_its_time_once_as_its_writers_reply(case: Case, cast: Cast) -> None:
    later = planned(case, cast)

    early = send_due_replies(TIME - timedelta(seconds=1))
    counts = [send_due_replies(TIME), send_due_replies(TIME)]

    message = case.messages.get(kind=MessageKind.OURS)
    assert (early, counts, state(later)[0]) == (0, [1, 0], LaterState.SENT)
    assert (message.author_name, message.text, later.message_id) == ("Ana Ortiz", "Tomorrow.", message.pk)
    with smtp_server() as server:
        post(server.host, server.port, at=TIME)
        assert sum(b"Tomorrow." in one for one in server.contents) == 1


def test_until_then_it_is_no_message_and_its_draft_is_gone(case: Case, cast: Cast) -> None:
    planned(case, cast)

    assert (ours(case), Draft.objects.count(), Case.objects.get(pk=case.pk).state) == (0, 0, CaseState.OPEN)


@pytest.mark.parametrize("is_heard", [True, False])
def test_a_client_who_writes_first_stops_it_even_before_anybody_has_told(
    case: Case, cast: Cast, is_heard: bool
) -> None:
    later = planned(case, cast)
    receive(letter("Solved!", in_reply_to=first_id(case), at=TIME - days(0.1)), at=TIME - days(0.1))
    if not is_heard:  # the time comes before the listener does
        LaterReply.objects.update(state=LaterState.WAITING, state_why="")
        Draft.objects.all().delete()

    send_due_replies(TIME)

    assert state(later) == (LaterState.CANCELLED, "Sam Doyle wrote first")
    assert (ours(case), Draft.objects.get().text) == (0, "Tomorrow.")
    digest(at=TIME)
    mine = Personal.objects.get(case=case, user=cast.ana)
    assert (mine.pile, mine.woken_why) == (Pile.TO_DO, "a reply was not sent")


def test_a_letter_does_not_stop_what_is_to_go_whatever_they_write(case: Case, cast: Cast) -> None:
    later = planned(case, cast, unless_they_write=False)
    receive(letter("Solved!", in_reply_to=first_id(case), at=TIME - days(0.1)), at=TIME - days(0.1))

    send_due_replies(TIME)

    assert (state(later)[0], ours(case)) == (LaterState.SENT, 1)


def test_a_colleagues_reply_or_note_stops_it_and_ones_own_does_not(case: Case, cast: Cast) -> None:
    first = planned(case, cast)
    reply(case, text="Mine.", then=CaseState.OPEN, by=cast.ana.as_actor(), at=NOW)
    send_due_replies(TIME)
    second = planned(case, cast, text="Again.", send_at=TIME + days(1))
    add_note(case, text="Do not.", by=cast.ravi.as_actor(), at=TIME)

    send_due_replies(TIME + days(1))

    assert state(first)[0] == LaterState.SENT
    assert state(second) == (LaterState.CANCELLED, "Ravi Menon left a note first")


@pytest.mark.parametrize("hindrance", ["closed", "gone"])
def test_what_may_not_be_sent_any_more_is_handed_back_with_the_reason(case: Case, cast: Cast, hindrance: str) -> None:
    later = planned(case, cast)
    if hindrance == "closed":
        reply(case, text="Now.", then=CaseState.OPEN, by=cast.ana.as_actor(), at=NOW)
        close_case(case, outcome="answered", profile=cast.profile, by=cast.ana.as_actor(), at=NOW)
    else:
        deactivate(cast.ana, by=cast.lena.as_actor(), at=NOW)

    send_due_replies(TIME)

    assert state(later)[0] == LaterState.CANCELLED
    assert state(later)[1] == (
        f"{case.label} is already closed." if hindrance == "closed" else "Ana Ortiz does not work at the desk any more"
    )
    assert Draft.objects.get().text == "Tomorrow."


def test_a_page_plans_once_and_other_words_are_refused(case: Case, cast: Cast) -> None:
    composed = Composed(uuid4())

    twice = {planned(case, cast, composed=composed).pk for _ in range(2)}

    assert len(twice) == 1
    with pytest.raises(SentBefore):
        planned(case, cast, composed=composed, text="Other words")


@pytest.mark.parametrize("when", [NOW, NOW - days(1), NOW + days(400)])
def test_a_time_that_has_passed_or_is_too_far_is_refused(case: Case, cast: Cast, when: datetime) -> None:
    with pytest.raises(NotLater):
        planned(case, cast, send_at=when)


def test_its_writer_sends_it_now_writes_on_or_drops_it_and_nobody_else_does(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    now, on, drop = (planned(case, cast, text=text) for text in ("Now", "On", "Drop"))

    send_later_reply_now(now, by=by, at=NOW)
    take_up_later_reply(on, by=by, at=NOW)
    drop_later_reply(drop, by=by, at=NOW)

    assert [case.messages.get(kind=MessageKind.OURS).text, Draft.objects.get().text] == ["Now", "On"]
    assert send_due_replies(TIME) == 0
    for act in (send_later_reply_now, take_up_later_reply, drop_later_reply):
        with pytest.raises(NotWaiting):
            act(now, by=by, at=NOW)
        with pytest.raises(NotTheirs):
            act(planned(case, cast), by=cast.ravi.as_actor(), at=NOW)


def test_the_times_offered_are_openings_of_the_desk(case: Case, cast: Cast) -> None:
    friday = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)

    offered = {one.key: one.at for one in moments_for(case, profile=cast.profile, at=friday)}

    assert offered == {
        "hour": friday + timedelta(hours=1),
        "tomorrow": datetime(2026, 11, 23, 14, 0, tzinfo=UTC),
    }


@pytest.mark.parametrize(
    ("day", "wall", "instant"),
    [
        (date(2027, 3, 14), time(2, 30), datetime(2027, 3, 14, 8, 30, tzinfo=UTC)),
        (date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
        (date(2026, 11, 2), time(8, 0), datetime(2026, 11, 2, 14, 0, tzinfo=UTC)),
    ],
)
def test_a_time_on_the_wall_around_the_clock_change(cast: Cast, day: date, wall: time, instant: datetime) -> None:
    assert instant_of(day, wall, cast.profile) == instant


def test_the_tray_holds_what_is_mine_and_not_out(case: Case, cast: Cast) -> None:
    planned(case, cast)
    reply(case, text="Held", then=CaseState.OPEN, by=cast.ana.as_actor(), at=NOW, hold=timedelta(minutes=1))

    mine, ravis = tray(cast.ana.as_actor()), tray(cast.ravi.as_actor())

    assert ([one.text for one in mine.later], [one.text for one in mine.leaving]) == (["Tomorrow."], ["Held"])
    assert ravis.is_empty
    assert len(tray(cast.ravi.as_actor(), everybody=True).later) == 1


@pytest.fixture
def world(committed: str) -> tuple[Cast, Case]:
    """A desk on which commits are real, and a reply planned."""
    with viewing_as(SYSTEM):
        cast = assemble()
    mail = receive(letter())
    with viewing_as(SYSTEM):
        case = case_of(mail)
        planned(case, cast)
        return cast, case


def sent_now() -> tuple[int, int]:
    with viewing_as(SYSTEM):
        mails = OutgoingMail.objects.filter(is_automatic=False).count()
        return Message.objects.filter(kind=MessageKind.OURS).count(), mails


def test_four_workers_at_once_send_it_once(world: tuple[Cast, Case]) -> None:
    at_once(*[seen_by_all(lambda: send_due_replies(TIME))] * 4)

    assert sent_now() == (1, 1)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_killed_around_its_commit_sends_it_once(world: tuple[Cast, Case], moment: str) -> None:
    script = Path(__file__).with_name("later_to_kill.py")

    killed = subprocess.run(
        [sys.executable, script, TIME.isoformat(), moment], cwd=ROOT, timeout=60, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TIELINE_LOG_LEVEL": "ERROR"},
    )  # fmt: skip
    after_kill = sent_now()
    with viewing_as(SYSTEM):
        send_due_replies(TIME)

    assert killed.returncode == -signal.SIGKILL
    assert (after_kill, sent_now()) == ((0, 0) if moment == "before" else (1, 1), (1, 1))


@pytest.mark.parametrize("attempt", range(4))
def test_taking_it_up_and_its_time_coming_at_once_agree(world: tuple[Cast, Case], attempt: int) -> None:
    cast, _ = world
    with viewing_as(SYSTEM):
        later, by = LaterReply.objects.get(), cast.ana.as_actor()

    at_once(
        seen_by_all(lambda: take_up_later_reply(later, by=by, at=TIME).text),
        seen_by_all(lambda: send_due_replies(TIME)),
    )

    with viewing_as(SYSTEM):
        assert sent_now()[0] + Draft.objects.count() == 1
