"""One inquiry, from a client's mailbox to a closed case and beyond, over real mail servers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from tests.cast import MONDAY, Cast, assemble
from tests.letters import days, digest, letter, post
from tests.rules import adopt_rules
from tests.servers import ImapServer, SmtpInbox, imap_server, smtp_server
from tieline.clocks.models import Clock, ClockState
from tieline.desk import actions as desk
from tieline.desk.models import Case, CaseState, MessageKind
from tieline.desk.threads import tag
from tieline.journal.sealing import verify
from tieline.kernel import clock
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as
from tieline.mail.fetching import fetch_mail
from tieline.mail.imap import ImapAccount
from tieline.mail.models import IncomingMail, OutgoingMail
from tieline.mail.transport import Security
from tieline.rulebook import queries as rulebook

ADDRESS = "sam.doyle@bluestem-energy.example"


@dataclass
class World:
    """The client's side (a mailbox we fetch from, a server that receives what we send) and the desk's people."""

    mailbox: ImapServer
    inbox: SmtpInbox
    cast: Cast

    def client_writes(self, *letters: bytes, at: datetime) -> list[IncomingMail]:
        """Letters arrive in the mailbox, are fetched, and the desk takes them; returns their ledger lines."""
        self.mailbox.deliver(*letters)
        account = ImapAccount(
            name="desk", host=self.mailbox.host, port=self.mailbox.port, user=self.mailbox.user,
            password=self.mailbox.password, security=Security.NONE, connection_seconds=5,
        )  # fmt: skip
        with clock.fixed_at(at):
            taken = fetch_mail(account, profile=self.cast.profile, watch_seconds=0)
        digest(at=at)
        with viewing_as(SYSTEM):
            return list(IncomingMail.objects.order_by("-pk")[:taken])[::-1]

    def post_leaves(self, *, at: datetime) -> list[EmailMessage]:
        """What the client's server has after our outbox was emptied."""
        before = len(self.inbox.received)
        post(self.inbox.host, self.inbox.port, at=at)
        return [message_from_bytes(raw, policy=default) for raw in self.inbox.contents[before:]]

    def case(self, mail: IncomingMail) -> Case:
        with viewing_as(SYSTEM):
            return Case.objects.select_related("participant", "requester", "follows").get(number=mail.case_number)

    def first_answer(self, case: Case) -> Clock:
        with viewing_as(SYSTEM):
            return Clock.objects.get(subject_id=str(case.number), measure="first_answer")

    def reply(self, case: Case, text: str, *, at: datetime, then: CaseState = CaseState.WAITING) -> None:
        with viewing_as(self.cast.ana.as_actor()):
            desk.reply(case, text=text, then=then, by=self.cast.ana.as_actor(), at=at)


@pytest.fixture
def world(committed: str, tmp_path: Path) -> Iterator[World]:
    with viewing_as(SYSTEM):
        cast = assemble()
        adopt_rules(tmp_path)
    with imap_server() as mailbox, smtp_server() as inbox:
        yield World(mailbox, inbox, cast)


def body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def answer_to(message: EmailMessage, text: str, *, at: datetime, **more: str) -> bytes:
    """What a client's mail program makes of an answer: threading headers, our words quoted below."""
    quoted = "\r\n".join(f"> {line}" for line in body(message).splitlines())
    return letter(
        f"{text}\r\n\r\nOn Monday, Client Services wrote:\r\n{quoted}", subject=f"Re: {message['Subject']}", at=at,
        in_reply_to=message["Message-ID"], references=f"{message['References'] or ''} {message['Message-ID']}", **more,
    )  # fmt: skip


