"""Does a case find its owner by its area's rule, once, and is it handed over with a reason?"""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection

from tests.cast import MONDAY, Cast, assemble
from tests.letters import case_of, digest, eyes_of_the_system, letter, receive
from tieline.desk.actions import assign, close_case, reroute
from tieline.desk.actions.absences import (
    NoAbsence,
    UnfitHours,
    UnknownSkill,
    begin_absences,
    cancel_absence,
    note_absence,
    set_capacity,
    set_hours,
)
from tieline.desk.actions.assigning import MOST_AT_ONCE, assign_by_rule, assign_waiting, hand_to_area
from tieline.desk.models import Absence, Case, Turn
from tieline.desk.profile import Assignment, Taxonomy
from tieline.desk.turns import Choice
from tieline.identity.models import User
from tieline.identity.permissions import NotAllowed
from tieline.journal.models import JournalEvent
from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import Profile
from tieline.kernel.viewing import viewing_as

HOUR = timedelta(hours=1)
SOON = MONDAY + timedelta(minutes=5)
WEEK = timedelta(days=7)


def under(profile: Profile, mode: Assignment) -> Profile:
    """The profile with one rule for all areas."""
    taxonomy = profile.get(Taxonomy)
    changed = replace(taxonomy, areas=tuple(replace(area, assignment=mode) for area in taxonomy.areas))
    return replace(profile, sections={**profile.sections, Taxonomy: changed})


_numbers = itertools.count(1)


def new_case(cast: Cast, at: datetime = MONDAY) -> Case:
    asked = f"Who is our account manager for site {next(_numbers)}?"
    return case_of(receive(letter(asked, subject="Our account manager"), at=at))


def by_rule(case: Case, cast: Cast, mode: Assignment, at: datetime = SOON) -> Choice:
    return assign_by_rule(case, profile=under(cast.profile, mode), by=SYSTEM, at=at)


def owner_of(case: Case) -> User | None:
    case.refresh_from_db()
    return case.owner


def facts(kind: str) -> list[dict[str, object]]:
    return list(JournalEvent.objects.filter(kind=kind).order_by("pk").values_list("facts", flat=True))


def capacity(cast: Cast, user: User, most: int, skills: tuple[str, ...] = (), takes: bool = True) -> None:
    set_capacity(
        user, most_cases=most, skills=skills, takes_cases=takes, profile=cast.profile, by=cast.ravi.as_actor(), at=SOON
    )


def away(cast: Cast, user: User, cover: User | None = None, begins: datetime = SOON) -> Absence:
    return note_absence(
        user, begins_at=begins, ends_at=begins + WEEK, cover=cover, reason="holiday", by=cast.ravi.as_actor(), at=MONDAY
    )


def test_cases_go_round_those_who_may_own_them(cast: Cast) -> None:
    owners = []
    for _ in range(6):
        case = new_case(cast)
        by_rule(case, cast, Assignment.TURNS)
        owners.append(owner_of(case))

    assert owners == [cast.ana, cast.ravi, cast.lena] * 2
    assert facts("case.assigned")[0]["why"] == "by turns: it was the turn of Ana Ortiz"


def test_doing_it_again_changes_nothing(cast: Cast) -> None:
    case = new_case(cast)
    by_rule(case, cast, Assignment.TURNS)
    by_rule(case, cast, Assignment.TURNS)

    assert owner_of(case) == cast.ana
    assert len(facts("case.assigned")) == 1
    assert Turn.objects.get().last == cast.ana


def test_where_nobody_is_free_it_stays_unassigned_and_says_why(cast: Cast) -> None:
    for user in (cast.ana, cast.ravi, cast.lena):
        capacity(cast, user, 0)
    case = new_case(cast)

    assert by_rule(case, cast, Assignment.LOAD).user_id is None
    assert owner_of(case) is None
    assert "Ana Ortiz has 0 of 0 cases" in str(facts("case.left_unassigned")[0]["why"])


def test_absence_shift_and_skill_are_heeded(cast: Cast) -> None:
    away(cast, cast.ana)
    set_hours(cast.ravi, hours="Tue 08:00-17:00", by=cast.ravi.as_actor(), at=SOON)
    case = new_case(cast)
    by_rule(case, cast, Assignment.TURNS)
    assert owner_of(case) == cast.lena

    set_hours(cast.ravi, hours="Mon 08:00-17:00", by=cast.ravi.as_actor(), at=SOON)
    other = new_case(cast)
    capacity(cast, cast.ravi, 20, (other.topic,))
    by_rule(other, cast, Assignment.SKILL)
    assert owner_of(other) == cast.ravi


