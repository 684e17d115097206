"""What becomes of a reply that is to leave later: planned, sent at its time, stopped, taken up again, or dropped.

It is sent by the act that sends any other, once: its row says "sent" in the transaction that puts the mail into the
outbox. Whoever takes such a row locks it before its case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tieline.desk.actions.cases import AlreadyClosed
from tieline.desk.actions.drafts import end_draft, into_draft
from tieline.desk.actions.locking import locked
from tieline.desk.actions.messages import AT_ONCE, NOT_COMPOSED, reply, written
from tieline.desk.actions.sending import Composed, SentBefore, refuse_stale, was_sent
from tieline.desk.actions.uploads import files_to_go
from tieline.desk.events import LaterReplyDropped, LaterReplyStopped, ReplyPlanned
from tieline.desk.later import FARTHEST
from tieline.desk.models import (
    Case,
    CaseState,
    Draft,
    DraftKind,
    LaterReply,
    LaterState,
    Message,
    MessageKind,
    SentReply,
    UploadKind,
)
from tieline.desk.quoted_rules import refuse_failing
from tieline.desk.writing import said_since, writer_id
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.chores import chore
from tieline.kernel.refusal import Refusal

MOST_AT_ONCE = 20


class NotLater(Refusal):
    """A time that is no later one, or too far away."""

    def __init__(self) -> None:
        super().__init__("Choose a time to come, within a year.")


class NotWaiting(Refusal):
    """The reply has been sent or stopped meanwhile."""

    def __init__(self, later: LaterReply) -> None:
        super().__init__("This reply does not wait any more: it was " + ("sent." if _is_sent(later) else "stopped."))


class NotTheirs(Refusal):
    """Only its writer moves a reply that waits."""

    def __init__(self, later: LaterReply) -> None:
        super().__init__(f"Only {later.author.name} can change this reply.")


@transaction.atomic
def send_later(
    case: Case,
    *,
    text: str,
    then: CaseState,
    send_at: datetime,
    unless_they_write: bool = True,
    cc: Sequence[str] = (),
    files: Sequence[UUID] = (),
    composed: Composed = NOT_COMPOSED,
    by: Actor,
    at: datetime,
) -> LaterReply:
    """Keep a reply to be sent at a time. The same page plans once.

    Refuses NothingWritten, SentBefore, AlreadyClosed, StaleSend, NotLater, and what `files_to_go` refuses.
    """
    require(by, "desk.reply")
    text = written(text)
    case = locked(case)
    if earlier := _planned_before(case, text, composed, by):
        return earlier
    if case.is_closed:
        raise AlreadyClosed(case)
    refuse_stale(case, composed=composed, by=by)
    if not at < send_at <= at + FARTHEST:
        raise NotLater
    files_to_go(case, files, kind=UploadKind.REPLY, by=by)
    later = LaterReply.objects.create(
        case=case, author_id=writer_id(by), text=text, then=then, cc=list(cc), files=[key.hex for key in files],
        send_at=send_at, unless_they_write=unless_they_write, seen=_newest(case), written_at=at,
    )  # fmt: skip
    _remember(case, composed, by, at)
    end_draft(case, kind=DraftKind.REPLY, text=text, version=composed.draft, key=composed.key, by=by)
    record(ReplyPlanned(send_at=send_at.isoformat()), about=case.reference, by=by, at=at)
    return later


def _planned_before(case: Case, text: str, composed: Composed, by: Actor) -> LaterReply | None:
    """What this page has planned already. Refuses SentBefore where it now comes with other words, or has sent."""
    if not was_sent(case, composed=composed, by=by):
        return None
    planned = LaterReply.objects.filter(case=case, author_id=writer_id(by), text=text, state=LaterState.WAITING)
    if (found := planned.order_by("-pk").first()) is None:
        raise SentBefore
    return found


def _remember(case: Case, composed: Composed, by: Actor, at: datetime) -> None:
    if composed.key is not None:
        SentReply.objects.create(
            case=case, author_id=writer_id(by), key=composed.key, message=None, state_before=case.state, sent_at=at
        )


def _newest(case: Case) -> int:
    return case.messages.order_by("-pk").values_list("pk", flat=True).first() or 0


@chore("send replies whose time has come")
def send_due_replies(at: datetime) -> int:
    """Send what is due, each in a transaction of its own; rows that another worker holds are left to it."""
    done = 0
    while done < MOST_AT_ONCE and _send_next(at):
        done += 1
    return done


@transaction.atomic
def _send_next(at: datetime) -> bool:
    due = LaterReply.objects.filter(state=LaterState.WAITING, send_at__lte=at).order_by("send_at", "pk")
    later = due.select_for_update(skip_locked=True, of=("self",)).select_related("case", "author__role").first()
    if later is None:
        return False
    why = _why_not(later, locked(later.case)) or _sent(later, at)
    if why:
        _hand_back(later, why=why, at=at)
    return True


def _sent(later: LaterReply, at: datetime) -> str:
    """Send it as any other reply, with its writer's rights of now; why it could not be, if so."""
    try:
        with transaction.atomic():
            refuse_failing(later, at=at)
            _send(later, composed=NOT_COMPOSED, hold=AT_ONCE, by=later.author.as_actor(), at=at)
    except Refusal as refusal:
        return str(refusal)
    return ""


