"""Which days count, and at which instant does a day open, close and end?"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tieline.kernel.calendar import CalendarNotLoaded, CalendarYear, DayList, UnsoundCalendar, every_day

CHICAGO = ZoneInfo("America/Chicago")
WEEKEND = frozenset({5, 6})
NEW_YEARS_EVE_2010 = date(2010, 12, 31)
SPRING_SUNDAY = date(2026, 3, 8)
AUTUMN_SUNDAY = date(2026, 11, 1)


def a_calendar(
    *holidays: tuple[date, str],
    key: str = "operator",
    years: tuple[int, ...] = (2026,),
    opens: time = time(8),
    closes: time = time(17),
    cut_off: time = time(23, 59, 59),
    weekend: frozenset[int] = WEEKEND,
) -> DayList:
    return DayList(
        key=key,
        name=key.title(),
        zone=CHICAGO,
        weekend=weekend,
        opens=opens,
        closes=closes,
        cut_off=cut_off,
        years={
            year: CalendarYear(year, "a test", True, {day: name for day, name in holidays if day.year == year})
            for year in years
        },
    )


def utc(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=UTC)


def test_a_day_counts_unless_it_is_a_weekend_or_a_holiday() -> None:
    operator = a_calendar((date(2026, 11, 26), "Thanksgiving Day"))

    reasons = [operator.why_not(date(2026, 11, day)) for day in (25, 26, 27, 28, 29)]

    assert reasons == [None, "Thanksgiving Day", None, "Saturday", "Sunday"]
    assert operator.counts(date(2026, 11, 25))
    assert not operator.counts(date(2026, 11, 26))


def test_calendars_are_independent_an_operator_holiday_may_be_a_bank_business_day() -> None:
    operator = a_calendar((NEW_YEARS_EVE_2010, "Company holiday"), years=(2010, 2011))
    bank = a_calendar(key="bank", years=(2010, 2011))

    assert operator.why_not(NEW_YEARS_EVE_2010) == "Company holiday"
    assert bank.counts(NEW_YEARS_EVE_2010)


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ((2024, 2025, 2026, 2027), "loaded are 2024-2027"),
        ((2022, 2024, 2025), "loaded are 2022, 2024-2025"),
        ((), "no year is loaded"),
    ],
)
def test_a_year_nobody_loaded_is_refused_even_for_a_weekend(years: tuple[int, ...], said: str) -> None:
    operator = a_calendar(years=years)
    a_saturday_in_2031 = date(2031, 1, 4)

    with pytest.raises(CalendarNotLoaded) as refusal:
        operator.why_not(a_saturday_in_2031)

    assert str(refusal.value) == f"Calendar 'operator' holds no days for 2031; {said}."


def test_every_day_counts_in_any_year_from_midnight_to_midnight() -> None:
    calendar = every_day(CHICAGO)

    assert calendar.key == "calendar"
    assert all(calendar.counts(day) for day in (date(1999, 1, 1), date(2026, 3, 8), date(2300, 12, 25)))
    assert calendar.opening_at(SPRING_SUNDAY) == utc(SPRING_SUNDAY, 6)
    assert calendar.closing_at(SPRING_SUNDAY) == utc(date(2026, 3, 9), 5), "a day of 23 hours"
    assert calendar.closing_at(AUTUMN_SUNDAY) - calendar.opening_at(AUTUMN_SUNDAY) == timedelta(hours=25)


@pytest.mark.parametrize(
    ("day", "wall_time", "opening", "closing"),
    [
        pytest.param(date(2026, 3, 7), time(2, 30), (8, 30), (8, 30), id="the Saturday before, standard time"),
        pytest.param(SPRING_SUNDAY, time(1, 59), (7, 59), (7, 59), id="last minute of standard time"),
        pytest.param(SPRING_SUNDAY, time(2, 30), (8, 30), (8, 30), id="02:30 is missing: read as 03:30"),
        pytest.param(SPRING_SUNDAY, time(3, 0), (8, 0), (8, 0), id="first minute of daylight time"),
        pytest.param(AUTUMN_SUNDAY, time(0, 59), (5, 59), (5, 59), id="before the repeated hour"),
        pytest.param(AUTUMN_SUNDAY, time(1, 0), (6, 0), (7, 0), id="01:00 twice: opens first, closes second"),
        pytest.param(AUTUMN_SUNDAY, time(1, 30), (6, 30), (7, 30), id="01:30 twice: opens first, closes second"),
        pytest.param(AUTUMN_SUNDAY, time(2, 30), (8, 30), (8, 30), id="02:30 in November happens once"),
    ],
)
def test_times_touched_by_a_clock_change_have_one_reading(
    day: date, wall_time: time, opening: tuple[int, int], closing: tuple[int, int]
) -> None:
    opens_then = a_calendar(opens=wall_time, closes=time(17))
    closes_then = a_calendar(opens=time(0), closes=wall_time, cut_off=wall_time)

    assert opens_then.opening_at(day) == utc(day, *opening)
    assert closes_then.closing_at(day) == utc(day, *closing)
    assert closes_then.cut_off_at(day) == utc(day, *closing)


def test_another_cut_off_may_be_asked_for() -> None:
    operator = a_calendar()

    assert operator.cut_off_at(date(2026, 7, 1)) == utc(date(2026, 7, 2), 4, 59, 59)
    assert operator.cut_off_at(date(2026, 7, 1), cut_off=time(17)) == utc(date(2026, 7, 1), 22)


def test_the_version_changes_with_the_data_and_only_with_the_data() -> None:
    christmas_eve = (date(2026, 12, 24), "Christmas Eve")
    version = a_calendar(christmas_eve).version

    assert version == a_calendar(christmas_eve).version
    assert len(version) == 12
    assert version != a_calendar().version
    assert version != a_calendar(christmas_eve, years=(2026, 2027)).version
    assert version != a_calendar(christmas_eve, cut_off=time(17)).version
    assert version != a_calendar(christmas_eve, key="bank").version


def test_a_calendar_can_be_a_key() -> None:
    assert len({a_calendar(), a_calendar(), a_calendar(key="bank")}) == 2


def test_hours_that_close_before_they_open_are_refused() -> None:
    with pytest.raises(UnsoundCalendar, match="'operator' closes at 08:00:00 but opens at 17:00:00"):
        a_calendar(opens=time(17), closes=time(8))


def test_a_weekend_day_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnsoundCalendar, match="not 7"):
        a_calendar(weekend=frozenset({6, 7}))


@pytest.mark.parametrize(
    ("filed_under", "year", "holidays", "said"),
    [
        (
            2026,
            2026,
            {date(2025, 12, 26): "Christmas"},
            r"Christmas \(2025-12-26\) stands under the year 2026",
        ),
        (2026, 2025, {}, "the year 2025 stands under 2026"),
        (2026, 2026, {date(2026, 1, 1): ""}, "the holiday on 2026-01-01 has no name"),
    ],
)
def test_misplaced_holidays_are_refused(filed_under: int, year: int, holidays: dict[date, str], said: str) -> None:
    with pytest.raises(UnsoundCalendar, match=said):
        DayList(
            key="operator",
            name="Operator business days",
            zone=CHICAGO,
            weekend=WEEKEND,
            opens=time(8),
            closes=time(17),
            years={filed_under: CalendarYear(year, "a test", True, holidays)},
        )
