"""Class E: letters lost or doubled, machines that answer one another, and work that starves everybody else's.

E8 is CVE-2014-9472, E9 CVE-2026-33033 (Django, mended in 5.2.13). E11 (jobs of thousands of rows) is held by the tests
of bulk acts in the desk, E12 and E13 (a hundred cases of one client, a million cases) by `bench/reach.py` and
`bench/market.py`, which need minutes; here stand their small ends.
"""

from __future__ import annotations

import os
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from email import message_from_bytes
from email.message import Message as Letter
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connections
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext

from bench.crash_mail import crash_by_mail, problems
from tests.cast import MONDAY, PASSWORD, Cast, assemble
from tests.letters import SAM, case_of, days, letter, post, receive
from tests.servers import SmtpInbox, imap_server, smtp_server
from tieline.desk.actions import assign, reroute, save_draft
from tieline.desk.models import Case, CaseState, Draft, DraftKind
from tieline.desk.profile import Taxonomy
from tieline.kernel import clock
from tieline.kernel.actor import SYSTEM
from tieline.kernel.calendar import CalendarYear, DayList
from tieline.kernel.database import prepare
from tieline.kernel.deadline import Pause, deadline, elapsed_minutes
from tieline.kernel.duration import Duration, Unit
from tieline.kernel.viewing import viewing_as
from tieline.mail.fetching import fetch_mail
from tieline.mail.imap import ImapAccount
from tieline.mail.ingesting import seal_and_drive
from tieline.mail.models import AddressStanding, IncomingMail, MailboxCursor, Outcome, OutgoingMail
from tieline.mail.profile import MailRules
from tieline.mail.transport import Security

ROUNDS = 60
"""How often a hostile responder gets the chance to answer; every cap is below that."""


@pytest.mark.slow
def test_e1_killed_anywhere_between_mailbox_and_mail_server_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    after = crash_by_mail(tmp_path / "home", kills=6, seed=5, longest_seconds=0.8)

    assert problems(after) == []
    assert after.letters == 12


def test_e2_a_mailbox_read_again_gives_no_second_copy(cast: Cast) -> None:
    with imap_server() as mailbox:
        account = ImapAccount("desk", mailbox.host, mailbox.port, mailbox.user, mailbox.password, Security.NONE)
        mailbox.deliver(*(letter(f"Question {number}", subject=f"S{number}") for number in range(6)))
        flags = mailbox.flags()
        first = fetch_mail(account, profile=cast.profile, watch_seconds=0)
        for _ in range(5):
            MailboxCursor.objects.all().delete()
            fetch_mail(account, profile=cast.profile, watch_seconds=0)

        assert first == 6
        assert IncomingMail.objects.count() == 6
        assert mailbox.flags() == flags, "nothing is moved, copied or marked there"


def test_e3_every_letter_of_a_mailbox_has_one_outcome_in_the_ledger(cast: Cast) -> None:
    kinds = [
        letter("A person"), letter("A person"), letter("On leave", auto_submitted="auto-replied"), b"\x00\xff\r\n\r\n",
        b"no header at all", letter("x", sender=""), letter("List", list_id="<l.example>"), letter("", subject=""),
    ]  # fmt: skip
    with imap_server() as mailbox:
        account = ImapAccount("desk", mailbox.host, mailbox.port, mailbox.user, mailbox.password, Security.NONE)
        mailbox.deliver(*kinds)
        with clock.fixed_at(MONDAY):
            fetch_mail(account, profile=cast.profile, watch_seconds=0)
            while seal_and_drive():
                pass
        uids = len(mailbox.flags())

    ledger = list(IncomingMail.objects.values_list("key", "outcome", "decided_at"))
    assert len(ledger) == len({key for key, _, _ in ledger}) == uids == len(kinds)
    assert all(outcome and decided for _, outcome, decided in ledger)


HEADS = ["", "From:\r\n", "From: \r\n", "From: <>\r\n", "From: nobody\r\n", "From: @\r\n", "From: a@b@c.example\r\n",
         "From: =?x?q?y?= <\r\n", "From: ,,,\r\n", 'From: "\r\n', "From: a@x.example, b@x.example\r\n", "FROM a\r\n",
         "From: \xff\xfe <a@x.example>\r\n", "From: undisclosed:;\r\n",
         "From: a@x.example\r\nFrom: b@x.example\r\n"]  # fmt: skip
