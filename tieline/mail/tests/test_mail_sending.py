"""What goes out: one header in, one header out; and what the server's answer means."""

import email
from dataclasses import replace
from datetime import UTC, datetime
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.servers import free_port, smtp_server
from tieline.mail.compose import OutgoingContent, UnsafeHeader, compose
from tieline.mail.parse import parse
from tieline.mail.parts import Attachment
from tieline.mail.transport import PermanentFailure, Security, Server, TemporaryFailure, deliver, envelope_of

CONTENT = OutgoingContent(
    message_id="<ours.1@operator.example>",
    sender_name="Market Desk",
    sender_address="desk@operator.example",
    recipients=("rita@windfarm.example",),
    subject="[1042] Your statement",
    text="Hello Rita,\n\n1 < 2 & so on.\nFrom here.\n.\nEnd.",
    written_at=datetime(2026, 11, 2, 15, 15, tzinfo=UTC),
    in_reply_to="<one@windfarm.example>",
    references=("<zero@operator.example>", "<one@windfarm.example>"),
)


def test_a_message_can_be_read_back() -> None:
    mail = parse(compose(CONTENT).as_bytes())

    assert mail.message_id == "<ours.1@operator.example>"
    assert str(mail.sender) == "Market Desk <desk@operator.example>"
    assert mail.references == ("<zero@operator.example>", "<one@windfarm.example>")
    assert mail.in_reply_to == ("<one@windfarm.example>",)
    assert mail.date == CONTENT.written_at
    assert mail.text.rstrip("\n") == CONTENT.text
    assert "1 &lt; 2 &amp; so on.<br>" in mail.html


def test_a_retry_is_the_same_message_to_the_byte() -> None:
    assert compose(CONTENT).as_bytes() == compose(CONTENT).as_bytes()


def test_what_a_machine_sends_says_so_and_has_no_sender_to_answer() -> None:
    automatic = compose(replace(CONTENT, is_automatic=True))

    assert automatic["Auto-Submitted"] == "auto-replied"
    assert automatic["X-Auto-Response-Suppress"] == "All"
    assert envelope_of(automatic) == ("", ("rita@windfarm.example",))
    assert envelope_of(compose(CONTENT)) == ("desk@operator.example", ("rita@windfarm.example",))
    assert "Auto-Submitted" not in compose(CONTENT)
    assert "X-Tieline-Loop" in compose(CONTENT)


def test_attachments_travel() -> None:
    attached = (
        Attachment("sheet.pdf", "application/pdf", 3, "", b"\x00\x01\x02"),
        Attachment("note.txt", "text/plain", 5, "", b"hello"),
        Attachment("mail.eml", "message/rfc822", 5, "", b"A: b\n"),
    )

    mail = parse(compose(replace(CONTENT, attachments=attached)).as_bytes())

    assert [(one.name, one.payload) for one in mail.attachments] == [(one.name, one.payload) for one in attached]


@pytest.mark.parametrize("bad", ["a\r\nBcc: x@y.example", "a\nb", "a\rb", "a\x00b", "a\u2028b", "a\u202eb", "a\x85b"])
def test_line_breaks_are_refused_in_every_header(bad: str) -> None:
    for broken in (
        replace(CONTENT, subject=bad),
        replace(CONTENT, sender_name=bad),
        replace(CONTENT, sender_address=f"{bad}@operator.example"),
        replace(CONTENT, recipients=(f"x@{bad}.example",)),
        replace(CONTENT, message_id=f"<{bad}@operator.example>"),
        replace(CONTENT, instance=bad),
        replace(CONTENT, attachments=(Attachment(bad, "text/plain", 1, "", b"x"),)),
    ):
        with pytest.raises(UnsafeHeader):
            compose(broken)


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b@c.example", "a b@c.example", "a@c.example>", "a@c.example\nDATA",
     '"a b"@c.example', "a,b@c.example", "a@-c.example", "a..b@c.example", "<a@c.example>", "a@c.example ",
     "a@[127.0.0.1]", "ä@c.example", "a" * 65 + "@c.example"],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(address: str) -> None:
    with pytest.raises(UnsafeHeader, match="is not an address mail can be sent to"):
        compose(replace(CONTENT, recipients=(address,)))


