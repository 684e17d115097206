"""How is somebody beside the client written to, without the client's conversation noticing?

A thread moves nothing of its case: no turn, no clock, no words in a list. Its people see only what is said in it, and
what is said in it is never quoted to the client.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from tieline.desk.actions.cases import AlreadyClosed
from tieline.desk.actions.drafts import end_draft
from tieline.desk.actions.guarding import NOTHING_AGREED, look_over_letter
from tieline.desk.actions.locking import locked
from tieline.desk.actions.messages import AT_ONCE, NOT_COMPOSED, written
from tieline.desk.actions.people import enter_thread, usable
from tieline.desk.actions.sending import Composed, refuse_stale, sent_before
from tieline.desk.actions.uploads import belong_to, files_to_go, out_files
from tieline.desk.events import ThreadMailCameBack, ThreadStarted, WroteInThread
from tieline.desk.models import (
    Case,
    CaseRole,
    CaseThread,
    DraftKind,
    Message,
    MessageKind,
    SentReply,
    ThreadKind,
    UploadKind,
)
from tieline.desk.threads import envelope, last_words
from tieline.desk.writing import NO_HEADING, Heading, writer_id
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.profile import Profile
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.mail.actions import queue_mail
from tieline.mail.holding import hold_back
from tieline.mail.outgoing_files import OutFile

ROLES = {
    ThreadKind.OUTSIDE: CaseRole.OUTSIDE,
    ThreadKind.PARTICIPANT: CaseRole.PARTICIPANT,
    ThreadKind.EXPERT: CaseRole.EXPERT,
}
MOST_PEOPLE = 20


class NobodyInThread(Refusal):
    """A thread has nobody to write to."""

    def __init__(self) -> None:
        super().__init__("There is nobody on this thread to write to; put somebody on it first.")


class RequestersOwn(Refusal):
    """The requester is written to in the conversation itself."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} is the requester; write to them in the conversation itself.")


class NothingToSay(Refusal):
    """A thread begins with a letter."""

    def __init__(self) -> None:
        super().__init__("Nothing was written; a thread begins with a letter.")


@transaction.atomic
def start_thread(
    case: Case,
    *,
    kind: ThreadKind,
    people: Sequence[str],
    subject: str,
    text: str,
    composed: Composed = NOT_COMPOSED,
    hold: timedelta = AT_ONCE,
    agreed: frozenset[str] = NOTHING_AGREED,
    profile: Profile,
    by: Actor,
    at: datetime,
) -> Message:
    """Begin a thread with these addresses by a first letter; the same page begins it once.

    Letter and subject are looked over: `agreed` holds the tokens of the findings that the writer sends past. For the
    time of `hold` it can be taken back. Refuses NothingToSay, SentBefore, AlreadyClosed, Guarded, NobodyInThread,
    NoAddress, RequestersOwn.
    """
    require(by, "desk.reply")
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text:
        raise NothingToSay
    case = locked(case)
    if earlier := sent_before(case, text=text, composed=composed, by=by):
        return earlier
    if case.merged_into_id is not None:
        raise AlreadyClosed(case)
    known = "" if subject.strip() == case.subject.strip() else subject
    look_over_letter(case, f"{text}\n{known}", people=people, agreed=agreed, profile=profile, at=at)
    thread = open_thread(case, kind=kind, people=people, subject=subject, by=by, at=at)
    message = write_beside(case, thread, text=text, quoted="", hold=hold, by=by, at=at)
    remember_sent(case, message, composed, kind=DraftKind.LETTER, by=by, at=at)
    return message


@transaction.atomic
def write_in_thread(
    case: Case,
    thread: CaseThread,
    *,
    text: str,
    files: Sequence[UUID] = (),
    composed: Composed = NOT_COMPOSED,
    hold: timedelta = AT_ONCE,
    agreed: frozenset[str] = NOTHING_AGREED,
    profile: Profile,
    by: Actor,
    at: datetime,
) -> Message:
    """Write a further letter to the people of a thread, looked over as its first was; nothing of the case moves.

    Refuses NothingWritten, SentBefore, StaleSend, Guarded, NobodyInThread, NoSuchUpload.
    """
    require(by, "desk.reply")
    text = written(text)
    case = locked(case)
    if earlier := sent_before(case, text=text, composed=composed, by=by):
        return earlier
    refuse_stale(case, composed=composed, by=by)
    look_over_letter(
        case, text, people=people_on(thread), thread=thread, file_count=len(files), agreed=agreed, profile=profile,
        at=at,
    )  # fmt: skip
    uploads = files_to_go(case, files, kind=UploadKind.REPLY, by=by)
    quoted, out = last_words(case, thread), out_files(uploads)
    message = write_beside(case, thread, text=text, quoted=quoted, attachments=out, hold=hold, by=by, at=at)
    belong_to(message, uploads)
    remember_sent(case, message, composed, kind=DraftKind.LETTER, heading=Heading(thread=thread), by=by, at=at)
    return message


