"""What became of a message? Every one has exactly one outcome, told once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tieline.journal.actions import record
from tieline.journal.models import JournalLink, Parked
from tieline.kernel.actor import SYSTEM
from tieline.mail.decide import HUMAN, Verdict
from tieline.mail.events import MailReceived, MailSetAside
from tieline.mail.models import IncomingMail, Outcome

STUMBLED = "the desk could not take it"
"""How the reason begins where not the message but the desk was at fault; such mail may also be retried."""


def settle(mail: IncomingMail, *, outcome: Outcome, case_number: int, reason: str, at: datetime) -> None:
    """The desk says what became of a person's message; once, in the transaction in which it became that.

    A message that was quarantined because the desk stumbled over it may still be taken, when a person has it retried.
    """
    open_ = IncomingMail.objects.filter(pk=mail.pk, outcome__in=["", Outcome.QUARANTINE])
    changed = open_.update(outcome=outcome, case_number=case_number, reason=reason, decided_at=at)
    if not changed:
        raise RuntimeError(f"mail {mail.pk} is settled already")


def tell(mail: IncomingMail, verdict: Verdict, at: datetime) -> None:
    """Announce a person's message to the desk, or that one was set aside."""
    said = MailReceived(subject=mail.subject) if verdict == HUMAN else MailSetAside(mail.outcome, mail.reason[:300])
    record(said, about=mail.reference, by=SYSTEM, at=at)


def set_aside(mail: IncomingMail, verdict: Verdict, at: datetime) -> None:
    """Give a message its outcome without the desk."""
    mail.outcome, mail.reason, mail.decided_at = verdict.outcome or Outcome.QUARANTINE, verdict.reason, at
    mail.shelf_ended_at, mail.shelf_ended_how = None, ""
    mail.save()
    tell(mail, verdict, at)


@transaction.atomic
def quarantine(mail: IncomingMail, reason: str, at: datetime) -> IncomingMail:
    """Lay a message that cannot be read on the shelf, unless somebody has judged it meanwhile."""
    mail = IncomingMail.objects.select_for_update().get(pk=mail.pk)
    if mail.sorted_at is None:
        mail.sorted_at = at
        set_aside(mail, Verdict(Outcome.QUARANTINE, reason), at)
    return mail


def quarantine_parked(*, at: datetime) -> int:
    """Quarantine messages whose taking over by the desk was given up, so that they too have an outcome."""
    gone = 0
    for parked in Parked.objects.all():
        link = JournalLink.objects.filter(event_id=parked.event_id, role="about", object_kind="mail").first()
        mail = link and IncomingMail.objects.filter(pk=int(link.object_id), outcome="").first()
        if mail:
            last = parked.problem.strip().splitlines()[-1][:300]
            set_aside(mail, Verdict(Outcome.QUARANTINE, f"{STUMBLED}: {last}"), at)
            gone += 1
    return gone
