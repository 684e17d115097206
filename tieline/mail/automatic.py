"""May a machine of ours answer this letter? Rarely: whatever answers by itself can be made to write to third parties.

Never to a machine, a mailing list, an empty sender or somebody who asked for silence (`mail.machine` tells), never
where the sender is disproved. Beyond that the caps of the profile hold, counted over everything of ours that went out
by itself: for an address, for a mail domain, in all, and a small one for senders nobody has proved. They bound every
loop, whoever is at its other end and however it changes its names.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from tieline.mail.compose import UnsafeHeader, usable_address
from tieline.mail.models import IncomingMail, OutgoingMail, Proof
from tieline.mail.profile import AutomaticReplies

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
STORM_WINDOW = timedelta(minutes=10)
_LOCK = 7_200_301
"""One decision at a time, so that two processes cannot both see the last place free."""


def may_be_answered(mail: IncomingMail, caps: AutomaticReplies, *, at: datetime) -> bool:
    """Whether an automatic answer to the letter may go out now; asked in the transaction that queues it."""
    address = mail.sender_address.lower()
    if not mail.may_be_answered or mail.is_disproved or not _may_be_written_to(address):
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    return not _is_storming(mail, caps) and not _is_over(mail, address, caps, at)


def _may_be_written_to(address: str) -> bool:
    try:
        return address != settings.MAIL_ADDRESS.lower() and bool(usable_address(address))
    except UnsafeHeader:
        return False


def _is_storming(mail: IncomingMail, caps: AutomaticReplies) -> bool:
    received = IncomingMail.objects.filter(
        sender_address=mail.sender_address, received_at__gt=mail.received_at - STORM_WINDOW
    )
    return received[: caps.storm_of_sender].count() >= caps.storm_of_sender


def _is_over(mail: IncomingMail, address: str, caps: AutomaticReplies, at: datetime) -> bool:
    automatic = OutgoingMail.objects.filter(is_automatic=True)
    if automatic.filter(recipients__contains=[address], written_at__gt=at - DAY).count() >= caps.address_in_a_day:
        return True
    recent = list(
        automatic.filter(written_at__gt=at - HOUR).values_list("recipients", flat=True)[: caps.all_in_an_hour]
    )
    in_all = caps.all_in_an_hour if mail.authenticity == Proof.PASS else caps.unproved_in_an_hour
    domain = _domain(address)
    of_domain = sum(1 for recipients in recent if domain in {_domain(one) for one in recipients})
    return len(recent) >= in_all or of_domain >= caps.domain_in_an_hour


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