TAILS = [
    "Date: x\r\n",
    "Date: Mon, 99 Foo 2026 99:99:99 +9999\r\n",
    "Message-ID: \r\n",
    "Content-Type: multipart/mixed\r\n",
]


@pytest.mark.parametrize("head", HEADS)
def test_e4_a_letter_without_a_proper_author_still_comes_to_an_outcome(cast: Cast, head: str) -> None:
    for number, tail in enumerate(TAILS):
        raw = f"{head}{tail}Subject: Malformed {number}\r\n\r\nHello {number}".encode("latin-1")
        mail = receive(raw)
        assert mail.outcome, (head, tail)
        assert mail.outcome != Outcome.CASE or case_of(mail).requester_address == mail.sender_address


Answer = Callable[[Letter, int], bytes]


def _bounce(sent: Letter, number: int) -> bytes:
    return (
        f"From: MAILER-DAEMON@mx{number}.example\r\nSubject: Undelivered Mail\r\nMessage-ID: <b{number}@x.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=e\r\n\r\n"
        f"--e\r\n\r\n{number}\r\n--e\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        f"Final-Recipient: rfc822; {sent['To']}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--e\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {sent['Message-ID']}\r\n\r\nx\r\n--e--\r\n"
    ).encode()


def test_e5_a_bounce_of_a_bounce_of_a_bounce_ends_at_once(
    answered: tuple[Case, OutgoingMail], inbox: SmtpInbox
) -> None:
    _, ours = answered
    sent = message_from_bytes(f"To: {ours.recipients[0]}\nMessage-ID: {ours.message_id}\n\n".encode())

    for number in range(30):
        receive(_bounce(sent, number), at=MONDAY + timedelta(minutes=number))
        post(inbox.host, inbox.port, at=MONDAY + timedelta(minutes=number))

    assert inbox.received == []
    assert OutgoingMail.objects.get(pk=ours.pk).bounced_at == MONDAY
    assert AddressStanding.objects.get().times == 30


def _other_names(sent: Letter, number: int) -> bytes:
    sender = f"Robot <r{number}@host{number}.example>"
    return letter(f"Thank you, number {number}", sender=sender, subject=f"Hi {number}", at=None)


def _one_domain(sent: Letter, number: int) -> bytes:
    return letter(f"We got it {number}", sender=f"r{number}@robots.example", subject=f"Ticket {number}", at=None)


def _same_address_in_thread(sent: Letter, number: int) -> bytes:
    return letter(f"No. {number}", sender="robot@robots.example", subject=f"Re: {sent['Subject']} {number}",
                  in_reply_to=str(sent["Message-ID"]), at=None)  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "cap"),
    [
        (_other_names, "unproved_in_an_hour"),
        (_one_domain, "domain_in_an_hour"),
        (_same_address_in_thread, "address_in_a_day"),
    ],
)
def test_e5_a_hostile_responder_gets_no_more_than_the_cap(
    cast: Cast, inbox: SmtpInbox, answer: Answer, cap: str
) -> None:
    """It answers every mail of ours within seconds, looks like a person, and never says that it is a machine."""
    receive(answer(message_from_bytes(b"Subject: x\n\n"), 0))
    sent = []
    for number in range(1, ROUNDS):
        at = MONDAY + timedelta(seconds=10 * number)
        inbox.received.clear()
        post(inbox.host, inbox.port, at=at)
        sent += inbox.contents
        for reply_number, one in enumerate(inbox.contents or [b"Subject: again\n\n"]):
            receive(answer(message_from_bytes(one), number * 10 + reply_number), at=at)

    assert len(sent) == getattr(cast.profile.get(MailRules).automatic, cap)


@pytest.mark.parametrize("strips_marks", [False, True], ids=["as sent", "marks taken out on the way"])
def test_e6_two_desks_write_to_each_other_once_and_no_more(committed: str, strips_marks: bool) -> None:
    """Each has its own database, its own address and its own mail server; somebody lets the first word fall."""
    with _second_database() as other, smtp_server() as to_north, smtp_server() as to_south:
        desks = {
            "north": _Desk("desk@north.example", None, to_south), "south": _Desk("desk@south.example", other, to_north)
        }  # fmt: skip
        inboxes = {"north": to_north, "south": to_south}
        for desk in desks.values():
            desk.furnish()
        desks["north"].take([letter("Please look into this.", sender="desk@south.example", subject="A question")], 0)
        total = 0
        for number in range(12):
            for name, desk in desks.items():
                incoming = [_stripped(raw) if strips_marks else raw for raw in inboxes[name].contents]
                inboxes[name].received.clear()
                total += len(incoming)
                desk.take(incoming, number)
                desk.send(number)

    assert total <= 2, "one acknowledgement each at the most"


