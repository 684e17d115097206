"""Which instants does a date in a query mean? Half-open spans, with days as the market's zone has them.

A day at a clock change is 23 or 25 hours long, and `2d` is the same time of day two days on. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

YEARS = (1970, 2200)
RELATIVE = re.compile(r"([+-]?)(\d{1,5})\s*(m|min|h|d|w)", re.IGNORECASE)
DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2}))?")
MONTH = re.compile(r"(\d{4})-(\d{1,2})")
YEAR = re.compile(r"(\d{4})")
NAMED = ("now", "today", "yesterday", "tomorrow", "this week", "last week", "next week", "this month", "last month",
         "next month")  # fmt: skip
HINT = "Dates are written 2026-11-15, 2026-11, today, tomorrow, this-week, 2d or -3h."


class NoDate(ValueError):
    """The words are no date that a query knows."""


@dataclass(frozen=True)
class Span:
    """From `start` up to and without `end`; equal for an instant."""

    start: datetime
    end: datetime

    @property
    def is_instant(self) -> bool:
        """Whether it is a point and not a stretch of time."""
        return self.start == self.end


@dataclass(frozen=True)
class Today:
    """The instant of asking and the zone in which days are counted; `looks_back` for times that are past."""

    at: datetime
    zone: ZoneInfo
    looks_back: bool = False

    def span(self, words: str) -> Span:
        """The span that words mean. NoDate where they mean none."""
        said = " ".join(words.lower().replace("-", " ").split()) if words[:1].isalpha() else words.strip()
        if relative := RELATIVE.fullmatch(said):
            moment = self._relative(relative)
            return Span(moment, moment)
        if said in NAMED:
            return self._named(said)
        return self._written(said)

    def _relative(self, found: re.Match[str]) -> datetime:
        count, unit = int(found[2]), found[3].lower()
        if found[1] == "-" or (not found[1] and self.looks_back):
            count = -count
        try:
            if unit in ("d", "w"):
                local = self.at.astimezone(self.zone).replace(tzinfo=None)
                return self._instant(local + timedelta(days=count * (7 if unit == "w" else 1)))
            step = timedelta(hours=count) if unit == "h" else timedelta(minutes=count)
            return self.at.astimezone(UTC) + step
        except OverflowError:
            raise NoDate(found[0]) from None

    def _named(self, said: str) -> Span:
        today = self.at.astimezone(self.zone).date()
        if said == "now":
            return Span(self.at, self.at)
        if said in ("today", "yesterday", "tomorrow"):
            day = today + timedelta(days={"today": 0, "yesterday": -1, "tomorrow": 1}[said])
            return self._days(day, day + timedelta(days=1))
        step = {"this": 0, "last": -1, "next": 1}[said.split()[0]]
        if said.endswith("week"):
            monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * step)
            return self._days(monday, monday + timedelta(days=7))
        return self._month(today.year, today.month + step)

    def _written(self, said: str) -> Span:
        try:
            if found := DAY.fullmatch(said):
                day = _sensible(date(*(int(found[part]) for part in (1, 2, 3))))
                if found[4]:
                    moment = self._instant(datetime.combine(day, time(int(found[4]), int(found[5]))))
                    return Span(moment, moment)
                return self._days(day, day + timedelta(days=1))
            if (found := MONTH.fullmatch(said)) and 1 <= int(found[2]) <= 12:
                return self._month(int(found[1]), int(found[2]))
            if found := YEAR.fullmatch(said):
                first = _sensible(date(int(found[1]), 1, 1))
                return self._days(first, first.replace(year=first.year + 1))
        except ValueError:
            pass
        raise NoDate(said)

    def _month(self, year: int, month: int) -> Span:
        first = _sensible(date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1))
        return self._days(first, (first + timedelta(days=32)).replace(day=1))

    def _days(self, first: date, end: date) -> Span:
        return Span(self._instant(datetime.combine(first, time())), self._instant(datetime.combine(end, time())))

    def _instant(self, local: datetime) -> datetime:
        _sensible(local.date())
        return local.replace(tzinfo=self.zone).astimezone(UTC)


def _sensible(day: date) -> date:
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise NoDate(str(day))
    return day
