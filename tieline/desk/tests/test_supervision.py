"""Is every figure of the live board its own list's, in few statements, and today set against what is usual?"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import MONDAY, Cast
from tests.letters import case_of, letter, receive
from tieline.desk.actions import assign, close_case, wait_for_client
from tieline.desk.actions.absences import note_absence, set_capacity
from tieline.desk.asking import Asked, cases, parse
from tieline.desk.models import Case
from tieline.desk.profile import Taxonomy
from tieline.desk.supervision import Figure, LiveBoard, live_board

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
_numbers = itertools.count(1)


def at_desk(cast: Cast, at: datetime = MONDAY, text: str = "When is the settlement statement posted") -> Case:
    return case_of(receive(letter(f"{text} for site {next(_numbers)}?", at=at), at=at))


def board(cast: Cast, at: datetime = MONDAY + HOUR) -> LiveBoard:
    return live_board(cast.ravi.as_actor(), profile=cast.profile, at=at)


def figures(shown: LiveBoard) -> Iterator[Figure]:
    for queue in shown.lines:
        yield from (queue.open, queue.unassigned, queue.at_risk, queue.overdue)
    yield from (bar.figure for bar in shown.ages)
    for person in shown.people:
        yield from (person.open, person.waiting, person.closed_today)


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """Cases of many ages, owners, areas and states."""
    ages = (0, 1, 5, 30, 100, 200, 700)
    all_ = [at_desk(cast, MONDAY - age * HOUR) for age in ages]
    all_.append(at_desk(cast, text="Emergency: our portal login is locked"))
    for case, owner in zip(all_, (cast.ana, cast.ravi, cast.ana, None, None, cast.lena), strict=False):
        if owner:
            assign(case, owner=owner, by=cast.ravi.as_actor(), at=MONDAY)
    wait_for_client(all_[2], by=cast.ana.as_actor(), at=MONDAY)
    outcome = next(one for one in cast.profile.get(Taxonomy).kind(all_[1].kind).outcomes if not one.needs_answer)
    close_case(all_[1], outcome=outcome.key, profile=cast.profile, by=cast.ravi.as_actor(), at=MONDAY)
    return cast


def test_every_figure_is_the_count_of_its_list(busy: Cast) -> None:
    at = MONDAY + HOUR
    counted = 0
    for figure in figures(board(busy, at)):
        asked = parse(figure.query, profile=busy.profile, actor=busy.ravi.as_actor(), at=at)
        assert isinstance(asked, Asked), (figure.query, asked)
        assert cases(asked, busy.ravi.as_actor()).count() == figure.count, figure.query
        counted += figure.count > 0
    assert counted > 12


def test_the_ages_are_all_the_open_cases(busy: Cast) -> None:
    shown = board(busy)

    assert sum(bar.figure.count for bar in shown.ages) == shown.totals.open.count == Case.objects.unclosed().count()
    assert sum(1 for bar in shown.ages if bar.figure.count) == 6


def test_people_show_capacity_absence_and_what_they_closed(busy: Cast) -> None:
    set_capacity(
        busy.ana, most_cases=4, skills=(), takes_cases=True, profile=busy.profile, by=busy.ravi.as_actor(), at=MONDAY
    )
    note_absence(
        busy.lena, begins_at=MONDAY, ends_at=MONDAY + DAY, cover=None, reason="", by=busy.lena.as_actor(), at=MONDAY
    )
    shown = board(busy)
    people = {one.name: one for one in shown.people}

    assert (people["Ana Ortiz"].open.count, people["Ana Ortiz"].filled) == (2, 50)
    assert people["Ana Ortiz"].waiting.count == 1
    assert people["Ravi Menon"].closed_today.count == 1
    assert [one.name for one in shown.uncovered] == ["Lena Fox"]
    assert "Mara Lind" not in people


def test_today_stands_against_the_median_of_the_same_weekday(cast: Cast) -> None:
    for week in range(1, 6):
        for _ in range(week):
            # nine o'clock on the wall, on both sides of the clock change
            day = MONDAY.date() - week * 7 * DAY
            at_desk(cast, datetime.combine(day, time(9), cast.profile.time_zone))
    at_desk(cast)
    at_desk(cast, MONDAY - DAY)

    received = board(cast).flows[0]

    # of eight Mondays five had 1 to 5 inquiries at nine o'clock, three none: the median is 1.5
    assert (received.hours[9].today, received.hours[9].usual) == (1, 1.5)
    assert received.hours[11].today is None
    assert (received.today, received.usual) == (1, 1.5)


def test_an_empty_desk_is_no_trouble(cast: Cast) -> None:
    shown = board(cast)

    assert shown.totals.open.count == 0
    assert shown.totals.oldest_at is None
    assert shown.at_risk == ()


def test_nine_statements_however_much_there_is(busy: Cast) -> None:
    with CaptureQueriesContext(
        connection,
    ) as spent:
        board(busy)

    assert len(spent) <= 9
