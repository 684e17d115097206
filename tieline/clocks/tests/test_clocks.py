"""Does a clock count what its policy says, stand still when it should, and tell once when it is late?"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from tieline.clocks.actions import end_clocks, pause_clocks, restore_clocks, resume_clocks, start_clock, tick
from tieline.clocks.compute import CalendarGone, Terms
from tieline.clocks.models import Clock, ClockState
from tieline.clocks.profile import Measure, Policy
from tieline.clocks.queries import ProvedClock, clock_sheet, clocks_of, next_due
from tieline.journal.queries import about
from tieline.kernel.actor import SYSTEM
from tieline.kernel.calendar import CalendarYear, DayList
from tieline.kernel.duration import parse_duration
from tieline.kernel.reference import Reference
from tieline.kernel.viewing import viewing_as

CHICAGO = ZoneInfo("America/Chicago")
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=CHICAGO)
CASE = Reference("case", "1042")
YEAR = CalendarYear(2026, "a test", True, {date(2026, 11, 26): "Thanksgiving Day", date(2026, 11, 27): "Day after"})
OFFICE = DayList(
    key="office", name="Office days", zone=CHICAGO, weekend=frozenset({5, 6}), opens=time(8), closes=time(17),
    years={2026: YEAR},
)  # fmt: skip
CALENDARS = {"office": OFFICE}


def policy(
    duration: str = "8 business hours", warn_before: str | None = "2 business hours", **others: object
) -> Policy:
    """A policy of the office, pausing while the client is waited for."""
    made = Policy(
        key="a-policy", kind="*", urgency="*", measure=Measure.RESOLUTION, duration=parse_duration(duration),
        calendar="office", from_=date(2026, 1, 1), warn_before=(warn_before and parse_duration(warn_before)) or None,
        text="Eight hours", pause_on=("waiting",),
    )  # fmt: skip
    return dataclasses.replace(made, **others)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2026 by the wall clock of the market."""
    return datetime(2026, 11, day, hour, minute, tzinfo=CHICAGO)


def start(when: datetime = MONDAY, *, following: Policy | None = None, subject: Reference = CASE) -> Clock:
    """Start a clock on a case, counting from `when`."""
    return start_clock(subject, policy=following or policy(), calendars=CALENDARS, by=SYSTEM, at=when, started_at=when)


def pause(when: datetime, *, because: str = "waiting") -> list[Clock]:
    """Wait for the client from `when` on."""
    return pause_clocks(CASE, because=because, reason="waiting on the client", by=SYSTEM, at=when)


def resume(when: datetime, *, calendars: dict[str, DayList] = CALENDARS) -> list[Clock]:
    """The client answered."""
    return resume_clocks(CASE, reason="the client answered", calendars=calendars, by=SYSTEM, at=when)


def end(when: datetime) -> list[Clock]:
    """What was waited for happened."""
    return end_clocks(CASE, measure=None, reason="answered", by=SYSTEM, at=when)


def now_stored() -> Clock:
    """The case's only clock as the database has it."""
    return Clock.objects.get(subject_id=CASE.id)


def proof(*, calendars: dict[str, DayList] = CALENDARS) -> ProvedClock:
    """The only clock of the case's sheet."""
    (proved,) = clock_sheet(CASE, calendars=calendars, at=at(30, 9)).clocks
    return proved


def told() -> list[str]:
    """What the record says of the case, oldest first."""
    return [event.kind for event in sorted(about(CASE), key=lambda event: event.pk)]


def test_a_clock_starts_with_its_due_time_and_its_warning(db: None) -> None:
    clock = start()

    assert (clock.state, clock.due_at, clock.warn_at) == ("running", at(16, 17), at(16, 15))
    assert next_due(clocks_of(CASE)) == at(16, 17)
    assert told() == ["clock.started"]


def test_a_case_has_one_open_clock_for_each_measure(db: None) -> None:
    start()

    with pytest.raises(IntegrityError), transaction.atomic():
        start()
    start(following=policy(measure=Measure.FIRST_ANSWER))

    assert [clock.measure for clock in clocks_of(CASE)] == ["resolution", "first_answer"]


def test_a_pause_takes_the_due_time_away_and_resuming_gives_a_later_one(db: None) -> None:
    start()

    pause(at(16, 11))
    paused = now_stored()
    resume(at(17, 10))
    running = now_stored()

    assert (paused.state, paused.due_at, paused.warn_at) == ("paused", None, None)
    assert next_due([paused]) is None
    assert (running.state, running.due_at, running.warn_at) == ("running", at(17, 16), at(17, 14))
    assert told() == ["clock.started", "clock.paused", "clock.resumed"]


