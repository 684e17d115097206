"""Does the arithmetic of deadlines agree with somebody who counts every minute on his fingers?

The counter below knows nothing of the product but the data of a `DayList`. It lays out every minute of two
years in UTC, notes what the wall clock shows in it, and asks of each whether it counts; days it walks one by
one. Cases are drawn around both clock changes, holidays and the turn of the year, from a fixed seed.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

import pytest

from tieline.kernel.calendar import CalendarYear, DayList
from tieline.kernel.deadline import Deadline, Direction, Duration, Pause, Unit, deadline, elapsed_minutes

CHICAGO = ZoneInfo("America/Chicago")
ZONES_OF_STARTS = (CHICAGO, ZoneInfo("UTC"), ZoneInfo("Asia/Kolkata"))
CASES_OF_EACH_UNIT = 150
PLAIN_DAYS = (Unit.CALENDAR_DAYS, Unit.MONTHS)
COUNTED_BY_DAY = (Unit.BUSINESS_DAYS, *PLAIN_DAYS)

FIRST_MINUTE = datetime(2024, 12, 1, tzinfo=UTC)
MINUTES_LAID_OUT = 821 * 1440
MINUTES_IN_A_DAY = 1440
SPRING_SUNDAYS = (date(2025, 3, 9), date(2026, 3, 8))
AUTUMN_SUNDAYS = (date(2025, 11, 2), date(2026, 11, 1))
BUSY_DAYS = (*SPRING_SUNDAYS, *AUTUMN_SUNDAYS, date(2025, 11, 27), date(2025, 12, 29), date(2026, 7, 3))

OPERATOR_HOLIDAYS = (
    "2025-01-01",
    "2025-11-27",
    "2025-11-28",
    "2025-12-24",
    "2025-12-25",
    "2026-01-01",
    "2026-11-02",
)
BANK_HOLIDAYS = (
    "2025-01-01",
    "2025-03-10",
    "2025-11-27",
    "2025-12-25",
    "2026-01-01",
    "2026-01-19",
    "2026-07-03",
)


def day_list(
    key: str, *, weekend: set[int], hours: tuple[time, time], cut_off: time, holidays: Sequence[str] = ()
) -> DayList:
    days = [date.fromisoformat(text) for text in holidays]
    years = {
        year: CalendarYear(year, "a test", True, {day: f"Holiday of {key}" for day in days if day.year == year})
        for year in range(2024, 2028)
    }
    opens, closes = hours
    return DayList(
        key,
        key.title(),
        CHICAGO,
        frozenset(weekend),
        opens=opens,
        closes=closes,
        cut_off=cut_off,
        years=years,
    )


CALENDARS = (
    day_list(
        "operator",
        weekend={5, 6},
        hours=(time(8), time(17)),
        cut_off=time(23, 59, 59),
        holidays=OPERATOR_HOLIDAYS,
    ),
    day_list("bank", weekend={5, 6}, hours=(time(9), time(16, 30)), cut_off=time(17), holidays=BANK_HOLIDAYS),
    day_list("opens in the repeated hour", weekend=set(), hours=(time(1, 30), time(23)), cut_off=time(2, 30)),
    day_list("opens in the missing hour", weekend={0}, hours=(time(2, 30), time(0)), cut_off=time(1, 30)),
    day_list("closes in the repeated hour", weekend={2, 3}, hours=(time(0), time(1, 30)), cut_off=time(1, 0)),
    day_list("closes in the missing hour", weekend={1}, hours=(time(0, 15), time(2, 15)), cut_off=time(2, 0)),
)


@dataclass(frozen=True)
class Case:
    """One question to both counters."""

    duration: Duration
    start: datetime
    calendar: DayList
    pauses: tuple[Pause, ...]
    direction: Direction
    roll: DayList | None
    cut_off: time | None


@dataclass(frozen=True)
class WallClock:
    """What the wall clock shows in each minute: the date, the minute of the day, the first or second time."""

    dates: Sequence[int]
    minutes: Sequence[int]
    folds: Sequence[int]


@cache
def wall_clock() -> WallClock:
    dates, minutes, folds = array("l"), array("h"), bytearray()
    moment = FIRST_MINUTE
    for _ in range(MINUTES_LAID_OUT):
        shown = moment.astimezone(CHICAGO)
        dates.append(shown.toordinal())
        minutes.append(shown.hour * 60 + shown.minute)
        folds.append(shown.fold)
        moment += timedelta(minutes=1)
    return WallClock(dates, minutes, folds)


@cache
def minutes_of_date() -> dict[int, tuple[int, int]]:
    """The first and last minute, by index, of each date."""
    bounds: dict[int, tuple[int, int]] = {}
    for index, ordinal in enumerate(wall_clock().dates):
        bounds[ordinal] = (bounds[ordinal][0] if ordinal in bounds else index, index)
    return bounds


def index_of(moment: datetime) -> int:
    return int((moment - FIRST_MINUTE).total_seconds()) // 60


def minute_of(wall_time: time) -> int:
    return wall_time.hour * 60 + wall_time.minute


def shown_that_day(day: date, minute: int) -> int:
    """A missing time is read one hour on."""
    return minute + 60 if day in SPRING_SUNDAYS and 120 <= minute < 180 else minute


@cache
def minutes_that_count(position: int) -> bytearray:
    """One byte for each minute laid out: 1 when it lies within the hours of a day that counts."""
    calendar, clock = CALENDARS[position], wall_clock()
    counts = bytearray(MINUTES_LAID_OUT)
    for ordinal, (first, last) in minutes_of_date().items():
        day = date.fromordinal(ordinal)
        if not day_counts(calendar, day):
            continue
        opens = shown_that_day(day, minute_of(calendar.opens))
        closes = shown_that_day(day, minute_of(calendar.closes) or MINUTES_IN_A_DAY)
        for index in range(first, last + 1):
            shown, second_time = clock.minutes[index], clock.folds[index]
            comes_again = day in AUTUMN_SUNDAYS and 60 <= shown < 120 and not second_time
            is_open = shown >= opens or (second_time and 60 <= opens < 120)
            is_closed = shown >= closes and not (comes_again and 60 <= closes < 120)
            counts[index] = is_open and not is_closed
    return counts


def day_counts(calendar: DayList, day: date) -> bool:
    return day.weekday() not in calendar.weekend and day not in calendar.years[day.year].holidays


@cache
def last_instant_showing(day: date, wall_time: time) -> datetime:
    """Search the minutes of `day` for the last that shows `wall_time`."""
    clock, (first, last) = wall_clock(), minutes_of_date()[day.toordinal()]
    shown = shown_that_day(day, minute_of(wall_time))
    index = max(index for index in range(first, last + 1) if clock.minutes[index] == shown)
    return FIRST_MINUTE + timedelta(minutes=index, seconds=wall_time.second)


def count_minutes(case: Case) -> tuple[datetime | None, dict[date, int]]:
    """The due instant (None when a pause never ends) and the minutes taken from each day."""
    plain = case.duration.unit in (Unit.MINUTES, Unit.HOURS)
    counting = None if plain else minutes_that_count(CALENDARS.index(case.calendar))
    left = case.duration.count * (60 if case.duration.unit in (Unit.HOURS, Unit.BUSINESS_HOURS) else 1)
    taken: dict[date, int] = {}
    paused = paused_minutes(case.pauses)
    onwards = 1 if case.direction is Direction.AFTER else -1
    index = index_of(case.start) if onwards == 1 else index_of(case.start) - 1
    never = first_minute_lost_for_ever(case)
    while index < never:
        if (counting is None or counting[index]) and index not in paused:
            day = date.fromordinal(wall_clock().dates[index])
            taken[day] = taken.get(day, 0) + 1
            left -= 1
            if left == 0:
                return FIRST_MINUTE + timedelta(minutes=index + (1 if onwards == 1 else 0)), taken
        index += onwards
    return None, taken


def first_minute_lost_for_ever(case: Case) -> int:
    return min((index_of(pause.start) for pause in case.pauses if not pause.end), default=MINUTES_LAID_OUT)


def paused_minutes(pauses: Sequence[Pause]) -> set[int]:
    ended = [(index_of(pause.start), index_of(pause.end)) for pause in pauses if pause.end]
    return {index for begin, end in ended for index in range(begin, end)}


def count_days(case: Case) -> tuple[datetime | None, int]:
    """The due instant, and how many days were counted when an open pause stopped the walk."""
    day = case.start.astimezone(CHICAGO).date()
    wanted, counted, rolling = days_wanted(case, day), 0, False
    while counted < wanted or rolling:
        day += timedelta(days=1 if rolling or case.direction is Direction.AFTER else -1)
        state = paused_at_cut_off(case, day)
        if state == "for ever":
            return None, counted
        fits_both = case.roll is None or (day_counts(case.calendar, day) and day_counts(case.roll, day))
        if rolling:
            rolling = state == "paused" or not fits_both
        elif state == "not" and (case.duration.unit in PLAIN_DAYS or day_counts(case.calendar, day)):
            counted += 1
            rolling = counted == wanted and not fits_both
    return last_instant_showing(day, case.cut_off or case.calendar.cut_off), counted


def days_wanted(case: Case, start_day: date) -> int:
    """Months are walked day by day to the same number in the month wanted, or to its last day."""
    if case.duration.unit is not Unit.MONTHS:
        return case.duration.count
    step = 1 if case.direction is Direction.AFTER else -1
    month_wanted = start_day.year * 12 + start_day.month + step * case.duration.count
    day, candidates = start_day, []
    while (day.year * 12 + day.month - month_wanted) * step <= 0:
        if day.year * 12 + day.month == month_wanted and day.day <= start_day.day:
            candidates.append(day)
        day += timedelta(days=step)
    return abs((max(candidates) - start_day).days)


def paused_at_cut_off(case: Case, day: date) -> str:
    if not case.pauses:
        return "not"
    instant = last_instant_showing(day, case.cut_off or case.calendar.cut_off)
    in_force = [pause for pause in case.pauses if pause.start <= instant]
    if any(pause.end is None for pause in in_force):
        return "for ever"
    return "paused" if any(pause.end is not None and instant < pause.end for pause in in_force) else "not"


LARGEST_COUNT = {
    Unit.MINUTES: 6000,
    Unit.HOURS: 200,
    Unit.BUSINESS_MINUTES: 1500,
    Unit.BUSINESS_HOURS: 30,
    Unit.BUSINESS_DAYS: 25,
    Unit.CALENDAR_DAYS: 60,
    Unit.MONTHS: 2,
}


def draw_case(draw: Random, unit: Unit) -> Case:
    by_day = unit in COUNTED_BY_DAY
    direction = draw.choice((Direction.AFTER, Direction.AFTER, Direction.BEFORE))
    start = draw_moment(draw)
    calendar = draw.choice(CALENDARS)
    return Case(
        duration=Duration(draw.randint(1, draw.choice((2, LARGEST_COUNT[unit]))), unit),
        start=start.astimezone(draw.choice(ZONES_OF_STARTS)),
        calendar=calendar,
        pauses=draw_pauses(draw, start) if direction is Direction.AFTER else (),
        direction=direction,
        roll=draw.choice((None, None, *CALENDARS)) if by_day else None,
        cut_off=draw.choice((None, None, time(1, 30), time(2, 30), time(17), calendar.closes)) if by_day else None,
    )


def draw_moment(draw: Random) -> datetime:
    """A minute of 2025 or 2026, three times out of four within some days of a clock change or holiday."""
    if draw.random() < 0.25:
        return datetime(2025, 3, 15, tzinfo=UTC) + timedelta(minutes=draw.randrange(580 * MINUTES_IN_A_DAY))
    busy = draw.choice(BUSY_DAYS)
    noon = datetime(busy.year, busy.month, busy.day, 12, tzinfo=UTC)
    return noon + timedelta(minutes=draw.randint(-4 * MINUTES_IN_A_DAY, 2 * MINUTES_IN_A_DAY))


def draw_pauses(draw: Random, start: datetime) -> tuple[Pause, ...]:
    pauses = []
    for number in range(draw.choice((0, 0, 1, 2, 4))):
        begin = at_five_perhaps(draw, start + timedelta(minutes=draw.randint(-2000, draw.choice((3000, 20000)))))
        length = timedelta(minutes=draw.choice((0, 1, draw.randint(1, 400), draw.randint(1, 6000))))
        end = max(begin, at_five_perhaps(draw, begin + length))
        zone = draw.choice(ZONES_OF_STARTS)
        is_open = draw.random() < 0.15
        pauses.append(Pause(begin.astimezone(zone), None if is_open else end.astimezone(zone), f"reason {number}"))
    return tuple(pauses)


def at_five_perhaps(draw: Random, moment: datetime) -> datetime:
    """One moment in three falls exactly on a cut-off."""
    if draw.random() < 0.67:
        return moment
    return moment.astimezone(CHICAGO).replace(hour=17, minute=0).astimezone(UTC)


def cases_of(unit: Unit) -> list[Case]:
    draw = Random(f"tieline {unit}")
    return [draw_case(draw, unit) for _ in range(CASES_OF_EACH_UNIT)]


def answer_to(case: Case) -> Deadline:
    return deadline(
        case.duration,
        start=case.start,
        calendar=case.calendar,
        pauses=case.pauses,
        direction=case.direction,
        roll=case.roll,
        cut_off=case.cut_off,
    )


@pytest.mark.parametrize(
    "unit", [Unit.MINUTES, Unit.HOURS, Unit.BUSINESS_MINUTES, Unit.BUSINESS_HOURS], ids=lambda unit: str(unit)
)
def test_minutes_agree_with_a_minute_counter(unit: Unit) -> None:
    for case in cases_of(unit):
        answer = answer_to(case)

        expected_due, expected_minutes = count_minutes(case)
        assert (answer.due and answer.due.astimezone(UTC)) == expected_due, case
        assert {step.day: step.minutes for step in answer.steps if step.minutes} == expected_minutes, case
        assert_no_day_is_missing_or_unexplained(answer, case)


@pytest.mark.parametrize("unit", COUNTED_BY_DAY, ids=lambda unit: str(unit))
def test_days_agree_with_a_walk_from_day_to_day(unit: Unit) -> None:
    for case in cases_of(unit):
        answer = answer_to(case)

        expected_due, expected_counted = count_days(case)
        assert (answer.due and answer.due.astimezone(UTC)) == expected_due, case
        if unit is not Unit.MONTHS:
            assert sum(step.counted for step in answer.steps) == expected_counted, case
            assert_no_day_is_missing_or_unexplained(answer, case)


def test_elapsed_minutes_agree_with_a_minute_counter() -> None:
    draw = Random("tieline elapsed")
    for _ in range(CASES_OF_EACH_UNIT):
        case = draw_case(draw, Unit.BUSINESS_MINUTES)
        end = case.start + timedelta(minutes=draw.randint(-500, 20000))

        elapsed = elapsed_minutes(case.start, end, case.calendar, case.pauses)

        counts, paused = minutes_that_count(CALENDARS.index(case.calendar)), paused_minutes(case.pauses)
        never = min(first_minute_lost_for_ever(case), index_of(end))
        expected = sum(counts[index] for index in range(index_of(case.start), never) if index not in paused)
        assert elapsed == expected, (case, end)


def test_the_cases_drawn_cover_what_is_hard() -> None:
    cases = [case for unit in Unit for case in cases_of(unit)]
    answers = [answer_to(case) for case in cases]
    days = {(case.calendar.key, step.day) for case, answer in zip(cases, answers, strict=True) for step in answer.steps}

    assert len(cases) >= 1000
    for calendar in CALENDARS:
        for sunday in (*SPRING_SUNDAYS, *AUTUMN_SUNDAYS):
            assert (calendar.key, sunday) in days
    assert sum(answer.due is None for answer in answers) > 20
    assert sum(bool(case.pauses) for case in cases) > 300
    assert sum(case.roll is not None for case in cases) > 200


def assert_no_day_is_missing_or_unexplained(answer: Deadline, case: Case) -> None:
    counting_order = 1 if case.direction is Direction.AFTER else -1
    days = [step.day for step in answer.steps]
    rolled = [step.reason.startswith("rolled") for step in answer.steps]
    counted_part = days[: rolled.index(True)] if True in rolled else days
    assert days[0] == case.start.astimezone(CHICAGO).date(), case
    assert counted_part == [days[0] + timedelta(days=counting_order * n) for n in range(len(counted_part))], case
    assert all(step.reason for step in answer.steps), case
