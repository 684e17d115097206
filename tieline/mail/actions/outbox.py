"""How is a message of ours put into the outbox, in the transaction that wants it sent?"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings

from tieline.journal.actions import record
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.profile import Profile
from tieline.kernel.reference import Reference
from tieline.mail.automatic import may_be_answered
from tieline.mail.compose import UnsafeHeader, usable_address
from tieline.mail.events import MailQueued
from tieline.mail.models import IncomingMail, OutgoingMail
from tieline.mail.outgoing_files import OutFile, attach
from tieline.mail.profile import MailRules, read_replies


def outgoing_reference(outgoing: OutgoingMail) -> Reference:
    """How others point at a message of ours."""
    return Reference("outgoing", str(outgoing.pk))


def new_message_id() -> str:
    """A Message-ID nobody can guess, in the desk's own mail domain."""
    domain = settings.MAIL_ADDRESS.rpartition("@")[2] or "localhost"
    return f"<{secrets.token_hex(16)}@{domain}>"


def queue_mail(
    *,
    about: Reference,
    recipients: Sequence[str],
    subject: str,
    text: str,
    in_reply_to: str,
    references: Sequence[str],
    by: Actor,
    at: datetime,
    message_id: str | None = None,
    is_automatic: bool = False,
    copied: Sequence[str] = (),
    reply_to: str = "",
    attachments: Sequence[OutFile] = (),
) -> OutgoingMail:
    """Put a message in the outbox, in the transaction that wants it sent; it leaves after commit."""
    outgoing = OutgoingMail.objects.create(
        message_id=message_id or new_message_id(),
        about_kind=about.kind,
        about_id=about.id,
        recipients=list(recipients),
        copied=list(copied),
        reply_to=reply_to,
        subject=" ".join(subject.split())[:500],
        text=text,
        in_reply_to=in_reply_to,
        references=list(references),
        is_automatic=is_automatic,
        written_at=at,
        next_try_at=at,
    )
    attach(outgoing, attachments)
    links = {"object": about}
    record(MailQueued(recipients=[*recipients, *copied]), about=outgoing_reference(outgoing), by=by, at=at, links=links)
    return outgoing


def queue_acknowledgement(
    mail: IncomingMail,
    *,
    case_label: str,
    about: Reference,
    greeting: str,
    due_at: datetime | None,
    profile: Profile,
    tag: str = "",
    reply_to: str = "",
) -> OutgoingMail | None:
    """Acknowledge an inquiry with its number and expected time, or decide not to.

    Only fetched mail is acknowledged (never files read in), and within the caps of `mail.automatic`. Nothing a
    stranger wrote is echoed, not even the name beside the address: it could be used to write to third parties.
    `greeting` is a name we know ourselves, or ""; `tag` and `reply_to` are what its answer is known by.
    """
    rules = profile.get(MailRules)
    at = mail.received_at
    if not rules.acknowledgement or not mail.key.startswith("imap:"):
        return None
    if not may_be_answered(mail, rules.automatic, at=at):
        return None
    approved = read_replies(profile)[Path(rules.acknowledgement).stem]
    due = due_at.astimezone(profile.time_zone).strftime("%A %d %B %Y, %H:%M") if due_at else "as soon as we can"
    words = {
        "number": case_label, "due": due, "person": greeting or "there", "desk": rules.desk_name,
        "operator": profile.operator, "footer": profile.footer,
    }  # fmt: skip
    return queue_mail(
        about=about,
        recipients=[mail.sender_address],
        subject=f"{tag or f'[{case_label}]'} {approved.title}",
        reply_to=reply_to,
        text=approved.filled(words).strip(),
        in_reply_to=mail.message_id,
        references=[mail.message_id],
        by=SYSTEM,
        at=at,
        is_automatic=True,
    )


def may_be_written_to(address: str) -> bool:
    """Whether an address is one that mail can be sent to at all."""
    try:
        return bool(usable_address(address))
    except UnsafeHeader:
        return False
