"""What happens to a case as a whole: opened, given to somebody, rerouted, closed, reopened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from tieline.clocks.actions import end_clocks, pause_clocks, resume_clocks, start_clock
from tieline.clocks.profile import OF_CASES, Measure, ServiceLevels
from tieline.clocks.queries import clocks_of, next_due
from tieline.desk.events import (
    CaseAssigned,
    CaseClosed,
    CaseHandedOver,
    CaseOpened,
    CaseReopened,
    CaseRerouted,
    TurnIsOurs,
)
from tieline.desk.field_conflicts import Routing, refuse_other_owner, refuse_other_state, unopposed
from tieline.desk.models import Case, CaseState, Message, MessageKind
from tieline.desk.profile import Outcome, Taxonomy
from tieline.desk.structure import family, family_clocks, open_parts, survivor
from tieline.identity.models import User
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.calendar import CalendarNotLoaded
from tieline.kernel.profile import Profile
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.mail.models import SendState
from tieline.participants.queries import Sender

WAITING = "waiting_on_client"


class AlreadyClosed(Refusal):
    """The case is closed; reopen it first. One that was merged says where its conversation goes on."""

    def __init__(self, case: Case) -> None:
        merged = f"{case.label} was merged into {survivor(case).label}; go on there." if case.merged_into_id else ""
        super().__init__(merged or f"{case.label} is already closed.")


class OpenParts(Refusal):
    """Open cases are part of this one; it is closed all the same only for a reason."""

    def __init__(self, case: Case, parts: list[Case]) -> None:
        self.parts = tuple(parts)
        named = ", ".join(part.label for part in parts)
        super().__init__(f"{case.label} cannot be closed: still open, and part of it, {_is_or_are(parts)} {named}.")


def _is_or_are(parts: list[Case]) -> str:
    return "is" if len(parts) == 1 else "are"


class MovedMeanwhile(Exception):
    """What was to be locked lies in another case by now; look again."""


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
    for measure in OF_CASES:
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


def locked_in_order(*cases: Case) -> tuple[Case, ...]:
    """Several cases as they are now, locked by number, so that two who want the same never wait for each other."""
    found = Case.objects.select_for_update(of=("self",)).select_related("participant", "requester")
    by_id = {case.pk: case for case in found.filter(pk__in={case.pk for case in cases}).order_by("number")}
    return tuple(by_id[case.pk] for case in cases)


def locked_survivor(case: Case) -> Case:
    """The case in which the conversation goes on, locked; whoever merges it meanwhile is followed."""
    while True:
        try:
            # going back to the savepoint lets the lock go: two locks would be taken in no order
            with transaction.atomic():
                found = locked(survivor(Case.objects.get(pk=case.pk)))
                if found.merged_into_id is None:
                    return found
                raise MovedMeanwhile
        except MovedMeanwhile:
            continue


def locked_home(message: Message) -> Case:
    """The case in which a message lies now, locked."""
    while True:
        try:
            with transaction.atomic():
                message.refresh_from_db(fields=["case"])
                found = locked(message.case)
                if Message.objects.filter(pk=message.pk, case=found).exists():
                    return found
                raise MovedMeanwhile
        except MovedMeanwhile:
            continue


def refresh_due(case: Case) -> None:
    """Store the earliest due time of the running clocks of the case's family, by which lists are sorted."""
    case.due_at = None if case.is_closed else next_due(family_clocks(case))
    case.save(update_fields=["due_at", "routing_reasons"])


def stand_still(case: Case, *, by: Actor, at: datetime) -> None:
    """It is the client's turn: the clocks that pause for that stand still."""
    pause_family(case, by=by, at=at)
    case.state = CaseState.WAITING


def pause_family(case: Case, *, by: Actor, at: datetime) -> None:
    """The clocks of the case and of those merged into it that pause while the client is to act stand still."""
    for one in family(case):
        pause_clocks(one.reference, because=WAITING, reason="waiting on the client", by=by, at=at)


def run_again(case: Case, *, reason: str, profile: Profile, by: Actor, at: datetime) -> None:
    """It is our turn: clocks that stood still run again."""
    case.state = CaseState.OPEN
    resume_family(case, reason=reason, profile=profile, by=by, at=at)
    record(TurnIsOurs(), about=case.reference, by=by, at=at)


def resume_family(case: Case, *, reason: str, profile: Profile, by: Actor, at: datetime) -> None:
    """Every clock of the case and of those merged into it that stands still runs again."""
    for one in family(case):
        with _without_losing(case, "the clocks stand still"):
            resume_clocks(one.reference, reason=reason, calendars=profile.calendars, by=by, at=at)


@transaction.atomic
def assign(
    case: Case, *, owner: User | None, by: Actor, at: datetime, reason: str = "", was: str | None = None
) -> Case:
    """Give a case to somebody, or to nobody; from one person to another it is handed over.

    `was` is the id of the owner the page showed ("": nobody). Refuses AlreadyClosed, FieldConflict.
    """
    require(by, "desk.assign")
    case = locked(case)
    if case.is_closed:
        raise AlreadyClosed(case)
    refuse_other_owner(case, wanted=owner, was=was)
    before, reason = case.owner, reason.strip()[:300]
    case.owner, case.last_activity_at = owner, at
    case.save(update_fields=["owner", "last_activity_at"])
    links = {"owner": owner.as_actor().reference if owner else None}
    given = CaseAssigned(owner=owner.name if owner else "", why=reason, was=before.name if before else "")
    record(given, about=case.reference, by=by, at=at, links=links)
    if before is not None and owner is not None and before != owner:
        handed = CaseHandedOver(from_name=before.name, to_name=owner.name, reason=reason)
        from_ = Reference("staff", str(before.pk))
        record(handed, about=case.reference, by=by, at=at, links={**links, "from": from_})
    return case