def _send(later: LaterReply, *, composed: Composed, hold: timedelta, by: Actor, at: datetime) -> Message:
    message = reply(
        later.case, text=later.text, then=CaseState(later.then), by=by, at=at, composed=composed, hold=hold,
        cc=later.cc, files=[UUID(key) for key in later.files],
    )  # fmt: skip
    later.state, later.message = LaterState.SENT, message
    later.save(update_fields=["state", "message"])
    return message


def _why_not(later: LaterReply, case: Case) -> str:
    """What happened since it was written that keeps it back; a client's letter only where its writer wished so."""
    author = later.author
    if not (author.is_active and author.as_actor().may("desk.see")):
        return f"{author.name} does not work at the desk any more"
    since = said_since(case, later.seen or 0, author.as_actor()).exclude(author=str(author.as_actor().reference))
    if not later.unless_they_write:
        since = since.exclude(kind=MessageKind.CLIENT)
    first = since.first()
    if first is None:
        return ""
    return f"{first.author_name or first.author_address or 'Somebody'} {_DID[MessageKind(first.kind)]} first"


_DID = {MessageKind.CLIENT: "wrote", MessageKind.OURS: "replied", MessageKind.NOTE: "left a note"}


def _hand_back(later: LaterReply, *, why: str, at: datetime) -> None:
    """Not sent: the words are their writer's draft again, and the case says why."""
    into_draft(later.case, later.text, by=later.author.as_actor(), at=at)
    later.state, later.state_why = LaterState.CANCELLED, why[:300]
    later.save(update_fields=["state", "state_why"])
    links = {"author": later.author.as_actor().reference}
    record(LaterReplyStopped(reason=later.state_why), about=later.case.reference, by=SYSTEM, at=at, links=links)


@transaction.atomic(savepoint=False)
def stop_later_replies(number: int, *, at: datetime) -> int:
    """Hand back what was not to be sent in a case once somebody has written first; how many."""
    meant = LaterReply.objects.filter(case__number=number, state=LaterState.WAITING, unless_they_write=True)
    if not meant.exists():  # nearly always; the whole rows cost four times as much to ask for
        return 0
    waiting = list(meant.select_for_update(of=("self",)).select_related("case", "author__role").order_by("pk"))
    reasons = [(later, _why_not(later, locked(later.case))) for later in waiting]
    for later, why in reasons:
        if why:
            _hand_back(later, why=why, at=at)
    return sum(bool(why) for _, why in reasons)


@transaction.atomic
def send_later_reply_now(
    later: LaterReply, *, composed: Composed = NOT_COMPOSED, hold: timedelta = AT_ONCE, by: Actor, at: datetime
) -> Message:
    """Do not wait. Refuses NotTheirs, NotWaiting, AlreadyClosed, StaleSend, NowhereToSend."""
    require(by, "desk.reply")
    later = _own_waiting(later, by)
    return _send(later, composed=composed, hold=hold, by=by, at=at)


@transaction.atomic
def take_up_later_reply(later: LaterReply, *, by: Actor, at: datetime) -> Draft:
    """Write on: it waits no more, its words are a draft. Refuses NotTheirs, NotWaiting."""
    require(by, "desk.reply")
    later = _own_waiting(later, by)
    draft = into_draft(locked(later.case), later.text, by=by, at=at)
    _drop(later, by, at)
    return draft


@transaction.atomic
def drop_later_reply(later: LaterReply, *, by: Actor, at: datetime) -> None:
    """It is not to be sent at all. Refuses NotTheirs, NotWaiting."""
    require(by, "desk.reply")
    _drop(_own_waiting(later, by), by, at)


@transaction.atomic
def put_aside_reason(later: LaterReply, *, by: Actor) -> None:
    """Its writer has read why it was not sent. Refuses NotTheirs."""
    require(by, "desk.reply")
    if later.author_id != writer_id(by):
        raise NotTheirs(later)
    LaterReply.objects.filter(pk=later.pk, state=LaterState.CANCELLED).update(state_why="")


def _drop(later: LaterReply, by: Actor, at: datetime) -> None:
    later.state = LaterState.CANCELLED
    later.save(update_fields=["state"])
    record(LaterReplyDropped(), about=later.case.reference, by=by, at=at)


def _own_waiting(later: LaterReply, by: Actor) -> LaterReply:
    """The row as it is now, locked before its case."""
    later = LaterReply.objects.select_for_update(of=("self",)).select_related("case", "author__role").get(pk=later.pk)
    if later.author_id != writer_id(by):
        raise NotTheirs(later)
    if later.state != LaterState.WAITING:
        raise NotWaiting(later)
    return later


def _is_sent(later: LaterReply) -> bool:
    return later.state == LaterState.SENT
