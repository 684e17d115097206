"""What moves a clock: start, pause, resume, end, and undoing an end; and the tick that warns and tells of breaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from tieline.clocks.compute import Terms, calendar_of, reckon
from tieline.clocks.events import (
    ClockBreached,
    ClockEnded,
    ClockPaused,
    ClockRestored,
    ClockResumed,
    ClockStarted,
    ClockWarned,
)
from tieline.clocks.models import Clock, ClockMove, ClockState
from tieline.clocks.profile import Policy
from tieline.journal.actions import record, record_all
from tieline.journal.models import JournalLink
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.calendar import DayList
from tieline.kernel.reference import Reference

Calendars = Mapping[str, DayList]


def start_clock(
    subject: Reference, *, policy: Policy, calendars: Calendars, by: Actor, at: datetime, started_at: datetime
) -> Clock:
    """Start a clock on an object; `started_at` is the instant the policy counts from, `at` the act itself."""
    (clock,) = start_all([drawn_up(subject, policy, calendars, started_at)], by=by, at=at)
    return clock


def drawn_up(subject: Reference, policy: Policy, calendars: Calendars, started_at: datetime) -> Clock:
    """A clock with its deadline, not started yet. Refuses CalendarNotLoaded."""
    terms = Terms.of(policy)
    calendar = calendar_of(terms, calendars)
    reckoning = reckon(terms, started_at=started_at, moves=(), calendar=calendar)
    return Clock(
        subject_kind=subject.kind,
        subject_id=subject.id,
        measure=policy.measure.value,
        policy=terms.as_data(),
        calendar_version=calendar.version,
        started_at=started_at,
        due_at=reckoning.deadline.due,
        warn_at=reckoning.warn_at,
    )


@transaction.atomic(savepoint=False)
def start_all(drawn: Sequence[Clock], *, by: Actor, at: datetime) -> list[Clock]:
    """Start the clocks that were drawn up for one object, at once."""
    clocks = Clock.objects.bulk_create(drawn)
    if not clocks:
        return clocks
    ClockMove.objects.bulk_create(
        _move(clock, "start", clock.started_at, f"policy {clock.policy['key']}", by) for clock in clocks
    )
    subject = Reference(clocks[0].subject_kind, clocks[0].subject_id)
    started = [
        (ClockStarted(measure=one.measure, policy=one.policy["key"], due=_said(one.due_at)), _link(one))
        for one in clocks
    ]
    record_all(started, about=subject, by=by, at=at)
    return clocks


@transaction.atomic
def pause_clocks(subject: Reference, *, because: str, reason: str, by: Actor, at: datetime) -> list[Clock]:
    """Make those clocks of an object stand still whose policy pauses on the state `because`."""
    return [
        _pause(clock, reason=reason, by=by, at=at)
        for clock in _open(subject).filter(state=ClockState.RUNNING)
        if because in clock.policy["pause_on"]
    ]


def _pause(clock: Clock, *, reason: str, by: Actor, at: datetime) -> Clock:
    _note(clock, "pause", at, reason, by)
    if clock.due_at and at > clock.due_at and clock.breached_at is None:
        # the due time is taken away below, and with it the ticker's chance to tell
        clock.breached_at = clock.due_at
        clock.save(update_fields=["breached_at"])
        _tell(clock, ClockBreached(measure=clock.measure, due=_said(clock.due_at)), at)
    clock.state, clock.due_at, clock.warn_at = ClockState.PAUSED, None, None
    clock.save(update_fields=["state", "due_at", "warn_at"])
    record(ClockPaused(measure=clock.measure, reason=reason), about=clock.subject, by=by, at=at, links=_link(clock))
    return clock


@transaction.atomic
def resume_clocks(subject: Reference, *, reason: str, calendars: Calendars, by: Actor, at: datetime) -> list[Clock]:
    """Let every clock of an object that stands still run again, its due time recomputed."""
    paused = _open(subject).filter(state=ClockState.PAUSED)
    return [_resume(clock, reason=reason, calendars=calendars, by=by, at=at) for clock in paused]


def _resume(clock: Clock, *, reason: str, calendars: Calendars, by: Actor, at: datetime) -> Clock:
    _note(clock, "resume", at, reason, by)
    terms = Terms.read(clock.policy)
    calendar = calendar_of(terms, calendars)
    moves = list(clock.moves.order_by("pk"))
    reckoning = reckon(terms, started_at=clock.started_at, moves=moves, calendar=calendar)
    clock.state, clock.calendar_version = ClockState.RUNNING, calendar.version
    clock.due_at, clock.warn_at = reckoning.deadline.due, reckoning.warn_at
    clock.save(update_fields=["state", "calendar_version", "due_at", "warn_at"])
    record(
        ClockResumed(measure=clock.measure, due=_said(clock.due_at)),
        about=clock.subject, by=by, at=at, links=_link(clock),
    )  # fmt: skip
    return clock


@transaction.atomic
def end_clocks(subject: Reference, *, measure: str | None, reason: str, by: Actor, at: datetime) -> list[Clock]:
    """End an object's clocks of one measure (all when None): what they waited for has happened at `at`."""
    clocks = _open(subject) if measure is None else _open(subject).filter(measure=measure)
    return [_end(clock, reason=reason, by=by, at=at) for clock in clocks]