def people_on(thread: CaseThread) -> list[str]:
    """The addresses a letter in the thread goes to."""
    return list(thread.people.filter(removed_at=None).order_by("pk").values_list("address", flat=True))


def remember_sent(
    case: Case,
    message: Message,
    composed: Composed,
    *,
    kind: DraftKind,
    heading: Heading = NO_HEADING,
    by: Actor,
    at: datetime,
) -> None:
    """What a second click of the same page is known by; the letter's draft is done with."""
    if composed.key is not None:
        SentReply.objects.create(
            case=case, author_id=writer_id(by), key=composed.key, message=message, state_before=case.state, sent_at=at
        )
    end_draft(case, kind=kind, text=message.text, version=composed.draft, key=composed.key, by=by, heading=heading)


def open_thread(
    case: Case, *, kind: ThreadKind, people: Sequence[str], subject: str, by: Actor, at: datetime
) -> CaseThread:
    """A thread with its people and no letter yet; the case must be locked."""
    addresses = list(dict.fromkeys(usable(address) for address in people))
    if not addresses or len(addresses) > MOST_PEOPLE:
        raise NobodyInThread
    if case.requester_address.lower() in addresses:
        raise RequestersOwn(case.requester_address)
    thread = CaseThread.objects.create(
        case=case, kind=kind, subject=" ".join((subject or case.subject).split())[:500], started_at=at,
        started_by=str(by.reference), started_by_name=by.name,
    )  # fmt: skip
    started = ThreadStarted(thread_kind=ThreadKind(kind).value, subject=thread.subject, people=addresses)
    record(started, about=case.reference, by=by, at=at, links={"thread": Reference("thread", str(thread.pk))})
    enter_thread(case, thread, addresses, role=ROLES[kind], reason="the thread was started with them", by=by, at=at)
    return thread


def write_beside(
    case: Case,
    thread: CaseThread,
    *,
    text: str,
    quoted: str,
    by: Actor,
    at: datetime,
    attachments: Sequence[OutFile] = (),
    hold: timedelta = AT_ONCE,
) -> Message:
    """A letter of ours to the people of a thread; the case must be locked. Refuses NobodyInThread."""
    to = people_on(thread)
    if thread.case_id != case.pk or not to:
        raise NobodyInThread
    cover = envelope(case, recipients=to, cc=(), thread=thread)
    outgoing = queue_mail(
        about=case.reference, recipients=cover.recipients, subject=cover.subject, text=f"{text}\n\n{quoted}".strip(),
        in_reply_to=cover.answers[-1] if cover.answers else "", references=cover.answers, reply_to=cover.reply_to,
        by=by, at=at, attachments=attachments,
    )  # fmt: skip
    if hold > AT_ONCE:
        hold_back(outgoing, until=at + hold)
    message = Message.objects.create(
        case=case, kind=MessageKind.OURS, at=at, author=str(by.reference), author_name=by.name, text=text,
        quoted_text=quoted, outgoing=outgoing, thread=thread,
    )  # fmt: skip
    count_beside(case, at=at)
    links = {
        "message": Reference("message", str(message.pk)),
        "mail": Reference("outgoing", str(outgoing.pk)),
        "thread": Reference("thread", str(thread.pk)),
    }
    record(WroteInThread(), about=case.reference, by=by, at=at, links=links)
    return message


def count_beside(case: Case, *, at: datetime) -> None:
    """A message more in a thread; state, clocks and the words a list shows stay as they are."""
    Case.objects.filter(pk=case.pk).update(message_count=F("message_count") + 1, last_activity_at=at)
    case.refresh_from_db(fields=["message_count", "last_activity_at"])


@transaction.atomic
def note_thread_return(message: Message, *, reason: str, at: datetime) -> None:
    """A letter to the people of a thread came back: the case says so, and nothing else of it moves."""
    links = {"message": Reference("message", str(message.pk)), "thread": Reference("thread", str(message.thread_id))}
    record(ThreadMailCameBack(reason=reason[:300]), about=message.case.reference, by=SYSTEM, at=at, links=links)