class _Desk:
    def __init__(self, address: str, database: str | None, outside: SmtpInbox) -> None:
        self.address, self.database, self.outside = address, database, outside

    def furnish(self) -> None:
        with self._at_work(), viewing_as(SYSTEM):
            assemble()

    def take(self, letters: list[bytes], number: int) -> None:
        with self._at_work():
            for raw in letters:
                receive(raw, at=MONDAY + timedelta(minutes=number))

    def send(self, number: int) -> None:
        with self._at_work():
            post(self.outside.host, self.outside.port, at=MONDAY + timedelta(minutes=number))

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        default = connections["default"]
        before = default.settings_dict["NAME"]
        default.close()
        default.settings_dict["NAME"] = self.database or before
        try:
            with override_settings(MAIL_ADDRESS=self.address):
                yield
        finally:
            default.close()
            default.settings_dict["NAME"] = before


@contextmanager
def _second_database() -> Iterator[str]:
    """A copy of this test's still empty database."""
    name, server = f"test_{uuid.uuid4().hex[:12]}", os.environ["TIELINE_TEST_SERVER"]
    mine = connections["default"].settings_dict["NAME"]
    connections.close_all()
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {mine}".encode())
    prepare(server, name)
    try:
        yield name
    finally:
        connections.close_all()
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


def _stripped(raw: bytes) -> bytes:
    """As a border leaves it that takes out every mark by which machines know one another."""
    marks = (
        rb"(?im)^(?:auto-submitted|x-auto-response-suppress|x-tieline-loop|return-path|references|in-reply-to):.*\r?\n"
    )
    return re.sub(marks, b"", raw)


def test_e7_a_vacation_note_reopens_nothing(answered: tuple[Case, OutgoingMail], inbox: SmtpInbox) -> None:
    case, ours = answered
    notes = [
        letter("I am away.", sender=SAM, subject="Automatic reply: A question", in_reply_to=ours.message_id, at=None),
        letter("Back on Monday.", sender=SAM, auto_submitted="auto-replied", in_reply_to=ours.message_id, at=None),
        letter("Away", sender=SAM, x_autoreply="yes", in_reply_to=ours.message_id, at=None),
    ]

    outcomes = [receive(note, at=MONDAY + days(1)).outcome for note in notes]
    post(inbox.host, inbox.port, at=MONDAY + days(1))

    assert outcomes == [Outcome.MACHINE] * 3
    assert Case.objects.get(pk=case.pk).state == CaseState.WAITING
    assert inbox.received == []


@pytest.mark.parametrize("kind", ["nested", "many parts", "long header", "quoted", "blanks"])
def test_e8_a_letter_made_to_be_dear_is_cheap(cast: Cast, kind: str) -> None:
    head = b"From: eve@evil.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    multipart = b"Content-Type: multipart/mixed; boundary=%s\r\n\r\n"
    raw = {
        "nested": head + b"".join(multipart % b"b%d" % n + b"--b%d\r\n" % n for n in range(3_000)),
        "many parts": head + multipart % b"b" + b"--b\r\n\r\nx\r\n" * 100_000,
        "long header": head + b"X-A: " + b"a, " * 600_000 + b"\r\n\r\nx",
        "quoted": head + b"\r\n" + b">" * 300_000 + b"\n" + b"> > > x\n" * 60_000,
        "blanks": head + b"\r\n" + b" \t" * 400_000 + b"x",
    }[kind]

    began = time.process_time()
    mail = receive(raw)

    assert mail.outcome
    assert time.process_time() - began < 12


def test_e9_blanks_in_an_uploads_base64_cost_next_to_nothing() -> None:
    body = (
        b'--e\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\nQUJD" + b" " * 3_000_000 + b"REVG\r\n--e--\r\n"
    )
    began = time.process_time()

    request = RequestFactory().post("/x", body, content_type="multipart/form-data; boundary=e")
    uploaded = request.FILES.get("file")

    assert time.process_time() - began < 3
    assert uploaded is None or uploaded.size < 3_000_100


