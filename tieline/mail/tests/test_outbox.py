"""The outbox empties itself: later when the server cannot, never when it must not; one bad letter stops no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.servers import SmtpInbox, free_port, smtp_server
from tieline.journal.models import JournalEvent
from tieline.kernel.actor import SYSTEM
from tieline.kernel.reference import Reference
from tieline.mail.actions import queue_mail
from tieline.mail.models import OutgoingMail, SendState
from tieline.mail.sending import LEASE, PAUSES, send_waiting
from tieline.mail.transport import Security, Server

NOON = datetime.fromisoformat("2026-11-16T12:00:00-06:00")
TO = "sam.doyle@bluestem-energy.example"


@pytest.fixture(name="inbox")
def _inbox(db: None) -> Iterator[SmtpInbox]:
    with smtp_server() as inbox:
        yield inbox


def queue(*, to: str = TO, subject: str = "Re: A question", text: str = "On Friday.") -> OutgoingMail:
    return queue_mail(
        about=Reference("case", "1001"), recipients=[to], subject=subject, text=text, in_reply_to="<q@client.example>",
        references=["<q@client.example>"], by=SYSTEM, at=NOON,
    )  # fmt: skip


def send(inbox: SmtpInbox, *, at: datetime = NOON) -> int:
    return send_waiting(Server(inbox.host, inbox.port, Security.NONE), sender_name="Client Services", at=at)


def test_what_waits_is_sent_once_and_told(inbox: SmtpInbox) -> None:
    outgoing = queue()

    assert (send(inbox), send(inbox)) == (1, 0)

    outgoing.refresh_from_db()
    assert (outgoing.state, outgoing.sent_at, outgoing.attempts) == (SendState.SENT, NOON, 1)
    assert len(inbox.received) == 1
    assert JournalEvent.objects.filter(kind="mail.delivered").count() == 1


def test_a_server_that_cannot_is_asked_again_after_growing_pauses_and_finally_not(inbox: SmtpInbox) -> None:
    outgoing = queue()
    inbox.fail_temporarily()
    at = NOON

    for pause in PAUSES:
        assert send(inbox, at=at) == 0
        outgoing.refresh_from_db()
        assert (outgoing.state, outgoing.next_try_at - at) == (SendState.WAITING, timedelta(seconds=pause))
        assert send(inbox, at=at + timedelta(seconds=pause - 1)) == 0
        at = outgoing.next_try_at
    send(inbox, at=at)

    outgoing.refresh_from_db()
    assert outgoing.state == SendState.FAILED
    assert "try again later" in outgoing.problem
    assert JournalEvent.objects.filter(kind="mail.failed").count() == 1


def test_a_repeated_try_is_the_same_message(inbox: SmtpInbox) -> None:
    outgoing = queue()
    inbox.fail_temporarily()
    send(inbox)
    inbox.work()

    assert send(inbox, at=NOON + timedelta(hours=1)) == 1

    assert outgoing.message_id.encode() in inbox.contents[0]


def test_what_the_server_refuses_for_good_is_not_tried_again(inbox: SmtpInbox) -> None:
    outgoing = queue()
    inbox.answer_recipient[TO] = "550 no such user"

    assert (send(inbox), send(inbox, at=NOON + timedelta(days=9))) == (0, 0)

    outgoing.refresh_from_db()
    assert (outgoing.state, "550 no such user" in outgoing.problem) == (SendState.FAILED, True)


@pytest.mark.parametrize(("to", "subject"), [(TO, "x \u202e y"), ("a..b@client.example", "x"), (TO, "bell \x07")])
def test_d1_a_letter_that_may_not_be_written_fails_alone(inbox: SmtpInbox, to: str, subject: str) -> None:
    bad, good = queue(to=to, subject=subject), queue()

    assert send(inbox) == 1

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == (SendState.FAILED, SendState.SENT)
    assert bad.problem


def test_without_a_server_everything_waits(db: None) -> None:
    outgoing = queue()

    nobody = Server("127.0.0.1", free_port(), Security.NONE, connection_seconds=2)
    assert send_waiting(nobody, sender_name="x", at=NOON) == 0

    outgoing.refresh_from_db()
    assert outgoing.state == SendState.WAITING


def test_what_a_dead_process_had_claimed_is_sent_when_its_lease_is_over(inbox: SmtpInbox) -> None:
    outgoing = queue()
    OutgoingMail.objects.update(state=SendState.SENDING, next_try_at=NOON + LEASE)

    assert send(inbox) == 0
    assert send(inbox, at=NOON + LEASE) == 1

    outgoing.refresh_from_db()
    assert outgoing.state == SendState.SENT


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(subject=st.text(max_size=60), text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_d1_one_header_in_is_one_header_out(inbox: SmtpInbox, subject: str, text: str) -> None:
    subject = subject.replace("\x00", "").encode("utf-8", "ignore").decode()
    outgoing = queue(subject=f"Re: {subject}", text=f"x{text}")
    before = len(inbox.received)

    send(inbox)

    outgoing.refresh_from_db()
    if outgoing.state == SendState.SENT:
        head = inbox.contents[before].partition(b"\r\n\r\n")[0]
        names = [line.partition(b":")[0].lower() for line in head.split(b"\r\n") if line[:1] not in b" \t"]
        assert len(names) == len(set(names))
        assert set(names) <= {
            b"message-id", b"date", b"from", b"to", b"subject", b"in-reply-to", b"references", b"x-tieline-loop",
            b"mime-version", b"content-type",
        }  # fmt: skip
        assert inbox.received[before].rcpt_tos == [TO]
    else:
        assert outgoing.state == SendState.FAILED


OTHER = "pat.moss@bluestem-energy.example"
COPIED = "kit.arden@pricklypear.example"


def test_who_has_it_gets_no_second_one_when_another_is_tried_again(inbox: SmtpInbox) -> None:
    outgoing = queue_mail(
        about=Reference("case", "1001"), recipients=[TO, OTHER], copied=[COPIED], subject="Re: A question",
        text="On Friday.", in_reply_to="", references=[], by=SYSTEM, at=NOON,
    )  # fmt: skip
    inbox.answer_recipient[OTHER] = "451 come again"
    at = NOON

    for pause in PAUSES[:2]:
        assert send(inbox, at=at) == 0
        at += timedelta(seconds=pause)
    inbox.work()
    assert send(inbox, at=at) == 1

    outgoing.refresh_from_db()
    assert outgoing.state == SendState.SENT
    assert [sorted(one.rcpt_tos) for one in inbox.received] == [sorted([TO, COPIED]), [OTHER]]
    assert inbox.contents[0] == inbox.contents[1]
