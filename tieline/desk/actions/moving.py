"""How does a message come to lie in another case, and back? One message moved; what merging and splitting share.

What hangs on a message goes with it: mentions, files, people who were on this message only. In the case it comes to
a note marks the place, so that whoever was writing there is stopped before they answer what they have not seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tieline.desk.actions.cases import AlreadyClosed
from tieline.desk.actions.clocking import pause_family, refresh_due, resume_family
from tieline.desk.actions.locking import locked_in_order
from tieline.desk.events import MessageMoved, MoveReversed
from tieline.desk.models import (
    Case,
    CasePerson,
    CaseState,
    LaterReply,
    LaterState,
    Mention,
    Message,
    MessageKind,
    Rearrangement,
    RearrangementKind,
    Upload,
)
from tieline.desk.structure import family, may_lie_in, spoken, survivor
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.mail.holding import is_held
from tieline.mail.models import SendState

Standing = dict[str, object]


class NotHere(Refusal):
    """The message lies in another case by now."""

    def __init__(self, case: Case) -> None:
        super().__init__(f"The message is not in {case.label} any more.")


class IntoItself(Refusal):
    """A case cannot be laid into itself."""

    def __init__(self, case: Case) -> None:
        super().__init__(f"{case.label} is that very case.")


class NotTheirs(Refusal):
    """What would go over is not for the eyes of those whose case it would come to."""

    def __init__(self, what: str, case: Case) -> None:
        super().__init__(f"{what} cannot go into {case.label}: it is not surely the same participant's or requester's.")


class NotLeftYet(Refusal):
    """A reply has not left yet, or is to leave later."""

    def __init__(self, case: Case, whose: str) -> None:
        super().__init__(f"A reply of {whose} in {case.label} has not left yet. Wait until it has, or take it back.")


class StaysInPlace(Refusal):
    """A message that cannot lie elsewhere by itself."""

    def __init__(self, why: str) -> None:
        super().__init__(f"This message stays where it is: {why}.")


class UndoOtherFirst(Refusal):
    """A later merging stands in the way of an undoing."""

    def __init__(self, case: Case) -> None:
        super().__init__(f"{case.label} was merged into {survivor(case).label} since; undo that first.")


class NothingToUndo(Refusal):
    """It was undone already, or never done."""

    def __init__(self) -> None:
        super().__init__("There is nothing to undo here; it was put back already.")


@transaction.atomic
def move_message(message: Message, target: Case, *, profile: Profile, by: Actor, at: datetime) -> Rearrangement:
    """Lay one message into another case.

    Refuses NotHere, IntoItself, AlreadyClosed, NotTheirs, NotLeftYet, StaysInPlace.
    """
    require(by, "desk.arrange")
    source, target = locked_in_order(message.case, target)
    message = _in(source, message)
    refuse_moving([message], source, target)
    before = standing(source), standing(target)
    carry([message.pk], to=target)
    marker = mark(target, f"A message of {_author(message)} was moved here from {source.label}.", by=by, at=at)
    if message.kind == MessageKind.CLIENT and target.state == CaseState.WAITING:
        target.state = CaseState.OPEN
    recount(source, before=None, at=at)
    recount(target, before=None, at=at)
    follow_turn(target, reason="a client's message was moved here", profile=profile, by=by, at=at)
    moved: Standing = {"messages": [message.pk], "marker": marker, "source": before[0], "target": before[1]}
    moved["after"] = target.state
    step = note_step(RearrangementKind.MOVE, source, target, moved=moved, by=by, at=at)
    event = MessageMoved(from_label=source.label, into_label=target.label, author=_author(message))
    links = {"into": target.reference, "message": Reference("message", str(message.pk))}
    record(event, about=source.reference, by=by, at=at, links=links)
    return step


@transaction.atomic
def undo_move(step: Rearrangement, *, profile: Profile, by: Actor, at: datetime) -> Rearrangement:
    """Lay a moved message back where it was. Refuses NothingToUndo, UndoOtherFirst."""
    require(by, "desk.arrange")
    source, target = locked_in_order(step.source, step.target)
    step = still_standing(step)
    ids = present(step, target)
    if not ids:
        raise NothingToUndo
    carry(ids, to=source)
    restore_target(step, target, profile=profile, by=by, at=at)
    recount(source, before=step.moved["source"], at=at)
    end_step(step, by=by, at=at)
    event = MoveReversed(from_label=source.label, into_label=target.label)
    record(event, about=source.reference, by=by, at=at, links={"into": target.reference})
    return step


def standing_move(case: Case, message_id: int) -> Rearrangement:
    """The last move by which a message came into a case, not undone. Refuses NothingToUndo."""
    moves = Rearrangement.objects.filter(target=case, kind=RearrangementKind.MOVE, undone_at=None)
    found = moves.filter(moved__messages__contains=[message_id]).select_related("source", "target")
    step = found.order_by("-at", "-pk").first()
    if step is None:
        raise NothingToUndo
    return step


def refuse_moving(messages: Sequence[Message], source: Case, target: Case) -> None:
    """Whether these messages may go from one case into another, both locked."""
    if source.pk == target.pk:
        raise IntoItself(source)
    if source.merged_into_id is not None or target.is_closed:
        raise AlreadyClosed(source if source.merged_into_id is not None else target)
    markers = _markers(source)
    for message in messages:
        if message.thread_id is not None:
            raise StaysInPlace("it belongs to a thread beside the conversation")
        if message.pk in markers:
            raise StaysInPlace("it marks what was brought here")
        if _is_held(message):
            raise NotLeftYet(source, message.author_name)
        if not may_lie_in(message, target):
            raise NotTheirs(f"The message of {_author(message)}", target)


def refuse_unsent(case: Case) -> None:
    """Refuses NotLeftYet where a reply is held or is to leave later: it would leave from a case that is closed."""
    for message in case.messages.filter(outgoing__state=SendState.WAITING).select_related("outgoing"):
        if _is_held(message):
            raise NotLeftYet(case, message.author_name)
    later = LaterReply.objects.filter(case=case, state=LaterState.WAITING).select_related("author").first()
    if later is not None:
        raise NotLeftYet(case, later.author.name)


def carry(ids: Sequence[int], *, to: Case) -> None:
    """Point messages, and what hangs on them, at a case."""
    Message.objects.filter(pk__in=ids).update(case=to)
    Mention.objects.filter(message_id__in=ids).update(case=to)
    Upload.objects.filter(message_id__in=ids).update(case=to)
    carry_people(CasePerson.objects.filter(message_id__in=ids).exclude(case=to), to=to)


def carry_people(people: Iterable[CasePerson], *, to: Case) -> list[int]:
    """Point people at a case but those who are on it already; returns whom."""
    there = {_as_what(one) for one in CasePerson.objects.filter(case=to, removed_at=None)}
    going = []
    for person in people:
        if person.removed_at is None and _as_what(person) in there:
            continue
        there.add(_as_what(person))
        going.append(person.pk)
    CasePerson.objects.filter(pk__in=going).update(case=to)
    return going


def _as_what(person: CasePerson) -> tuple[str, str, int | None]:
    return person.role, person.address, person.thread_id


def mark(case: Case, words: str, *, by: Actor, at: datetime) -> int:
    """A note of what was brought here: newer than all that anybody has seen of the case."""
    note = Message.objects.create(
        case=case, kind=MessageKind.NOTE, at=at, author=str(by.reference), author_name=by.name, text=words
    )
    return note.pk


def standing(case: Case) -> Standing:
    """How a case stands, to be restored."""
    newest = case.messages.order_by("-pk").values_list("pk", flat=True).first()
    return {
        "state": case.state, "outcome": case.outcome, "owner": case.owner_id, "count": case.message_count,
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
        "answered_at": case.answered_at.isoformat() if case.answered_at else None,
        "excerpt": case.excerpt, "newest": newest or 0,
    }  # fmt: skip


def recount(case: Case, *, before: Standing | None, at: datetime) -> None:
    """Count a case's messages and take its last words anew; the words from `before` where all is as it was then."""
    case.message_count, last = case.messages.count(), spoken(case).first()
    case.excerpt = " ".join(last.text.split())[:200] if last else ""
    newest = case.messages.order_by("-pk").values_list("pk", flat=True).first() or 0
    if before is not None and (before["count"], before["newest"]) == (case.message_count, newest):
        case.excerpt = str(before["excerpt"])
    case.last_activity_at = max(case.last_activity_at, at)
    case.save(update_fields=["message_count", "excerpt", "last_activity_at", "state", "answered_at"])