def test_e10_a_letter_over_the_size_is_kept_and_told(cast: Cast) -> None:
    most = cast.profile.get(MailRules).limits.message_mb * 1_000_000
    raw = letter("x" * 76 + "\r\n") + (b"y" * 76 + b"\r\n") * (most // 78 + 10)

    mail = receive(raw)

    assert mail.outcome == Outcome.QUARANTINE
    assert "MB" in mail.reason
    assert mail.size_bytes == len(raw)


def test_e12_a_client_with_thirty_cases_costs_no_more_statements(cast: Cast) -> None:
    case = case_of(receive(letter()))
    client = Client()
    client.post("/sign-in", {"username": "ana.ortiz", "password": PASSWORD})

    def statements() -> int:
        with CaptureQueriesContext(connections["default"]) as seen:
            assert client.get(f"/cases/{case.number}").status_code == 200
        return len(seen)

    statements()
    few = statements()
    for number in range(30):
        receive(letter(f"Another {number}", subject=f"Topic {number}"))
    assert statements() <= few + 1


def test_e14_a_colleagues_change_of_a_field_erases_no_draft(cast: Cast) -> None:
    case = case_of(receive(letter()))
    save_draft(case, kind=DraftKind.REPLY, text="Half a sen", version=0, by=cast.ana.as_actor(), at=MONDAY)

    ravi = cast.ravi.as_actor()
    assign(case, owner=cast.ravi, by=ravi, at=MONDAY)
    taxonomy = cast.profile.get(Taxonomy)
    topic = next(topic for topic in taxonomy.topics if topic.key != case.topic)
    now = Case.objects.get(pk=case.pk)
    reroute(now, topic=topic.key, urgency=taxonomy.urgencies[0].key, profile=cast.profile, by=ravi, at=MONDAY)

    assert Draft.objects.get(case=case).text == "Half a sen"


ZONES = (
    "America/Chicago", "America/New_York", "America/Los_Angeles", "America/Denver", "America/Phoenix",
    "America/Halifax", "America/St_Johns", "America/Sao_Paulo", "Europe/London", "Europe/Dublin", "Europe/Lisbon",
    "Europe/Berlin",
    "Europe/Athens", "Africa/Cairo", "Africa/Johannesburg", "Asia/Jerusalem", "Asia/Tehran", "Asia/Kolkata",
    "Asia/Kathmandu", "Asia/Tokyo", "Australia/Adelaide", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham",
)  # fmt: skip


@pytest.mark.parametrize("name", ZONES)
def test_e15_a_deadline_agrees_with_counting_every_minute_in_every_zone(name: str) -> None:
    """Opening hours, a holiday and a pause, around the weeks in which clocks change in one hemisphere or the other."""
    zone, chance = ZoneInfo(name), Random(name)
    holiday = {year: {date(year, 3, 30): "a holiday", date(year, 11, 3): "another"} for year in (2026, 2027)}
    years = {year: CalendarYear(year, "a test", True, days) for year, days in holiday.items()}
    calendar = DayList("desk", "Desk", zone, frozenset({5, 6}), wall_time(0, 30), wall_time(17, 0), years=years)
    for first in (
        datetime(2026, 3, 5, tzinfo=UTC),
        datetime(2026, 3, 26, tzinfo=UTC),
        datetime(2026, 10, 22, tzinfo=UTC),
    ):
        start = first + timedelta(minutes=chance.randrange(4 * 1440))
        wanted = chance.randrange(60, 2_400)
        begins = start + timedelta(minutes=chance.randrange(900))
        pause = Pause(begins, begins + timedelta(minutes=chance.randrange(1, 2_000)), "the client's turn")

        due = deadline(Duration(wanted, Unit.BUSINESS_MINUTES), start=start, calendar=calendar, pauses=[pause]).due

        assert due is not None
        assert due.astimezone(UTC) == _counted(start, wanted, calendar, pause), (name, start, wanted, pause)
        assert elapsed_minutes(start, due, calendar, [pause]) == wanted


def _counted(start: datetime, wanted: int, calendar: DayList, pause: Pause) -> datetime:
    """The end of the last minute that counts, found by looking at every one."""
    at, left = start, wanted
    while left:
        wall = at.astimezone(calendar.zone)
        is_open = calendar.opens <= wall.time().replace(tzinfo=None) < calendar.closes
        is_day = wall.weekday() not in calendar.weekend and wall.date() not in calendar.years[wall.year].holidays
        assert pause.end is not None
        left -= is_open and is_day and not pause.start <= at < pause.end
        at += timedelta(minutes=1)
    return at