def test_a_case_nobody_has_is_given_when_it_opens_and_when_it_comes_to_another_area(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = under(cast.profile, Assignment.TURNS)
    monkeypatch.setattr("tieline.desk.subscribers.current_profile", lambda: rules)
    case = new_case(cast)
    assert owner_of(case) == cast.ana

    elsewhere = next(one for one in cast.profile.get(Taxonomy).topics if one.area == "registration")
    hand_to_area(
        case, topic=elsewhere.key, reason="about a form", profile=cast.profile, by=cast.ana.as_actor(), at=SOON
    )
    assert owner_of(case) is None
    digest(at=SOON)
    assert owner_of(case) == cast.ravi


def test_going_from_one_person_to_another_is_handing_over_with_a_reason(cast: Cast) -> None:
    case = new_case(cast)
    assign(case, owner=cast.ana, by=cast.ana.as_actor(), at=SOON)
    assert facts("case.handed_over") == []

    assign(case, owner=cast.ravi, by=cast.ana.as_actor(), at=SOON, reason="he knows the market")
    assign(case, owner=cast.ravi, by=cast.ana.as_actor(), at=SOON)

    assert facts("case.handed_over") == [
        {"from_name": "Ana Ortiz", "to_name": "Ravi Menon", "reason": "he knows the market"}
    ]


def test_handing_to_an_area_needs_the_right_and_tells_from_where(cast: Cast) -> None:
    case = new_case(cast)
    topic = next(one for one in cast.profile.get(Taxonomy).topics if one.area == "settlements")
    with pytest.raises(NotAllowed):
        hand_to_area(case, topic=topic.key, reason="", profile=cast.profile, by=cast.mara.as_actor(), at=SOON)

    hand_to_area(case, topic=topic.key, reason="not ours", profile=cast.profile, by=cast.ana.as_actor(), at=SOON)

    case.refresh_from_db()
    assert (case.area, case.owner) == ("settlements", None)
    assert facts("case.handed_over")[0]["reason"] == "not ours"


def test_an_absence_hands_open_cases_to_the_cover_once_and_closed_ones_never(cast: Cast) -> None:
    case, closed = new_case(cast), new_case(cast)
    for one in (case, closed):
        assign(one, owner=cast.ana, by=cast.ravi.as_actor(), at=MONDAY)
    outcome = _without_answer(cast, closed)
    close_case(closed, outcome=outcome, profile=cast.profile, by=cast.ana.as_actor(), at=MONDAY)
    absence = away(cast, cast.ana, cast.ravi)

    assert begin_absences(SOON - timedelta(seconds=1)) == 0
    assert begin_absences(SOON) == 2
    assert begin_absences(SOON + HOUR) == 0

    assert (owner_of(case), owner_of(closed)) == (cast.ravi, cast.ana)
    assert "is away until Mon 23 Nov 09:05" in str(facts("case.handed_over")[0]["reason"])
    # taken back meanwhile, it is not taken away again, and cancelling gives nothing back
    assign(case, owner=cast.ana, by=cast.ana.as_actor(), at=SOON + HOUR)
    assert begin_absences(SOON + 2 * HOUR) == 0
    assert owner_of(case) == cast.ana
    assign(case, owner=cast.ravi, by=cast.ana.as_actor(), at=SOON + HOUR)
    cancel_absence(absence, by=cast.ana.as_actor(), at=SOON + 2 * HOUR)
    assert owner_of(case) == cast.ravi


def _without_answer(cast: Cast, case: Case) -> str:
    outcomes = cast.profile.get(Taxonomy).kind(case.kind).outcomes
    return next(one.key for one in outcomes if not one.needs_answer)


def test_without_a_cover_the_cases_stay_and_are_counted(cast: Cast) -> None:
    case = new_case(cast)
    assign(case, owner=cast.ana, by=cast.ravi.as_actor(), at=MONDAY)
    away(cast, cast.ana)

    begin_absences(SOON)

    assert owner_of(case) == cast.ana
    assert facts("absence.began") == [{"name": "Ana Ortiz", "cover": "", "waiting": 1}]


def test_ones_own_absence_is_ones_own_and_anothers_a_leads(cast: Cast) -> None:
    own = note_absence(
        cast.mara, begins_at=SOON, ends_at=SOON + HOUR, cover=None, reason="", by=cast.mara.as_actor(), at=MONDAY
    )
    with pytest.raises(NotAllowed):
        note_absence(
            cast.ana, begins_at=SOON, ends_at=SOON + HOUR, cover=None, reason="", by=cast.mara.as_actor(), at=MONDAY
        )
    with pytest.raises(NotAllowed):
        cancel_absence(own, by=cast.ana.as_actor(), at=MONDAY)
    cancel_absence(own, by=cast.mara.as_actor(), at=MONDAY)


def test_what_is_no_absence_is_refused(cast: Cast) -> None:
    away(cast, cast.ana, cast.ravi)
    lead = cast.ravi.as_actor()
    for user, begins, ends, cover in (
        (cast.lena, SOON, SOON, None),
        (cast.lena, MONDAY - WEEK, MONDAY - HOUR, None),
        (cast.lena, SOON, SOON + timedelta(days=400), None),
        (cast.lena, SOON, SOON + HOUR, cast.lena),
        (cast.lena, SOON, SOON + HOUR, cast.ana),
        (cast.ana, SOON + HOUR, SOON + 2 * WEEK, None),
    ):
        with pytest.raises(NoAbsence):
            note_absence(user, begins_at=begins, ends_at=ends, cover=cover, reason="", by=lead, at=MONDAY)


def test_capacity_and_hours_are_a_leads_and_must_make_sense(cast: Cast) -> None:
    with pytest.raises(UnknownSkill):
        capacity(cast, cast.ana, 5, ("juggling",))
    with pytest.raises(UnfitHours):
        set_hours(cast.ana, hours="whenever", by=cast.ravi.as_actor(), at=SOON)
    with pytest.raises(NotAllowed):
        set_hours(cast.ana, hours="", by=cast.ana.as_actor(), at=SOON)


def test_urgency_alone_assigns_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = new_case(cast)
    rules = under(cast.profile, Assignment.TURNS)
    monkeypatch.setattr("tieline.desk.subscribers.current_profile", lambda: rules)

    reroute(case, topic=case.topic, urgency="high", profile=cast.profile, by=cast.ana.as_actor(), at=SOON)
    digest(at=SOON)

    assert owner_of(case) is None


@pytest.mark.usefixtures("committed")
def test_two_cases_at_once_go_to_two_people() -> None:
    with eyes_of_the_system():
        cast = assemble()
        cases = [new_case(cast), new_case(cast)]
        for user in (cast.ana, cast.ravi, cast.lena):
            capacity(cast, user, 1)
    together = threading.Barrier(2)

    def give(case: Case) -> None:
        try:
            together.wait(10)
            with viewing_as(SYSTEM):
                by_rule(case, cast, Assignment.TURNS)
        finally:
            connection.close()

    threads = [threading.Thread(target=give, args=[case]) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    with eyes_of_the_system():
        assert {owner_of(case) for case in cases} == {cast.ana, cast.ravi}


def only_ana(cast: Cast, most: int) -> None:
    for other in (cast.ravi, cast.lena):
        capacity(cast, other, 0, takes=False)
    capacity(cast, cast.ana, most)


def waiting_for_somebody(cast: Cast, count: int = 1) -> list[Case]:
    """Cases that the rule of their area could give to nobody; Ana alone takes cases, and has no room."""
    only_ana(cast, 0)
    left = [new_case(cast) for _ in range(count)]
    for case in left:
        assert by_rule(case, cast, Assignment.LOAD).user_id is None
    return left


def given(cast: Cast, at: datetime = SOON) -> int:
    return assign_waiting(profile=under(cast.profile, Assignment.LOAD), at=at)


def test_what_nobody_could_take_goes_to_whoever_becomes_free_once(cast: Cast) -> None:
    (case,) = waiting_for_somebody(cast)
    still = given(cast)
    capacity(cast, cast.ana, 25)

    counts = [given(cast), given(cast)]

    assert (still, counts) == (0, [1, 0])
    assert owner_of(case) == cast.ana
    assert len(facts("case.left_unassigned")) == 1


def test_a_closed_case_makes_room_for_the_soonest_due(cast: Cast) -> None:
    only_ana(cast, 1)
    mine = new_case(cast)
    assign(mine, owner=cast.ana, by=cast.ana.as_actor(), at=MONDAY)
    late, soon = new_case(cast), new_case(cast)
    for case in (late, soon):
        by_rule(case, cast, Assignment.LOAD)
    Case.objects.filter(pk=soon.pk).update(due_at=MONDAY)
    full = given(cast)

    close_case(mine, outcome="no_action", profile=cast.profile, by=cast.ana.as_actor(), at=SOON)

    assert (full, given(cast)) == (0, 1)
    assert (owner_of(late), owner_of(soon)) == (None, cast.ana)


def test_who_is_back_from_an_absence_or_begins_their_shift_gets_what_waits(cast: Cast) -> None:
    ana = cast.ana.as_actor()
    only_ana(cast, 25)
    note_absence(cast.ana, begins_at=MONDAY, ends_at=SOON + HOUR, cover=None, reason="", by=ana, at=MONDAY)
    case = new_case(cast)
    by_rule(case, cast, Assignment.LOAD)

    assert (given(cast), given(cast, SOON + HOUR)) == (0, 1)
    assert owner_of(case) == cast.ana


def test_what_a_person_left_to_nobody_waits_for_a_person(cast: Cast) -> None:
    (case,) = waiting_for_somebody(cast)
    assign(case, owner=cast.ravi, by=cast.ravi.as_actor(), at=SOON)
    assign(case, owner=None, by=cast.ravi.as_actor(), at=SOON)
    fresh = new_case(cast)
    capacity(cast, cast.ana, 25)

    assert given(cast) == 0
    assert (owner_of(case), owner_of(fresh)) == (None, None)


def test_one_round_gives_no_more_than_it_may(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tieline.desk.actions.assigning.MOST_AT_ONCE", 2)
    waiting_for_somebody(cast, 3)
    capacity(cast, cast.ana, 25)

    assert MOST_AT_ONCE == 20
    assert [given(cast), given(cast), given(cast)] == [2, 1, 0]


def test_areas_whose_cases_are_given_by_hand_are_left_alone(cast: Cast) -> None:
    (case,) = waiting_for_somebody(cast)
    capacity(cast, cast.ana, 25)

    assert assign_waiting(profile=under(cast.profile, Assignment.HAND), at=SOON) == 0
    assert owner_of(case) is None
