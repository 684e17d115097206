"""Asking another business area inside a case: ask, answer, decline, withdraw, remind. The case's own clocks run on.

Every question has a clock of its own, of the profile's policy for consultations; question and answer stand in the case
as notes, which no client ever sees.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from tieline.clocks.actions import end_clocks, restore_clocks, start_clock
from tieline.clocks.profile import ANY, Measure, Policy, ServiceLevels
from tieline.desk.actions.cases import AlreadyClosed, UnknownChoice
from tieline.desk.actions.locking import locked, locked_survivor
from tieline.desk.actions.messages import add_note, written
from tieline.desk.actions.piles import bring_back, personal_of
from tieline.desk.consulting import is_asked, is_asker
from tieline.desk.events import (
    ConsultationAnswered,
    ConsultationAsked,
    ConsultationDeclined,
    ConsultationRecalled,
    ConsultationRestored,
    ConsultationWithdrawn,
)
from tieline.desk.models import Case, Consultation, ConsultationState
from tieline.desk.profile import Taxonomy
from tieline.desk.writing import writer_id
from tieline.identity.models import Team, User
from tieline.identity.permissions import require
from tieline.identity.queries import staff_member
from tieline.journal.actions import record
from tieline.journal.events import Event
from tieline.kernel.actor import Actor
from tieline.kernel.calendar import CalendarNotLoaded
from tieline.kernel.deadline import Duration
from tieline.kernel.profile import Profile
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal


class CannotBeAsked(Refusal):
    """Nobody can ask themselves, nor somebody who cannot answer."""


class NotAskedOfYou(Refusal):
    """Only who was asked answers; only who asked takes the question back."""


class AlreadyEnded(Refusal):
    """The question was answered, declined or withdrawn meanwhile."""

    def __init__(self, one: Consultation) -> None:
        super().__init__(f"This question was {one.get_state_display().lower()} already.")


@transaction.atomic
def ask(
    case: Case,
    *,
    team: str,
    question: str,
    profile: Profile,
    by: Actor,
    at: datetime,
    expert: User | None = None,
    within: Duration | None = None,
) -> Consultation:
    """Ask a team, or somebody of it, for advice; `within` in place of the time the profile gives.

    Refuses NothingWritten, AlreadyClosed, UnknownChoice (team), CannotBeAsked.
    """
    require(by, "desk.consult")
    question = written(question)
    case = locked(case)
    if case.is_closed:
        raise AlreadyClosed(case)
    asked = _team_asked(team, expert, by)
    one = Consultation.objects.create(
        case=case, team=asked, expert=expert, question=question, asked_by_id=writer_id(by), asked_at=at
    )
    one.due_at = _start_clock(one, within, profile, by, at)
    one.question_note = add_note(case, text=f"Question to {_whom(one)}:\n\n{question}", by=by, at=at)
    one.save(update_fields=["due_at", "question_note"])
    due = one.due_at.isoformat() if one.due_at else ""
    _record(one, ConsultationAsked(team=asked.name, expert=expert.name if expert else "", due=due), case, by, at)
    return one


def _team_asked(key: str, expert: User | None, by: Actor) -> Team:
    team = Team.objects.filter(key=key).first()
    if team is None:
        raise UnknownChoice("team", key)
    if expert is None:
        return team
    if expert.pk == writer_id(by):
        raise CannotBeAsked("You cannot ask yourself.")
    if expert.team_id != team.pk:
        raise CannotBeAsked(f"{expert.name} is not of {team.name}.")
    if not expert.is_active or not expert.as_actor().may("desk.consult"):
        raise CannotBeAsked(f"{expert.name} cannot answer questions here.")
    return team


def _start_clock(
    one: Consultation, within: Duration | None, profile: Profile, by: Actor, at: datetime
) -> datetime | None:
    """The consultation's own clock; none where the profile has no policy and no time was named, or no calendar."""
    policy = _policy(one.case, within, profile, at)
    if policy is None:
        return None
    try:
        clock = start_clock(one_reference(one), policy=policy, calendars=profile.calendars, by=by, at=at, started_at=at)
    except CalendarNotLoaded:
        return None  # a question is not lost for want of a calendar
    return clock.due_at


def _policy(case: Case, within: Duration | None, profile: Profile, at: datetime) -> Policy | None:
    day = at.astimezone(profile.time_zone).date()
    levels = profile.get(ServiceLevels)
    policy = levels.policy_for(case.kind, case.urgency, Measure.CONSULTATION, day)
    if within is None:
        return policy
    calendar = policy.calendar if policy else profile.get(Taxonomy).kind(case.kind).calendar
    bare = policy or Policy("consultation-asked", ANY, ANY, Measure.CONSULTATION, within, calendar, day)
    return replace(bare, duration=within, warn_before=None, citation="", text=f"Asked for within {within}")


