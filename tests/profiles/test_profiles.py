"""The profiles that come with Tieline load without a problem and say what their sources say."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from tieline.clocks.profile import Measure, ServiceLevels
from tieline.desk.profile import Taxonomy
from tieline.kernel.deadline import deadline, parse_duration
from tieline.kernel.profile import Profile, current_profile, load_profile
from tieline.kernel.profile_guide import describe_schema, unsaid
from tieline.mail.profile import ACKNOWLEDGEMENT_WORDS, MailRules, Notices, read_replies
from tieline.participants.profile import Registrations
from tieline.rulebook.profile import Rulebook

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def ercot() -> Profile:
    return load_profile(REPOSITORY / "profiles" / "ercot")


def last_counted(count: str, start: date, profile: Profile, calendar: str) -> date:
    steps = deadline(parse_duration(count), start=start, calendar=profile.calendars[calendar]).steps
    return max(step.day for step in steps if step.counted)


@pytest.mark.parametrize("name", ["ercot", "_blank"])
def test_a_shipped_profile_loads(name: str) -> None:
    assert load_profile(REPOSITORY / "profiles" / name).version


def test_the_only_complete_profile_is_the_current_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIELINE_PROFILE", raising=False)
    monkeypatch.delenv("TIELINE_PROFILES_DIR", raising=False)

    assert current_profile().key == "ercot"


def test_loading_is_quick() -> None:
    directory = REPOSITORY / "profiles" / "ercot"
    load_profile(directory)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        load_profile(directory)
        took.append(time.perf_counter() - began)

    assert min(took) < 0.1


def test_ten_business_days_step_over_thanksgiving(ercot: Profile) -> None:
    assert last_counted("10 business days", date(2022, 11, 21), ercot, "operator") == date(2022, 12, 7)
    assert last_counted("10 business days", date(2026, 11, 20), ercot, "operator") == date(2026, 12, 8)


def test_bank_days_and_business_days_are_independent(ercot: Profile) -> None:
    operator, bank = ercot.calendars["operator"], ercot.calendars["bank"]

    new_years_eve = date(2010, 12, 31)
    assert bank.counts(new_years_eve)
    assert operator.why_not(new_years_eve) == "New Year's Day (observed)"
    assert bank.why_not(date(2026, 10, 12)) == "Columbus Day"
    assert operator.counts(date(2026, 10, 12))


def test_an_invoice_is_due_on_a_bank_day_that_is_a_business_day(ercot: Profile) -> None:
    due = deadline(
        parse_duration("2 business days"),
        start=date(2022, 11, 22),
        calendar=ercot.calendars["bank"],
        roll=ercot.calendars["operator"],
    ).due

    assert due is not None
    assert due.astimezone(ercot.time_zone).date() == date(2022, 11, 28)


@pytest.mark.parametrize("year", range(2022, 2028))
def test_each_year_has_the_holidays_its_rule_names(ercot: Profile, year: int) -> None:
    bank = ercot.calendars["bank"].years[year].holidays
    operator = ercot.calendars["operator"].years[year].holidays

    assert len(bank) == 11
    assert sum("Thanksgiving" in name for name in operator.values()) == 2
    assert sum("Christmas" in name for name in operator.values()) == 2
    assert all(day.weekday() < 5 for day in operator)


def test_a_utility_keeps_its_own_days(ercot: Profile) -> None:
    assert ercot.calendars["retail-blackland"].why_not(date(2026, 4, 3)) == "Good Friday"
    assert ercot.calendars["operator"].counts(date(2026, 4, 3))
    assert ercot.calendars["retail-gulfline"].counts(date(2026, 11, 27))


def test_every_kind_and_urgency_has_both_service_levels(ercot: Profile) -> None:
    taxonomy, levels = ercot.get(Taxonomy), ercot.get(ServiceLevels)

    for kind in taxonomy.kinds:
        for urgency in taxonomy.urgencies:
            for measure in Measure:
                policy = levels.policy_for(kind.key, urgency.key, measure, date(2026, 1, 2))
                assert policy is not None
                assert policy.citation or "not of the operator" in policy.text


def test_every_area_has_topics_and_every_topic_its_words(ercot: Profile) -> None:
    taxonomy = ercot.get(Taxonomy)

    assert len(taxonomy.areas) == 23
    for area in taxonomy.areas:
        assert 2 <= sum(topic.area == area.key for topic in taxonomy.topics) <= 5
    assert all(topic.words for topic in taxonomy.topics)
    assert all(0 < weight <= 5 for topic in taxonomy.topics for weight in topic.words.values())
    assert all(word == word.lower() for topic in taxonomy.topics for word in topic.words)


@pytest.mark.parametrize(
    ("text", "section", "chain"),
    [
        ("see paragraph (2)(a) of Section 9.14.2 for that", "9.14.2", "(2)(a)"),
        ("under 6.6.3.1(2)(a) we may", "6.6.3.1", "(2)(a)"),
        ("Protocols §9.14.2(6)", "9.14.2", "(6)"),
        ("Section 8.2(2)(c)(iii) says", "8.2", "(2)(c)(iii)"),
        ("use Section 23, Form B", "23", None),
    ],
)
def test_a_citation_is_read_in_each_of_its_forms(ercot: Profile, text: str, section: str, chain: str | None) -> None:
    forms = ercot.get(Rulebook).grammar.citations

    found = next(found for form in forms if (found := form.pattern.search(text)))

    assert found["section"] == section
    assert found.groupdict().get("chain") == chain


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("5.2.1 Applicability", "5.2.1"),
        ("1.2.3.10 Technical Advisory Committee Vote", "1.2.3.10"),
        ("0.5 miles or greater where both circuits", None),
        ("2.5 percent of the load", None),
    ],
)
def test_a_heading_is_told_from_a_number(ercot: Profile, line: str, number: str | None) -> None:
    found = ercot.get(Rulebook).grammar.heading.match(line)

    assert (found["number"] if found else None) == number


@pytest.mark.parametrize(
    "line",
    [
        "SECTION 5: GENERATOR INTERCONNECTION OR MODIFICATION",
        "ERCOT PLANNING GUIDE \u2013 JUNE 1, 2024 1-7",
        "PUBLIC",
    ],
)
def test_a_running_head_is_known(ercot: Profile, line: str) -> None:
    assert any(pattern.search(line) for pattern in ercot.get(Rulebook).grammar.running)


def test_grey_text_names_its_request(ercot: Profile) -> None:
    grammar = ercot.get(Rulebook).grammar
    assert grammar.grey_opening is not None

    found = grammar.grey_opening.search("[NPRR902: Replace paragraph (2) above with the following upon")

    assert found is not None
    assert found["request"] == "NPRR902"


def test_a_notice_code_is_known(ercot: Profile) -> None:
    code = ercot.get(Notices).code_pattern
    assert code is not None

    assert code.fullmatch("M-A031521-01")
    assert not code.fullmatch("M-031521-01")


def test_identifiers_of_registrations(ercot: Profile) -> None:
    qse = ercot.get(Registrations).kind("qse")

    assert qse.identifier_pattern.fullmatch("123456789")
    assert qse.identifier_pattern.fullmatch("1234567890001")
    assert not qse.identifier_pattern.fullmatch("12345")
    assert "rep" in qse.may_represent


def test_the_acknowledgement_can_be_filled(ercot: Profile) -> None:
    path = Path(ercot.get(MailRules).acknowledgement)

    text = read_replies(ercot)[path.stem].filled({word: f"<{word}>" for word in ACKNOWLEDGEMENT_WORDS})

    assert "<number>" in text
    assert "{{" not in text


def test_what_is_unverified_is_said(ercot: Profile) -> None:
    gaps = unsaid(ercot)

    assert any("policies are not verified" in gap for gap in gaps)
    assert not any("has no" in gap for gap in gaps)


def test_the_guide_holds_the_table_of_keys() -> None:
    guide = (REPOSITORY / "docs" / "profiles.md").read_text(encoding="utf-8")

    assert describe_schema().strip() in guide
