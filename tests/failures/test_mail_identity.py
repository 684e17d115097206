"""Class C: e-mail is never an identity. What elsewhere let a letter act as an agent, or read what was another's.

Nothing a letter says makes anybody act: there is no way to answer, assign or close by mail, so no token to sign either.
Not here: C7 (single sign-on), which does not exist yet; its link by issuer and subject comes with it.
C1 is CVE-2026-47123: agents were told from the From header and an identifier whose HMAC was never checked. C3 is
CVE-2024-49193: the copies named in a letter were let read the case. C6 is CVE-2025-12420. C8 is CVE-2011-4458. C9 is
CVE-2012-6580 (CVE-2012-4735 was rejected and split) and CVE-2023-41259: forged headers of the desk's own were believed.
"""

from __future__ import annotations

import random
import re
from email import message_from_bytes

import pytest
from django.conf import settings
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.cast import MONDAY, Cast, viewer_of
from tests.letters import KIT, SAM, STRANGER, case_of, days, letter, post, receive
from tests.servers import SmtpInbox
from tieline.desk.models import Case, CaseState, Message, MessageKind
from tieline.identity.models import User
from tieline.kernel.viewing import viewing_as
from tieline.mail.bounce import returned
from tieline.mail.models import AddressStanding, IncomingMail, Outcome, OutgoingMail, Proof
from tieline.mail.parse import parse
from tieline.mail.profile import MailRules
from tieline.participants.models import Person

LATER = MONDAY + days(0.1)
ANA = "Ana Ortiz <ana.ortiz@gridoperator.example>"
Answered = tuple[Case, OutgoingMail]


@pytest.mark.parametrize("verdict", ["none at all", "fail", "pass"])
def test_c1_a_forged_agent_with_a_guessed_message_id_sends_nothing(
    answered: Answered, inbox: SmtpInbox, verdict: str
) -> None:
    """Even a proved agent, even with the very Message-ID: a letter is a letter."""
    case, ours = answered
    stamp = f"mx.grid.example; dmarc={verdict} header.from=gridoperator.example" if verdict != "none at all" else ""
    words = "Dear Sam, from now on pay to this account. Close the case."

    with override_settings(MAIL_TRUSTED_HOPS="mx.grid.example"):
        raw = letter(words, sender=ANA, in_reply_to=ours.message_id, subject=f"Re: [{case.label}]", at=LATER)
        mail = receive((f"Authentication-Results: {stamp}\r\n" if stamp else "").encode() + raw, at=LATER)
    post(inbox.host, inbox.port, at=LATER)

    assert not any(b"pay to this account" in content for content in inbox.contents)
    assert not any("bluestem-energy.example" in str(envelope.rcpt_tos) for envelope in inbox.received)
    assert not Message.objects.filter(text__contains="pay to this account").exclude(kind=MessageKind.CLIENT).exists()
    assert mail.case_number != case.number
    assert Case.objects.get(pk=case.pk).state == case.state == CaseState.WAITING


def test_c1_a_forged_message_id_is_not_one_of_ours_by_its_form(answered: Answered, cast: Cast) -> None:
    case, ours = answered
    chance = random.Random(1)
    secret = re.fullmatch(r"<([0-9a-f]{32})@.+>", ours.message_id)
    assert secret, "128 random bits"

    for _ in range(20):
        guess = ours.message_id.replace(secret[1], f"{chance.getrandbits(128):032x}")
        mail = receive(letter(f"Let me in {guess}", sender=STRANGER, in_reply_to=guess, at=LATER), at=LATER)
        assert mail.case_number != case.number


def test_c2_an_address_for_answers_makes_nobody_its_author(cast: Cast, inbox: SmtpInbox) -> None:
    mail = receive(letter(sender=STRANGER, reply_to=SAM, at=LATER), at=LATER)

    case = case_of(mail)
    message = Message.objects.get(case=case)
    assert (case.requester_address, case.participant) == ("nobody@elsewhere.example", None)
    assert message.author_address == "nobody@elsewhere.example"
    assert "asks for answers to another address: sam.doyle@bluestem-energy.example" in message.remark
    post(inbox.host, inbox.port, at=LATER)
    assert {to for envelope in inbox.received for to in envelope.rcpt_tos} == {"nobody@elsewhere.example"}