@transaction.atomic
def answer_consultation(one: Consultation, *, text: str, by: Actor, at: datetime) -> Consultation:
    """Give the advice asked for. Refuses NothingWritten, NotAskedOfYou, AlreadyEnded."""
    require(by, "desk.consult")
    text = written(text)
    case, one = _locked(one)
    _refuse_other(is_asked(one, _staff(by)), "Only who was asked can answer.")
    said = f"Answer to the question of {one.asked_by.name}:\n\n{text}"
    one.answer_note = add_note(case, text=said, by=by, at=at)
    one.answer, one.answered_by = text, _staff(by)
    _end(one, ConsultationState.ANSWERED, "answered", by, at)
    _record(one, ConsultationAnswered(team=one.team.name), case, by, at)
    return one


@transaction.atomic
def decline_consultation(one: Consultation, *, reason: str, by: Actor, at: datetime) -> Consultation:
    """Say that one cannot answer, and why. Refuses NothingWritten, NotAskedOfYou, AlreadyEnded."""
    require(by, "desk.consult")
    reason = written(reason)
    case, one = _locked(one)
    _refuse_other(is_asked(one, _staff(by)), "Only who was asked can decline.")
    one.answer, one.answered_by = reason, _staff(by)
    _end(one, ConsultationState.DECLINED, "declined", by, at)
    _record(one, ConsultationDeclined(team=one.team.name, reason=reason[:300]), case, by, at)
    return one


@transaction.atomic
def withdraw_consultation(one: Consultation, *, reason: str, by: Actor, at: datetime) -> Consultation:
    """Take a question back; also what closing its case does. Refuses NotAskedOfYou, AlreadyEnded."""
    require(by, "desk.consult")
    case, one = _locked(one)
    _refuse_other(by.is_system or is_asker(one, _staff(by)), "Only who asked, or who owns the case, can withdraw it.")
    _end(one, ConsultationState.WITHDRAWN, "withdrawn", by, at)
    _record(one, ConsultationWithdrawn(team=one.team.name, reason=reason.strip()[:300]), case, by, at)
    return one


@transaction.atomic
def restore_consultations(case: Case, *, closed_at: datetime, by: Actor, at: datetime) -> int:
    """Questions that only the closing of their case withdrew stand again, as it was undone; how many."""
    require(by, "desk.consult")
    case = locked(case)
    rows = Consultation.objects.select_for_update(of=("self",)).select_related("team")
    withdrawn = rows.filter(case=case, state=ConsultationState.WITHDRAWN, ended_at=closed_at).order_by("pk")
    stand = [] if case.is_closed else list(withdrawn)
    for one in stand:
        one.state, one.ended_at = ConsultationState.ASKED, None
        one.save(update_fields=["state", "ended_at"])
        restore_clocks(one_reference(one), ended_at=closed_at, reason="the closing was undone", by=by, at=at)
        _record(one, ConsultationRestored(team=one.team.name), case, by, at)
    return len(stand)


@transaction.atomic
def remind_of_consultation(one: Consultation, *, by: Actor, at: datetime) -> Consultation:
    """Put the question on the expert's desk again. Refuses NotAskedOfYou, AlreadyEnded."""
    require(by, "desk.consult")
    case, one = _locked(one)
    _refuse_other(is_asker(one, _staff(by)), "Only who asked, or who owns the case, can remind.")
    expert = one.expert
    if expert is not None:
        bring_back([personal_of(case, expert.pk, at=at)], why=f"{by.name} reminds you of a question", at=at)
    _record(one, ConsultationRecalled(team=one.team.name, expert=expert.name if expert else ""), case, by, at)
    return one


def _locked(one: Consultation) -> tuple[Case, Consultation]:
    """The case in which the conversation goes on and the open question, locked in this order."""
    case = locked_survivor(one.case)
    found = Consultation.objects.select_for_update(of=("self",)).select_related("case", "team", "expert", "asked_by")
    one = found.get(pk=one.pk)
    if one.state != ConsultationState.ASKED:
        raise AlreadyEnded(one)
    return case, one


def _staff(by: Actor) -> User:
    user = staff_member(by.reference)
    if user is None:
        raise NotAskedOfYou("Only staff give and take advice.")
    return user


def _refuse_other(is_right: bool, words: str) -> None:
    if not is_right:
        raise NotAskedOfYou(words)


def _end(one: Consultation, state: ConsultationState, reason: str, by: Actor, at: datetime) -> None:
    one.state, one.ended_at = state, at
    one.save(update_fields=["state", "ended_at", "answer", "answered_by", "answer_note"])
    end_clocks(one_reference(one), measure=None, reason=reason, by=by, at=at)


def _record(one: Consultation, event: Event, case: Case, by: Actor, at: datetime) -> None:
    record(event, about=case.reference, by=by, at=at, links={"consultation": one_reference(one)})


def one_reference(one: Consultation) -> Reference:
    """How others point at a consultation."""
    return Reference("consultation", str(one.pk))


def _whom(one: Consultation) -> str:
    return f"{one.expert.name} ({one.team.name})" if one.expert else one.team.name
