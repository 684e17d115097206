"""What is said in a case: our replies, our notes, and what becomes of what we sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from tieline.clocks.actions import end_clocks
from tieline.clocks.profile import Measure
from tieline.desk.actions.cases import AlreadyClosed, locked, refresh_due, reopen_case, run_again, stand_still
from tieline.desk.actions.drafts import end_draft
from tieline.desk.actions.sending import Composed, refuse_stale, sent_before
from tieline.desk.events import AnswerCameBack, AnswerDelivered, Noted, Replied, WaitingOnClient
from tieline.desk.models import Case, CaseState, DraftKind, Message, MessageKind, SentReply
from tieline.desk.writing import writer_id
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.profile import Profile
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.mail.actions import may_be_written_to, queue_mail
from tieline.mail.holding import hold_back
from tieline.mail.models import OutgoingMail, Proof

NOT_COMPOSED = Composed()
AT_ONCE = timedelta(0)


class NothingWritten(Refusal):
    """An empty reply or note."""

    def __init__(self) -> None:
        super().__init__("Nothing was written; there is nothing to send or keep.")


class NowhereToSend(Refusal):
    """The case has no address to answer to, or one that no mail can be sent to."""

    def __init__(self, case: Case) -> None:
        super().__init__(f"{case.label} has no mail address that can be answered.")


@transaction.atomic
def reply(
    case: Case,
    *,
    text: str,
    then: CaseState,
    by: Actor,
    at: datetime,
    message_id: str | None = None,
    composed: Composed = NOT_COMPOSED,
    hold: timedelta = AT_ONCE,
) -> Message:
    """Write to the client. The mail leaves through the outbox; `then` says whose turn it is afterwards.

    No clock stops before the mail is delivered: then the first-answer clock ends, and those that pause while the
    client is to act stand still. `composed` is what the page of its writer knew: the same page sends once, and not
    past what it has not shown. For the time of `hold` the mail can be taken back.
    Refuses NothingWritten, SentBefore, AlreadyClosed, StaleSend, NowhereToSend.
    """
    require(by, "desk.reply")
    text = _written(text)
    case = locked(case)
    if earlier := sent_before(case, text=text, composed=composed, by=by):
        return earlier
    if case.is_closed:
        raise AlreadyClosed(case)
    refuse_stale(case, composed=composed, by=by)
    if not may_be_written_to(case.requester_address):
        raise NowhereToSend(case)
    outgoing = _queue(case, text, message_id=message_id, hold=hold, by=by, at=at)
    message = _say(case, text, outgoing, composed=composed, by=by, at=at)
    case.state = CaseState.WAITING if then == CaseState.WAITING else CaseState.OPEN
    _moved(case, message, at)
    refresh_due(case)
    links = {"message": Reference("message", str(message.pk)), "mail": Reference("outgoing", str(outgoing.pk))}
    record(Replied(then=then.value), about=case.reference, by=by, at=at, links=links)
    return message


def _queue(case: Case, text: str, *, message_id: str | None, hold: timedelta, by: Actor, at: datetime) -> OutgoingMail:
    thread = _thread_of(case)
    outgoing = queue_mail(
        about=case.reference,
        recipients=[case.requester_address],
        subject=_subject(case),
        text=f"{text}\n\n{_quoted(case)}",
        in_reply_to=thread[-1] if thread else "",
        references=thread,
        message_id=message_id,
        by=by,
        at=at,
    )
    if hold > AT_ONCE:
        hold_back(outgoing, until=at + hold)
    return outgoing


def _say(case: Case, text: str, outgoing: OutgoingMail, *, composed: Composed, by: Actor, at: datetime) -> Message:
    """The reply in the case, with what a second click is known by; its draft is done with."""
    message = Message.objects.create(
        case=case, kind=MessageKind.OURS, at=at, author=str(by.reference), author_name=by.name,
        text=text, outgoing=outgoing,
    )  # fmt: skip
    if composed.key is not None:
        SentReply.objects.create(
            case=case, author_id=writer_id(by), key=composed.key, message=message, state_before=case.state, sent_at=at
        )
    end_draft(case, kind=DraftKind.REPLY, text=text, version=composed.draft, key=composed.key, by=by)
    return message


@transaction.atomic
def add_note(case: Case, *, text: str, by: Actor, at: datetime, composed: Composed = NOT_COMPOSED) -> Message:
    """Write an internal note, which no client ever sees. Allowed on closed cases too. Refuses NothingWritten."""
    require(by, "desk.note")
    text = _written(text)
    case = locked(case)
    message = Message.objects.create(
        case=case, kind=MessageKind.NOTE, at=at, author=str(by.reference), author_name=by.name, text=text
    )
    end_draft(case, kind=DraftKind.NOTE, text=text, version=composed.draft, key=composed.key, by=by)
    _moved(case, message, at)
    record(Noted(), about=case.reference, by=by, at=at, links={"message": Reference("message", str(message.pk))})
    return message


@transaction.atomic
def wait_for_client(case: Case, *, by: Actor, at: datetime) -> Case:
    """Say that it is the client's turn; the clocks that pause for that stand still. Refuses AlreadyClosed."""
    require(by, "desk.reply")
    case = locked(case)
    if case.is_closed:
        raise AlreadyClosed(case)
    if case.state != CaseState.WAITING:
        stand_still(case, by=by, at=at)
        case.last_activity_at = at
        case.save(update_fields=["state", "last_activity_at"])
        refresh_due(case)
        record(WaitingOnClient(), about=case.reference, by=by, at=at)
    return case