def test_an_inquiry_arrives_and_leaves_as_a_cited_answer_with_its_clock_proved(world: World) -> None:
    ana = world.cast.ana.as_actor()

    # it arrives, and is a case of Bluestem's with a topic and running clocks
    question = letter("When is the settlement statement posted?", message_id="<question@bluestem-energy.example>")
    (mail,) = world.client_writes(question, at=MONDAY)
    case = world.case(mail)
    assert mail.outcome == "case"
    assert (case.participant, case.requester) == (world.cast.bluestem, world.cast.sam)
    assert case.topic.startswith("settlement") or case.area == "settlements"
    assert case.received_at == MONDAY
    assert world.first_answer(case).state == ClockState.RUNNING
    assert case.due_at == world.first_answer(case).due_at

    # it is acknowledged once, with its number, by a machine that says so
    (acknowledgement,) = world.post_leaves(at=MONDAY + timedelta(minutes=1))
    assert case.label in acknowledgement["Subject"]
    assert case.label in body(acknowledgement)
    assert "settlement statement" not in body(acknowledgement)
    assert (acknowledgement["Auto-Submitted"], world.inbox.received[0].mail_from) == ("auto-replied", "<>")
    assert world.first_answer(case).state == ClockState.RUNNING

    # Ana cites the rule in force and answers
    replied = MONDAY + timedelta(minutes=30)
    with viewing_as(ana):
        version = rulebook.cite("9.1(1)", as_at=MONDAY.date())
        quote = "by the end of the tenth Business Day"
        desk.cite(case, version_id=version.version_id, quote=quote, by=ana, at=replied)
    world.reply(case, f"It is posted {quote} ({version.label}).", at=replied)
    assert world.first_answer(case).state == ClockState.RUNNING

    # the client's server has it, in the right thread; the first-answer clock ended then, not at the click
    delivered = replied + timedelta(minutes=2)
    (answer,) = world.post_leaves(at=delivered)
    assert answer["In-Reply-To"] == "<question@bluestem-energy.example>"
    assert answer["References"].split()[-1] == "<question@bluestem-energy.example>"
    assert tag(case) in answer["Subject"]
    assert answer["Auto-Submitted"] is None
    assert quote in body(answer)
    ended = world.first_answer(case)
    assert (ended.state, ended.ended_at, ended.is_met) == (ClockState.ENDED, delivered, True)
    assert world.case(mail).answered_at == delivered

    # the client answers in the thread: added, our turn again, the quoted words folded and not lost
    (thanks,) = world.client_writes(answer_to(answer, "And if it is late?", at=MONDAY), at=MONDAY + days(0.2))
    assert (thanks.outcome, thanks.case_number) == ("message", case.number)
    assert world.case(mail).state == CaseState.OPEN
    with viewing_as(SYSTEM):
        said = case.messages.filter(kind=MessageKind.CLIENT).latest("pk")
    assert said.text.strip() == "And if it is late?"
    assert quote in said.quoted_text

    # Ana closes; a late answer within the window reopens, a later one opens a linked case
    closing = MONDAY + days(1)
    with viewing_as(ana):
        desk.close_case(case, outcome="answered", profile=world.cast.profile, by=ana, at=closing)
    (late,) = world.client_writes(answer_to(answer, "One more thing.", at=MONDAY), at=closing + days(2))
    assert (late.outcome, world.case(late)) == ("message", case)
    assert world.case(mail).state == CaseState.OPEN
    with viewing_as(ana):
        desk.close_case(case, outcome="answered", profile=world.cast.profile, by=ana, at=closing + days(3))
    (later,) = world.client_writes(answer_to(answer, "A month on.", at=MONDAY), at=closing + days(40))
    assert later.outcome == "case"
    assert world.case(later).follows == case

    with viewing_as(SYSTEM):
        assert not IncomingMail.objects.filter(outcome="").exists()
    assert verify().is_sound


def asked_and_answered(world: World) -> tuple[Case, EmailMessage]:
    (mail,) = world.client_writes(letter(), at=MONDAY)
    case = world.case(mail)
    world.reply(case, "On Friday.", at=MONDAY)
    return case, world.post_leaves(at=MONDAY)[-1]


