"""Is another business area asked, reminded and heard, in its own time, and never by a client?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.cast import MONDAY, Cast, viewer_of
from tests.letters import case_of, digest, letter, receive
from tieline.clocks.actions import tick
from tieline.clocks.models import Clock
from tieline.desk.actions import AlreadyClosed, NothingWritten, assign, close_case
from tieline.desk.actions.cases import UnknownChoice
from tieline.desk.actions.consulting import (
    AlreadyEnded,
    CannotBeAsked,
    NotAskedOfYou,
    answer_consultation,
    ask,
    decline_consultation,
    remind_of_consultation,
    withdraw_consultation,
)
from tieline.desk.actions.merging import merge_cases, unmerge_case
from tieline.desk.actions.piles import finish_for_me
from tieline.desk.consulting import Which, listed, of_case, quoted
from tieline.desk.models import Case, Consultation, ConsultationState, Draft, Message, MessageKind
from tieline.desk.personal import Section, my_list, section, to_do_count
from tieline.desk.profile import Taxonomy
from tieline.identity.models import Team, User
from tieline.identity.permissions import NotAllowed
from tieline.journal.models import JournalEvent
from tieline.kernel.deadline import parse_duration
from tieline.kernel.viewing import viewing_as

SOON = MONDAY + timedelta(minutes=5)
HOUR = timedelta(hours=1)


@pytest.fixture
def case(cast: Cast) -> Case:
    """Ana's case; Mara is of another team."""
    cast.mara.team = Team.objects.get(key="settlements")
    cast.mara.save(update_fields=["team"])
    case = case_of(receive(letter()))
    assign(case, owner=cast.ana, by=cast.ravi.as_actor(), at=MONDAY)
    digest(at=MONDAY)
    return case


def asked(case: Case, cast: Cast, expert: User | None = None, within: str = "") -> Consultation:
    return ask(
        case, team="settlements", expert=expert, question="Which interval was it?\nAnd why?",
        within=parse_duration(within) if within else None, profile=cast.profile, by=cast.ana.as_actor(), at=SOON,
    )  # fmt: skip


def numbers(cast: Cast, user: User) -> list[int]:
    found = section(Section.ASKED, user, profile=cast.profile, at=SOON)
    return list(found.values_list("number", flat=True))


