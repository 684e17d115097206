"""What does a kept message say, and what follows from that? It is read, judged and written down."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import DataError, transaction

from tieline.kernel import instance
from tieline.kernel.profile import Profile
from tieline.mail.actions.bounces import tie_bounce
from tieline.mail.actions.judging import verdict_on
from tieline.mail.actions.settling import quarantine, tell
from tieline.mail.authenticity import hops_named, judge
from tieline.mail.decide import Verdict
from tieline.mail.dkim_checks import checks_of
from tieline.mail.examining import to_be_examined
from tieline.mail.limits import Limits, Unparsable
from tieline.mail.machine import MachineKind, may_be_answered_automatically, recognise
from tieline.mail.models import IncomingMail, MailAttachment, Outcome, Proof
from tieline.mail.parse import ParsedMail, parse
from tieline.mail.parts import Attachment
from tieline.mail.profile import MailRules
from tieline.mail.standing import clear_by_proof


def sort(mail: IncomingMail, *, profile: Profile, at: datetime, raw: bytes | None = None) -> IncomingMail:
    """Read a kept message and judge it: machine mail, duplicate and unreadable ones are settled here.

    A person's message is announced by MailReceived and stays unsettled until the desk has taken it. What cannot be
    read is quarantined with its reason; a disk that refuses an attachment raises NoRoomForFile and changes nothing.
    """
    raw = raw if raw is not None else instance.files().get(mail.file_key)
    rules = profile.get(MailRules)
    try:
        parsed = parse(raw, limits=limits_of(rules))
    except Unparsable as refusal:
        return quarantine(mail, str(refusal), at)
    except _UNREADABLE as problem:
        return quarantine(mail, f"The message cannot be read ({type(problem).__name__}).", at)
    try:
        return _take_down(mail, parsed, rules, at)
    except DataError as problem:
        return quarantine(mail, f"The database refuses what stands in the message ({problem}).", at)


_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the reader of mail may stumble over in bytes nobody has thought of; one such message must not stop the rest."""


def _take_down(mail: IncomingMail, parsed: ParsedMail, rules: MailRules, at: datetime) -> IncomingMail:
    kept = store_attachments(parsed)
    with transaction.atomic():
        write_parsed(mail, parsed)
        machine = recognise(parsed)
        verdict = verdict_on(mail, parsed, machine, rules)
        if not _write_judged(mail, verdict, at):
            return IncomingMail.objects.get(pk=mail.pk)
        MailAttachment.objects.bulk_create(files_of(mail, kept))
        to_be_examined(file_key for _, file_key in kept)
        tell(mail, verdict, at)
        if mail.authenticity == Proof.PASS and mail.sender_address:
            clear_by_proof(mail.sender_address, at=at)
        if machine and machine.kind == MachineKind.BOUNCE and verdict.outcome == Outcome.MACHINE:
            tie_bounce(mail, parsed, at)
    return mail


def store_attachments(parsed: ParsedMail) -> list[tuple[Attachment, str]]:
    """A message's files, each under a key of its own."""
    store = instance.files()
    return [(attachment, store.put(attachment.payload)) for attachment in parsed.attachments]


def files_of(mail: IncomingMail, kept: Iterable[tuple[Attachment, str]]) -> list[MailAttachment]:
    """The rows of a message's stored files."""
    return [
        MailAttachment(
            mail=mail, name=attachment.name, content_type=attachment.content_type[:120],
            content_id=attachment.content_id[:255], size_bytes=attachment.size, file_key=file_key,
        )
        for attachment, file_key in kept
    ]  # fmt: skip


def limits_of(rules: MailRules) -> Limits:
    """The parser's limits as the profile sets them."""
    return Limits(
        size_bytes=rules.limits.message_mb * 1_000_000,
        parts=rules.limits.parts,
        depth=rules.limits.depth,
        parse_seconds=float(rules.limits.seconds),
    )


def write_parsed(mail: IncomingMail, parsed: ParsedMail) -> None:
    """Put what was read into the row, which is not saved here."""
    mail.message_id = parsed.message_id[:500]
    mail.body_digest = _digest(parsed)
    mail.in_reply_to = list(dict.fromkeys((*parsed.in_reply_to, *reversed(parsed.references))))[:30]
    mail.sender_name = parsed.sender.name[:300] if parsed.sender else ""
    mail.sender_address = parsed.sender.address[:320] if parsed.sender else ""
    mail.reply_to = parsed.reply_to[0].address[:320] if parsed.reply_to else ""
    mail.recipients = [address.address for address in (*parsed.to, *parsed.cc)][:200]
    mail.copied = [address.address for address in parsed.cc][:200]
    mail.subject = parsed.subject[:500]
    mail.sent_at = parsed.date
    mail.own_text = parsed.own_text
    mail.quoted_text = parsed.quoted_text
    mail.signature_text = parsed.signature_text
    mail.html = parsed.html
    mail.defects = list(parsed.defects)
    checks = checks_of(mail, parsed)
    authenticity = judge(
        parsed.headers, hops=hops_named(settings.MAIL_TRUSTED_HOPS),
        own_signatures=checks.signatures, own_chain=checks.chain,
    )  # fmt: skip
    mail.authenticity, mail.authenticity_facts = authenticity.verdict, authenticity.as_facts()
    mail.may_be_answered = may_be_answered_automatically(parsed) and not mail.is_disproved


def _digest(parsed: ParsedMail) -> str:
    """The words' digest and the files': the same covering note with another file is another message."""
    digest = hashlib.sha256(parsed.body_digest.encode())
    for attachment in parsed.attachments:
        digest.update(hashlib.sha256(attachment.payload).digest())
    return digest.hexdigest()


KEPT_AS_IT_CAME = {"id", "key", "source", "run", "file_key", "size_bytes", "received_at"}


READ_FROM_IT = [field.name for field in IncomingMail._meta.fields if field.name not in KEPT_AS_IT_CAME]


def _write_judged(mail: IncomingMail, verdict: Verdict, at: datetime) -> bool:
    """Whether this was the first to judge the message; in one statement, so that two at once cannot both be."""
    mail.sorted_at = at
    if verdict.outcome is not None:
        mail.outcome, mail.reason, mail.decided_at = verdict.outcome, verdict.reason, at
    unsorted = IncomingMail.objects.filter(pk=mail.pk, sorted_at=None)
    return bool(unsorted.update(**{name: getattr(mail, name) for name in READ_FROM_IT}))
