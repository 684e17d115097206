"""Is a duration read as people write it, and nonsense refused with a sentence?"""

import pytest

from tieline.kernel.deadline import Duration, Unit, UnreadableDuration, parse_duration


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10 business days", Duration(10, Unit.BUSINESS_DAYS)),
        ("1 business day", Duration(1, Unit.BUSINESS_DAYS)),
        ("4 business hours", Duration(4, Unit.BUSINESS_HOURS)),
        ("90 business minutes", Duration(90, Unit.BUSINESS_MINUTES)),
        ("30 minutes", Duration(30, Unit.MINUTES)),
        ("1 hour", Duration(1, Unit.HOURS)),
        ("2 days", Duration(2, Unit.CALENDAR_DAYS)),
        ("45 calendar days", Duration(45, Unit.CALENDAR_DAYS)),
        ("6 months", Duration(6, Unit.MONTHS)),
        ("  10   Business\tDays ", Duration(10, Unit.BUSINESS_DAYS)),
    ],
)
def test_a_duration_is_read_as_people_write_it(text: str, expected: Duration) -> None:
    assert parse_duration(text) == expected
    assert parse_duration(str(expected)) == expected


@pytest.mark.parametrize(
    "text",
    ["", "10", "days", "-3 days", "2.5 hours", "ten days", "3 fortnights", "1,000 minutes", "٣ days", "3 s"],
)
def test_nonsense_is_refused_with_what_is_expected(text: str) -> None:
    with pytest.raises(UnreadableDuration) as refusal:
        parse_duration(text)

    assert str(refusal.value) == (
        f"Cannot read '{text}' as a duration; expected a whole number above 0 and a unit, such as "
        "'10 business days', '4 business hours', '30 minutes', '2 days' or '6 months'."
    )


@pytest.mark.parametrize("text", ["0 business days", "0 minutes"])
def test_a_duration_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDuration, match="above 0"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["241 months", "7321 calendar days", "999999999 minutes", "6000 business days"])
def test_a_duration_beyond_twenty_years_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDuration, match=f"'{text}' is too long; the longest duration is 20 years."):
        parse_duration(text)


def test_a_very_long_text_is_not_repeated_whole() -> None:
    with pytest.raises(UnreadableDuration) as refusal:
        parse_duration("9" * 10_000 + " days")

    assert len(str(refusal.value)) < 250
