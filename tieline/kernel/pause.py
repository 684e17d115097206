"""Which time does not count? That between the start and the end of a pause, the end excluded.

A pause without an end is open: nothing after its start can count until somebody ends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tieline.kernel.refusal import Refusal

Span = tuple[datetime, datetime]


class UnsoundPause(Refusal):
    """A pause that ends before it starts."""


class NoTimeZone(Refusal):
    """A moment was named without saying in which time zone."""


@dataclass(frozen=True)
class Pause:
    """Time that does not count, from `start` until `end` (excluded); without `end` the pause is open."""

    start: datetime
    end: datetime | None
    reason: str

    def __post_init__(self) -> None:
        """Refuse instants without a time zone, and an end before the start."""
        start = in_utc(self.start, what="start of a pause")
        if self.end is not None and in_utc(self.end, what="end of a pause") < start:
            raise UnsoundPause(f"The pause '{self.reason}' ends before it starts.")

    def __str__(self) -> str:
        """The reason as the steps show it."""
        return f"paused: {self.reason}" + ("" if self.end else " (still open)")


@dataclass(frozen=True)
class Pauses:
    """The pauses of one clock in UTC, earliest first; they may overlap."""

    in_order: tuple[Pause, ...]
    opened: Pause | None

    @classmethod
    def of(cls, pauses: Sequence[Pause]) -> Pauses:
        normalised = (
            replace(pause, start=pause.start.astimezone(UTC), end=pause.end and pause.end.astimezone(UTC))
            for pause in pauses
        )
        in_order = tuple(sorted(normalised, key=lambda pause: pause.start))
        return cls(in_order, next((pause for pause in in_order if pause.end is None), None))

    def at(self, instant: datetime) -> Pause | None:
        """The pause in force at `instant`, the open one before any other."""
        if self.opened and self.opened.start <= instant:
            return self.opened
        return next((pause for pause in self.in_order if pause.end and pause.start <= instant < pause.end), None)

    def within(self, span: Span) -> Pause | None:
        """The first pause that takes time out of `span`."""
        since, until = span
        overlapping = (
            pause for pause in self.in_order if pause.start < until and (pause.end is None or pause.end > since)
        )
        return next((pause for pause in overlapping if pause.end != pause.start), None)

    def taken_out_of(self, span: Span) -> list[Span]:
        """The parts of `span` that no pause covers."""
        since, until = span
        free: list[Span] = []
        for pause in self.in_order:
            if pause.start >= until:
                break
            if pause.start > since:
                free.append((since, pause.start))
            since = max(since, pause.end or until)
        return [*free, (since, until)] if since < until else free


def in_utc(instant: datetime, *, what: str) -> datetime:
    """The same instant in UTC; one without a time zone is refused, by the name of `what` it is."""
    if instant.utcoffset() is None:
        raise NoTimeZone(f"The {what}, {instant}, must say its time zone.")
    return instant.astimezone(UTC)
