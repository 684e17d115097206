"""How much time does a rule give: "10 business days", "4 business hours", "6 months"?

A `Duration` is a count and a unit; what the unit means on a calendar is left to `tieline.kernel.deadline`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from tieline.kernel.refusal import Refusal

LONGEST_YEARS = 20
QUOTED_LENGTH = 40
EXPECTED_DURATION = (
    "a whole number above 0 and a unit, such as '10 business days', '4 business hours', '30 minutes', "
    "'2 days' or '6 months'"
)


class UnreadableDuration(Refusal):
    """A text or number that is no duration, or one too long to be meant."""


class Unit(StrEnum):
    """What a duration is counted in."""

    MINUTES = "minutes"
    HOURS = "hours"
    BUSINESS_MINUTES = "business minutes"
    BUSINESS_HOURS = "business hours"
    BUSINESS_DAYS = "business days"
    CALENDAR_DAYS = "calendar days"
    MONTHS = "months"


UNIT_LENGTHS = {
    Unit.MINUTES: timedelta(minutes=1),
    Unit.HOURS: timedelta(hours=1),
    Unit.BUSINESS_MINUTES: timedelta(minutes=1),
    Unit.BUSINESS_HOURS: timedelta(hours=1),
}
"""The units counted as elapsed time; all others are counted by dates."""

LONGEST_COUNTS = {
    Unit.MINUTES: LONGEST_YEARS * 366 * 24 * 60,
    Unit.HOURS: LONGEST_YEARS * 366 * 24,
    Unit.BUSINESS_MINUTES: LONGEST_YEARS * 262 * 24 * 60,
    Unit.BUSINESS_HOURS: LONGEST_YEARS * 262 * 24,
    Unit.BUSINESS_DAYS: LONGEST_YEARS * 262,
    Unit.CALENDAR_DAYS: LONGEST_YEARS * 366,
    Unit.MONTHS: LONGEST_YEARS * 12,
}

UNITS_BY_WORD = {unit.removesuffix("s"): unit for unit in Unit} | {"day": Unit.CALENDAR_DAYS}


@dataclass(frozen=True)
class Duration:
    """So many of one unit; at least one, at most 20 years."""

    count: int
    unit: Unit

    def __post_init__(self) -> None:
        """Refuse zero, negative and unbelievably long durations."""
        if self.count < 1:
            raise UnreadableDuration(f"'{self}' is no duration; expected {EXPECTED_DURATION}.")
        if self.count > LONGEST_COUNTS[self.unit]:
            raise UnreadableDuration(f"'{self}' is too long; the longest duration is {LONGEST_YEARS} years.")

    def __str__(self) -> str:
        """As people write it: "10 business days"."""
        return f"{self.count} {self.unit.removesuffix('s') if self.count == 1 else self.unit}"


def parse_duration(text: str) -> Duration:
    """Read "10 business days", "4 business hours", "30 minutes", "2 days" (calendar days) or "6 months"."""
    words = re.fullmatch(r"([0-9]{1,9}) ?([a-z ]+)", " ".join(text.lower().split()))
    unit = UNITS_BY_WORD.get(words[2].removesuffix("s")) if words else None
    if words is None or unit is None:
        raise UnreadableDuration(f"Cannot read '{text[:QUOTED_LENGTH]}' as a duration; expected {EXPECTED_DURATION}.")
    return Duration(int(words[1]), unit)
