"""`tieline clock`: when is it due, and which days were skipped on the way?"""

from __future__ import annotations

import argparse
import json
from datetime import date, datetime

from tieline.kernel.calendar import DayList
from tieline.kernel.deadline import Deadline, Direction, deadline, parse_duration
from tieline.kernel.profile import Profile, current_profile
from tieline.kernel.refusal import Refusal


class UnknownCalendar(Refusal):
    """The profile has no such calendar."""

    def __init__(self, key: str, profile: Profile) -> None:
        known = ", ".join(profile.calendars)
        super().__init__(f"There is no calendar '{key}' in the profile {profile.key}; there are: {known}.")


class UnreadableStart(Refusal):
    """The start is neither a date nor an instant."""

    def __init__(self, text: str) -> None:
        super().__init__(f"Cannot read '{text}' as a start; expected 2026-11-20 or 2026-11-20T14:30 (local time).")


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("clock", help="compute a deadline and print the steps that prove it")
    parser.add_argument("duration", metavar="SPEC", help="such as '10 business days' or '4 business hours'")
    parser.add_argument("--from", dest="start", required=True, metavar="DATE-OR-INSTANT")
    parser.add_argument("--calendar", default="operator", metavar="KEY", help="a calendar of the profile")
    parser.add_argument("--before", action="store_true", help="count backwards from the start")
    parser.add_argument("--roll", metavar="KEY", help="move on to a day that counts in this calendar too")
    parser.add_argument("--json", action="store_true", help="print the result as data")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Compute and print; no database is needed."""
    profile = current_profile()
    calendar = _calendar(chosen.calendar, profile)
    result = deadline(
        parse_duration(chosen.duration),
        start=_start(chosen.start, calendar),
        calendar=calendar,
        direction=Direction.BEFORE if chosen.before else Direction.AFTER,
        roll=_calendar(chosen.roll, profile) if chosen.roll else None,
    )
    print(json.dumps(result.as_data(), indent=2) if chosen.json else _as_text(result, calendar))
    return 0


def _calendar(key: str, profile: Profile) -> DayList:
    try:
        return profile.calendars[key]
    except KeyError:
        raise UnknownCalendar(key, profile) from None


def _start(text: str, calendar: DayList) -> date | datetime:
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableStart(text) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=calendar.zone)


def _as_text(result: Deadline, calendar: DayList) -> str:
    lines = [f"{calendar.name} (version {result.calendar_version})"]
    for step in result.steps:
        mark = "+" if step.counted else "-"
        lines.append(f"  {mark} {step.day:%a %Y-%m-%d}  {step.reason}")
    return "\n".join([*lines, f"due {result.due:%a %Y-%m-%d %H:%M:%S %Z}" if result.due else "not due: paused"])
