"""What the post room does: keep bytes, judge messages, settle outcomes, queue and send."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DataError, transaction

from tieline.journal.actions import record
from tieline.journal.models import JournalLink, Parked
from tieline.kernel import instance
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.profile import Profile
from tieline.kernel.reference import Reference
from tieline.mail.authenticity import hops_named, judge
from tieline.mail.automatic import STORM_WINDOW, may_be_answered
from tieline.mail.bounce import Bounce, returned
from tieline.mail.compose import LOOP_GUARD, UnsafeHeader, usable_address
from tieline.mail.decide import HUMAN, Verdict, decide
from tieline.mail.dkim_checks import checks_of
from tieline.mail.events import MailBounced, MailQueued, MailReceived, MailSetAside
from tieline.mail.examining import to_be_examined
from tieline.mail.limits import Limits, Unparsable
from tieline.mail.machine import MachineKind, MachineMail, may_be_answered_automatically, recognise
from tieline.mail.models import IncomingMail, IngestRun, MailAttachment, Outcome, OutgoingMail, Proof
from tieline.mail.outgoing_files import OutFile, attach
from tieline.mail.parse import ParsedMail, parse
from tieline.mail.parts import Attachment
from tieline.mail.profile import MailRules, read_replies
from tieline.mail.sources import Delivery
from tieline.mail.standing import clear_by_proof, note_failures
from tieline.mail.suspicion import verification_of_an_address

FLOOD_SIZE = 50
STUMBLED = "the desk could not take it"
"""How the reason begins where not the message but the desk was at fault; such mail may also be retried."""


def keep(delivery: Delivery, *, run: IngestRun | None, at: datetime) -> IncomingMail | None:
    """Keep a delivery's bytes unchanged, before anything is read of them; None when it was kept before.

    Raises NoRoomForFile when the disk refuses; then nothing is kept and the delivery can be taken again.
    """
    return IncomingMail.objects.get(key=delivery.key) if keep_all([delivery], run=run, at=at) else None


def keep_all(batch: Iterable[Delivery], *, run: IngestRun | None, at: datetime) -> int:
    """Keep several deliveries as `keep` does, with two queries for all; returns how many were new."""
    wanted = {delivery.key: delivery for delivery in batch}
    known = set(IncomingMail.objects.filter(key__in=wanted).values_list("key", flat=True))
    store = instance.files()
    new = [
        IncomingMail(
            key=delivery.key,
            source=delivery.source[:500],
            run=run,
            file_key=store.put(delivery.raw),
            size_bytes=len(delivery.raw),
            received_at=at,
        )
        for delivery in wanted.values()
        if delivery.key not in known
    ]
    # a reader killed a moment ago may still be committing the same keys
    IncomingMail.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


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
        return _quarantine(mail, str(refusal), at)
    except _UNREADABLE as problem:
        return _quarantine(mail, f"The message cannot be read ({type(problem).__name__}).", at)
    try:
        return _take_down(mail, parsed, rules, at)
    except DataError as problem:
        return _quarantine(mail, f"The database refuses what stands in the message ({problem}).", at)


_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the reader of mail may stumble over in bytes nobody has thought of; one such message must not stop the rest."""


def _take_down(mail: IncomingMail, parsed: ParsedMail, rules: MailRules, at: datetime) -> IncomingMail:
    kept = store_attachments(parsed)
    with transaction.atomic():
        write_parsed(mail, parsed)
        machine = recognise(parsed)
        verdict = _verdict(mail, parsed, machine, rules)
        if not _write_judged(mail, verdict, at):
            return IncomingMail.objects.get(pk=mail.pk)
        MailAttachment.objects.bulk_create(files_of(mail, kept))
        to_be_examined(file_key for _, file_key in kept)
        _tell(mail, verdict, at)
        if mail.authenticity == Proof.PASS and mail.sender_address:
            clear_by_proof(mail.sender_address, at=at)
        if machine and machine.kind == MachineKind.BOUNCE and verdict.outcome == Outcome.MACHINE:
            _tie_bounce(mail, parsed, at)
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


def _verdict(mail: IncomingMail, parsed: ParsedMail, machine: MachineMail | None, rules: MailRules) -> Verdict:
    return decide(
        machine=f"{machine.kind.value}: {machine.rule}" if machine else _machine_subject(parsed, rules),
        twin=_twin_of(mail, parsed),
        is_own=_is_own(mail, parsed),
        doubt=verification_of_an_address(parsed) or _storm(mail),
    )


KEPT_AS_IT_CAME = {"id", "key", "source", "run", "file_key", "size_bytes", "received_at"}
READ_FROM_IT = [field.name for field in IncomingMail._meta.fields if field.name not in KEPT_AS_IT_CAME]


def _write_judged(mail: IncomingMail, verdict: Verdict, at: datetime) -> bool:
    """Whether this was the first to judge the message; in one statement, so that two at once cannot both be."""
    mail.sorted_at = at
    if verdict.outcome is not None:
        mail.outcome, mail.reason, mail.decided_at = verdict.outcome, verdict.reason, at
    unsorted = IncomingMail.objects.filter(pk=mail.pk, sorted_at=None)
    return bool(unsorted.update(**{name: getattr(mail, name) for name in READ_FROM_IT}))


def _tell(mail: IncomingMail, verdict: Verdict, at: datetime) -> None:
    said = MailReceived(subject=mail.subject) if verdict == HUMAN else MailSetAside(mail.outcome, mail.reason[:300])
    record(said, about=mail.reference, by=SYSTEM, at=at)