def follow_turn(case: Case, *, reason: str, profile: Profile, by: Actor, at: datetime) -> None:
    """Let the family's clocks run or stand as the case's turn says; where our mail is on its way its delivery does."""
    if not _has_mail_on_its_way(case):
        if case.state == CaseState.OPEN:
            resume_family(case, reason=reason, profile=profile, by=by, at=at)
        elif case.state == CaseState.WAITING:
            pause_family(case, by=by, at=at)
    refresh_due(case)


def _has_mail_on_its_way(case: Case) -> bool:
    leaving = (SendState.WAITING, SendState.SENDING)
    return case.messages.filter(thread=None, outgoing__state__in=leaving).exists()


def note_step(
    kind: RearrangementKind, source: Case, target: Case, *, moved: Standing, by: Actor, at: datetime
) -> Rearrangement:
    """Keep what went over and what stood before."""
    return Rearrangement.objects.create(
        kind=kind, source=source, target=target, at=at, by=str(by.reference), by_name=by.name, moved=moved
    )


def still_standing(step: Rearrangement) -> Rearrangement:
    """The step as it is now, its cases being locked. Refuses NothingToUndo, UndoOtherFirst."""
    step = Rearrangement.objects.select_related("source", "target").get(pk=step.pk)
    if step.undone_at is not None:
        raise NothingToUndo
    for case in (step.source, step.target):
        if case.merged_into_id is not None and step.kind != RearrangementKind.MERGE:
            raise UndoOtherFirst(case)
    if step.target.merged_into_id is not None:
        raise UndoOtherFirst(step.target)
    return step