def test_a_pause_for_another_reason_does_not_stop_a_clock(db: None) -> None:
    start()

    assert pause(at(16, 11), because="parked") == []
    assert now_stored().state == ClockState.RUNNING


def test_pausing_twice_and_resuming_twice_change_nothing_more(db: None) -> None:
    start()

    assert (len(pause(at(16, 11))), len(pause(at(16, 12)))) == (1, 0)
    assert (len(resume(at(16, 13))), len(resume(at(16, 14)))) == (1, 0)
    assert now_stored().due_at == at(17, 10)


def test_an_answer_that_came_before_the_pause_but_was_read_after_it_keeps_the_clock_running(db: None) -> None:
    start()
    pause(at(16, 11))

    resume(at(16, 10, 59))

    running = now_stored()
    assert (running.state, running.due_at) == ("running", at(16, 17))
    assert proof().agrees


@pytest.mark.parametrize(("ended_at", "in_time"), [(at(16, 17), True), (at(16, 17, 1), False)])
def test_a_clock_that_ends_says_whether_it_was_in_time(db: None, ended_at: datetime, in_time: bool) -> None:
    start()

    end(ended_at)

    clock = now_stored()
    assert (clock.state, clock.ended_at, clock.is_met) == ("ended", ended_at, in_time)
    assert about(CASE)[0].facts["in_time"] is in_time
    assert end(ended_at) == []


def test_a_clock_that_ends_while_it_stands_still_was_in_time_and_its_sheet_agrees(db: None) -> None:
    start()
    pause(at(16, 11))

    end(at(20, 9))

    proved = proof()
    assert (proved.clock.is_met, proved.clock.due_at, proved.deadline.due) == (True, None, None)
    assert proved.agrees


def test_a_late_clock_cannot_be_saved_by_a_pause_before_the_ticker_looked(db: None) -> None:
    start()

    pause(at(16, 17, 5))
    end(at(18, 9))

    clock = now_stored()
    assert (clock.is_met, clock.breached_at) == (False, at(16, 17))
    assert told() == ["clock.started", "clock.breached", "clock.paused", "clock.ended"]


@pytest.mark.parametrize("is_paused", [False, True])
def test_an_end_that_is_undone_leaves_the_clock_as_if_it_had_never_ended(db: None, is_paused: bool) -> None:
    start()
    pause(at(16, 10))
    resume(at(16, 12))
    if is_paused:
        pause(at(16, 13))
    before = now_stored()
    end(at(16, 14))

    restore_clocks(CASE, ended_at=at(16, 14), reason="a slip", by=SYSTEM, at=at(16, 15))

    after, proved = now_stored(), proof()
    for name in ("state", "started_at", "due_at", "warn_at", "breached_at", "ended_at", "ended_why"):
        assert getattr(after, name) == getattr(before, name)
    assert proved.agrees
    assert [move.move for move in proved.moves][-2:] == ["end", "restored"]
    assert told()[-1] == "clock.restored"
    if is_paused:
        resume(at(16, 16))
        assert proof().agrees


def test_a_breach_that_only_the_end_noted_is_told_once_the_end_is_undone(db: None) -> None:
    start()
    end(at(17, 12))

    restore_clocks(CASE, ended_at=at(17, 12), reason="a slip", by=SYSTEM, at=at(17, 13))
    tick(at=at(17, 13))

    assert now_stored().breached_at == now_stored().due_at
    assert told().count("clock.breached") == 1


def test_only_what_ended_at_that_instant_is_restored_and_never_a_second_one(db: None) -> None:
    start()
    end(at(16, 14))
    start(at(16, 15))

    assert not restore_clocks(CASE, ended_at=at(16, 14), reason="a slip", by=SYSTEM, at=at(16, 16))
    assert not restore_clocks(CASE, ended_at=at(16, 13), reason="a slip", by=SYSTEM, at=at(16, 16))


def test_the_ticker_warns_once_and_tells_of_the_breach_once(db: None) -> None:
    start()

    ticks = [tick(at=when) for when in (at(16, 14, 59), at(16, 15), at(16, 16), at(16, 17), at(16, 17, 1), at(17, 9))]

    assert ticks == [0, 1, 0, 0, 1, 0]
    assert told() == ["clock.started", "clock.warned", "clock.breached"]
    assert (now_stored().warned_at, now_stored().breached_at) == (at(16, 15), at(16, 17))