def bounce_of(message: EmailMessage, *, action: str, status: str) -> bytes:
    text = (
        f"--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {ADDRESS}\r\nAction: {action}\r\n"
        f"Status: {status}\r\nDiagnostic-Code: smtp; user unknown\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {message['Message-ID']}\r\nSubject: x\r\n--b--"
    )
    return letter(
        text, sender="MAILER-DAEMON@mx.example", subject="Undelivered Mail", return_path="<>", mime_version="1.0",
        content_type="multipart/report; report-type=delivery-status; boundary=b",
    )  # fmt: skip


def test_a_bounce_is_tied_to_our_message_and_makes_it_our_turn(world: World) -> None:
    case, answer = asked_and_answered(world)
    assert case.state == CaseState.OPEN

    (delayed,) = world.client_writes(bounce_of(answer, action="delayed", status="4.4.1"), at=MONDAY + days(0.1))
    with viewing_as(SYSTEM):
        ours = OutgoingMail.objects.get(message_id=answer["Message-ID"])
        assert (delayed.outcome, ours.bounced_at) == ("machine", None)
        assert Case.objects.get(pk=case.pk).state == CaseState.WAITING

    (bounce,) = world.client_writes(bounce_of(answer, action="failed", status="5.1.1"), at=MONDAY + days(0.2))
    with viewing_as(SYSTEM):
        ours.refresh_from_db()
        case = Case.objects.get(pk=case.pk)
    assert bounce.outcome == "machine"
    assert "user unknown" in ours.bounce_reason
    assert case.state == CaseState.OPEN
    assert case.due_at is not None


def test_an_automatic_reply_to_our_reply_is_noted_and_not_answered(world: World) -> None:
    case, answer = asked_and_answered(world)

    out_of_office = answer_to(answer, "I am away.", at=MONDAY, auto_submitted="auto-replied")
    (mail,) = world.client_writes(out_of_office, at=MONDAY + days(0.1))

    assert mail.outcome == "machine"
    assert "Auto-Submitted" in mail.reason
    assert world.post_leaves(at=MONDAY + days(0.1)) == []
    assert world.case(mail_of(case)).state == CaseState.WAITING


def mail_of(case: Case) -> IncomingMail:
    with viewing_as(SYSTEM):
        return IncomingMail.objects.filter(case_number=case.number, outcome="case").get()


@pytest.mark.parametrize("keeps_thread", [True, False], ids=["in the thread", "as a new letter each time"])
def test_two_desks_that_answer_each_other_fall_silent(world: World, keeps_thread: bool) -> None:
    """The other desk acknowledges whatever it gets and does not say that it is a machine."""
    at = MONDAY
    world.client_writes(letter("Ticket 1 was opened."), at=at)

    sent = 0
    for turn in range(8):
        at += timedelta(seconds=30)
        ours = world.post_leaves(at=at)
        sent += len(ours)
        for message in ours:
            text = f"We have your message number {turn}."
            theirs = answer_to(message, text, at=at) if keeps_thread else letter(text, subject=text, at=at)
            world.client_writes(theirs, at=at)

    assert sent == 1


def test_a_storm_of_letters_is_taken_whole_and_acknowledged_at_most_once(world: World) -> None:
    storm = [letter(f"Question {number}", subject=f"Question {number}") for number in range(12)]

    mails = world.client_writes(*storm, at=MONDAY)

    assert [mail.outcome for mail in mails] == ["case"] * 12
    assert len(world.post_leaves(at=MONDAY)) <= 1


def test_our_own_letter_that_comes_back_is_laid_on_the_shelf(world: World) -> None:
    _, answer = asked_and_answered(world)

    (looped,) = world.client_writes(world.inbox.contents[-1], at=MONDAY + days(0.1))

    assert looped.outcome == "quarantine"
    assert "ours came back" in looped.reason
    assert answer["X-Tieline-Loop"]


def test_c5_a_strangers_name_and_words_are_not_carried_to_a_third_party(world: World) -> None:
    bait = letter("Buy pills", sender='"Visit http://pills.example now" <victim@third.example>', subject="Pills")

    world.client_writes(bait, at=MONDAY)

    (acknowledgement,) = world.post_leaves(at=MONDAY)
    assert "pills" not in acknowledgement.as_string().lower()
