"""Does everybody get their turn, and never somebody who is away, off shift or full?"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.desk.profile import Assignment
from tieline.desk.turns import Candidate, NoHours, Shift, choose, hours_in_words, is_on_shift, read_hours

RULES = (Assignment.TURNS, Assignment.LOAD, Assignment.SKILL)
ZONE = ZoneInfo("America/Chicago")
SOMEBODY = st.builds(
    Candidate,
    user_id=st.integers(1, 50),
    name=st.sampled_from(["Ana", "Ravi", "Mara"]),
    open_cases=st.integers(0, 6),
    most=st.integers(0, 5),
    skills=st.frozensets(st.sampled_from(["prices", "metering", "credit"])),
    takes_cases=st.booleans(),
    is_on_shift=st.booleans(),
    is_away=st.booleans(),
    cover_id=st.none() | st.integers(1, 50),
)
TEAM = st.lists(SOMEBODY, max_size=8, unique_by=lambda one: one.user_id)


@given(TEAM, TEAM, st.sampled_from(RULES), st.none() | st.integers(1, 50))
def test_nobody_gets_a_case_who_cannot_take_one(
    team: list[Candidate], others: list[Candidate], rule: Assignment, last: int | None
) -> None:
    choice = choose(rule, team, last=last, wanted=("prices",), covers=others)

    everybody = {one.user_id: one for one in (*others, *team)}
    assert choice.why
    if choice.user_id is not None:
        assert everybody[choice.user_id].is_free
    else:
        assert not any(one.is_free for one in team)


@given(TEAM.filter(bool), st.integers(1, 4))
def test_turns_are_fair(team: list[Candidate], rounds: int) -> None:
    there = [Candidate(one.user_id, one.name, most=100) for one in team]
    last, given_to = None, Counter[int]()
    for _ in range(rounds * len(there)):
        choice = choose(Assignment.TURNS, there, last=last)
        assert choice.user_id is not None
        last = choice.turn_of
        given_to[choice.user_id] += 1

    assert set(given_to.values()) == {rounds}


@given(TEAM, st.permutations(range(8)))
def test_a_choice_does_not_hang_on_the_order_in_which_people_are_read(team: list[Candidate], order: list[int]) -> None:
    other = [team[place] for place in order if place < len(team)]
    for rule in RULES:
        assert choose(rule, team, last=3) == choose(rule, other, last=3)


ANA, RAVI, LENA = Candidate(1, "Ana Ortiz"), Candidate(2, "Ravi Menon"), Candidate(3, "Lena Fox")


def test_who_covers_gets_what_would_have_been_theirs_and_the_turn_is_used_up() -> None:
    away = replace(RAVI, is_away=True, cover_id=3)

    choice = choose(Assignment.TURNS, [ANA, away, LENA], last=1)

    assert (choice.user_id, choice.turn_of) == (3, 2)
    assert choice.why == "by turns: Lena Fox covers Ravi Menon, who is away"


def test_a_cover_who_is_away_too_is_passed_over() -> None:
    team = [ANA, replace(RAVI, is_away=True, cover_id=3), replace(LENA, is_away=True, cover_id=2)]

    assert choose(Assignment.TURNS, team, last=1).user_id == 1


def test_load_weighs_open_cases_by_capacity() -> None:
    team = [replace(ANA, open_cases=4, most=5), replace(RAVI, open_cases=6, most=20)]

    assert choose(Assignment.LOAD, team).user_id == 2


def test_skill_goes_before_load_and_is_done_without_where_nobody_free_has_it() -> None:
    skilled = replace(ANA, open_cases=9, skills=frozenset({"prices"}))

    assert choose(Assignment.SKILL, [skilled, RAVI], wanted=("late_price", "prices")).user_id == 1
    full = replace(skilled, most=9)
    choice = choose(Assignment.SKILL, [full, RAVI], wanted=("late_price", "prices"))
    assert choice.user_id == 2
    assert "nobody free is skilled" in choice.why


def test_where_nobody_is_free_it_says_of_everybody_why() -> None:
    team = [
        replace(ANA, is_away=True),
        replace(RAVI, is_on_shift=False),
        replace(LENA, open_cases=25),
        Candidate(4, "Mara Lind", takes_cases=False),
    ]

    assert choose(Assignment.TURNS, team).why == (
        "nobody is free: Ana Ortiz is away; Ravi Menon is off shift; Lena Fox has 25 of 25 cases; "
        "Mara Lind takes no cases"
    )


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        # Sunday 1 November 2026: 01:30 comes twice, at 06:30 and 07:30 UTC
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), True),
        (datetime(2026, 11, 1, 7, 30, tzinfo=UTC), True),
        (datetime(2026, 11, 1, 8, 0, tzinfo=UTC), False),
        # Sunday 8 March 2026: 02:00 to 03:00 never comes; 07:59 UTC is 01:59, 08:00 UTC is 03:00
        (datetime(2026, 3, 8, 7, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 8, 8, 0, tzinfo=UTC), False),
    ],
)
def test_shifts_follow_the_clock_on_the_wall_at_a_clock_change(at: datetime, expected: bool) -> None:
    assert is_on_shift([Shift(6, time(1), time(2))], at=at, zone=ZONE) is expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 11, 17, 4, 0, tzinfo=UTC), True),  # Monday 22:00
        (datetime(2026, 11, 17, 11, 59, tzinfo=UTC), True),  # Tuesday 05:59
        (datetime(2026, 11, 17, 12, 0, tzinfo=UTC), False),  # Tuesday 06:00
        (datetime(2026, 11, 18, 5, 0, tzinfo=UTC), False),  # Tuesday 23:00
    ],
)
def test_a_night_shift_goes_past_midnight(at: datetime, expected: bool) -> None:
    assert is_on_shift(read_hours("Mon 22:00-06:00"), at=at, zone=ZONE) is expected


def test_who_has_no_hours_is_there_always() -> None:
    assert is_on_shift((), at=datetime(2026, 11, 1, 9, tzinfo=UTC), zone=ZONE)


@pytest.mark.parametrize(
    ("words", "again"),
    [
        ("", ""),
        ("Mon-Fri 08:00-17:00", "Mon-Fri 08:00-17:00"),
        ("mon–fri 8:00", None),
        ("fri-mon 22:00-06:00", "Mon 22:00-06:00, Fri-Sun 22:00-06:00"),
        ("Sat 09:00-12:00; Mon 13:00-17:00, Mon 08:00-12:00", "Mon 08:00-12:00, Mon 13:00-17:00, Sat 09:00-12:00"),
        ("Someday 08:00-09:00", None),
        ("Mon 08:00-08:00", None),
        ("Mon 08:00-12:00, Mon 08:00-17:00", None),
    ],
)
def test_hours_are_read_and_written(words: str, again: str | None) -> None:
    if again is None:
        with pytest.raises(NoHours):
            read_hours(words)
    else:
        assert hours_in_words(read_hours(words)) == again


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 22)), max_size=10))
def test_hours_written_are_read_as_the_same(chosen: set[tuple[int, int]]) -> None:
    shifts = tuple(Shift(day, time(hour), time(hour + 1)) for day, hour in sorted(chosen))

    assert read_hours(hours_in_words(shifts)) == shifts
