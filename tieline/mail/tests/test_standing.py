"""Is an address marked when mail to it comes back, by nobody's mere claim, and cleared when it works again?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings

from tests.cast import MONDAY, Cast
from tests.letters import days, letter, receive
from tests.servers import SmtpInbox, smtp_server
from tieline.identity.permissions import NotAllowed
from tieline.journal.models import JournalEvent
from tieline.kernel.actor import SYSTEM
from tieline.kernel.reference import Reference
from tieline.mail.actions import queue_mail
from tieline.mail.models import AddressStanding, OutgoingMail
from tieline.mail.queries import standing_of
from tieline.mail.sending import send_waiting
from tieline.mail.standing import NotMarked, clear_standing, is_lasting
from tieline.mail.transport import Security, Server

SAM = "sam.doyle@bluestem-energy.example"
LATER = MONDAY + days(1)


@pytest.fixture(name="inbox")
def _inbox(cast: Cast) -> Iterator[SmtpInbox]:
    with smtp_server() as inbox:
        yield inbox


def sent(*recipients: str) -> OutgoingMail:
    return queue_mail(
        about=Reference("case", "1"), recipients=recipients, subject="x", text="x", in_reply_to="", references=[],
        by=SYSTEM, at=MONDAY,
    )  # fmt: skip


def bounce(of: OutgoingMail, address: str, *, status: str = "5.1.1", action: str = "failed", number: int = 1) -> None:
    raw = (
        f"From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail\r\nMessage-ID: <b{number}@mx.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=e\r\n\r\n"
        f"--e\r\n\r\n{number}\r\n--e\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        f"--e\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {of.message_id}\r\n\r\nx\r\n--e--\r\n"
    )
    receive(raw.encode(), at=LATER)


def test_a_bounce_marks_the_address_and_counts(cast: Cast) -> None:
    ours = sent(SAM, "pat@bluestem-energy.example")

    bounce(ours, SAM.upper())
    bounce(ours, "pat@bluestem-energy.example", status="5.2.2", number=2)
    bounce(ours, SAM, number=3)

    marked = standing_of([SAM, "Pat@Bluestem-energy.example", "other@x.example"])
    assert {address: (one.is_lasting, one.times) for address, one in marked.items()} == {
        SAM: (True, 2), "pat@bluestem-energy.example": (False, 1),
    }  # fmt: skip
    assert JournalEvent.objects.filter(kind="mail.address_marked").count() == 3


def test_a_delay_or_somebody_elses_address_marks_nothing(cast: Cast) -> None:
    ours = sent(SAM)

    bounce(ours, SAM, status="4.4.1", action="delayed")
    bounce(ours, "kit.arden@pricklypear.example", number=2)

    assert not AddressStanding.objects.exists()


def test_giving_up_marks_whatever_the_status_says(cast: Cast) -> None:
    ours = sent(SAM)

    bounce(ours, SAM, status="4.4.7", action="failed")

    assert not AddressStanding.objects.get().is_lasting
    assert OutgoingMail.objects.get(pk=ours.pk).bounced_at == LATER


def test_an_address_our_own_server_refuses_is_marked(cast: Cast, inbox: SmtpInbox) -> None:
    sent(SAM)
    inbox.answer_recipient[SAM] = "550 5.1.1 no such user"

    send_waiting(Server(inbox.host, inbox.port, Security.NONE), sender_name="Desk", at=MONDAY)

    assert AddressStanding.objects.get().address == SAM
    assert AddressStanding.objects.get().is_lasting


def test_somebody_with_the_right_clears_it_and_a_new_bounce_marks_it_again(cast: Cast) -> None:
    ours = sent(SAM)
    bounce(ours, SAM)

    with pytest.raises(NotAllowed):
        clear_standing(SAM, by=cast.mara.as_actor(), at=LATER)
    cleared = clear_standing(SAM.upper(), by=cast.ana.as_actor(), at=LATER)
    assert (cleared.cleared_by_name, dict(standing_of([SAM]))) == ("Ana Ortiz", {})
    with pytest.raises(NotMarked):
        clear_standing(SAM, by=cast.ana.as_actor(), at=LATER)

    bounce(ours, SAM, number=2)
    assert standing_of([SAM])[SAM].times == 1


@pytest.mark.parametrize(("verdict", "is_cleared"), [("pass", True), ("fail", False), ("none", False)])
def test_only_mail_that_is_proved_clears_its_senders_address(cast: Cast, verdict: str, is_cleared: bool) -> None:
    bounce(sent(SAM), SAM)
    stamp = f"Authentication-Results: mx.grid.example; dmarc={verdict} header.from=bluestem-energy.example\r\n"

    with override_settings(MAIL_TRUSTED_HOPS="mx.grid.example"):
        receive(stamp.encode() + letter("I am here."), at=LATER)

    assert (not standing_of([SAM])) is is_cleared


def test_lasting_is_only_what_says_that_the_address_is_wrong() -> None:
    lasting = [("5.1.1", ""), ("5.1.10", ""), ("", "no such user here"), ("5.0.0", "unknown"), ("5.4.4", "")]
    passing = [
        ("5.2.2", ""),
        ("", "mailbox full"),
        ("5.7.1", "policy"),
        ("5.3.4", ""),
        ("", "over quota"),
        ("4.4.7", ""),
    ]

    assert all(is_lasting(*one) for one in lasting)
    assert not any(is_lasting(*one) for one in passing)
