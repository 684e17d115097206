"""Messages of a case become a case of their own, with clocks that count from the earliest of them; and back again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tieline.desk.actions.cases import Inquiry, open_case
from tieline.desk.actions.clocking import end_family
from tieline.desk.actions.locking import locked_in_order
from tieline.desk.actions.moving import (
    carry,
    end_step,
    note_step,
    present,
    recount,
    refuse_moving,
    standing,
    still_standing,
)
from tieline.desk.events import CaseSplit, SplitReversed
from tieline.desk.models import Case, CaseLink, CaseState, LinkKind, Message, MessageKind, Rearrangement
from tieline.desk.models import RearrangementKind as Kind
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile
from tieline.kernel.refusal import Refusal
from tieline.participants.queries import Sender, find_sender

UNDONE = "undone_split"
"""The outcome of a case whose messages went back to where they were split from."""


class NothingToSplit(Refusal):
    """A case of its own needs words of a client, and leaves something behind."""

    def __init__(self, why: str) -> None:
        super().__init__(f"These messages cannot become a case: {why}.")


@transaction.atomic
def split_case(
    source: Case, messages: Sequence[int], *, subject: str = "", profile: Profile, by: Actor, at: datetime
) -> Case:
    """Make a case of some messages (by id) of another; returns the new one.

    Its requester is who wrote the earliest of them. Refuses NothingToSplit, AlreadyClosed (merged), NotTheirs,
    NotLeftYet, StaysInPlace.
    """
    require(by, "desk.arrange")
    (source,) = locked_in_order(source)
    chosen = _chosen(source, messages)
    before = standing(source)
    first = next(message for message in chosen if message.kind == MessageKind.CLIENT)
    made = open_case(_inquiry(source, first, subject), received_at=chosen[0].at, profile=profile, by=by, at=at)
    refuse_moving(chosen, source, made)
    ids = [message.pk for message in chosen]
    carry(ids, to=made)
    recount(source, before=None, at=at)
    recount(made, before=None, at=at)
    link = CaseLink.objects.create(case=made, other=source, kind=LinkKind.RELATED, linked_at=at, linked_by_name=by.name)
    note_step(Kind.SPLIT, source, made, moved={"messages": ids, "source": before, "link": link.pk}, by=by, at=at)
    event = CaseSplit(from_label=source.label, into_label=made.label, messages=len(ids))
    record(event, about=source.reference, by=by, at=at, links={"into": made.reference})
    return made


def standing_split(made: Case) -> Rearrangement | None:
    """The splitting a case came from, not undone."""
    steps = Rearrangement.objects.filter(target=made, kind=Kind.SPLIT, undone_at=None)
    return steps.select_related("source", "target").first()


@transaction.atomic
def undo_split(step: Rearrangement, *, by: Actor, at: datetime) -> Case:
    """Lay the messages back; the case made of them ends unless something else was said there. Returns the source.

    Refuses NothingToUndo, UndoOtherFirst.
    """
    require(by, "desk.arrange")
    source, made = locked_in_order(step.source, step.target)
    step = still_standing(step)
    ids = present(step, made)
    carry(ids, to=source)
    recount(source, before=step.moved["source"], at=at)
    recount(made, before=None, at=at)
    CaseLink.objects.filter(pk=step.moved["link"], ended_at=None).update(ended_at=at)
    if not made.is_closed and not made.messages.exists():
        _end(made, by=by, at=at)
    end_step(step, by=by, at=at)
    event = SplitReversed(from_label=source.label, into_label=made.label, messages=len(ids))
    record(event, about=source.reference, by=by, at=at, links={"into": made.reference})
    return source


def _chosen(source: Case, messages: Sequence[int]) -> list[Message]:
    found = source.messages.filter(pk__in=messages).select_related("case", "incoming", "outgoing").order_by("at", "pk")
    chosen = list(found)
    if not any(message.kind == MessageKind.CLIENT for message in chosen):
        raise NothingToSplit("choose at least one message of a client")
    if not source.messages.filter(thread=None).exclude(pk__in=messages).exclude(kind=MessageKind.NOTE).exists():
        raise NothingToSplit(f"nothing but notes would be left in {source.label}")
    return chosen


def _inquiry(source: Case, first: Message, subject: str) -> Inquiry:
    """What the earliest words ask; who wrote them asks it."""
    sender = _sender(source, first)
    return Inquiry(
        subject=subject.strip() or _subject(source, first),
        address=first.author_address or source.requester_address,
        name=first.author_name or (sender.person.name if sender.person else ""),
        sender=sender,
        topic=source.topic,
        urgency=source.urgency,
        reasons=("as the case it was split from",),
        excerpt=" ".join(first.text.split()),
        channel=source.channel,
    )


def _is_requesters(source: Case, first: Message) -> bool:
    return not first.author_address or first.author_address.lower() == source.requester_address.lower()


def _subject(source: Case, first: Message) -> str:
    """The letter's own subject; the case's is told to nobody but its requester."""
    if first.incoming is not None:
        return first.incoming.subject
    return source.subject if _is_requesters(source, first) else ""


def _sender(source: Case, first: Message) -> Sender:
    is_disproved = first.incoming is not None and first.incoming.is_disproved
    if _is_requesters(source, first) and not is_disproved:
        return Sender(source.participant, source.requester, source.certainty, source.certainty_why)
    return find_sender(first.author_address, first.text, is_disproved=is_disproved)


def _end(made: Case, *, by: Actor, at: datetime) -> None:
    end_family(made, measure=None, reason="the splitting was undone", by=by, at=at)
    made.state, made.outcome, made.closed_at, made.due_at = CaseState.CLOSED, UNDONE, at, None
    made.save(update_fields=["state", "outcome", "closed_at", "due_at"])
