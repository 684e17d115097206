"""To which message of ours does a bounce belong, and whom of its readers did it not reach?"""

from __future__ import annotations

from datetime import datetime

from tieline.journal.actions import record
from tieline.kernel import instance
from tieline.kernel.actor import SYSTEM
from tieline.mail.actions.outbox import outgoing_reference
from tieline.mail.bounce import Bounce, returned
from tieline.mail.events import MailBounced
from tieline.mail.models import IncomingMail, OutgoingMail
from tieline.mail.parse import ParsedMail
from tieline.mail.standing import note_failures


def tie_bounce(mail: IncomingMail, parsed: ParsedMail, at: datetime) -> None:
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