def _is_own(mail: IncomingMail, parsed: ParsedMail) -> bool:
    """Whether we wrote it ourselves: it carries this desk's loop guard or a Message-ID of our outbox."""
    if parsed.headers.get(LOOP_GUARD.lower()) == settings.MAIL_ADDRESS:
        return True
    return bool(mail.message_id) and OutgoingMail.objects.filter(message_id=mail.message_id).exists()


def _storm(mail: IncomingMail) -> str:
    """Why a fetched message is one too many of its sender, or "": a case for each would bury everybody else's."""
    if not mail.sender_address or not mail.key.startswith("imap:"):
        return ""
    of_sender = IncomingMail.objects.filter(
        sender_address=mail.sender_address, received_at__gt=mail.received_at - STORM_WINDOW
    )
    return "its sender wrote fifty messages within ten minutes" if of_sender[:FLOOD_SIZE].count() == FLOOD_SIZE else ""


def _machine_subject(parsed: ParsedMail, rules: MailRules) -> str:
    subject = parsed.subject.strip().lower()
    word = next((word for word in rules.machine_subjects if subject.startswith(word.lower())), None)
    return f"subject begins with “{word}”" if word else ""


def _twin_of(mail: IncomingMail, parsed: ParsedMail) -> str:
    """Where the same message (same sender, date, subject, words and files) was taken before, or "".

    Without a sender or a date that is not enough; then the Message-ID (or, failing that, every byte) must agree too.
    """
    twins = IncomingMail.objects.filter(body_digest=mail.body_digest, sorted_at__isnull=False)
    if parsed.sender is None or parsed.date is None:
        twins = twins.filter(message_id=mail.message_id)
    twin = twins.exclude(pk=mail.pk).exclude(outcome__in=[Outcome.DUPLICATE, Outcome.QUARANTINE]).first()
    return twin.source if twin else ""


def _set_aside(mail: IncomingMail, verdict: Verdict, at: datetime) -> None:
    mail.outcome, mail.reason, mail.decided_at = verdict.outcome or Outcome.QUARANTINE, verdict.reason, at
    mail.shelf_ended_at, mail.shelf_ended_how = None, ""
    mail.save()
    _tell(mail, verdict, at)


@transaction.atomic
def _quarantine(mail: IncomingMail, reason: str, at: datetime) -> IncomingMail:
    mail = IncomingMail.objects.select_for_update().get(pk=mail.pk)
    if mail.sorted_at is None:
        mail.sorted_at = at
        _set_aside(mail, Verdict(Outcome.QUARANTINE, reason), at)
    return mail


def quarantine_parked(*, at: datetime) -> int:
    """Quarantine messages whose taking over by the desk was given up, so that they too have an outcome."""
    gone = 0
    for parked in Parked.objects.all():
        link = JournalLink.objects.filter(event_id=parked.event_id, role="about", object_kind="mail").first()
        mail = link and IncomingMail.objects.filter(pk=int(link.object_id), outcome="").first()
        if mail:
            last = parked.problem.strip().splitlines()[-1][:300]
            _set_aside(mail, Verdict(Outcome.QUARANTINE, f"{STUMBLED}: {last}"), at)
            gone += 1
    return gone


def _tie_bounce(mail: IncomingMail, parsed: ParsedMail, at: datetime) -> None:
    """Tie a bounce to the message of ours that it concerns, where it names one; a mere delay changes nothing."""
    concerned = returned(parsed, instance.files().get(mail.file_key))
    if concerned.recipients and not concerned.is_permanent:
        return
    ours = {one.message_id: one for one in OutgoingMail.objects.filter(message_id__in=concerned.message_ids)}
    outgoing = next((ours[id_] for id_ in concerned.message_ids if id_ in ours), None)
    if outgoing is None:
        return
    note_failures(concerned.recipients, written_to=(*outgoing.recipients, *outgoing.copied), at=at)
    copies = _only_copies(outgoing, concerned)
    if outgoing.bounced_at is not None:
        return
    if not copies:
        outgoing.bounced_at, outgoing.bounce_reason = at, concerned.reason
        outgoing.save(update_fields=["bounced_at", "bounce_reason"])
    said, links = MailBounced(concerned.reason[:300], copies), {"bounce": mail.reference, "case": outgoing.about}
    record(said, about=outgoing_reference(outgoing), by=SYSTEM, at=at, links=links)


def _only_copies(outgoing: OutgoingMail, concerned: Bounce) -> list[str]:
    """The copied addresses a report is about, where those it was written to are not among them."""
    failed = {one.address for one in concerned.recipients if one.is_permanent}
    is_theirs = any(address.lower() in failed for address in outgoing.recipients)
    return [] if is_theirs else [address for address in outgoing.copied if address.lower() in failed]


def settle(mail: IncomingMail, *, outcome: Outcome, case_number: int, reason: str, at: datetime) -> None:
    """The desk says what became of a person's message; once, in the transaction in which it became that.

    A message that was quarantined because the desk stumbled over it may still be taken, when a person has it retried.
    """
    open_ = IncomingMail.objects.filter(pk=mail.pk, outcome__in=["", Outcome.QUARANTINE])
    changed = open_.update(outcome=outcome, case_number=case_number, reason=reason, decided_at=at)
    if not changed:
        raise RuntimeError(f"mail {mail.pk} is settled already")


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
