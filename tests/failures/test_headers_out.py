"""Class D: what a stranger or a careless hand puts into a header of ours, on the wire and in an answer of the web.

D1 is CVE-2012-4730 and D2 CVE-2013-3373 (Request Tracker; the second split an HTTP answer by a MIME header), D5
CVE-2026-53878. D7 (a mailbox's silent blind copy) and D8 (CVE-2021-35299, probing a mail connection) have nothing to
happen to: accounts, servers and addresses are settings of the installation, and no page changes or tries one; the tests
below hold that fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import SMTP

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.cast import MONDAY, PASSWORD, Cast
from tests.letters import case_of, letter, post, receive
from tests.servers import SmtpInbox, free_port
from tieline.desk.actions import reply
from tieline.desk.models import Case, CaseState, Message
from tieline.journal.models import JournalEvent
from tieline.kernel.actor import SYSTEM
from tieline.kernel.reference import Reference
from tieline.mail.actions import queue_mail
from tieline.mail.compose import OutgoingContent, UnsafeHeader, compose, usable_address
from tieline.mail.models import OutgoingMail, SendState
from tieline.mail.sending import send_waiting
from tieline.mail.transport import Security, Server, TemporaryFailure, deliver, envelope_of

ANYTHING = st.text(st.characters(codec="utf-8") | st.sampled_from("\r\n\0\t\x0b\x0c\x85\u2028 :,;<>@"), max_size=60)
OURS = {
    "message-id", "date", "from", "to", "cc", "subject", "mime-version", "content-type", "x-tieline-loop",
    "in-reply-to", "references", "auto-submitted", "x-auto-response-suppress", "reply-to", "content-transfer-encoding",
}  # fmt: skip


def content(subject: str = "x", to: str = "sam@x.example", name: str = "Desk", copy: str = "") -> OutgoingContent:
    return OutgoingContent(
        message_id="<one@localhost>", sender_name=name, sender_address="desk@localhost", recipients=(to,),
        cc=(copy,) if copy else (), subject=subject, text="Hello.", written_at=MONDAY,
    )  # fmt: skip


@given(subject=ANYTHING, to=ANYTHING, name=ANYTHING, copy=ANYTHING)
@hypothesis_settings(max_examples=400, deadline=None)
def test_d1_whatever_stands_in_a_subject_name_or_address_no_header_is_added(
    subject: str, to: str, name: str, copy: str
) -> None:
    for tried in (content(subject), content(to=to), content(name=name), content(copy=copy)):
        try:
            message = compose(tried)
        except UnsafeHeader:
            continue
        read = message_from_bytes(message.as_bytes(policy=SMTP))
        assert {field.lower() for field in read} <= OURS
        assert all(len(read.get_all(field) or []) == 1 for field in read)
        assert len(envelope_of(message)[1]) <= 2


def test_d1_a_line_break_in_a_clients_subject_leaves_as_one_line(cast: Cast, inbox: SmtpInbox) -> None:
    raw = letter(subject="=?utf-8?q?A_question=0D=0ABcc:_eve=40evil.example?=")
    case = case_of(receive(raw))
    inbox.received.clear()
    reply(case, text="Yes.", then=CaseState.WAITING, by=cast.ana.as_actor(), at=MONDAY)
    post(inbox.host, inbox.port, at=MONDAY)

    sent = message_from_bytes(inbox.contents[-1])
    assert sent["Bcc"] is None
    assert all("evil" not in address for envelope in inbox.received for address in envelope.rcpt_tos)


def test_d2_no_file_name_of_a_letter_splits_an_answer_of_the_web(cast: Cast) -> None:
    name = '"a=0D=0ASet-Cookie: x=1=0D=0A=0D=0A<script>.txt"'
    raw = letter().replace(
        b"\r\n\r\n", b"\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=e\r\n\r\n", 1
    )
    head = raw.partition(b"\r\n\r\n")[0]
    body = (
        "--e\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--e\r\nContent-Type: text/plain\r\n"
        f"Content-Disposition: attachment; filename==?utf-8?q?{name}?=\r\n\r\nx\r\n--e--\r\n"
    ).encode()
    mail = receive(head + b"\r\n\r\n" + body)
    client = Client()
    client.post("/sign-in", {"username": "ana.ortiz", "password": PASSWORD})

    attachment = mail.attachments.get()
    page = client.get(f"/cases/{case_of(mail).number}")

    assert not re.search(r"[\r\n\0]", attachment.name)
    assert "x=1" not in page.cookies
    assert all("\n" not in value and "\r" not in value for value in page.headers.values())


@pytest.mark.parametrize(
    "address",
    [
        "sam@x.example> RCPT TO:<eve@evil.example", "sam@x.example\r\nRCPT TO:<eve@evil.example>", '"a b"@x.example',
        "sam@x.example\n", "sam @x.example", "sam@[127.0.0.1]", "sam@x..example", "sam@x.example,eve@evil.example",
        "<sam@x.example>", "sam@x.example\x00", "s\u202eam@x.example", "@x.example", "sam@", "a" * 65 + "@x.example",
        "sam@x.example SIZE=9", "=?utf-8?q?sam?=@x.example\r\n DATA", "sam\t@x.example", "sam(x)@x.example",
    ],
)  # fmt: skip
def test_d3_an_address_that_could_speak_smtp_is_refused_before_any_server(address: str) -> None:
    with pytest.raises(UnsafeHeader):
        usable_address(address)
    with pytest.raises(UnsafeHeader):
        compose(content(to=address))


def test_d4_the_letter_as_it_came_is_shown_by_right_only(cast: Cast) -> None:
    case = case_of(receive(letter(X_Originating_IP="192.0.2.77")))
    message = Message.objects.get(case=case)
    path = f"/cases/{case.number}/messages/{message.pk}/original"
    ana, mara = Client(), Client()
    ana.post("/sign-in", {"username": "ana.ortiz", "password": PASSWORD})
    mara.post("/sign-in", {"username": "mara.lind", "password": PASSWORD})

    assert ana.get(path).status_code == 200
    assert mara.get(path).status_code == 403
    assert Client().get(path).status_code in (302, 403, 404)
    assert b"192.0.2.77" not in mara.get(f"/cases/{case.number}").content


@pytest.mark.parametrize("host", ["x.example\n", "x.example\r\n.evil.example", "x\n.example", "x.example\x85"])
def test_d5_no_line_break_passes_as_the_end_of_a_host_name(host: str) -> None:
    with pytest.raises(UnsafeHeader):
        usable_address(f"sam@{host}")


def test_d6_no_password_of_ours_is_told_in_a_problem_the_journal_or_a_page(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "hunter2-very-secret"
    case = case_of(receive(letter()))
    reply(case, text="Yes.", then=CaseState.WAITING, by=cast.ana.as_actor(), at=MONDAY)
    server = Server("127.0.0.1", free_port(), Security.NONE, user="desk", password=secret, connection_seconds=1)

    send_waiting(server, sender_name="Desk", at=MONDAY)
    with pytest.raises(TemporaryFailure) as failed:
        deliver(compose(content()), server)

    told = [one.problem for one in OutgoingMail.objects.all()] + [str(one.facts) for one in _events()]
    assert any(told)
    client = Client()
    client.post("/sign-in", {"username": "ana.ortiz", "password": PASSWORD})
    told += [client.get(f"/cases/{case.number}").content.decode(), caplog.text, str(failed.value), repr(server)]
    assert not [words for words in told if secret in words]


def _events() -> list[JournalEvent]:
    return list(JournalEvent.objects.all())


def test_d7_nothing_anybody_posts_changes_where_mail_goes(cast: Cast, inbox: SmtpInbox) -> None:
    """Unknown fields beside the reply's own are not taken for anything."""
    case = case_of(receive(letter()))
    post(inbox.host, inbox.port, at=MONDAY)
    inbox.received.clear()
    client = Client()
    client.post("/sign-in", {"username": "ana.ortiz", "password": PASSWORD})
    stowaways = {
        "bcc": "eve@evil.example", "auto_bcc": "eve@evil.example", "recipients": "eve@evil.example",
        "sender_address": "eve@evil.example", "requester_address": "eve@evil.example", "reply_to": "eve@evil.example",
    }  # fmt: skip
    client.post(f"/cases/{case.number}/replies", {"text": "Yes.", "then": "waiting", **stowaways})

    queued = OutgoingMail.objects.filter(is_automatic=False)
    for outgoing in queued:
        assert "eve@evil.example" not in (*outgoing.recipients, *outgoing.copied, outgoing.reply_to)
    assert Case.objects.get(pk=case.pk).requester_address == "sam.doyle@bluestem-energy.example"
    assert not [path for path in _paths() if re.search(r"mailbox|accounts?/|settings", path)]


def test_d8_no_page_tries_a_mail_connection() -> None:
    assert not [path for path in _paths() if re.search(r"probe|test-?connection|smtp|imap", path, re.IGNORECASE)]


def _paths() -> list[str]:
    def walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
        for one in patterns:
            path = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, path)
            else:
                yield path

    found = list(walk(get_resolver().url_patterns, ""))
    assert len(found) > 30
    return found


def test_d1_a_message_that_cannot_be_written_safely_stops_no_other(cast: Cast, inbox: SmtpInbox) -> None:
    about = Reference("case", "1")
    for to in ("sam@x.example\r\nBcc: eve@evil.example", "sam@x.example"):
        queue_mail(
            about=about, recipients=[to], subject="x", text="x", in_reply_to="", references=[], by=SYSTEM, at=MONDAY
        )
    post(inbox.host, inbox.port, at=MONDAY)

    assert [envelope.rcpt_tos for envelope in inbox.received] == [["sam@x.example"]]
    assert sorted(OutgoingMail.objects.values_list("state", flat=True)) == [SendState.FAILED, SendState.SENT]
    assert settings.MAIL_ADDRESS
