"""Until when can a case be put off? Times of the market's zone, at the opening of the case's own calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tieline.desk.models import Case
from tieline.desk.profile import Taxonomy
from tieline.kernel.calendar import MIDNIGHT, ONE_DAY, CalendarNotLoaded, DayList
from tieline.kernel.profile import Profile

LATER_TODAY = timedelta(hours=3)
HALF_HOUR = timedelta(minutes=30)
MORNING = time(8, 0)
FARTHEST_DAYS = 15


@dataclass(frozen=True)
class Choice:
    """One line of the menu: its key, its words, and the instant it stands for."""

    key: str
    name: str
    at: datetime


def choices(case: Case, *, profile: Profile, at: datetime) -> tuple[Choice, ...]:
    """Later today while the desk is open, the next working morning, Monday, in a week; none of them twice."""
    calendar = calendar_of(case, profile)
    today = at.astimezone(calendar.zone).date()
    offered = [*_later_today(calendar, today, at), _next_morning(calendar, today)]
    monday = today + timedelta(days=7 - today.weekday())
    offered += [
        Choice("monday", "Monday", _morning_from(calendar, monday)),
        Choice("week", "In a week", _morning_from(calendar, today + timedelta(days=7))),
    ]
    first_of = {one.at: one for one in reversed(offered)}
    return tuple(one for one in offered if first_of[one.at] is one)


def calendar_of(case: Case, profile: Profile) -> DayList:
    """The days and hours by which cases of this kind are worked."""
    return profile.calendars[profile.get(Taxonomy).kind(case.kind).calendar]


def instant_of(day: date, wall_time: time, profile: Profile) -> datetime:
    """A day and time of the market's zone as an instant.

    A time the clock change leaves out means an hour on; one that occurs twice means the first.
    """
    return datetime.combine(day, wall_time.replace(fold=0), tzinfo=profile.time_zone).astimezone(UTC)


def _later_today(calendar: DayList, today: date, at: datetime) -> Iterator[Choice]:
    whole = at.replace(minute=0, second=0, microsecond=0)
    later = whole + LATER_TODAY + (HALF_HOUR if at - whole > HALF_HOUR else timedelta(0))
    if _counts(calendar, today) and later < calendar.closing_at(today):
        yield Choice("today", "Later today", later.astimezone(UTC))


def _next_morning(calendar: DayList, today: date) -> Choice:
    morning = _morning_from(calendar, today + ONE_DAY)
    is_tomorrow = morning.astimezone(calendar.zone).date() == today + ONE_DAY
    return Choice("tomorrow", "Tomorrow morning" if is_tomorrow else "Next working morning", morning)


def _morning_from(calendar: DayList, day: date) -> datetime:
    """The opening of the first day that counts from a day on; of that very day where no year is loaded."""
    days = (day + timedelta(days=later) for later in range(FARTHEST_DAYS))
    found = next((one for one in days if _counts(calendar, one)), day)
    if calendar.opens != MIDNIGHT:
        return calendar.opening_at(found)
    return datetime.combine(found, MORNING, tzinfo=calendar.zone).astimezone(UTC)


def _counts(calendar: DayList, day: date) -> bool:
    try:
        return calendar.counts(day)
    except CalendarNotLoaded:
        # an unknown year must not keep anybody from putting a case off
        return day.weekday() < 5
