"""What is a message that was read: a person's, a machine's, our own, one we have, or one too many?"""

from __future__ import annotations

from django.conf import settings

from tieline.mail.automatic import STORM_WINDOW
from tieline.mail.compose import LOOP_GUARD
from tieline.mail.decide import Verdict, decide
from tieline.mail.machine import MachineMail
from tieline.mail.models import IncomingMail, Outcome, OutgoingMail
from tieline.mail.parse import ParsedMail
from tieline.mail.profile import MailRules
from tieline.mail.suspicion import verification_of_an_address

FLOOD_SIZE = 50


def verdict_on(mail: IncomingMail, parsed: ParsedMail, machine: MachineMail | None, rules: MailRules) -> Verdict:
    """What a message is, by what stands in it and by what came before it."""
    return decide(
        machine=f"{machine.kind.value}: {machine.rule}" if machine else _machine_subject(parsed, rules),
        twin=_twin_of(mail, parsed),
        is_own=_is_own(mail, parsed),
        doubt=verification_of_an_address(parsed) or _storm(mail),
    )


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
    twins = twins.exclude(pk=mail.pk).exclude(outcome__in=[Outcome.DUPLICATE, Outcome.QUARANTINE])
    return twins.order_by("pk").values_list("source", flat=True).first() or ""
