"""Which clocks hang on an object, and what is the proof of each? The clock sheet recomputes what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tieline.clocks.compute import Terms, calendar_of, reckon
from tieline.clocks.models import Clock, ClockMove
from tieline.kernel.calendar import DayList
from tieline.kernel.deadline import Deadline
from tieline.kernel.reference import Reference


def clocks_of(subject: Reference) -> list[Clock]:
    """An object's clocks in the order they were started; one query."""
    return list(Clock.objects.filter(subject_kind=subject.kind, subject_id=subject.id).order_by("started_at", "pk"))


def next_due(clocks: Iterable[Clock]) -> datetime | None:
    """The earliest due time among clocks that still run."""
    return min((clock.due_at for clock in clocks if clock.state == "running" and clock.due_at), default=None)


@dataclass(frozen=True)
class ProvedClock:
    """A clock with its terms, its moves, the recomputed steps, and whether the stored due time agrees."""

    clock: Clock
    terms: Terms
    moves: tuple[ClockMove, ...]
    deadline: Deadline
    calendar: DayList
    agrees: bool
    calendar_changed: bool


@dataclass(frozen=True)
class ClockSheet:
    """Everything that proves an object's deadlines, recomputed at `drawn_at`."""

    subject: Reference
    clocks: tuple[ProvedClock, ...]
    drawn_at: datetime


def clock_sheet(subject: Reference, *, calendars: Mapping[str, DayList], at: datetime) -> ClockSheet:
    """Recompute every clock of an object from its terms, moves and the present calendars."""
    clocks = list(
        Clock.objects.filter(subject_kind=subject.kind, subject_id=subject.id)
        .prefetch_related("moves")
        .order_by("started_at", "pk")
    )
    return ClockSheet(subject, tuple(_prove(clock, calendars) for clock in clocks), at)


def _prove(clock: Clock, calendars: Mapping[str, DayList]) -> ProvedClock:
    terms = Terms.read(clock.policy)
    calendar = calendar_of(terms, calendars)
    moves = tuple(sorted(clock.moves.all(), key=lambda move: move.pk))
    reckoning = reckon(terms, started_at=clock.started_at, moves=moves, calendar=calendar)
    return ProvedClock(
        clock=clock,
        terms=terms,
        moves=moves,
        deadline=reckoning.deadline,
        calendar=calendar,
        agrees=_is_same_instant(reckoning.deadline.due, clock.due_at),
        calendar_changed=calendar.version != clock.calendar_version,
    )


def _is_same_instant(computed: datetime | None, stored: datetime | None) -> bool:
    """Compared in UTC: Python calls local times of the repeated hour unlike whatever they are compared with."""
    if computed is None or stored is None:
        return computed is stored
    return computed.astimezone(UTC) == stored.astimezone(UTC)
