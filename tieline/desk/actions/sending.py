"""May this reply leave? Once only, only when its writer has seen all there is, and back again while it is held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tieline.desk.actions.cases import AlreadyClosed
from tieline.desk.actions.clocking import refresh_due
from tieline.desk.actions.closing import stand_as_before
from tieline.desk.actions.drafts import into_draft
from tieline.desk.actions.locking import locked
from tieline.desk.events import ReplyTakenBack
from tieline.desk.models import Case, CaseState, Draft, Message, MessageKind, SentReply
from tieline.desk.writing import said_since, staff_id
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.mail.holding import AlreadyLeaving, take_out


@dataclass(frozen=True)
class Composed:
    """What the page a reply was written on knew: its own key, the last message shown, the draft's version."""

    key: UUID | None = None
    seen: int | None = None
    draft: int | None = None


class StaleSend(Refusal):
    """Something was said in the case that the writer has not seen; `missed` is what."""

    def __init__(self, missed: tuple[Message, ...]) -> None:
        count = "something was" if len(missed) == 1 else f"{len(missed)} things were"
        super().__init__(f"Not sent: {count} said in this case while you wrote.")
        self.missed = missed


class SentBefore(Refusal):
    """The page has sent its reply already, and now comes with other words."""

    def __init__(self) -> None:
        super().__init__("This page has sent its reply already. Open the case again to write another.")


class NotYours(Refusal):
    """Only the one who sent a reply takes it back."""

    def __init__(self, message: Message) -> None:
        super().__init__(f"Only {message.author_name} can take this reply back.")


def sent_before(case: Case, *, text: str, composed: Composed, by: Actor) -> Message | None:
    """The message this page's reply has become already: a second click sends nothing. Refuses SentBefore."""
    if composed.key is None:
        return None
    sent = SentReply.objects.filter(case=case, author_id=staff_id(by), key=composed.key).select_related("message")
    earlier = sent.first()
    if earlier is None:
        return None
    if earlier.message is None or earlier.message.text != text:
        raise SentBefore
    return earlier.message


def was_sent(case: Case, *, composed: Composed, by: Actor) -> bool:
    """Whether the page has sent already, whatever it sent."""
    if composed.key is None:
        return False
    return SentReply.objects.filter(case=case, author_id=staff_id(by), key=composed.key).exists()


def refuse_stale(case: Case, *, composed: Composed, by: Actor) -> None:
    """Refuses StaleSend where more was said than the writer has seen. The case must be locked."""
    if composed.seen is None:
        return
    missed = tuple(said_since(case, composed.seen, by))
    if missed:
        raise StaleSend(missed)


@transaction.atomic
def take_back_reply(message: Message, *, unsent: str | None = None, by: Actor, at: datetime) -> Draft:
    """Undo sending while the mail is held: the message goes, its words are a draft again.

    `unsent` is what its writer has typed since; it stands below the words taken back, as does a draft begun since.
    A case closed in the same act stands as if it had never been.
    Refuses NotYours, AlreadyClosed, AlreadyLeaving.
    """
    require(by, "desk.reply")
    if message.author != str(by.reference):
        raise NotYours(message)
    case = locked(message.case)
    if case.is_closed and case.closed_at != message.at:
        raise AlreadyClosed(case)
    message = _still_there(message)
    if case.is_closed:
        reason = "the reply that closed it was taken back"
        stand_as_before(case, state=CaseState.OPEN, reason=reason, by=by, at=at)
    sent = SentReply.objects.filter(message=message).first()
    links = {"message": Reference("message", str(message.pk)), "mail": Reference("outgoing", str(message.outgoing_id))}
    draft = into_draft(case, message.text, unsent=unsent, by=by, at=at)
    _unsay(case, message, sent, at)
    record(ReplyTakenBack(), about=case.reference, by=by, at=at, links=links)
    return draft


def _still_there(message: Message) -> Message:
    found = Message.objects.filter(pk=message.pk, outgoing__isnull=False, thread=None).first()
    if found is None:
        raise AlreadyLeaving
    return found


def _unsay(case: Case, message: Message, sent: SentReply | None, at: datetime) -> None:
    """The message leaves case and outbox, and the case stands as it did, as far as nobody else has moved it."""
    message_id, outgoing_id = message.pk, message.outgoing_id
    message.delete()
    assert outgoing_id is not None
    take_out(outgoing_id)
    if sent is not None and not case.messages.filter(pk__gt=message_id).exclude(kind=MessageKind.NOTE).exists():
        case.state = CaseState(sent.state_before)
    case.excerpt = excerpt_of(case)
    case.message_count = max(case.message_count - 1, 0)
    case.last_activity_at = at
    case.save(update_fields=["state", "excerpt", "message_count", "last_activity_at"])
    refresh_due(case)


def excerpt_of(case: Case) -> str:
    """The last words between client and desk, as a list shows them; what has not left is not among them."""
    said = case.messages.filter(is_withheld=False, thread=None).exclude(kind=MessageKind.NOTE)
    last = said.order_by("-at", "-pk").first()
    return " ".join(last.text.split())[:200] if last else ""