@transaction.atomic
def reroute(
    case: Case, *, topic: str, urgency: str, profile: Profile, by: Actor, at: datetime, was: Routing | None = None
) -> Case:
    """Correct what a case is about and how urgent it is. Clocks already started keep the policy they started with.

    `was` is what the page showed; what it leaves so keeps a colleague's change. Refuses AlreadyClosed, FieldConflict.
    """
    require(by, "desk.route")
    case = locked(case)
    if case.is_closed:
        raise AlreadyClosed(case)
    taxonomy = profile.get(Taxonomy)
    before = {"topic": case.topic, "area": case.area, "urgency": case.urgency}
    try:
        topic, urgency = unopposed(case, Routing(topic, urgency), was=was, taxonomy=taxonomy)
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
def close_case(
    case: Case, *, outcome: str, profile: Profile, by: Actor, at: datetime, was: CaseState | None = None,
    despite_parts: str = "",
) -> Case:  # fmt: skip
    """Close a case with an outcome of its kind and end its clocks; `was` is the state the page showed.

    `despite_parts` is the reason for closing it while cases that are part of it are open.
    Refuses with AlreadyClosed, NotAnswered when the outcome needs an answer and the client has had none,
    FieldConflict, or OpenParts.
    """
    require(by, "desk.close")
    case = locked(case)
    if case.is_closed:
        raise AlreadyClosed(case)
    refuse_other_state(case, wanted=CaseState.CLOSED, was=was)
    try:
        chosen = profile.get(Taxonomy).kind(case.kind).outcome(outcome)
    except KeyError:
        raise UnknownChoice("outcome", outcome) from None
    if chosen.needs_answer and not _was_answered(case):
        raise NotAnswered(case, chosen)
    parts, why = open_parts(case), despite_parts.strip()[:300]
    if parts and not why:
        raise OpenParts(case, parts)
    end_family(case, measure=None, reason=f"closed: {chosen.name}", by=by, at=at)
    case.state, case.outcome, case.closed_at, case.due_at = CaseState.CLOSED, chosen.key, at, None
    case.last_activity_at = at
    case.save(update_fields=["state", "outcome", "closed_at", "due_at", "last_activity_at"])
    closed = CaseClosed(outcome=chosen.key, despite=why if parts else "")
    record(closed, about=case.reference, by=by, at=at)
    return case


def end_family(case: Case, *, measure: str | None, reason: str, by: Actor, at: datetime) -> None:
    """End clocks of one measure (all when None) of the case and of those merged into it."""
    for one in family(case):
        end_clocks(one.reference, measure=measure, reason=reason, by=by, at=at)


def _was_answered(case: Case) -> bool:
    """Whether anything of ours is with the client or on its way; what came back or could not be sent is no answer."""
    ours = case.messages.filter(kind=MessageKind.OURS, thread=None)
    return ours.exclude(Q(outgoing__bounced_at__isnull=False) | Q(outgoing__state=SendState.FAILED)).exists()


@transaction.atomic
def reopen_case(case: Case, *, reason: str, profile: Profile, by: Actor, at: datetime) -> Case:
    """Open a closed case again; a new resolution clock counts from now. Refuses NotClosed."""
    require(by, "desk.reopen")
    case = locked(case)
    if case.merged_into_id is not None:
        raise AlreadyClosed(case)
    if not case.is_closed:
        raise NotClosed(case)
    case.state, case.outcome, case.closed_at, case.last_activity_at = CaseState.OPEN, "", None, at
    case.save(update_fields=["state", "outcome", "closed_at", "last_activity_at"])
    restart_resolution(case, profile=profile, by=by, at=at)
    record(CaseReopened(reason=reason), about=case.reference, by=by, at=at)
    return case


def open_as_before(case: Case, *, reason: str, profile: Profile, by: Actor, at: datetime) -> None:
    """Undo a closing that ought not to have been: the clocks it ended count again from where they counted before."""
    closed_at = case.closed_at
    case.state, case.outcome, case.closed_at, case.last_activity_at = CaseState.OPEN, "", None, at
    case.save(update_fields=["state", "outcome", "closed_at", "last_activity_at"])
    ended = [
        (one, clock)
        for one in family(case)
        for clock in clocks_of(one.reference)
        if closed_at is not None and clock.ended_at == closed_at
    ]
    levels, day = profile.get(ServiceLevels), case.received_at.astimezone(profile.time_zone).date()
    for one, clock in ended:
        policy = levels.policy_for(one.kind, one.urgency, Measure(clock.measure), day)
        if policy is not None:
            with _without_losing(case, f"no {clock.measure} clock"):
                begun = clock.started_at
                start_clock(one.reference, policy=policy, calendars=profile.calendars, by=by, at=at, started_at=begun)
    refresh_due(case)
    record(CaseReopened(reason=reason), about=case.reference, by=by, at=at)


def restart_resolution(case: Case, *, profile: Profile, by: Actor, at: datetime) -> None:
    """A new resolution clock counts from now."""
    day = at.astimezone(profile.time_zone).date()
    policy = profile.get(ServiceLevels).policy_for(case.kind, case.urgency, Measure.RESOLUTION, day)
    if policy is not None:
        with _without_losing(case, "no resolution clock"):
            start_clock(case.reference, policy=policy, calendars=profile.calendars, by=by, at=at, started_at=at)
    refresh_due(case)
