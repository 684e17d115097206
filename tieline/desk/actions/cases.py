"""How does a case begin, who has it, and what is it about?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from tieline.desk.actions.clocking import start_clocks
from tieline.desk.actions.locking import locked
from tieline.desk.events import (
    CaseAssigned,
    CaseHandedOver,
    CaseOpened,
    CaseRerouted,
)
from tieline.desk.field_conflicts import Routing, refuse_other_owner, unopposed
from tieline.desk.models import Case
from tieline.desk.profile import Taxonomy
from tieline.desk.structure import survivor
from tieline.identity.models import User
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.participants.queries import Sender


class AlreadyClosed(Refusal):
    """The case is closed; reopen it first. One that was merged says where its conversation goes on."""

    def __init__(self, case: Case) -> None:
        merged = f"{case.label} was merged into {survivor(case).label}; go on there." if case.merged_into_id else ""
        super().__init__(merged or f"{case.label} is already closed.")


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
    start_clocks(case, profile=profile, by=by, at=at)
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
