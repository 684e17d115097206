"""What happens to a case as a whole: opened, given to somebody, rerouted, closed, reopened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from tieline.clocks.actions import end_clocks, pause_clocks, resume_clocks, start_clock
from tieline.clocks.profile import Measure, ServiceLevels
from tieline.clocks.queries import clocks_of, next_due
from tieline.desk.events import CaseAssigned, CaseClosed, CaseOpened, CaseReopened, CaseRerouted, TurnIsOurs
from tieline.desk.models import Case, CaseState, MessageKind
from tieline.desk.profile import Outcome, Taxonomy
from tieline.identity.models import User
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.calendar import CalendarNotLoaded
from tieline.kernel.profile import Profile
from tieline.kernel.refusal import Refusal
from tieline.mail.models import SendState
from tieline.participants.queries import Sender

WAITING = "waiting_on_client"


class AlreadyClosed(Refusal):
    """The case is closed; reopen it first."""

    def __init__(self, case: Case) -> None:
        super().__init__(f"{case.label} is already closed.")


class NotClosed(Refusal):
    """Only a closed case can be reopened."""

    def __init__(self, case: Case) -> None:
        super().__init__(f"{case.label} is not closed.")


class NotAnswered(Refusal):
    """The client has heard nothing from us yet, and the outcome says they have."""

    def __init__(self, case: Case, outcome: Outcome) -> None:
        super().__init__(f"{case.label} cannot be closed as “{outcome.name}”: the client has had no answer yet.")


class UnknownChoice(Refusal):
    """A key that the profile does not have."""

    def __init__(self, noun: str, key: str) -> None:
        super().__init__(f"There is no {noun} “{key}” in this profile.")


@dataclass(frozen=True)
class Inquiry:
    """What somebody asked, before it is a case."""

    subject: str
    address: str
    name: str
    sender: Sender
    topic: str
    urgency: str
    reasons: tuple[str, ...]
    excerpt: str
    channel: str = "mail"
    follows: Case | None = None


@transaction.atomic
def open_case(inquiry: Inquiry, *, received_at: datetime, profile: Profile, by: Actor, at: datetime) -> Case:
    """Make a case of an inquiry and start its service clocks, which count from `received_at`."""
    require(by, "desk.open")
    taxonomy = profile.get(Taxonomy)
    topic, urgency = taxonomy.topic(inquiry.topic), taxonomy.urgency(inquiry.urgency)
    number = _next_number()
    case = Case(
        number=number,
        label=f"{taxonomy.kind(topic.kind).prefix or profile.case_prefix or 'C'}-{number}",
        kind=topic.kind,
        topic=topic.key,
        area=topic.area,
        urgency=urgency.key,
        urgency_rank=urgency.rank,
        subject=inquiry.subject[:500] or "(no subject)",
        received_at=received_at,
        channel=inquiry.channel,
        requester_address=inquiry.address,
        requester_name=inquiry.name[:300],
        requester=inquiry.sender.person,
        participant=inquiry.sender.participant,
        certainty=inquiry.sender.certainty,
        certainty_why=inquiry.sender.why[:300],
        routing_reasons=list(inquiry.reasons),
        follows=inquiry.follows,
        last_activity_at=received_at,
        excerpt=inquiry.excerpt[:200],
    )
    _start_clocks(case, profile=profile, by=by, at=at)
    case.save(force_insert=True)
    record(
        CaseOpened(topic=case.topic, area=case.area, urgency=case.urgency, channel=case.channel),
        about=case.reference, by=by, at=at,
        links={
            "participant": case.participant.reference if case.participant else None,
            "requester": case.requester.reference if case.requester else None,
            "follows": inquiry.follows.reference if inquiry.follows else None,
        },
    )  # fmt: skip
    return case


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('desk_case_number')")
        row = cursor.fetchone()
    return int(row[0])


def _start_clocks(case: Case, *, profile: Profile, by: Actor, at: datetime) -> None:
    levels = profile.get(ServiceLevels)
    day = case.received_at.astimezone(profile.time_zone).date()
    clocks = []
    for measure in Measure:
        policy = levels.policy_for(case.kind, case.urgency, measure, day)
        if policy is None:
            continue
        with _without_losing(case, f"no {measure.value} clock"):
            clocks.append(
                start_clock(
                    case.reference, policy=policy, calendars=profile.calendars, by=by, at=at,
                    started_at=case.received_at,
                )
            )  # fmt: skip
    case.due_at = next_due(clocks)


@contextmanager
def _without_losing(case: Case, what: str) -> Iterator[None]:
    """An inquiry is never lost for want of a calendar: the case goes on without the clock and says why."""
    try:
        yield
    except CalendarNotLoaded as missing:
        case.routing_reasons = [*case.routing_reasons, f"{what}: {missing}"]


def locked(case: Case) -> Case:
    """The case as it is now, locked until the transaction ends."""
    return Case.objects.select_for_update(of=("self",)).select_related("participant", "requester").get(pk=case.pk)


def refresh_due(case: Case) -> None:
    """Store the earliest due time of the case's running clocks, by which lists are sorted."""
    case.due_at = next_due(clocks_of(case.reference))
    case.save(update_fields=["due_at", "routing_reasons"])