def present(step: Rearrangement, case: Case) -> list[int]:
    """Which of the messages that went over are still there."""
    return list(case.messages.filter(pk__in=step.moved["messages"]).order_by("pk").values_list("pk", flat=True))


def restore_target(step: Rearrangement, target: Case, *, profile: Profile, by: Actor, at: datetime) -> None:
    """The case they had come to stands as before, as far as nothing was said and nobody moved it since."""
    before, marker = step.moved["target"], step.moved["marker"]
    Message.objects.filter(pk=marker, case=target).delete()
    is_quiet = not target.messages.filter(pk__gt=marker).exclude(kind=MessageKind.NOTE).exists()
    if is_quiet and target.state == step.moved["after"] != before["state"]:
        target.state = CaseState(before["state"])
    recount(target, before=before, at=at)
    follow_turn(target, reason="what had come was put back", profile=profile, by=by, at=at)


def end_step(step: Rearrangement, *, by: Actor, at: datetime) -> None:
    """It is undone."""
    step.undone_at, step.undone_by_name = at, by.name
    step.save(update_fields=["undone_at", "undone_by_name"])


def _in(case: Case, message: Message) -> Message:
    found = Message.objects.filter(pk=message.pk, case=case).select_related("case", "incoming", "outgoing").first()
    if found is None:
        raise NotHere(case)
    return found


def _markers(case: Case) -> set[int]:
    steps = Rearrangement.objects.filter(Q(target__in=family(case)), undone_at=None)
    return {marker for marker in steps.values_list("moved__marker", flat=True) if marker}


def _is_held(message: Message) -> bool:
    return message.outgoing is not None and is_held(message.outgoing)


def _author(message: Message) -> str:
    return message.author_name or message.author_address or "an unknown sender"
