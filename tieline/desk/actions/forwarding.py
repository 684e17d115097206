"""May this message be sent on to somebody else? The right is checked on the very message and each of its files.

A right to forward something somewhere opens nothing else: a note, another participant's letter, a reply that has not
left and a file of another message never go out this way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from tieline.desk.actions.guarding import NOTHING_AGREED, look_over_letter
from tieline.desk.actions.locking import locked
from tieline.desk.actions.messages import AT_ONCE, NOT_COMPOSED
from tieline.desk.actions.sending import Composed, sent_before
from tieline.desk.actions.threads import open_thread, remember_sent, write_beside
from tieline.desk.events import MessageForwarded
from tieline.desk.models import SURE_ENOUGH, Case, CaseThread, DraftKind, Message, MessageKind, ThreadKind
from tieline.desk.writing import Heading
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.mail.holding import is_held
from tieline.mail.models import FileExamination, MailAttachment, Proof, Verdict
from tieline.mail.outgoing_files import OutFile
from tieline.participants.queries import find_sender

UNPROVED = "Note: the check of this sender failed. The message may not be from the person it names."


class MayNotBeForwarded(Refusal):
    """This message, or a file asked for with it, does not go out to others."""

    def __init__(self, why: str) -> None:
        super().__init__(f"Not forwarded: {why}.")


def refuse_forwarding(message: Message, *, by: Actor) -> None:
    """Refuses NotAllowed or MayNotBeForwarded where the actor may not send this message on."""
    require(by, "desk.forward")
    if not Case.objects.visible_to(by).filter(pk=message.case_id).exists():
        raise MayNotBeForwarded("you cannot see the case it belongs to")
    if message.kind == MessageKind.NOTE:
        raise MayNotBeForwarded("internal notes never leave the desk")
    if message.is_withheld or (message.outgoing is not None and is_held(message.outgoing)):
        raise MayNotBeForwarded("this reply has not left yet")
    if message.thread is not None and message.thread.kind == ThreadKind.PARTICIPANT:
        raise MayNotBeForwarded("it belongs to a thread with another participant")


def may_be_forwarded(message: Message, *, by: Actor) -> bool:
    """Whether `forward_message` would take it."""
    try:
        refuse_forwarding(message, by=by)
    except Refusal:
        return False
    return True


def thread_kind_for(case: Case, address: str) -> ThreadKind:
    """Whether an address is another participant's or that of somebody outside the market."""
    known = find_sender(address.strip().lower(), "")
    is_sure = known.participant is not None and known.certainty >= SURE_ENOUGH
    is_other = is_sure and known.participant is not None and known.participant.pk != case.participant_id
    return ThreadKind.PARTICIPANT if is_other else ThreadKind.OUTSIDE


@transaction.atomic
def forward_message(
    message: Message,
    *,
    to: Sequence[str],
    text: str,
    files: Sequence[str] = (),
    composed: Composed = NOT_COMPOSED,
    hold: timedelta = AT_ONCE,
    agreed: frozenset[str] = NOTHING_AGREED,
    profile: Profile,
    by: Actor,
    at: datetime,
) -> Message:
    """Send a message on, with the chosen of its files (their keys), in a new thread with those who get it.

    What the message quotes and signs with is left out; the same page sends once. It and the words before it are looked
    over: `agreed` holds the tokens of the findings that the writer sends past. For the time of `hold` it can be taken
    back. Refuses MayNotBeForwarded, SentBefore, Guarded, NobodyInThread, NoAddress, RequestersOwn.
    """
    refuse_forwarding(message, by=by)
    chosen = _chosen(message, files)
    case = locked(message.case)
    words = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if earlier := sent_before(case, text=words, composed=composed, by=by):
        return earlier
    look_over_letter(
        case, words, people=to, forwarded=f"{case.subject}\n{message.text}", file_count=len(files), agreed=agreed,
        profile=profile, at=at,
    )  # fmt: skip
    kind = ThreadKind.PARTICIPANT if _any_other(case, to) else ThreadKind.OUTSIDE
    thread = open_thread(case, kind=kind, people=to, subject=f"Fwd: {case.subject}", by=by, at=at)
    out = [OutFile(one.name, one.content_type, one.size_bytes, one.file_key) for one in chosen]
    sent = write_beside(case, thread, text=words, quoted=_quoted(message), by=by, at=at, attachments=out, hold=hold)
    heading = Heading(about=message)
    remember_sent(case, sent, composed, kind=DraftKind.FORWARD, heading=heading, by=by, at=at)
    _tell(message, case, thread, sent, to, len(chosen), by, at)
    return sent


def _any_other(case: Case, to: Sequence[str]) -> bool:
    return any(thread_kind_for(case, address) == ThreadKind.PARTICIPANT for address in to)


def _chosen(message: Message, files: Sequence[str]) -> list[MailAttachment]:
    own = (
        MailAttachment.objects.filter(mail=message.incoming_id)
        if message.incoming_id
        else MailAttachment.objects.none()
    )
    found = list(own.filter(file_key__in=files).order_by("pk"))
    if {file.file_key for file in found} != set(files):
        raise MayNotBeForwarded("a file asked for is not one of this message")
    harmful = FileExamination.objects.filter(file_key__in=files, verdict=Verdict.INFECTED)
    if harmful.exists():
        raise MayNotBeForwarded("a file of it is harmful")
    return found


def _quoted(message: Message) -> str:
    """The message as others read it: its own words, who wrote them and when; not what it quotes itself."""
    is_disproved = message.incoming is not None and message.incoming.authenticity == Proof.FAIL
    wrote = message.author_name
    wrote = f"{wrote} <{message.author_address}>" if message.author_address else wrote
    head = ["---------- Forwarded message ----------", f"From: {wrote}", f"Date: {message.at:%Y-%m-%d %H:%M} UTC"]
    warning = ["", UNPROVED] if is_disproved else []
    return "\n".join([*head, f"Subject: {message.case.subject}", *warning, "", message.text])


def _tell(
    message: Message, case: Case, thread: CaseThread, sent: Message, to: Sequence[str], files: int, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    links = {
        "message": Reference("message", str(message.pk)),
        "sent": Reference("message", str(sent.pk)),
        "thread": Reference("thread", str(thread.pk)),
    }
    forwarded = MessageForwarded(people=[one.strip().lower() for one in to], files=files)
    record(forwarded, about=case.reference, by=by, at=at, links=links)
