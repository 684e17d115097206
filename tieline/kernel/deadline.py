"""When is it due, and why exactly then?

`deadline` counts a duration along a `DayList` and returns the instant together with the steps that prove it:
every day on the way, counted or skipped, each with its reason. Everything here is pure: no clock is read,
nothing stored. Which clock runs on what, and what happens at a breach, is left to `tieline.clocks`.

Days are counted by their date in the calendar's zone, the start day excluded; minutes as real elapsed time in
UTC, so that neither clock change adds or loses any. How a cut-off in a missing or repeated hour is read,
`tieline.kernel.calendar` says.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from tieline.kernel.calendar import MIDNIGHT, ONE_DAY, DayList, every_day
from tieline.kernel.duration import UNIT_LENGTHS, Duration, Unit, UnreadableDuration, parse_duration
from tieline.kernel.pause import Pause, Pauses, Span, in_utc
from tieline.kernel.refusal import Refusal

__all__ = [
    "Deadline",
    "Direction",
    "Duration",
    "Pause",
    "Step",
    "Unit",
    "UnreadableDuration",
    "UnworkableDeadline",
    "deadline",
    "elapsed_minutes",
    "parse_duration",
]

ONE_MINUTE = timedelta(minutes=1)
NO_TIME = timedelta(0)
LONGEST_WALK_DAYS = 40 * 366
EARLIEST_YEAR, LATEST_YEAR = 1900, 2400
START_DAY = "start day"


class UnworkableDeadline(Refusal):
    """The question has no answer: its parts do not go together, or the answer lies too far away."""


class Direction(StrEnum):
    """On which side of its start a deadline lies."""

    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True)
class Step:
    """One day of the proof; `minutes` tells how much of it was taken when time is counted."""

    day: date
    counted: bool
    reason: str
    minutes: int | None = None

    def as_data(self) -> dict[str, str | bool | int]:
        """The step as JSON data; `minutes` only where there are any."""
        content: dict[str, str | bool | int] = {
            "date": self.day.isoformat(),
            "counted": self.counted,
            "reason": self.reason,
        }
        return content if self.minutes is None else content | {"minutes": self.minutes}


@dataclass(frozen=True)
class Deadline:
    """When it is due, in the calendar's zone (None while a pause is open), and the steps that lead there."""

    due: datetime | None
    steps: tuple[Step, ...]
    calendar_key: str
    calendar_version: str

    def as_data(self) -> dict[str, object]:
        """The deadline as JSON data."""
        return {
            "due": self.due.isoformat() if self.due else None,
            "steps": [step.as_data() for step in self.steps],
            "calendar": self.calendar_key,
            "calendar_version": self.calendar_version,
        }


def deadline(
    duration: Duration,
    *,
    start: datetime | date,
    calendar: DayList,
    pauses: Sequence[Pause] = (),
    direction: Direction = Direction.AFTER,
    roll: DayList | None = None,
    cut_off: time | None = None,
) -> Deadline:
    """Count `duration` from `start` along `calendar`; a date as start means the beginning of that day.

    Days and months end at the cut-off of the last day, and a day on which the clock is paused at the cut-off
    does not count. `roll` moves a due day on, whatever the direction, to the next one that counts in both
    calendars. Business hours and minutes are taken from the calendar's opening hours, plain ones from the
    whole day, both less the pauses.

    Refuses with CalendarNotLoaded, or UnworkableDeadline when the wishes do not go together.
    """
    _refuse_unworkable(duration, pauses=pauses, direction=direction, roll=roll, cut_off=cut_off)
    begin = _instant(start, calendar.zone)
    in_order = Pauses.of(pauses)
    if duration.unit in UNIT_LENGTHS:
        due, steps = _TimeCount(duration, calendar, in_order, direction).count_from(begin)
    else:
        due, steps = _DayCount(duration, calendar, in_order, direction, cut_off).count_from(begin, roll=roll)
    return Deadline(
        due=due.astimezone(calendar.zone) if due else None,
        steps=tuple(steps),
        calendar_key=calendar.key,
        calendar_version=calendar.version,
    )


