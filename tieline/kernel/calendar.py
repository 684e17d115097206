"""Which days count, between which hours, and at which instant does a day's deadline fall?

A `DayList` is one independent list of days: the operator's business days, the bank's, one utility's, or
simply every day. Holidays are yearly data with their source, never computed: a year that nobody loaded is
refused, not guessed. Reading the lists from files is left to the profile; counting along them to
`tieline.kernel.deadline`.

Wall-clock times that the clock changes touch are read by two fixed rules:

* a time that does not exist (02:30 on the March Sunday) means one hour on: 03:30 in daylight time;
* a time that occurs twice (01:30 on the November Sunday) means its first occurrence when it opens a day, and
  its second when it closes one or cuts it off, so that nobody loses time that the printed hour had promised.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from zoneinfo import ZoneInfo

from tieline.kernel.refusal import Refusal

MIDNIGHT = time(0, 0)
END_OF_DAY = time(23, 59, 59)
ONE_DAY = timedelta(days=1)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
VERSION_LENGTH = 12


class CalendarNotLoaded(Refusal):
    """A day was asked for in a year whose holidays nobody has loaded."""


class UnsoundCalendar(Refusal):
    """The data of a calendar contradict themselves."""


@dataclass(frozen=True)
class CalendarYear:
    """The holidays of one year, where they were read, and whether somebody has checked them there."""

    year: int
    source: str
    verified: bool
    holidays: Mapping[date, str] = field(hash=False)


@dataclass(frozen=True)
class DayList:
    """One calendar: the days that count, their opening hours and their cut-off, all in one time zone.

    `closes` of 00:00 means midnight at the end of the day.
    """

    key: str
    name: str
    zone: ZoneInfo
    weekend: frozenset[int]
    opens: time
    closes: time
    cut_off: time = END_OF_DAY
    years: Mapping[int, CalendarYear] = field(default_factory=dict, hash=False)
    counts_every_day: bool = False

    def __post_init__(self) -> None:
        """Refuse data that contradict themselves."""
        if self.closes != MIDNIGHT and self.closes <= self.opens:
            raise UnsoundCalendar(f"Calendar '{self.key}' closes at {self.closes} but opens at {self.opens}.")
        for weekday in self.weekend:
            if weekday not in range(7):
                raise UnsoundCalendar(f"Calendar '{self.key}': weekend days are 0 (Monday) to 6, not {weekday}.")
        for year, calendar_year in self.years.items():
            self._refuse_misplaced_days(year, calendar_year)

    @cached_property
    def version(self) -> str:
        """A short hash of all that can move a deadline or explain it; equal data give equal versions."""
        content = {
            "key": self.key,
            "name": self.name,
            "zone": self.zone.key,
            "weekend": sorted(self.weekend),
            "hours": [str(self.opens), str(self.closes), str(self.cut_off)],
            "counts_every_day": self.counts_every_day,
            "years": [_year_content(self.years[year]) for year in sorted(self.years)],
        }
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:VERSION_LENGTH]

    def why_not(self, day: date) -> str | None:
        """Why `day` does not count ("Saturday", a holiday's name); None when it counts.

        Refuses with CalendarNotLoaded when the holidays of that year are unknown, even for a weekend.
        """
        if self.counts_every_day:
            return None
        calendar_year = self.years.get(day.year)
        if calendar_year is None:
            raise CalendarNotLoaded(f"Calendar '{self.key}' holds no days for {day.year}; {_loaded_years(self.years)}.")
        if day.weekday() in self.weekend:
            return WEEKDAYS[day.weekday()]
        return calendar_year.holidays.get(day)

    def counts(self, day: date) -> bool:
        """Whether `day` is one of this calendar's days."""
        return self.why_not(day) is None

    def opening_at(self, day: date) -> datetime:
        """The instant, in UTC, at which the hours of `day` open."""
        return _first_occurrence(day, self.opens, self.zone)

    def closing_at(self, day: date) -> datetime:
        """The instant, in UTC, at which the hours of `day` close."""
        if self.closes == MIDNIGHT:
            return _first_occurrence(day + ONE_DAY, MIDNIGHT, self.zone)
        return _last_occurrence(day, self.closes, self.zone)

    def cut_off_at(self, day: date, *, cut_off: time | None = None) -> datetime:
        """The instant, in UTC, at which a deadline on `day` falls; `cut_off` replaces the calendar's own."""
        return _last_occurrence(day, self.cut_off if cut_off is None else cut_off, self.zone)

    def _refuse_misplaced_days(self, year: int, calendar_year: CalendarYear) -> None:
        if calendar_year.year != year:
            raise UnsoundCalendar(f"Calendar '{self.key}': the year {calendar_year.year} stands under {year}.")
        for holiday, name in calendar_year.holidays.items():
            if holiday.year != year:
                raise UnsoundCalendar(f"Calendar '{self.key}': {name} ({holiday}) stands under the year {year}.")
            if not name:
                raise UnsoundCalendar(f"Calendar '{self.key}': the holiday on {holiday} has no name.")


@cache
def every_day(zone: ZoneInfo) -> DayList:
    """Calendar days: every day of any year counts, from midnight to midnight."""
    return DayList(
        key="calendar",
        name="Calendar days",
        zone=zone,
        weekend=frozenset(),
        opens=MIDNIGHT,
        closes=MIDNIGHT,
        counts_every_day=True,
    )


def _first_occurrence(day: date, wall_time: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall_time.replace(fold=0), tzinfo=zone).astimezone(UTC)


def _last_occurrence(day: date, wall_time: time, zone: ZoneInfo) -> datetime:
    # The later reading is the second occurrence of a repeated time, and one hour on for a missing one.
    readings = (datetime.combine(day, wall_time.replace(fold=fold), tzinfo=zone) for fold in (0, 1))
    return max(reading.astimezone(UTC) for reading in readings)


def _year_content(calendar_year: CalendarYear) -> list[object]:
    holidays = {day.isoformat(): name for day, name in calendar_year.holidays.items()}
    return [calendar_year.year, calendar_year.source, calendar_year.verified, holidays]


def _loaded_years(years: Iterable[int]) -> str:
    """ "loaded are 2022, 2024-2027" """
    runs: list[tuple[int, int]] = []
    for year in sorted(years):
        if runs and runs[-1][1] == year - 1:
            runs[-1] = (runs[-1][0], year)
        else:
            runs.append((year, year))
    if not runs:
        return "no year is loaded"
    return "loaded are " + ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