def test_a_clock_that_stands_still_or_has_ended_neither_warns_nor_breaches(db: None) -> None:
    start()
    pause(at(16, 11))
    start(subject=Reference("case", "7"))
    end_clocks(Reference("case", "7"), measure=None, reason="answered", by=SYSTEM, at=at(16, 10))

    assert tick(at=at(30, 9)) == 0


def test_a_clock_without_a_warning_only_breaches(db: None) -> None:
    start(following=policy(warn_before=None))

    assert [tick(at=at(16, 16, 59)), tick(at=at(16, 17, 1))] == [0, 1]


def test_a_warning_never_lies_before_the_start(db: None) -> None:
    clock = start(following=policy("1 business hour", "4 business hours"))

    assert clock.warn_at == clock.started_at


def test_two_tickers_at_once_tell_once(committed: str) -> None:
    with viewing_as(SYSTEM):
        for number in range(40):
            start(subject=Reference("case", str(number)))
    told_of: list[int] = []
    starting = threading.Barrier(3)

    def run() -> None:
        starting.wait()
        for _ in range(8):
            with viewing_as(SYSTEM):
                told_of.append(tick(at=at(17, 9), limit=10))
        connection.close()

    tickers = [threading.Thread(target=run) for _ in range(3)]
    for ticker in tickers:
        ticker.start()
    for ticker in tickers:
        ticker.join()

    with viewing_as(SYSTEM):
        tellings = [sorted(event.kind for event in about(Reference("case", str(number)))) for number in range(40)]
    assert sum(told_of) == 80
    assert tellings == [["clock.breached", "clock.started", "clock.warned"]] * 40


def test_moves_are_only_ever_added(db: None) -> None:
    clock = start()
    pause(at(16, 11))
    resume(at(16, 12))
    end(at(16, 13))

    moves = [(move.move, move.reason, move.by) for move in clock.moves.order_by("pk")]

    assert moves == [
        ("start", "policy a-policy", "system:tieline"),
        ("pause", "waiting on the client", "system:tieline"),
        ("resume", "the client answered", "system:tieline"),
        ("end", "answered", "system:tieline"),
    ]


def minutes_that_count(since: datetime) -> Iterator[datetime]:
    """The beginning of every minute of office time, one after another."""
    minute = since.astimezone(UTC)
    while True:
        local = minute.astimezone(CHICAGO)
        if OFFICE.why_not(local.date()) is None and time(8) <= local.time() < time(17):
            yield minute
        minute += timedelta(minutes=1)


def counted_by_hand(begun: datetime, minutes: int, pauses: list[tuple[datetime, datetime]]) -> datetime:
    """When so many minutes of office time are over, counted one by one."""
    left = minutes
    for minute in minutes_that_count(begun):
        if not any(paused <= minute < resumed for paused, resumed in pauses):
            left -= 1
        if left == 0:
            return minute + timedelta(minutes=1)
    raise AssertionError


@pytest.mark.parametrize("seed", range(25))
def test_the_stored_due_time_is_that_of_a_count_by_hand_after_any_pauses(db: None, seed: int) -> None:
    draw = Random(seed)
    begun = datetime(2026, 10, 28, tzinfo=CHICAGO) + timedelta(minutes=draw.randrange(9 * 1440))
    hours = draw.randint(1, 30)
    start(begun, following=policy(f"{hours} business hours"))
    moment, pauses = begun, []
    for _ in range(draw.randint(0, 4)):
        paused = moment + timedelta(minutes=draw.choice([0, 1, 45, 600, 1441]))
        moment = paused + timedelta(minutes=draw.choice([0, 1, 59, 1440, 4000]))
        pause(paused)
        resume(moment)
        pauses.append((paused, moment))

    proved = proof()

    assert proved.clock.due_at == counted_by_hand(begun, hours * 60, pauses)
    assert proved.agrees
    assert sum(step.minutes or 0 for step in proved.deadline.steps) == hours * 60