@transaction.atomic
def note_delivery(message: Message, *, profile: Profile, at: datetime) -> None:
    """Our mail reached the client's server: the first answer is given, and clocks follow whose turn it is now."""
    case = locked(message.case)
    end_clocks(case.reference, measure=Measure.FIRST_ANSWER.value, reason="first answer delivered", by=SYSTEM, at=at)
    if case.state == CaseState.WAITING:
        stand_still(case, by=SYSTEM, at=at)
    elif case.state == CaseState.OPEN:
        run_again(case, reason="it is our turn", profile=profile, by=SYSTEM, at=at)
    if case.answered_at is None:
        case.answered_at = at
        case.save(update_fields=["answered_at"])
    refresh_due(case)
    links = {"message": Reference("message", str(message.pk))}
    record(AnswerDelivered(), about=case.reference, by=SYSTEM, at=at, links=links)


@transaction.atomic
def note_return(message: Message, *, reason: str, profile: Profile, at: datetime) -> None:
    """Our mail came back or could not be sent: it is our turn again (on a closed case too), and the case says why."""
    case = locked(message.case)
    why = f"our answer came back: {reason}"[:200]
    if case.is_closed:
        case = reopen_case(case, reason=why, profile=profile, by=SYSTEM, at=at)
    else:
        run_again(case, reason=why, profile=profile, by=SYSTEM, at=at)
    case.last_activity_at = at
    case.save(update_fields=["state", "last_activity_at"])
    refresh_due(case)
    links = {"message": Reference("message", str(message.pk))}
    record(AnswerCameBack(reason=reason[:300]), about=case.reference, by=SYSTEM, at=at, links=links)


def _written(text: str) -> str:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text:
        raise NothingWritten
    return text


def _subject(case: Case) -> str:
    bare = " ".join("".join(letter if letter.isprintable() else " " for letter in case.subject).split())
    while bare[:3].lower() in ("re:", "aw:", "fw:"):
        bare = bare[3:].strip()
    tag = f"[{case.label}]"
    return f"Re: {bare}" if tag in bare else f"Re: {tag} {bare}"


def _thread_of(case: Case) -> list[str]:
    """The Message-IDs of the conversation so far, oldest first (notes have none)."""
    said = case.messages.exclude(kind=MessageKind.NOTE).select_related("incoming", "outgoing").order_by("at", "pk")
    ids = [mail.message_id for message in said if (mail := message.incoming or message.outgoing)]
    return [id_ for id_ in ids if id_ and not id_.endswith("@no-message-id>")][-20:]


def _quoted(case: Case) -> str:
    # what somebody else may have written is not sent on in our name
    proved = case.messages.filter(kind=MessageKind.CLIENT).exclude(incoming__authenticity=Proof.FAIL)
    last = proved.order_by("-at", "-pk").first()
    if last is None:
        return ""
    lines = "\n".join(f"> {line}" for line in last.text.splitlines()[:200])
    return f"{last.author_name or last.author_address} wrote:\n{lines}"


def _moved(case: Case, message: Message, at: datetime) -> None:
    case.last_activity_at = at
    case.message_count = F("message_count") + 1
    if message.kind != MessageKind.NOTE:
        case.excerpt = " ".join(message.text.split())[:200]
    case.save(update_fields=["last_activity_at", "message_count", "excerpt", "state"])
    case.refresh_from_db(fields=["message_count"])