def said(case: Case) -> list[str]:
    about = JournalEvent.objects.filter(links__role="about", links__object_kind="case")
    return list(about.filter(kind__startswith="case.consultation").order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("named", [True, False])
def test_a_question_stands_in_the_case_and_on_the_experts_list_with_its_own_clock(
    case: Case, cast: Cast, named: bool
) -> None:
    before = list(Clock.objects.filter(subject_kind="case").values_list("pk", "state", "due_at"))
    one = asked(case, cast, cast.mara if named else None)

    end_of_tuesday = datetime(2026, 11, 17, 23, 59, 59, tzinfo=cast.profile.time_zone)
    assert one.due_at == end_of_tuesday
    clock = Clock.objects.get(subject_kind="consultation", subject_id=str(one.pk))
    assert (clock.measure, clock.due_at, clock.policy["key"]) == ("consultation", one.due_at, "consultation")
    assert list(Clock.objects.filter(subject_kind="case").values_list("pk", "state", "due_at")) == before
    assert one.question_note is not None
    assert one.question_note.kind == MessageKind.NOTE
    assert "Which interval was it?" in one.question_note.text
    assert numbers(cast, cast.mara) == [case.number]
    assert to_do_count(cast.mara, profile=cast.profile, at=SOON) == 1
    (row,) = next(one for one in my_list(cast.mara, profile=cast.profile, at=SOON).sections if one.key == "asked").rows
    assert row.why == "Ana Ortiz asks: Which interval was it?\nAnd why?"
    assert numbers(cast, cast.lena) == []


def test_no_client_learns_of_it(case: Case, cast: Cast) -> None:
    one = asked(case, cast)
    answer_consultation(one, text="Interval 42.", by=cast.mara.as_actor(), at=SOON)

    with viewing_as(viewer_of(cast.bluestem)):
        assert Consultation.objects.count() == 0
        assert not Message.objects.filter(kind=MessageKind.NOTE).exists()
        assert Case.objects.count() == 1


def test_the_answer_ends_the_clock_and_wakes_who_asked(case: Case, cast: Cast) -> None:
    one = asked(case, cast, cast.mara)
    finish_for_me(case, by=cast.ana.as_actor(), at=SOON)

    answer_consultation(one, text="Interval 42.\n\nA meter was late.", by=cast.mara.as_actor(), at=SOON + HOUR)
    digest(at=SOON + HOUR)

    one.refresh_from_db()
    assert (one.state, one.answered_by, one.ended_at) == (ConsultationState.ANSWERED, cast.mara, SOON + HOUR)
    assert Clock.objects.get(subject_kind="consultation").is_met
    assert quoted(one) == "> Interval 42.\n>\n> A meter was late."
    mine = my_list(cast.ana, profile=cast.profile, at=SOON + HOUR)
    assert mine.sections[0].rows[0].why == "Mara Lind answered your question"
    assert numbers(cast, cast.mara) == []
    with pytest.raises(AlreadyEnded):
        answer_consultation(one, text="Again.", by=cast.mara.as_actor(), at=SOON + HOUR)


def test_it_is_declined_reminded_of_and_withdrawn(case: Case, cast: Cast) -> None:
    declined, withdrawn = asked(case, cast, cast.mara), asked(case, cast, cast.mara)
    ana, mara = cast.ana.as_actor(), cast.mara.as_actor()

    remind_of_consultation(declined, by=ana, at=SOON)
    back = next(one for one in my_list(cast.mara, profile=cast.profile, at=SOON).sections if one.key == Section.BACK)
    assert back.rows[0].why == "Ana Ortiz reminds you of a question"
    decline_consultation(declined, reason="Ask metering.", by=mara, at=SOON)
    withdraw_consultation(withdrawn, reason="found it", by=ana, at=SOON)

    assert set(Clock.objects.filter(subject_kind="consultation").values_list("state", flat=True)) == {"ended"}
    assert said(case)[-3:] == [
        "case.consultation_recalled", "case.consultation_declined", "case.consultation_withdrawn"
    ]  # fmt: skip
    digest(at=SOON)
    assert (
        my_list(cast.ana, profile=cast.profile, at=SOON).sections[0].rows[0].why == "Mara Lind declined your question"
    )


def test_only_who_was_asked_answers_and_only_who_asked_takes_back(case: Case, cast: Cast) -> None:
    one = asked(case, cast, cast.mara)

    with pytest.raises(NotAskedOfYou):
        answer_consultation(one, text="I guess.", by=cast.ana.as_actor(), at=SOON)
    with pytest.raises(NotAskedOfYou):
        withdraw_consultation(one, reason="", by=cast.mara.as_actor(), at=SOON)
    with pytest.raises(NotAskedOfYou):
        remind_of_consultation(one, by=cast.mara.as_actor(), at=SOON)
    with pytest.raises(NotAllowed):
        answer_consultation(one, text="I guess.", by=viewer_of(cast.bluestem), at=SOON)
    with pytest.raises(NothingWritten):
        answer_consultation(one, text=" ", by=cast.mara.as_actor(), at=SOON)
    withdraw_consultation(one, reason="", by=cast.ravi.as_actor(), at=SOON)


def test_who_cannot_be_asked_is_not_asked(case: Case, cast: Cast) -> None:
    def try_(team: str, expert: User | None, question: str = "Why?") -> None:
        ask(case, team=team, expert=expert, question=question, profile=cast.profile, by=cast.ana.as_actor(), at=SOON)

    for team, expert, refusal in (
        ("nowhere", None, UnknownChoice),
        ("client_services", cast.ana, CannotBeAsked),
        ("retail", cast.mara, CannotBeAsked),
    ):
        with pytest.raises(refusal):
            try_(team, expert)
    with pytest.raises(NothingWritten):
        try_("retail", None, "  ")


def test_another_time_may_be_asked_for(case: Case, cast: Cast) -> None:
    assert asked(case, cast, within="4 business hours").due_at == SOON + 4 * HOUR


def test_late_advice_is_told_in_the_case_once(case: Case, cast: Cast) -> None:
    one = asked(case, cast, within="1 business hour")

    assert tick(at=SOON + 2 * HOUR) >= 1
    digest(at=SOON + 2 * HOUR)
    tick(at=SOON + 3 * HOUR)
    digest(at=SOON + 3 * HOUR)

    assert said(case).count("case.consultation_delayed") == 1
    late = listed(Which.OVERDUE, cast.lena, profile=cast.profile, at=SOON + 2 * HOUR)
    assert [line.consultation for line in late] == [one]


def test_closing_a_case_withdraws_what_was_asked(case: Case, cast: Cast) -> None:
    one = asked(case, cast)
    outcome = next(each for each in cast.profile.get(Taxonomy).kind(case.kind).outcomes if not each.needs_answer)
    close_case(case, outcome=outcome.key, profile=cast.profile, by=cast.ana.as_actor(), at=SOON)
    digest(at=SOON)
    digest(at=SOON)

    one.refresh_from_db()
    assert one.state == ConsultationState.WITHDRAWN
    with pytest.raises(AlreadyClosed):
        asked(case, cast)


def test_the_lists_are_each_ones_own(case: Case, cast: Cast) -> None:
    one = asked(case, cast, cast.mara)

    def shown(which: Which, user: User) -> list[Consultation]:
        return [line.consultation for line in listed(which, user, profile=cast.profile, at=SOON)]

    assert shown(Which.OF_ME, cast.mara) == shown(Which.OF_MY_TEAM, cast.mara) == shown(Which.BY_ME, cast.ana) == [one]
    assert shown(Which.OF_ME, cast.ana) == shown(Which.OVERDUE, cast.ana) == shown(Which.ENDED, cast.ana) == []
    assert not Draft.objects.exists()


def test_a_question_goes_over_with_its_case_is_answered_there_and_comes_back(case: Case, cast: Cast) -> None:
    one, other = asked(case, cast), case_of(receive(letter("Another")))
    ana = cast.ana.as_actor()

    def shown(where: Case) -> list[str]:
        return [line.consultation.state for line in of_case(where, cast.ana, profile=cast.profile, at=SOON)]

    merge_cases(case, other, profile=cast.profile, by=ana, at=SOON)
    merged = shown(case), shown(other)
    answer_consultation(one, text="It is.", by=cast.mara.as_actor(), at=SOON + HOUR)
    one.refresh_from_db()
    answered_in = one.answer_note and one.answer_note.case
    unmerge_case(case, profile=cast.profile, by=ana, at=SOON + HOUR)

    assert merged == ([], ["asked"])
    assert answered_in == other
    assert (shown(case), shown(other)) == (["answered"], [])
