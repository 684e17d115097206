"""When are hours and minutes over, and what was taken from each day?"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tieline.kernel.calendar import CalendarYear, DayList
from tieline.kernel.deadline import (
    Direction,
    Duration,
    Pause,
    Step,
    Unit,
    deadline,
    elapsed_minutes,
    parse_duration,
)

CHICAGO = ZoneInfo("America/Chicago")
YEAR_2026 = {
    2026: CalendarYear(
        2026,
        "a test",
        True,
        {date(2026, 11, 26): "Thanksgiving Day", date(2026, 11, 27): "Day after Thanksgiving"},
    )
}
OPERATOR = DayList(
    "operator",
    "Operator business days",
    CHICAGO,
    weekend=frozenset({5, 6}),
    opens=time(8),
    closes=time(17),
    years=YEAR_2026,
)


def local(text: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO, fold=fold)


def due(text: str, *, start: datetime | date, pauses: Sequence[Pause] = ()) -> object:
    """The due instant as text: comparing datetimes of one zone would overlook a wrong offset."""
    return deadline(parse_duration(text), start=start, calendar=OPERATOR, pauses=pauses).as_data()["due"]


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("4 business hours", "2026-11-20T10:00", "2026-11-20T14:00:00-06:00"),
        ("4 business hours", "2026-11-20T15:00", "2026-11-23T10:00:00-06:00"),
        ("1 business hour", "2026-11-20T16:00", "2026-11-20T17:00:00-06:00"),
        ("1 business minute", "2026-11-20T17:00", "2026-11-23T08:01:00-06:00"),
        ("30 business minutes", "2026-11-20T05:00", "2026-11-20T08:30:00-06:00"),
        ("30 business minutes", "2026-11-20T16:59:30", "2026-11-23T08:29:30-06:00"),
        ("10 business hours", "2026-11-25T16:00", "2026-11-30T17:00:00-06:00"),
        ("30 minutes", "2026-11-20T23:45", "2026-11-21T00:15:00-06:00"),
        ("48 hours", "2026-11-20T10:00", "2026-11-22T10:00:00-06:00"),
    ],
)
def test_time_is_taken_from_where_it_counts(text: str, start: str, expected: str) -> None:
    assert due(text, start=local(start)) == expected


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        pytest.param("1 hour", local("2026-03-08T01:30"), "2026-03-08T03:30:00-05:00", id="over the missing hour"),
        pytest.param("1 hour", local("2026-11-01T01:30"), "2026-11-01T01:30:00-06:00", id="01:30 to 01:30"),
        pytest.param("1 hour", local("2026-11-01T01:30", fold=1), "2026-11-01T02:30:00-06:00", id="second 01:30"),
        pytest.param("24 hours", local("2026-03-07T12:00"), "2026-03-08T13:00:00-05:00", id="23-hour night"),
        pytest.param("24 hours", local("2026-10-31T12:00"), "2026-11-01T11:00:00-06:00", id="25-hour night"),
        pytest.param("1500 minutes", date(2026, 11, 1), "2026-11-02T00:00:00-06:00", id="the 25-hour day"),
        pytest.param("1380 minutes", date(2026, 3, 8), "2026-03-09T00:00:00-05:00", id="the 23-hour day"),
    ],
)
def test_plain_time_is_real_elapsed_time(text: str, start: datetime | date, expected: str) -> None:
    assert due(text, start=start) == expected


@pytest.mark.parametrize(
    ("opens", "closes", "day", "minutes"),
    [
        pytest.param(time(0), time(17), date(2026, 3, 8), 16 * 60, id="March, an hour less"),
        pytest.param(time(0), time(17), date(2026, 11, 1), 18 * 60, id="November, an hour more"),
        pytest.param(time(2, 30), time(17), date(2026, 3, 8), 13 * 60 + 30, id="opens at the missing 02:30"),
        pytest.param(time(1, 30), time(17), date(2026, 11, 1), 16 * 60 + 30, id="opens at the first 01:30"),
        pytest.param(time(2, 30), time(17), date(2026, 11, 1), 14 * 60 + 30, id="02:30 on the November Sunday"),
        pytest.param(time(2, 15), time(3), date(2026, 3, 8), 0, id="hours that fall wholly into the gap"),
        pytest.param(time(8), time(17), date(2026, 11, 1), 9 * 60, id="office hours notice nothing"),
    ],
)
def test_business_minutes_of_a_clock_change_are_real_minutes(
    opens: time, closes: time, day: date, minutes: int
) -> None:
    calendar = DayList("room", "Room", CHICAGO, frozenset(), opens=opens, closes=closes, years=YEAR_2026)
    midnight = datetime.combine(day, time(0), tzinfo=CHICAGO)
    next_midnight = datetime.combine(day + timedelta(days=1), time(0), tzinfo=CHICAGO)

    assert elapsed_minutes(midnight, next_midnight, calendar, []) == minutes


def test_the_steps_of_business_hours_show_minutes_taken_and_days_skipped() -> None:
    pause = Pause(local("2026-11-20T16:00"), local("2026-11-20T16:30"), "waiting for meter data")

    answer = deadline(
        Duration(4, Unit.BUSINESS_HOURS), start=local("2026-11-20T15:00"), calendar=OPERATOR, pauses=[pause]
    )

    assert answer.due == local("2026-11-23T10:30")
    assert answer.steps == (
        Step(date(2026, 11, 20), True, "90 of 240 minutes; paused: waiting for meter data", 90),
        Step(date(2026, 11, 21), False, "Saturday"),
        Step(date(2026, 11, 22), False, "Sunday"),
        Step(date(2026, 11, 23), True, "240 of 240 minutes", 150),
    )


def test_a_day_that_gave_no_minutes_says_why() -> None:
    pause = Pause(local("2026-11-23T07:00"), local("2026-11-23T18:00"), "outage")

    answer = deadline(
        Duration(1, Unit.BUSINESS_HOURS), start=local("2026-11-20T18:00"), calendar=OPERATOR, pauses=[pause]
    )

    assert [(step.day.day, step.reason, step.minutes) for step in answer.steps] == [
        (20, "no hours after the start", 0),
        (21, "Saturday", None),
        (22, "Sunday", None),
        (23, "paused: outage", 0),
        (24, "60 of 60 minutes", 60),
    ]


@pytest.mark.parametrize(
    ("pause_start", "last_step"),
    [
        (
            "2026-11-20T16:00",
            Step(date(2026, 11, 20), True, "60 of 240 minutes; paused: outage (still open)", 60),
        ),
        (
            "2026-11-20T18:00",
            Step(date(2026, 11, 20), True, "120 of 240 minutes; paused: outage (still open)", 120),
        ),
        ("2026-11-21T12:00", Step(date(2026, 11, 21), False, "Saturday; paused: outage (still open)")),
        ("2026-11-20T15:00", Step(date(2026, 11, 20), False, "paused: outage (still open)", 0)),
        ("2026-11-01T15:00", Step(date(2026, 11, 20), False, "paused: outage (still open)", 0)),
    ],
)
def test_an_open_pause_stops_the_hours(pause_start: str, last_step: Step) -> None:
    pause = Pause(local(pause_start), None, "outage")

    answer = deadline(
        Duration(4, Unit.BUSINESS_HOURS), start=local("2026-11-20T15:00"), calendar=OPERATOR, pauses=[pause]
    )

    assert answer.due is None
    assert answer.steps[-1] == last_step


def test_overlapping_pauses_take_their_time_once() -> None:
    pauses = [
        Pause(local("2026-11-20T10:30"), local("2026-11-20T12:00"), "second"),
        Pause(local("2026-11-20T10:00"), local("2026-11-20T11:00"), "first"),
        Pause(local("2026-11-20T11:00"), local("2026-11-20T11:30"), "within the second"),
    ]

    assert due("2 business hours", start=local("2026-11-20T09:00"), pauses=pauses) == ("2026-11-20T13:00:00-06:00")
    assert elapsed_minutes(local("2026-11-20T09:00"), local("2026-11-20T13:00"), OPERATOR, pauses) == 120


def test_business_hours_before_an_instant_are_counted_backwards() -> None:
    answer = deadline(
        Duration(4, Unit.BUSINESS_HOURS),
        start=local("2026-11-23T10:00"),
        calendar=OPERATOR,
        direction=Direction.BEFORE,
    )

    assert answer.due == local("2026-11-20T15:00")
    assert [step.minutes for step in answer.steps] == [120, None, None, 120]


def test_elapsed_minutes_are_whole_and_never_negative() -> None:
    morning, evening = local("2026-11-20T09:00:30"), local("2026-11-20T18:00")

    assert elapsed_minutes(morning, evening, OPERATOR, []) == 479
    assert elapsed_minutes(evening, morning, OPERATOR, []) == 0
    assert elapsed_minutes(morning, local("2026-11-30T09:00"), OPERATOR, []) == 479 + 3 * 540 + 60


def test_a_deadline_is_given_as_data() -> None:
    answer = deadline(Duration(30, Unit.BUSINESS_MINUTES), start=local("2026-11-20T16:45"), calendar=OPERATOR)

    assert answer.as_data() == {
        "due": "2026-11-23T08:15:00-06:00",
        "steps": [
            {"date": "2026-11-20", "counted": True, "reason": "15 of 30 minutes", "minutes": 15},
            {"date": "2026-11-21", "counted": False, "reason": "Saturday"},
            {"date": "2026-11-22", "counted": False, "reason": "Sunday"},
            {"date": "2026-11-23", "counted": True, "reason": "30 of 30 minutes", "minutes": 15},
        ],
        "calendar": "operator",
        "calendar_version": OPERATOR.version,
    }