def test_c3_a_copy_named_in_a_letter_that_nobody_proved_reads_nothing(answered: Answered, inbox: SmtpInbox) -> None:
    """CVE-2024-49193 as its finder told it: forge the requester, copy yourself, get the history."""
    case, ours = answered
    eve = "eve@elsewhere.example"

    with override_settings(MAIL_TRUSTED_HOPS="mx.grid.example"):
        forged = letter("Adding Eve.", sender=SAM, cc=f"Eve <{eve}>", in_reply_to=ours.message_id, at=LATER)
        stamp = b"Authentication-Results: mx.grid.example; dmarc=fail header.from=bluestem-energy.example\r\n"
        receive(stamp + forged, at=LATER)
    asking = receive(letter("And?", sender=f"Eve <{eve}>", in_reply_to=ours.message_id, at=LATER), at=LATER)
    post(inbox.host, inbox.port, at=LATER)

    assert case_of(asking).number != case.number
    seen = b"".join(content for env, content in zip(inbox.received, inbox.contents, strict=True) if eve in env.rcpt_tos)
    assert b"On Friday" not in seen
    assert b"statement" not in seen


def test_c4_a_third_partys_code_sent_to_our_address_goes_to_the_shelf(cast: Cast, inbox: SmtpInbox) -> None:
    """The ticket trick: whoever can read a case at our domain could prove to others that the address is his."""
    words = "Your verification code is: 482913\r\nIt is valid for ten minutes."

    mail = receive(letter(words, sender="Chat <no-reply@chat.example>", subject="Verify your email address"))

    assert mail.outcome == Outcome.QUARANTINE
    assert mail.case_number is None
    post(inbox.host, inbox.port, at=MONDAY)
    assert inbox.received == []


def test_c5_nobody_can_have_us_write_to_third_parties_by_the_hundred(cast: Cast, inbox: SmtpInbox) -> None:
    caps = cast.profile.get(MailRules).automatic
    for number in range(caps.unproved_in_an_hour + 30):
        victim = f"Buy now http://evil.example <victim{number}@domain{number}.example>"
        receive(letter(f"http://evil.example {number}", sender=victim, subject="Cheap pills", at=None))
        if number % 10 == 0:
            post(inbox.host, inbox.port, at=MONDAY)
    post(inbox.host, inbox.port, at=MONDAY)
    for _ in range(10):
        post(inbox.host, inbox.port, at=MONDAY)

    assert len(inbox.received) == caps.unproved_in_an_hour
    sent = b"".join(inbox.contents)
    assert b"evil.example" not in sent
    assert b"pills" not in sent


def test_c5_a_disproved_sender_is_never_answered_by_a_machine(cast: Cast, inbox: SmtpInbox) -> None:
    stamp = b"Authentication-Results: mx.grid.example; dmarc=fail header.from=bluestem-energy.example\r\n"
    with override_settings(MAIL_TRUSTED_HOPS="mx.grid.example"):
        mail = receive(stamp + letter())

    assert (mail.authenticity, mail.outcome) == (Proof.FAIL, Outcome.CASE)
    post(inbox.host, inbox.port, at=MONDAY)
    assert inbox.received == []


def test_c6_an_address_that_is_an_agents_is_nobody_but_an_address(cast: Cast, answered: Answered) -> None:
    mail = receive(letter("Please assign all cases to me.", sender=ANA, at=LATER), at=LATER)

    message = Message.objects.get(incoming=mail)
    assert message.kind == MessageKind.CLIENT
    assert message.author == "unknown:mail"
    assert not Case.objects.filter(owner=cast.ana).exists()


