"""Who gets the next case? By turns, by load or by skill, among those who are there and have room. Pure.

Who covers somebody who is away gets what would have been theirs. Whoever is chosen, or why nobody is, is said in words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tieline.desk.profile import Assignment


@dataclass(frozen=True)
class Shift:
    """On a weekday (0 is Monday) from `opens` until `closes`, local time; past midnight where it closes earlier."""

    weekday: int
    opens: time
    closes: time


def is_on_shift(shifts: Sequence[Shift], *, at: datetime, zone: ZoneInfo) -> bool:
    """Whether somebody with these shifts takes cases; who has none noted always does.

    Compared by what the clock on the wall shows: a shift has its repeated hour twice and its missing hour never.
    """
    local = at.astimezone(zone)
    now, today = local.time(), local.weekday()
    yesterday = (today - 1) % 7
    return not shifts or any(
        (one.weekday == today and one.opens <= now and (now < one.closes or one.closes <= one.opens))
        or (one.weekday == yesterday and one.closes <= one.opens and now < one.closes)
        for one in shifts
    )


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be given a case: how much they have and may have, their skills, whether they are there."""

    user_id: int
    name: str
    open_cases: int = 0
    most: int = 25
    skills: frozenset[str] = frozenset()
    takes_cases: bool = True
    is_on_shift: bool = True
    is_away: bool = False
    cover_id: int | None = None

    @property
    def is_free(self) -> bool:
        """Whether they can take one more case now."""
        return self.hindrance == ""

    @property
    def hindrance(self) -> str:
        """Why they cannot take a case; "" where they can."""
        if not self.takes_cases:
            return "takes no cases"
        if self.is_away:
            return "is away"
        if not self.is_on_shift:
            return "is off shift"
        return f"has {self.open_cases} of {self.most} cases" if self.open_cases >= self.most else ""

    @property
    def load(self) -> float:
        """How full they are, from 0 to 1."""
        return self.open_cases / max(self.most, 1)


@dataclass(frozen=True)
class Choice:
    """Who gets a case and why; `user_id` is None where nobody can. `turn_of`: whose turn was used up."""

    user_id: int | None
    why: str
    turn_of: int | None = None


def choose(
    mode: Assignment,
    candidates: Collection[Candidate],
    *,
    last: int | None = None,
    wanted: Collection[str] = (),
    covers: Collection[Candidate] = (),
) -> Choice:
    """Choose by a rule. `last` had the turn before, `wanted` are the case's topic and area, `covers` may stand in."""
    rules: dict[Assignment, Callable[[], Choice]] = {
        Assignment.HAND: lambda: Choice(None, "cases of this area are given by hand"),
        Assignment.TURNS: lambda: _by_turns(candidates, last, covers),
        Assignment.LOAD: lambda: _least_loaded([one for one in candidates if one.is_free], candidates, "has"),
        Assignment.SKILL: lambda: _by_skill(candidates, set(wanted)),
    }
    return rules[mode]()


def _by_turns(candidates: Collection[Candidate], last: int | None, covers: Collection[Candidate]) -> Choice:
    standing_in = {one.user_id: one for one in (*covers, *candidates)}
    for one in _from_next(candidates, last):
        if one.is_free:
            return Choice(one.user_id, f"by turns: it was the turn of {one.name}", one.user_id)
        cover = standing_in.get(one.cover_id or 0) if one.is_away and one.takes_cases else None
        if cover is not None and cover.is_free:
            return Choice(cover.user_id, f"by turns: {cover.name} covers {one.name}, who is away", one.user_id)
    return _nobody(candidates)


def _from_next(candidates: Iterable[Candidate], last: int | None) -> list[Candidate]:
    """Everybody once, in the order of joining, beginning after whoever had the last turn."""
    ordered = sorted(candidates, key=lambda one: one.user_id)
    after = [one for one in ordered if last is not None and one.user_id > last]
    return [*after, *(one for one in ordered if one not in after)]


def _by_skill(candidates: Collection[Candidate], wanted: set[str]) -> Choice:
    free = [one for one in candidates if one.is_free]
    skilled = [one for one in free if one.skills & wanted]
    words = "is skilled in it and has" if skilled else "nobody free is skilled in it; has"
    return _least_loaded(skilled or free, candidates, words)


def _least_loaded(free: Sequence[Candidate], candidates: Collection[Candidate], words: str) -> Choice:
    if not free:
        return _nobody(candidates)
    one = min(free, key=lambda each: (each.load, each.open_cases, each.user_id))
    return Choice(one.user_id, f"by load: {one.name} {words} {one.open_cases} of {one.most} cases", one.user_id)


def _nobody(candidates: Collection[Candidate]) -> Choice:
    said = "; ".join(f"{one.name} {one.hindrance}" for one in sorted(candidates, key=lambda each: each.user_id)[:8])
    return Choice(None, f"nobody is free: {said}" if said else "nobody of the team can be given cases")


DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class NoHours(ValueError):
    """Words that are no hours."""


def read_hours(words: str) -> tuple[Shift, ...]:
    """The shifts that words such as "Mon-Fri 08:00-17:00, Sat 09:00-12:00" mean; none for no words. NoHours."""
    shifts = [shift for part in words.replace(";", ",").split(",") if part.strip() for shift in _shifts(part.split())]
    if len({(one.weekday, one.opens) for one in shifts}) < len(shifts):
        raise NoHours("Two shifts begin at the same time.")
    return tuple(sorted(shifts, key=lambda one: (one.weekday, one.opens)))


def _shifts(words: Sequence[str]) -> list[Shift]:
    try:
        days, hours = words
        first, _, last = days.replace("–", "-").partition("-")
        begins, ends = DAYS.index(first.title()[:3]), DAYS.index((last or first).title()[:3])
        opens, closes = (time.fromisoformat(one) for one in hours.replace("–", "-").split("-"))
    except ValueError:
        raise NoHours(f"“{' '.join(words)}” is not understood. Write Mon-Fri 08:00-17:00.") from None
    if opens == closes or opens.tzinfo or closes.tzinfo:
        raise NoHours(f"“{' '.join(words)}” is no stretch of time.")
    return [Shift((begins + step) % 7, opens, closes) for step in range((ends - begins) % 7 + 1)]


def hours_in_words(shifts: Iterable[Shift]) -> str:
    """Shifts as `read_hours` reads them, days with the same hours put together."""
    runs: list[tuple[int, int, time, time]] = []
    for one in sorted(shifts, key=lambda each: (each.opens, each.closes, each.weekday)):
        if runs and runs[-1][1:] == (one.weekday - 1, one.opens, one.closes):
            runs[-1] = (runs[-1][0], one.weekday, one.opens, one.closes)
        else:
            runs.append((one.weekday, one.weekday, one.opens, one.closes))
    return ", ".join(
        f"{DAYS[first]}{f'-{DAYS[last]}' if last > first else ''} {opens:%H:%M}-{closes:%H:%M}"
        for first, last, opens, closes in sorted(runs)
    )


def overlaps(begins: datetime, ends: datetime, other_begins: datetime, other_ends: datetime) -> bool:
    """Whether two half-open stretches share an instant."""
    return begins < other_ends and other_begins < ends


LONGEST_ABSENCE = timedelta(days=366)