@pytest.mark.parametrize(
    ("begun", "duration", "due"),
    [
        (datetime(2026, 10, 30, 16, tzinfo=CHICAGO), "2 business hours", datetime(2026, 11, 2, 9, tzinfo=CHICAGO)),
        (datetime(2026, 10, 31, 22, tzinfo=CHICAGO), "4 hours", datetime(2026, 11, 1, 1, tzinfo=CHICAGO, fold=1)),
        (datetime(2026, 11, 1, 0, 30, tzinfo=CHICAGO), "1 hours", datetime(2026, 11, 1, 1, 30, tzinfo=CHICAGO)),
        (datetime(2026, 11, 1, 0, 30, tzinfo=CHICAGO), "2 hours", datetime(2026, 11, 1, 1, 30, tzinfo=CHICAGO, fold=1)),
        (datetime(2026, 3, 7, 23, tzinfo=CHICAGO), "4 hours", datetime(2026, 3, 8, 4, tzinfo=CHICAGO)),
        (datetime(2026, 3, 6, 16, tzinfo=CHICAGO), "90 business minutes", datetime(2026, 3, 9, 8, 30, tzinfo=CHICAGO)),
    ],
    ids=["over autumn", "into the second 01:00", "the first 01:30", "the second 01:30", "spring", "hours in spring"],
)  # fmt: skip
def test_a_clock_keeps_real_time_over_both_clock_changes(
    db: None, begun: datetime, duration: str, due: datetime
) -> None:
    start(begun, following=policy(duration, None))

    proved = proof()

    assert proved.clock.due_at.astimezone(UTC) == due.astimezone(UTC)
    assert proved.agrees


def test_a_due_time_somebody_touched_is_shown_as_disagreeing(db: None) -> None:
    start()
    Clock.objects.update(due_at=at(16, 18))

    proved = proof()

    assert not proved.agrees
    assert proved.deadline.due == at(16, 17)
    assert proved.clock.due_at == at(16, 18)


def with_holiday(day: date) -> dict[str, DayList]:
    """The office's days as a later version of the profile has them."""
    year = dataclasses.replace(YEAR, holidays={**YEAR.holidays, day: "A new holiday"})
    return {"office": dataclasses.replace(OFFICE, years={2026: year})}


def test_a_calendar_that_changed_since_is_flagged_even_where_the_due_time_is_the_same(db: None) -> None:
    start()

    later_day, same_day = with_holiday(date(2026, 12, 24)), with_holiday(date(2026, 11, 16))

    assert [proof().calendar_changed, proof(calendars=later_day).calendar_changed] == [False, True]
    assert [proof(calendars=later_day).agrees, proof(calendars=same_day).agrees] == [True, False]


def test_resuming_counts_by_the_calendar_of_now_and_says_so(db: None) -> None:
    start()
    pause(at(16, 11))
    changed = with_holiday(date(2026, 11, 17))

    resume(at(16, 16), calendars=changed)

    assert now_stored().due_at == at(18, 13)
    assert now_stored().calendar_version == changed["office"].version
    assert proof(calendars=changed).agrees


def test_a_calendar_the_profile_lost_is_refused_in_words(db: None) -> None:
    start()

    with pytest.raises(CalendarGone, match="“office” of policy a-policy is not in this profile any more"):
        clock_sheet(CASE, calendars={}, at=at(30, 9))


def test_a_clock_keeps_the_policy_it_started_with(db: None) -> None:
    following = policy()
    start(following=following)
    pause(at(16, 11))
    changed = dataclasses.replace(following, duration=parse_duration("1 business hour"), pause_on=(), text="One hour")

    start(subject=Reference("case", "7"), following=changed)
    resume(at(16, 12))

    proved = proof()
    assert str(proved.terms.duration) == "8 business hours"
    assert (proved.terms.text, proved.clock.due_at) == ("Eight hours", at(17, 9))


@pytest.mark.parametrize(
    "duration", ["30 minutes", "4 hours", "1 business minute", "3 business days", "2 days", "1 month"]
)
def test_terms_are_read_back_as_they_were_stored(duration: str) -> None:
    terms = Terms.of(policy(duration, duration))

    assert Terms.read(terms.as_data()) == terms


def test_a_sheet_gives_every_day_of_the_way_with_its_reason(db: None) -> None:
    start(at(25, 16), following=policy("2 business hours"))

    steps = [(step.day.day, step.counted, step.minutes) for step in proof().deadline.steps]
    reasons = {step.day.day: step.reason for step in proof().deadline.steps}

    assert [day for day, _, _ in steps] == [25, 26, 27, 28, 29, 30]
    assert [(day, minutes) for day, counted, minutes in steps if counted] == [(25, 60), (30, 60)]
    assert (reasons[26], reasons[28]) == ("Thanksgiving Day", "Saturday")