def elapsed_minutes(start: datetime, end: datetime, calendar: DayList, pauses: Sequence[Pause]) -> int:
    """Whole business minutes from `start` to `end`, pauses taken out; 0 when `end` is not after `start`."""
    begin, finish = _instant(start, calendar.zone), _instant(end, calendar.zone)
    in_order = Pauses.of(pauses)
    last_day = finish.astimezone(calendar.zone).date()
    elapsed = NO_TIME
    for day in _days_from(begin.astimezone(calendar.zone).date(), Direction.AFTER):
        if day > last_day or begin >= finish:
            break
        if calendar.counts(day):
            span = max(calendar.opening_at(day), begin), min(calendar.closing_at(day), finish)
            elapsed += sum((until - since for since, until in in_order.taken_out_of(span)), NO_TIME)
    return elapsed // ONE_MINUTE


@dataclass
class _DayCount:
    """The counting of days and months: by dates, the start day excluded."""

    duration: Duration
    calendar: DayList
    pauses: Pauses
    direction: Direction
    cut_off: time | None
    steps: list[Step] = field(default_factory=list)

    def count_from(self, begin: datetime, *, roll: DayList | None) -> tuple[datetime | None, list[Step]]:
        start_day = begin.astimezone(self.calendar.zone).date()
        self.steps.append(Step(start_day, False, START_DAY))
        due_day = self._due_day(start_day)
        if due_day and roll:
            due_day = self._rolled(due_day, roll)
        due = self.calendar.cut_off_at(due_day, cut_off=self.cut_off) if due_day else None
        return due, self.steps

    def _due_day(self, start_day: date) -> date | None:
        if self.duration.unit is Unit.BUSINESS_DAYS:
            return self._walk(start_day, total=self.duration.count, along=self.calendar)
        along = every_day(self.calendar.zone)
        if self.duration.unit is Unit.CALENDAR_DAYS:
            return self._walk(start_day, total=self.duration.count, along=along)
        months = self.duration.count if self.direction is Direction.AFTER else -self.duration.count
        days = abs(_months_on(start_day, months) - start_day).days
        due_day = self._walk(start_day, total=days, along=along)
        self._keep_months_only(due_day)
        return due_day

    def _walk(self, start_day: date, *, total: int, along: DayList) -> date | None:
        """Count `total` days; the last of them, or None where an open pause stops the count."""
        counted = 0
        for day in _days_from(_next_day(start_day, self.direction), self.direction):
            pause = self._pause_on(day)
            if pause and pause.end is None:
                self.steps.append(Step(day, False, str(pause)))
                return None
            why_not = along.why_not(day) or (str(pause) if pause else None)
            if why_not is None:
                counted += 1
            self.steps.append(Step(day, why_not is None, why_not or f"day {counted} of {total}"))
            if counted == total:
                return day
        return None

    def _keep_months_only(self, due_day: date | None) -> None:
        """Reduce the steps to the start, the paused days and the due day; nobody counts a month's days."""
        self.steps = [step for step in self.steps if not step.counted]
        if due_day:
            self.steps.append(Step(due_day, True, f"{self.duration} {self.direction} the start"))

    def _rolled(self, due_day: date, roll: DayList) -> date | None:
        """The first day from `due_day` on that counts in both calendars and is not paused at its cut-off."""
        obstacle = _obstacle(due_day, self.calendar, roll)
        if obstacle is None:
            return due_day
        self.steps[-1] = replace(self.steps[-1], reason=f"{self.steps[-1].reason}, not due then: {obstacle}")
        for day in _days_from(due_day + ONE_DAY, Direction.AFTER):
            pause = self._pause_on(day)
            if pause:
                self.steps.append(Step(day, False, str(pause)))
                if pause.end is None:
                    return None
                continue
            obstacle = _obstacle(day, self.calendar, roll)
            reason = f"rolled past: {obstacle}" if obstacle else "rolled to this day"
            self.steps.append(Step(day, False, reason))
            if obstacle is None:
                return day
        return None

    def _pause_on(self, day: date) -> Pause | None:
        if not self.pauses.in_order:
            return None
        return self.pauses.at(self.calendar.cut_off_at(day, cut_off=self.cut_off))


