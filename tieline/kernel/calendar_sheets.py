"""What is written in a profile's calendar files, and which `DayList` does it make?

A calendar stands in `calendars/<key>.toml`, or all of them as tables of `calendars.toml`. Days are data,
copied from whoever announces them; nothing here knows how a holiday moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from tieline.kernel.calendar import END_OF_DAY, CalendarYear, DayList

EVERY_DAY_KEY = "calendar"


class Weekday(StrEnum):
    """A day of the week, Monday first."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@dataclass(frozen=True)
class YearSheet:
    """The days of one year that do not count, weekends apart.

    source: who announces these days, and where it was read
    verified: whether somebody has compared the days with the source
    holidays: date -> name of the holiday
    """

    source: str
    verified: bool
    holidays: Mapping[date, str]


@dataclass(frozen=True)
class CalendarSheet:
    """One calendar.

    name: what people read
    years: year -> its days
    zone: time zone, when it is not the profile's own
    weekend: days of the week that never count
    opens: when business hours begin
    closes: when business hours end; 00:00 is midnight at the end of the day
    cut_off: when a deadline counted in days falls on its last day
    citation: the rule that defines the calendar
    """

    name: str
    years: Mapping[int, YearSheet]
    zone: ZoneInfo | None = None
    weekend: tuple[Weekday, ...] = (Weekday.SATURDAY, Weekday.SUNDAY)
    opens: time = time(8)
    closes: time = time(17)
    cut_off: time = END_OF_DAY
    citation: str = ""


def day_list(key: str, sheet: CalendarSheet, *, zone: ZoneInfo) -> DayList:
    """The sheet as a calendar; `zone` is the profile's. Refuses with UnsoundCalendar."""
    weekdays = list(Weekday)
    return DayList(
        key=key,
        name=sheet.name,
        zone=sheet.zone or zone,
        weekend=frozenset(weekdays.index(weekday) for weekday in sheet.weekend),
        opens=sheet.opens,
        closes=sheet.closes,
        cut_off=sheet.cut_off,
        years={
            year: CalendarYear(year, year_sheet.source, year_sheet.verified, year_sheet.holidays)
            for year, year_sheet in sheet.years.items()
        },
    )
