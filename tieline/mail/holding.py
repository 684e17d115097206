"""May a message of ours still be stopped? It may be held back in the outbox, and taken out while it has not left."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tieline.kernel.refusal import Refusal
from tieline.mail.models import OutgoingMail, SendState


class AlreadyLeaving(Refusal):
    """The message is with the mail server, or on its way there."""

    def __init__(self) -> None:
        super().__init__("The message is leaving already; it cannot be taken back any more.")


def hold_back(outgoing: OutgoingMail, *, until: datetime) -> None:
    """Let the message leave no earlier; in the transaction that put it into the outbox."""
    outgoing.next_try_at = until
    outgoing.save(update_fields=["next_try_at"])


def is_held(outgoing: OutgoingMail) -> bool:
    """Whether it was held back and nobody has tried to send it yet."""
    return outgoing.state == SendState.WAITING and not outgoing.attempts and outgoing.next_try_at > outgoing.written_at


@transaction.atomic
def take_out(outgoing_id: int) -> None:
    """Take a message out of the outbox for good. Refuses AlreadyLeaving; the outbox claims under the same lock."""
    outgoing = OutgoingMail.objects.select_for_update().filter(pk=outgoing_id).first()
    if outgoing is None or outgoing.state != SendState.WAITING or outgoing.attempts:
        raise AlreadyLeaving
    outgoing.attachments.all().delete()
    outgoing.delete()
