"""When is it due, and do the steps say why?"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tieline.kernel.calendar import CalendarNotLoaded, CalendarYear, DayList, every_day
from tieline.kernel.deadline import (
    Deadline,
    Direction,
    Duration,
    Pause,
    Step,
    Unit,
    UnworkableDeadline,
    deadline,
    parse_duration,
)
from tieline.kernel.pause import NoTimeZone, UnsoundPause

CHICAGO = ZoneInfo("America/Chicago")
FIVE = time(17)


def day_list(key: str, name: str, holidays: Mapping[date, str], *, weekend: frozenset[int]) -> DayList:
    years = {
        year: CalendarYear(year, "a test", True, {day: why for day, why in holidays.items() if day.year == year})
        for year in (2010, 2011, *range(2022, 2028))
    }
    return DayList(key, name, CHICAGO, weekend, opens=time(8), closes=FIVE, years=years)


WEEKEND = frozenset({5, 6})
OPERATOR = day_list(
    "operator",
    "Operator business days",
    {
        date(2010, 12, 31): "Company holiday",
        date(2022, 11, 24): "Thanksgiving Day",
        date(2022, 11, 25): "Day after Thanksgiving",
        date(2026, 11, 26): "Thanksgiving Day",
        date(2026, 11, 27): "Day after Thanksgiving",
    },
    weekend=WEEKEND,
)
BANK = day_list("bank", "Bank business days", {date(2022, 11, 24): "Thanksgiving Day"}, weekend=WEEKEND)
ROUND_THE_WEEK = day_list("control_room", "Control room days", {}, weekend=frozenset())
EVERY_DAY = every_day(CHICAGO)


def local(text: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO, fold=fold)


def due(
    text: str,
    *,
    start: datetime | date,
    calendar: DayList,
    pauses: Sequence[Pause] = (),
    direction: Direction = Direction.AFTER,
    roll: DayList | None = None,
    cut_off: time | None = None,
) -> object:
    """The due instant as text: comparing datetimes of one zone would overlook a wrong offset."""
    answer = deadline(
        parse_duration(text),
        start=start,
        calendar=calendar,
        pauses=pauses,
        direction=direction,
        roll=roll,
        cut_off=cut_off,
    )
    return answer.as_data()["due"]


def counted_days(answer: Deadline) -> list[date]:
    return [step.day for step in answer.steps if step.counted]


def test_ten_business_days_after_a_statement_step_over_thanksgiving() -> None:
    statement_issued_on = date(2022, 11, 21)

    answer = deadline(Duration(10, Unit.BUSINESS_DAYS), start=statement_issued_on, calendar=OPERATOR)

    assert answer.due == local("2022-12-07T23:59:59")
    november, december = [22, 23, 28, 29, 30], [1, 2, 5, 6, 7]
    assert counted_days(answer) == [date(2022, 11, day) for day in november] + [date(2022, 12, day) for day in december]
    assert answer.steps[:7] == (
        Step(date(2022, 11, 21), False, "start day"),
        Step(date(2022, 11, 22), True, "day 1 of 10"),
        Step(date(2022, 11, 23), True, "day 2 of 10"),
        Step(date(2022, 11, 24), False, "Thanksgiving Day"),
        Step(date(2022, 11, 25), False, "Day after Thanksgiving"),
        Step(date(2022, 11, 26), False, "Saturday"),
        Step(date(2022, 11, 27), False, "Sunday"),
    )


@pytest.mark.parametrize(
    ("invoice_date", "paid_by"),
    [
        pytest.param(date(2022, 11, 23), "2022-11-28T17:00:00-06:00", id="second bank day is a business day"),
        pytest.param(date(2022, 11, 22), "2022-11-28T17:00:00-06:00", id="second bank day is not: rolled on"),
        pytest.param(date(2022, 11, 16), "2022-11-18T17:00:00-06:00", id="an ordinary week"),
    ],
)
def test_payment_is_due_on_a_bank_day_that_is_also_an_operator_day(invoice_date: date, paid_by: str) -> None:
    assert due("2 business days", start=invoice_date, calendar=BANK, roll=OPERATOR, cut_off=FIVE) == paid_by


def test_a_rolled_day_must_count_in_the_first_calendar_too() -> None:
    saturday_due = deadline(Duration(3, Unit.MONTHS), start=date(2026, 8, 28), calendar=BANK, roll=ROUND_THE_WEEK)

    assert saturday_due.due == local("2026-11-30T23:59:59")


def test_the_steps_tell_why_a_due_day_was_rolled_on() -> None:
    answer = deadline(
        Duration(2, Unit.BUSINESS_DAYS), start=date(2022, 11, 22), calendar=BANK, roll=OPERATOR, cut_off=FIVE
    )

    assert [(step.day.day, step.counted, step.reason) for step in answer.steps] == [
        (22, False, "start day"),
        (23, True, "day 1 of 2"),
        (24, False, "Thanksgiving Day"),
        (25, True, "day 2 of 2, not due then: Day after Thanksgiving (Operator business days)"),
        (26, False, "rolled past: Saturday (Bank business days)"),
        (27, False, "rolled past: Sunday (Bank business days)"),
        (28, False, "rolled to this day"),
    ]


def test_new_years_eve_2010_is_a_bank_day_but_no_operator_day() -> None:
    two_days_earlier = date(2010, 12, 29)

    assert due("2 business days", start=two_days_earlier, calendar=BANK) == "2010-12-31T23:59:59-06:00"
    assert due("2 business days", start=two_days_earlier, calendar=OPERATOR) == "2011-01-03T23:59:59-06:00"


def test_twenty_business_days_before_a_true_up_are_counted_backwards() -> None:
    true_up_on = date(2022, 12, 8)

    answer = deadline(Duration(10, Unit.BUSINESS_DAYS), start=true_up_on, calendar=OPERATOR, direction=Direction.BEFORE)

    assert answer.due == local("2022-11-22T23:59:59")
    assert answer.steps[0] == Step(true_up_on, False, "start day")
    assert [step.day for step in answer.steps] == [true_up_on - timedelta(days=n) for n in range(17)]
    assert due("20 business days", start=true_up_on, calendar=OPERATOR, direction=Direction.BEFORE) == (
        "2022-11-08T23:59:59-06:00"
    )


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        pytest.param(local("2026-11-20T00:00"), "2026-11-23T23:59:59-06:00", id="first instant of Friday"),
        pytest.param(local("2026-11-20T23:59:59"), "2026-11-23T23:59:59-06:00", id="last second of Friday"),
        pytest.param(datetime(2026, 11, 20, 4, tzinfo=UTC), "2026-11-20T23:59:59-06:00", id="still Thursday here"),
        pytest.param(date(2026, 11, 21), "2026-11-23T23:59:59-06:00", id="from a Saturday"),
    ],
)
def test_the_start_day_is_the_local_date_and_is_excluded(start: datetime | date, expected: str) -> None:
    assert due("1 business day", start=start, calendar=OPERATOR) == expected


def test_plain_days_are_calendar_days_whatever_the_calendar() -> None:
    answer = deadline(Duration(3, Unit.CALENDAR_DAYS), start=date(2026, 11, 25), calendar=OPERATOR)

    assert answer.due == local("2026-11-28T23:59:59")
    assert [step.reason for step in answer.steps] == ["start day", "day 1 of 3", "day 2 of 3", "day 3 of 3"]


@pytest.mark.parametrize(
    ("start", "cut_off", "expected"),
    [
        pytest.param(date(2026, 3, 7), time(2, 30), "2026-03-08T03:30:00-05:00", id="missing hour in March"),
        pytest.param(date(2026, 10, 31), time(1, 30), "2026-11-01T01:30:00-06:00", id="second 01:30 in November"),
        pytest.param(date(2026, 10, 31), time(2, 30), "2026-11-01T02:30:00-06:00", id="02:30 in November"),
        pytest.param(date(2026, 3, 7), time(17), "2026-03-08T17:00:00-05:00", id="offset changes on the way"),
    ],
)
def test_a_cut_off_at_a_clock_change_falls_at_one_instant(start: date, cut_off: time, expected: str) -> None:
    assert due("1 day", start=start, calendar=EVERY_DAY, cut_off=cut_off) == expected


@pytest.mark.parametrize(
    ("text", "start", "direction", "expected"),
    [
        ("6 months", date(2026, 2, 14), Direction.AFTER, "2026-08-14T23:59:59-05:00"),
        ("6 months", date(2026, 8, 31), Direction.AFTER, "2027-02-28T23:59:59-06:00"),
        ("1 month", date(2028, 1, 31), Direction.AFTER, "2028-02-29T23:59:59-06:00"),
        ("13 months", date(2026, 11, 30), Direction.AFTER, "2027-12-30T23:59:59-06:00"),
        ("1 month", date(2026, 3, 31), Direction.BEFORE, "2026-02-28T23:59:59-06:00"),
        ("3 months", date(2026, 1, 15), Direction.BEFORE, "2025-10-15T23:59:59-05:00"),
    ],
)
def test_months_keep_the_day_or_take_the_last_of_a_shorter_month(
    text: str, start: date, direction: Direction, expected: str
) -> None:
    assert due(text, start=start, calendar=EVERY_DAY, direction=direction) == expected


def test_months_show_only_their_start_and_end_and_may_be_rolled_on() -> None:
    answer = deadline(Duration(6, Unit.MONTHS), start=date(2026, 5, 26), calendar=EVERY_DAY, roll=OPERATOR)

    assert answer.due == local("2026-11-30T23:59:59")
    assert [(step.day, step.counted) for step in answer.steps] == [
        (date(2026, 5, 26), False),
        (date(2026, 11, 26), True),
        *((date(2026, 11, day), False) for day in (27, 28, 29, 30)),
    ]
    assert answer.steps[1].reason == (
        "6 months after the start, not due then: Thanksgiving Day (Operator business days)"
    )


def test_a_month_paused_for_three_days_ends_three_days_later() -> None:
    pause = Pause(local("2026-05-10T12:00"), local("2026-05-13T12:00"), "waiting for meter data")

    answer = deadline(Duration(1, Unit.MONTHS), start=date(2026, 5, 1), calendar=EVERY_DAY, pauses=[pause])

    assert answer.due == local("2026-06-04T23:59:59")
    assert [step.reason for step in answer.steps] == [
        "start day",
        *["paused: waiting for meter data"] * 3,
        "1 month after the start",
    ]


@pytest.mark.parametrize(
    ("pause_start", "pause_end", "expected_day"),
    [
        pytest.param("2026-09-08T09:00", "2026-09-08T16:00", 9, id="over before the cut-off: day counts"),
        pytest.param("2026-09-08T16:00", "2026-09-09T09:00", 10, id="in force at the cut-off: day does not"),
        pytest.param("2026-09-08T17:00", "2026-09-08T17:01", 10, id="begins exactly at the cut-off"),
        pytest.param("2026-09-08T09:00", "2026-09-08T17:00", 9, id="ends exactly at the cut-off"),
        pytest.param("2026-09-08T16:00", "2026-09-10T09:00", 11, id="two cut-offs"),
        pytest.param("2026-09-09T18:00", "2026-09-30T09:00", 9, id="begins after the due instant"),
        pytest.param("2026-09-01T18:00", "2026-09-07T18:00", 9, id="over on the start day"),
    ],
)
def test_a_day_counts_unless_paused_at_its_cut_off(pause_start: str, pause_end: str, expected_day: int) -> None:
    pause = Pause(local(pause_start), local(pause_end), "waiting for the participant")

    answer = deadline(
        Duration(2, Unit.BUSINESS_DAYS),
        start=date(2026, 9, 7),
        calendar=OPERATOR,
        pauses=[pause],
        cut_off=FIVE,
    )

    assert answer.due == local(f"2026-09-{expected_day:02}T17:00")


def test_an_open_pause_leaves_no_due_instant_but_the_steps_so_far() -> None:
    pause = Pause(local("2026-09-09T10:00"), None, "waiting for the participant")

    answer = deadline(Duration(5, Unit.BUSINESS_DAYS), start=date(2026, 9, 7), calendar=OPERATOR, pauses=[pause])

    assert answer.due is None
    assert answer.steps == (
        Step(date(2026, 9, 7), False, "start day"),
        Step(date(2026, 9, 8), True, "day 1 of 5"),
        Step(date(2026, 9, 9), False, "paused: waiting for the participant (still open)"),
    )


def test_an_open_pause_that_begins_exactly_at_the_cut_off_stops_the_count() -> None:
    pause = Pause(local("2026-09-08T17:00"), None, "outage")
    one_day = Duration(1, Unit.BUSINESS_DAYS)

    answer = deadline(one_day, start=date(2026, 9, 7), calendar=OPERATOR, pauses=[pause], cut_off=FIVE)

    assert answer.due is None
    assert answer.steps[-1].reason == "paused: outage (still open)"


def test_an_open_pause_that_begins_after_the_due_instant_changes_nothing() -> None:
    pause = Pause(local("2026-09-09T10:00"), None, "waiting for the participant")

    assert due("1 business day", start=date(2026, 9, 7), calendar=OPERATOR, pauses=[pause]) == (
        "2026-09-08T23:59:59-05:00"
    )
    assert due("1 business hour", start=local("2026-09-09T09:00"), calendar=OPERATOR, pauses=[pause]) == (
        "2026-09-09T10:00:00-05:00"
    ), "the last minute ran out just as the pause began"


def test_a_due_day_is_rolled_past_a_pause() -> None:
    pause = Pause(local("2026-09-14T12:00"), local("2026-09-15T12:00"), "outage")

    answer = deadline(
        Duration(5, Unit.CALENDAR_DAYS),
        start=date(2026, 9, 7),
        calendar=EVERY_DAY,
        roll=OPERATOR,
        pauses=[pause],
    )
    assert answer.due == local("2026-09-15T23:59:59")
    assert answer.steps[-2] == Step(date(2026, 9, 14), False, "paused: outage")


def test_a_count_that_runs_into_an_unloaded_year_is_refused() -> None:
    with pytest.raises(CalendarNotLoaded, match="'operator' holds no days for 2028"):
        deadline(Duration(3, Unit.BUSINESS_DAYS), start=date(2027, 12, 30), calendar=OPERATOR)


def test_a_start_or_pause_without_time_zone_is_refused() -> None:
    naive = datetime(2026, 11, 20, 10)
    with pytest.raises(NoTimeZone, match=r"The start, 2026-11-20 10:00:00, must say its time zone\."):
        deadline(Duration(1, Unit.HOURS), start=naive, calendar=OPERATOR)
    with pytest.raises(NoTimeZone, match="start of a pause"):
        Pause(naive, None, "outage")


def test_a_pause_that_ends_before_it_starts_is_refused() -> None:
    first_half_past_one, second_half_past_one = local("2026-11-01T01:30"), local("2026-11-01T01:30", fold=1)

    assert Pause(first_half_past_one, second_half_past_one, "an hour").end
    with pytest.raises(UnsoundPause, match="'outage' ends before it starts"):
        Pause(second_half_past_one, first_half_past_one, "outage")


def test_wishes_that_do_not_go_together_are_refused() -> None:
    start, outage = date(2026, 11, 20), Pause(local("2026-11-20T10:00"), None, "outage")
    day, hour = Duration(1, Unit.BUSINESS_DAYS), Duration(1, Unit.BUSINESS_HOURS)

    with pytest.raises(UnworkableDeadline, match="backwards cannot be paused"):
        deadline(day, start=start, calendar=OPERATOR, pauses=[outage], direction=Direction.BEFORE)
    with pytest.raises(UnworkableDeadline, match="'1 business hour' ends at an instant"):
        deadline(hour, start=start, calendar=OPERATOR, roll=BANK)
    with pytest.raises(UnworkableDeadline, match="Only a due day has a cut-off"):
        deadline(hour, start=start, calendar=OPERATOR, cut_off=FIVE)


def test_a_count_that_would_never_end_is_refused() -> None:
    a_century = Pause(local("2026-01-01T00:00"), local("2126-01-01T00:00"), "forgotten")

    with pytest.raises(UnworkableDeadline, match="Nothing was found within 14640 days"):
        deadline(Duration(1, Unit.CALENDAR_DAYS), start=date(2026, 1, 1), calendar=EVERY_DAY, pauses=[a_century])
    with pytest.raises(UnworkableDeadline, match="outside the years 1900 to 2400"):
        deadline(Duration(1, Unit.CALENDAR_DAYS), start=date.max, calendar=EVERY_DAY)
