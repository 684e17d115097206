"""What happens to clocks."""

from dataclasses import dataclass

from tieline.journal.events import Event, event


@event("clock.started")
@dataclass(frozen=True)
class ClockStarted(Event):
    """A clock began to run, with its due time as first computed."""

    measure: str
    policy: str
    due: str


@event("clock.paused")
@dataclass(frozen=True)
class ClockPaused(Event):
    """A clock was made to stand still."""

    measure: str
    reason: str


@event("clock.resumed")
@dataclass(frozen=True)
class ClockResumed(Event):
    """A clock runs again, with its new due time."""

    measure: str
    due: str


@event("clock.restored")
@dataclass(frozen=True)
class ClockRestored(Event):
    """That a clock ended was undone: it runs, or stands still, as if it had never ended."""

    measure: str
    due: str


@event("clock.warned")
@dataclass(frozen=True)
class ClockWarned(Event):
    """A clock will soon be overdue."""

    measure: str
    due: str


@event("clock.breached")
@dataclass(frozen=True)
class ClockBreached(Event):
    """A clock's due time passed while it ran."""

    measure: str
    due: str


@event("clock.ended")
@dataclass(frozen=True)
class ClockEnded(Event):
    """What a clock waited for happened (or it is no longer wanted)."""

    measure: str
    reason: str
    in_time: bool