def stand_still(case: Case, *, by: Actor, at: datetime) -> None:
    """It is the client's turn: the clocks that pause for that stand still."""
    pause_clocks(case.reference, because=WAITING, reason="waiting on the client", by=by, at=at)
    case.state = CaseState.WAITING


def run_again(case: Case, *, reason: str, profile: Profile, by: Actor, at: datetime) -> None:
    """It is our turn: clocks that stood still run again."""
    case.state = CaseState.OPEN
    with _without_losing(case, "the clocks stand still"):
        resume_clocks(case.reference, reason=reason, calendars=profile.calendars, by=by, at=at)
    record(TurnIsOurs(), about=case.reference, by=by, at=at)


@transaction.atomic
def assign(case: Case, *, owner: User | None, by: Actor, at: datetime) -> Case:
    """Give a case to somebody, or to nobody. Refuses AlreadyClosed."""
    require(by, "desk.assign")
    case = locked(case)
    if case.is_closed:
        raise AlreadyClosed(case)
    case.owner, case.last_activity_at = owner, at
    case.save(update_fields=["owner", "last_activity_at"])
    links = {"owner": owner.as_actor().reference if owner else None}
    record(CaseAssigned(owner=owner.name if owner else ""), about=case.reference, by=by, at=at, links=links)
    return case


@transaction.atomic
def reroute(case: Case, *, topic: str, urgency: str, profile: Profile, by: Actor, at: datetime) -> Case:
    """Correct what a case is about and how urgent it is. Clocks already started keep the policy they started with."""
    require(by, "desk.route")
    case = locked(case)
    if case.is_closed:
        raise AlreadyClosed(case)
    taxonomy = profile.get(Taxonomy)
    before = {"topic": case.topic, "area": case.area, "urgency": case.urgency}
    try:
        chosen, level = taxonomy.topic(topic), taxonomy.urgency(urgency)
    except KeyError as unknown:
        raise UnknownChoice("topic or urgency", str(unknown.args[0])) from None
    case.topic, case.area, case.urgency, case.urgency_rank = chosen.key, chosen.area, level.key, level.rank
    case.last_activity_at = at
    case.save(update_fields=["topic", "area", "urgency", "urgency_rank", "last_activity_at"])
    after = {"topic": case.topic, "area": case.area, "urgency": case.urgency}
    record(CaseRerouted(before=before, after=after), about=case.reference, by=by, at=at)
    return case


@transaction.atomic
def close_case(case: Case, *, outcome: str, profile: Profile, by: Actor, at: datetime) -> Case:
    """Close a case with an outcome of its kind and end its clocks.

    Refuses with AlreadyClosed, or NotAnswered when the outcome needs an answer and the client has had none.
    """
    require(by, "desk.close")
    case = locked(case)
    if case.is_closed:
        raise AlreadyClosed(case)
    try:
        chosen = profile.get(Taxonomy).kind(case.kind).outcome(outcome)
    except KeyError:
        raise UnknownChoice("outcome", outcome) from None
    if chosen.needs_answer and not _was_answered(case):
        raise NotAnswered(case, chosen)
    end_clocks(case.reference, measure=None, reason=f"closed: {chosen.name}", by=by, at=at)
    case.state, case.outcome, case.closed_at, case.due_at = CaseState.CLOSED, chosen.key, at, None
    case.last_activity_at = at
    case.save(update_fields=["state", "outcome", "closed_at", "due_at", "last_activity_at"])
    record(CaseClosed(outcome=chosen.key), about=case.reference, by=by, at=at)
    return case


def _was_answered(case: Case) -> bool:
    """Whether anything of ours is with the client or on its way; what came back or could not be sent is no answer."""
    ours = case.messages.filter(kind=MessageKind.OURS)
    return ours.exclude(Q(outgoing__bounced_at__isnull=False) | Q(outgoing__state=SendState.FAILED)).exists()


@transaction.atomic
def reopen_case(case: Case, *, reason: str, profile: Profile, by: Actor, at: datetime) -> Case:
    """Open a closed case again; a new resolution clock counts from now. Refuses NotClosed."""
    require(by, "desk.reopen")
    case = locked(case)
    if not case.is_closed:
        raise NotClosed(case)
    case.state, case.outcome, case.closed_at, case.last_activity_at = CaseState.OPEN, "", None, at
    case.save(update_fields=["state", "outcome", "closed_at", "last_activity_at"])
    _restart_resolution(case, profile=profile, by=by, at=at)
    record(CaseReopened(reason=reason), about=case.reference, by=by, at=at)
    return case


def _restart_resolution(case: Case, *, profile: Profile, by: Actor, at: datetime) -> None:
    day = at.astimezone(profile.time_zone).date()
    policy = profile.get(ServiceLevels).policy_for(case.kind, case.urgency, Measure.RESOLUTION, day)
    if policy is not None:
        with _without_losing(case, "no resolution clock"):
            start_clock(case.reference, policy=policy, calendars=profile.calendars, by=by, at=at, started_at=at)
    refresh_due(case)
