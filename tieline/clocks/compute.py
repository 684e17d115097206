"""When is a clock due, and what proves it? Pure: policy, calendar and moves in; due time, warning and steps out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from tieline.clocks.profile import Policy
from tieline.kernel.calendar import CalendarNotLoaded, DayList
from tieline.kernel.deadline import Deadline, Direction, Duration, Pause, deadline, parse_duration


class Move(Protocol):
    """Anything that says what was done to a clock, when and why."""

    move: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Terms:
    """The part of a policy a clock lives by; stored with the clock, so that later changes do not reach back."""

    key: str
    duration: Duration
    calendar: str
    warn_before: Duration | None
    text: str
    citation: str
    verified: bool
    from_day: date
    pause_on: tuple[str, ...]

    @classmethod
    def of(cls, policy: Policy) -> Terms:
        """The terms a policy of the profile lays down."""
        return cls(
            policy.key, policy.duration, policy.calendar, policy.warn_before, policy.text, policy.citation,
            policy.verified, policy.from_, policy.pause_on,
        )  # fmt: skip

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Terms:
        """The terms as they were stored by `as_data`."""
        return cls(
            key=stored["key"],
            duration=parse_duration(stored["duration"]),
            calendar=stored["calendar"],
            warn_before=parse_duration(stored["warn_before"]) if stored["warn_before"] else None,
            text=stored["text"],
            citation=stored["citation"],
            verified=stored["verified"],
            from_day=date.fromisoformat(stored["from"]),
            pause_on=tuple(stored["pause_on"]),
        )

    def as_data(self) -> dict[str, Any]:
        """The terms as JSON-ready values."""
        return {
            "key": self.key,
            "duration": str(self.duration),
            "calendar": self.calendar,
            "warn_before": str(self.warn_before) if self.warn_before else None,
            "text": self.text,
            "citation": self.citation,
            "verified": self.verified,
            "from": self.from_day.isoformat(),
            "pause_on": list(self.pause_on),
        }


class CalendarGone(CalendarNotLoaded):
    """The profile no longer has the calendar a clock counts by."""

    def __init__(self, terms: Terms) -> None:
        super().__init__(f"The calendar “{terms.calendar}” of policy {terms.key} is not in this profile any more.")


def calendar_of(terms: Terms, calendars: Mapping[str, DayList]) -> DayList:
    """The calendar these terms count by; refuses CalendarGone."""
    if terms.calendar not in calendars:
        raise CalendarGone(terms)
    return calendars[terms.calendar]


@dataclass(frozen=True)
class Reckoning:
    """A clock's due time with its proof, and when to warn."""

    deadline: Deadline
    warn_at: datetime | None


def pauses_of(moves: Iterable[Move]) -> list[Pause]:
    """The pauses that pause and resume moves make, in the order they were made; one that never ended is open."""
    pauses: list[Pause] = []
    opened: Move | None = None
    for move in moves:
        if move.move == "pause" and opened is None:
            opened = move
        elif move.move == "resume" and opened is not None:
            pauses.append(Pause(opened.at, move.at, opened.reason))
            opened = None
    if opened is not None:
        pauses.append(Pause(opened.at, None, opened.reason))
    return pauses


def reckon(terms: Terms, *, started_at: datetime, moves: Sequence[Move], calendar: DayList) -> Reckoning:
    """Due time, steps and warning of a clock under these terms."""
    due = deadline(terms.duration, start=started_at, calendar=calendar, pauses=pauses_of(moves))
    if due.due is None or terms.warn_before is None:
        return Reckoning(due, None)
    warning = deadline(terms.warn_before, start=due.due, calendar=calendar, direction=Direction.BEFORE)
    return Reckoning(due, max(warning.due, started_at) if warning.due else None)