@dataclass
class _TimeCount:
    """The counting of minutes and hours: elapsed time within the hours of each day."""

    duration: Duration
    calendar: DayList
    pauses: Pauses
    direction: Direction
    wanted: timedelta = field(init=False)
    taken: timedelta = NO_TIME
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.wanted = self.duration.count * UNIT_LENGTHS[self.duration.unit]
        if self.duration.unit in (Unit.MINUTES, Unit.HOURS):
            self.calendar = every_day(self.calendar.zone)

    def count_from(self, begin: datetime) -> tuple[datetime | None, list[Step]]:
        for day in _days_from(begin.astimezone(self.calendar.zone).date(), self.direction):
            due = self._take(day, begin)
            if due or self._stopped_by(day):
                return due, self.steps
        return None, self.steps

    def _take(self, day: date, begin: datetime) -> datetime | None:
        """Take what `day` has to give; the due instant when that is enough."""
        why_not = self.calendar.why_not(day)
        if why_not:
            stop = self._stopped_by(day)
            self.steps.append(Step(day, False, f"{why_not}; {stop}" if stop else why_not))
            return None
        taken_before = self.taken
        span = self._hours_of(day, begin)
        due = None
        for since, until in self.pauses.taken_out_of(span):
            part = min(until - since, self.wanted - self.taken)
            self.taken += part
            if self.taken == self.wanted:
                due = since + part if self.direction is Direction.AFTER else until - part
                break
        self._explain(day, span=(span[0], due or span[1]), taken_before=taken_before)
        return due

    def _hours_of(self, day: date, begin: datetime) -> Span:
        """The hours of `day` on the right side of `begin`; empty when none are left."""
        opening, closing = self.calendar.opening_at(day), self.calendar.closing_at(day)
        if self.direction is Direction.AFTER:
            since = max(opening, begin)
            return since, max(since, closing)
        until = min(closing, begin)
        return min(until, opening), until

    def _explain(self, day: date, *, span: Span, taken_before: timedelta) -> None:
        notes = []
        if self.taken > taken_before:
            notes.append(f"{self.taken // ONE_MINUTE} of {self.wanted // ONE_MINUTE} minutes")
        elif span[0] == span[1]:
            notes.append(f"no hours {self.direction} the start")
        pause = self.pauses.within(span) or (self._stopped_by(day) if self.taken < self.wanted else None)
        if pause:
            notes.append(str(pause))
        minutes = self.taken // ONE_MINUTE - taken_before // ONE_MINUTE
        self.steps.append(Step(day, self.taken > taken_before, "; ".join(notes), minutes))

    def _stopped_by(self, day: date) -> Pause | None:
        """The open pause, if it began by `day`: nothing after it can count."""
        opened = self.pauses.opened
        if opened and opened.start.astimezone(self.calendar.zone).date() <= day:
            return opened
        return None


def _days_from(first: date, direction: Direction) -> Iterator[date]:
    """`first` and the days beyond it; refuses to walk for ever."""
    day = first
    for _ in range(LONGEST_WALK_DAYS):
        yield day
        day = _next_day(day, direction)
    raise UnworkableDeadline(f"Nothing was found within {LONGEST_WALK_DAYS} days of {first}; the count stops there.")


def _next_day(day: date, direction: Direction) -> date:
    return day + ONE_DAY if direction is Direction.AFTER else day - ONE_DAY


def _months_on(day: date, months: int) -> date:
    """The same day of another month, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _obstacle(day: date, *calendars: DayList) -> str | None:
    """The first reason, with the calendar that gives it, why `day` does not count in all `calendars`."""
    for calendar in calendars:
        why_not = calendar.why_not(day)
        if why_not:
            return f"{why_not} ({calendar.name})"
    return None


def _instant(start: datetime | date, zone: ZoneInfo) -> datetime:
    if not EARLIEST_YEAR <= start.year <= LATEST_YEAR:
        raise UnworkableDeadline(f"{start} lies outside the years {EARLIEST_YEAR} to {LATEST_YEAR}.")
    if isinstance(start, datetime):
        return in_utc(start, what="start")
    return datetime.combine(start, MIDNIGHT, tzinfo=zone).astimezone(UTC)


def _refuse_unworkable(
    duration: Duration,
    *,
    pauses: Sequence[Pause],
    direction: Direction,
    roll: DayList | None,
    cut_off: time | None,
) -> None:
    if pauses and direction is Direction.BEFORE:
        raise UnworkableDeadline("A deadline counted backwards cannot be paused: its end is fixed by what follows it.")
    if duration.unit in UNIT_LENGTHS and roll is not None:
        raise UnworkableDeadline(f"Only a due day can be rolled on; '{duration}' ends at an instant.")
    if duration.unit in UNIT_LENGTHS and cut_off is not None:
        raise UnworkableDeadline(f"Only a due day has a cut-off; '{duration}' ends at an instant.")
