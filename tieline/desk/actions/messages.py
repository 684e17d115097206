"""What is said in a case: our replies, our notes, and what becomes of what we sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from tieline.clocks.profile import Measure
from tieline.desk.actions.cases import AlreadyClosed
from tieline.desk.actions.clocking import end_family, refresh_due, run_again, stand_still
from tieline.desk.actions.closing import reopen_case
from tieline.desk.actions.drafts import end_draft
from tieline.desk.actions.locking import locked, locked_home
from tieline.desk.actions.people import copies, keep_copied
from tieline.desk.actions.sending import Composed, excerpt_of, refuse_stale, sent_before
from tieline.desk.actions.uploads import belong_to, files_to_go, out_files
from tieline.desk.events import AnswerCameBack, AnswerDelivered, CopyCameBack, Noted, Replied, WaitingOnClient
from tieline.desk.models import Case, CaseState, DraftKind, Message, MessageKind, SentReply, Upload, UploadKind
from tieline.desk.threads import envelope, last_words
from tieline.desk.writing import writer_id
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.profile import Profile
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.mail.actions import may_be_written_to, queue_mail
from tieline.mail.holding import hold_back
from tieline.mail.models import OutgoingMail

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
    cc: Sequence[str] = (),
    files: Sequence[UUID] = (),
) -> Message:
    """Write to the client. The mail leaves through the outbox; `then` says whose turn it is afterwards.

    No clock stops before the mail is delivered: then the first-answer clock ends, and those that pause while the
    client is to act stand still. `composed` is what the page of its writer knew: the same page sends once, and not
    past what it has not shown. For the time of `hold` the mail can be taken back. `cc` gets a copy; who of them is new
    is put on the case. Refuses NothingWritten, SentBefore, AlreadyClosed, StaleSend, NowhereToSend, NoAddress.
    """
    require(by, "desk.reply")
    text = written(text)
    case = locked(case)
    if earlier := sent_before(case, text=text, composed=composed, by=by):
        return earlier
    if case.is_closed:
        raise AlreadyClosed(case)
    refuse_stale(case, composed=composed, by=by)
    if not may_be_written_to(case.requester_address):
        raise NowhereToSend(case)
    copied, uploads = copies(case, cc), files_to_go(case, files, kind=UploadKind.REPLY, by=by)
    outgoing = _queue(case, text, uploads, copied=copied, message_id=message_id, hold=hold, by=by, at=at)
    message = _say(case, text, outgoing, composed=composed, by=by, at=at)
    belong_to(message, uploads)
    keep_copied(case, copied, message=message, by=by, at=at)
    case.state = CaseState.WAITING if then == CaseState.WAITING else CaseState.OPEN
    _moved(case, message, at)
    refresh_due(case)
    links = {"message": Reference("message", str(message.pk)), "mail": Reference("outgoing", str(outgoing.pk))}
    record(Replied(then=then.value), about=case.reference, by=by, at=at, links=links)
    return message


def _queue(
    case: Case,
    text: str,
    uploads: Sequence[Upload],
    *,
    copied: Sequence[str],
    message_id: str | None,
    hold: timedelta,
    by: Actor,
    at: datetime,
) -> OutgoingMail:
    cover = envelope(case, recipients=[case.requester_address], cc=copied, thread=None)
    outgoing = queue_mail(
        about=case.reference,
        recipients=cover.recipients,
        copied=cover.copied,
        reply_to=cover.reply_to,
        subject=cover.subject,
        text=f"{text}\n\n{last_words(case, None)}",
        in_reply_to=cover.answers[-1] if cover.answers else "",
        references=cover.answers,
        message_id=message_id,
        by=by,
        at=at,
        attachments=out_files(uploads),
    )
    if hold > AT_ONCE:
        hold_back(outgoing, until=at + hold)
    return outgoing


def _say(case: Case, text: str, outgoing: OutgoingMail, *, composed: Composed, by: Actor, at: datetime) -> Message:
    """The reply in the case, with what a second click is known by; its draft is done with."""
    message = Message.objects.create(
        case=case, kind=MessageKind.OURS, at=at, author=str(by.reference), author_name=by.name,
        text=text, outgoing=outgoing, is_withheld=True,
    )  # fmt: skip
    _remember(case, message, composed, by, at)
    end_draft(case, kind=DraftKind.REPLY, text=text, version=composed.draft, key=composed.key, by=by)
    return message


def _remember(case: Case, message: Message, composed: Composed, by: Actor, at: datetime) -> None:
    """What a second click of the same page is known by."""
    if composed.key is not None:
        SentReply.objects.create(
            case=case, author_id=writer_id(by), key=composed.key, message=message, state_before=case.state, sent_at=at
        )


@transaction.atomic
def add_note(
    case: Case,
    *,
    text: str,
    by: Actor,
    at: datetime,
    composed: Composed = NOT_COMPOSED,
    files: Sequence[UUID] = (),
) -> Message:
    """Write an internal note, which no client ever sees; the same page keeps it once. Allowed on closed cases too.

    Refuses NothingWritten, SentBefore.
    """
    require(by, "desk.note")
    text = written(text)
    case = locked(case)
    if earlier := sent_before(case, text=text, composed=composed, by=by):
        return earlier
    if case.merged_into_id is not None:
        raise AlreadyClosed(case)
    uploads = files_to_go(case, files, kind=UploadKind.NOTE, by=by)
    message = Message.objects.create(
        case=case, kind=MessageKind.NOTE, at=at, author=str(by.reference), author_name=by.name, text=text
    )
    belong_to(message, uploads)
    _remember(case, message, composed, by, at)
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
    """Our mail reached the client's server: it is theirs to see, the first answer is given, clocks follow the turn."""
    case = locked_home(message)
    _hand_over(case, message)
    end_family(case, measure=Measure.FIRST_ANSWER.value, reason="first answer delivered", by=SYSTEM, at=at)
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


def _hand_over(case: Case, message: Message) -> None:
    """From now on the reply is the client's: in the case, and in the words a list shows of it."""
    if message.is_withheld:
        message.is_withheld = False
        message.save(update_fields=["is_withheld"])
        case.excerpt = excerpt_of(case)
        case.save(update_fields=["excerpt"])


@transaction.atomic
def note_return(message: Message, *, reason: str, profile: Profile, at: datetime) -> None:
    """Our mail came back or could not be sent: it is our turn again (on a closed case too), and the case says why."""
    case = locked_home(message)
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


@transaction.atomic
def note_copy_return(message: Message, copies: Sequence[str], *, reason: str, at: datetime) -> None:
    """A copy of our answer came back while the client has theirs: the case says so, and nothing else of it moves."""
    links = {"message": Reference("message", str(message.pk))}
    came_back = CopyCameBack(people=list(copies), reason=reason[:300])
    record(came_back, about=message.case.reference, by=SYSTEM, at=at, links=links)


def written(text: str) -> str:
    """What was typed, as it is kept. Refuses NothingWritten."""
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text:
        raise NothingWritten
    return text


def _moved(case: Case, message: Message, at: datetime) -> None:
    case.last_activity_at = at
    case.message_count = F("message_count") + 1
    if message.kind != MessageKind.NOTE and not message.is_withheld:
        case.excerpt = " ".join(message.text.split())[:200]
    case.save(update_fields=["last_activity_at", "message_count", "excerpt", "state"])
    case.refresh_from_db(fields=["message_count"])