def _end(clock: Clock, *, reason: str, by: Actor, at: datetime) -> Clock:
    _note(clock, "end", at, reason, by)
    if clock.due_at and at > clock.due_at and clock.breached_at is None:
        clock.breached_at = clock.due_at
    clock.state, clock.ended_at, clock.ended_why = ClockState.ENDED, at, reason
    clock.save(update_fields=["state", "ended_at", "ended_why", "breached_at"])
    record(
        ClockEnded(measure=clock.measure, reason=reason, in_time=clock.breached_at is None),
        about=clock.subject, by=by, at=at, links=_link(clock),
    )  # fmt: skip
    return clock


@transaction.atomic
def restore_clocks(subject: Reference, *, ended_at: datetime, reason: str, by: Actor, at: datetime) -> list[Clock]:
    """Undo the end of those clocks of an object that ended at an instant, where it was a mistake.

    Each runs or stands still as it did: an end takes neither start, pauses nor due time away, so its proof holds on.
    """
    ended = Clock.objects.select_for_update().filter(subject_kind=subject.kind, subject_id=subject.id)
    running = set(_open(subject).values_list("measure", flat=True))
    found = ended.filter(state=ClockState.ENDED, ended_at=ended_at).exclude(measure__in=running).order_by("pk")
    return [_restore(clock, reason=reason, by=by, at=at) for clock in found]


def _restore(clock: Clock, *, reason: str, by: Actor, at: datetime) -> Clock:
    _note(clock, "restored", at, reason, by)
    clock.state = ClockState.RUNNING if clock.due_at else ClockState.PAUSED
    clock.ended_at, clock.ended_why = None, ""
    if not _was_told_late(clock):
        clock.breached_at = None  # it was only noted as late at its end; the ticker is to tell
    clock.save(update_fields=["state", "ended_at", "ended_why", "breached_at"])
    restored = ClockRestored(measure=clock.measure, due=_said(clock.due_at))
    record(restored, about=clock.subject, by=by, at=at, links=_link(clock))
    return clock


def _was_told_late(clock: Clock) -> bool:
    told = JournalLink.objects.filter(object_kind="clock", object_id=str(clock.pk), event__kind="clock.breached")
    return told.exists()


def tick(*, at: datetime, limit: int = 500) -> int:
    """Warn and tell of breaches that are due by `at`; returns how many. Safe to run in several processes.

    Each clock is claimed by a conditional update, so two tickers never tell of the same breach.
    """
    with transaction.atomic():
        due = Clock.objects.select_for_update(skip_locked=True).filter(state=ClockState.RUNNING)
        warned = list(due.filter(warned_at=None, warn_at__lte=at).order_by("warn_at")[:limit])
        for clock in warned:
            clock.warned_at = at
            clock.save(update_fields=["warned_at"])
            _tell(clock, ClockWarned(measure=clock.measure, due=_said(clock.due_at)), at)
        breached = list(due.filter(breached_at=None, due_at__lt=at).order_by("due_at")[:limit])
        for clock in breached:
            clock.breached_at = clock.due_at
            clock.save(update_fields=["breached_at"])
            _tell(clock, ClockBreached(measure=clock.measure, due=_said(clock.due_at)), at)
    return len(warned) + len(breached)


def _tell(clock: Clock, event: ClockWarned | ClockBreached, at: datetime) -> None:
    record(event, about=clock.subject, by=SYSTEM, at=at, links=_link(clock))


def _open(subject: Reference) -> QuerySet[Clock]:
    return (
        Clock.objects.select_for_update()
        .filter(subject_kind=subject.kind, subject_id=subject.id)
        .exclude(state=ClockState.ENDED)
        .order_by("pk")
    )


def _note(clock: Clock, move: str, at: datetime, reason: str, by: Actor) -> None:
    """Write a move down. A late-told one (mail that lay in the queue) does not go back behind the move before it."""
    before = clock.moves.order_by("-pk").values_list("at", flat=True).first()
    _move(clock, move, max(at, before) if before else at, reason, by).save(force_insert=True)


def _move(clock: Clock, move: str, at: datetime, reason: str, by: Actor) -> ClockMove:
    return ClockMove(clock=clock, move=move, at=at, reason=reason[:200], by=str(by.reference), by_name=by.name[:200])


def _link(clock: Clock) -> dict[str, Reference | None]:
    return {"clock": Reference("clock", str(clock.pk))}


def _said(at: datetime | None) -> str:
    return at.isoformat() if at else ""