def test_a_foreign_thread_id_that_is_no_id_is_left_out() -> None:
    message = compose(replace(CONTENT, in_reply_to="<a b>\r\nX: y", references=("<ok@x.example>", "no\nid")))

    assert "In-Reply-To" not in message
    assert message["References"] == "<ok@x.example>"


@settings(max_examples=200, deadline=None)
@given(subject=st.text(max_size=120), name=st.text(max_size=60), local=st.text(max_size=20))
def test_one_header_in_one_header_out(subject: str, name: str, local: str) -> None:
    try:
        raw = compose(
            replace(CONTENT, subject=subject, sender_name=name, recipients=(f"{local}@windfarm.example",))
        ).as_bytes()
    except UnsafeHeader:
        return

    head = email.message_from_bytes(raw, policy=default)

    assert sorted(head.keys()) == sorted(
        ["Message-ID", "Date", "From", "To", "Subject", "In-Reply-To", "References", "X-Tieline-Loop",
         "MIME-Version", "Content-Type"]
    )  # fmt: skip
    assert len(head["To"].addresses) == 1
    assert parse(raw).subject == " ".join(subject.split()) or subject.strip() != subject or "  " in subject


def server(port: int) -> Server:
    return Server(host="127.0.0.1", port=port, security=Security.NONE, connection_seconds=5)


def test_a_message_reaches_a_real_server() -> None:
    with smtp_server() as inbox:
        sent = deliver(compose(CONTENT), server(inbox.port))

        assert sent.accepted == ("rita@windfarm.example",)
        assert inbox.received[0].mail_from == "desk@operator.example"
        assert parse(inbox.contents[0]).text.rstrip("\n") == CONTENT.text


def test_an_acknowledgement_has_a_null_sender() -> None:
    with smtp_server() as inbox:
        deliver(compose(replace(CONTENT, is_automatic=True)), server(inbox.port))

        assert inbox.received[0].mail_from in ("", "<>")


def test_temporary_and_permanent_answers_are_told_apart() -> None:
    with smtp_server() as inbox:
        inbox.fail_temporarily()
        with pytest.raises(TemporaryFailure, match="451: try again later"):
            deliver(compose(CONTENT), server(inbox.port))

        inbox.fail_permanently()
        with pytest.raises(PermanentFailure, match="554: never send this again"):
            deliver(compose(CONTENT), server(inbox.port))

        inbox.work()
        deliver(compose(CONTENT), server(inbox.port))
        assert len(inbox.received) == 1


def test_one_refused_recipient_of_two_is_reported() -> None:
    two = replace(CONTENT, recipients=("rita@windfarm.example", "gone@windfarm.example"))
    with smtp_server() as inbox:
        inbox.answer_recipient["gone@windfarm.example"] = "550 no such user"
        sent = deliver(compose(two), server(inbox.port))

        assert sent.accepted == ("rita@windfarm.example",)
        assert sent.refused[0].is_permanent

        inbox.answer_recipient["rita@windfarm.example"] = "450 busy"
        with pytest.raises(TemporaryFailure):
            deliver(compose(two), server(inbox.port))


def test_no_server_is_a_temporary_failure_that_tells_no_secret() -> None:
    unreachable = Server(host="127.0.0.1", port=free_port(), security=Security.NONE, user="u", password="hunter2")

    with pytest.raises(TemporaryFailure) as failure:
        deliver(compose(CONTENT), unreachable)

    assert "hunter2" not in str(failure.value)
    assert "hunter2" not in repr(unreachable)


def test_a_server_without_the_wanted_encryption_gets_nothing() -> None:
    with smtp_server() as inbox:
        with pytest.raises(PermanentFailure):
            deliver(compose(CONTENT), replace(server(inbox.port), security=Security.STARTTLS))

        assert inbox.received == []
