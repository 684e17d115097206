"""Letters for tests: bytes as a client's mail program writes them, and the way they take through the house."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime

from tests.cast import MONDAY
from tieline.desk.models import Case
from tieline.kernel import clock
from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import current_profile
from tieline.kernel.viewing import viewing_as
from tieline.mail.actions import keep, sort
from tieline.mail.ingesting import seal_and_drive
from tieline.mail.models import IncomingMail
from tieline.mail.sending import send_waiting
from tieline.mail.sources import Delivery
from tieline.mail.transport import Security, Server

SAM = "Sam Doyle <sam.doyle@bluestem-energy.example>"
KIT = "Kit Arden <kit.arden@pricklypear.example>"
STRANGER = "Nobody Known <nobody@elsewhere.example>"
DESK = "clientservices@localhost"
_numbers = itertools.count(1)


def letter(
    text: str = "Could you tell us when the statement is posted?",
    *,
    sender: str = SAM,
    subject: str = "A question",
    at: datetime | None = MONDAY,
    message_id: str = "",
    **headers: str,
) -> bytes:
    """A letter to the desk; further headers by name with underscores for hyphens (`in_reply_to=...`)."""
    fields = {
        "Message-ID": message_id or f"<letter-{next(_numbers)}@client.example>",
        "From": sender,
        "To": DESK,
        "Subject": subject,
    }
    if at is not None:
        fields["Date"] = format_datetime(at)
    fields |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    written = [f"{name}: {value}" for name, value in fields.items() if value]
    return ("\r\n".join(written) + "\r\n\r\n" + text + "\r\n").encode()


def receive(raw: bytes, *, at: datetime = MONDAY) -> IncomingMail:
    """Let a letter arrive as from a mailbox, and the desk take it; returns its line of the ledger."""
    with clock.fixed_at(at), viewing_as(SYSTEM):
        mail = keep(Delivery(f"imap:test:{next(_numbers)}", "test mailbox", raw), run=None, at=at)
        assert mail is not None
        sort(mail, profile=current_profile(), at=at, raw=raw)
    digest(at=at)
    with viewing_as(SYSTEM):
        return IncomingMail.objects.get(pk=mail.pk)


def digest(*, at: datetime) -> None:
    """Let every listener take what has happened."""
    with clock.fixed_at(at):
        while seal_and_drive():
            pass


def case_of(mail: IncomingMail) -> Case:
    """The case a letter went to."""
    assert mail.case_number is not None, mail.reason
    return Case.objects.get(number=mail.case_number)


def post(host: str, port: int, *, at: datetime) -> int:
    """Empty the outbox into a server and let the desk hear of it; returns how many messages were taken."""
    with clock.fixed_at(at):
        sent = send_waiting(Server(host, port, Security.NONE), sender_name="Client Services", at=at)
    digest(at=at)
    return sent


@contextmanager
def eyes_of_the_system() -> Iterator[None]:
    """For looking at committed things outside any action."""
    with viewing_as(SYSTEM):
        yield


def days(number: float) -> timedelta:
    """So many days, for reading aloud."""
    return timedelta(days=number)