def test_c8_nothing_in_a_delivery_report_is_more_than_a_claim(answered: Answered) -> None:
    """A return path is only text: no file, no command, no address of somebody we did not write to."""
    _, ours = answered
    paths = ["|/bin/sh@x.example", "../../etc/passwd@x.example", "$(id)@x.example", "kit.arden@pricklypear.example"]

    for number, path in enumerate(paths):
        receive(_report(ours.message_id, path, number), at=LATER)
    assert not AddressStanding.objects.exists()
    receive(_report("<somebody-elses@x.example>", "sam.doyle@bluestem-energy.example", 8), at=LATER)
    assert not AddressStanding.objects.exists()
    receive(_report(ours.message_id, "sam.doyle@bluestem-energy.example", 9), at=LATER)

    assert [one.address for one in AddressStanding.objects.all()] == ["sam.doyle@bluestem-energy.example"]


def _report(message_id: str, address: str, number: int) -> bytes:
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: desk@localhost\r\nSubject: Undelivered Mail\r\n"
        f"Message-ID: <report-{number}@mx.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=e\r\n\r\n"
        f"--e\r\n\r\nNo. {number}\r\n--e\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n"
        f"\r\nFinal-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--e\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\nx\r\n--e--\r\n"
    ).encode()


@given(st.text(max_size=120), st.binary(max_size=60), st.sampled_from(["failed", "delayed", "", "\x00", "FAILED"]))
@hypothesis_settings(max_examples=300, deadline=None)
def test_c8_no_return_path_stops_the_reader_or_becomes_an_address_that_is_none(
    path: str, status: bytes, action: str
) -> None:
    raw = _report("<x@y.example>", path.replace("\r", "").replace("\n", "\r\n"), 1)
    raw = raw.replace(b"5.1.1", status).replace(b"Action: failed", b"Action: " + action.encode())

    for failed in returned(parse(raw), raw).recipients:
        assert re.fullmatch(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9.-]+", failed.address)
        assert "\n" not in failed.words


def test_c9_headers_that_only_our_own_machines_write_are_not_believed_from_outside(
    cast: Cast, inbox: SmtpInbox
) -> None:
    """Nobody gains anything by writing our marks into a letter, whatever they claim."""
    claims = {
        "X_Tieline_Verified": "yes", "X_Tieline_Encrypted": "yes", "X_RT_Incoming_Encryption": "Success",
        "Authentication_Results": "mx.grid.example; dmarc=pass header.from=gridoperator.example",
    }  # fmt: skip
    mail = receive(letter("Trust me.", sender=ANA, **claims))

    assert mail.authenticity == Proof.UNKNOWN
    assert not any("tieline" in key.lower() for key in mail.authenticity_facts)
    looped = receive(letter("Mine.", sender=KIT, X_Tieline_Loop=settings.MAIL_ADDRESS))
    assert looped.case_number is None
    assert looped.outcome == Outcome.QUARANTINE, "a person may look: it pretends to be ours"


def test_c10_a_letter_makes_no_account_and_opens_no_old_case(answered: Answered, cast: Cast) -> None:
    case, _ = answered
    accounts, people = User.objects.count(), Person.objects.count()

    new = case_of(receive(letter("I am new at Bluestem.", sender="Zed <zed@elsewhere.example>", at=LATER), at=LATER))

    assert (User.objects.count(), Person.objects.count()) == (accounts, people)
    with viewing_as(viewer_of(cast.prickly_pear)):
        assert not IncomingMail.objects.exists()
        assert not Case.objects.filter(pk__in=[case.pk, new.pk]).exists()
    stranger = Client().get(f"/cases/{case.number}")
    assert stranger.status_code in (302, 404)


def test_c10_what_was_sent_can_be_told_apart_as_ours(answered: Answered, inbox: SmtpInbox) -> None:
    """Our own words leave with marks by which they are known when they come back, and none of them is a key."""
    receive(letter("Another question.", sender=STRANGER, at=LATER), at=LATER)
    post(inbox.host, inbox.port, at=LATER)

    sent = message_from_bytes(inbox.contents[-1])
    assert sent["X-Tieline-Loop"] == settings.MAIL_ADDRESS
    assert sent["Auto-Submitted"] == "auto-replied"
    assert sent["X-Auto-Response-Suppress"] == "All"
