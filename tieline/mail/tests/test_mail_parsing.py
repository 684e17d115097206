"""What a message says, read from small letters written for these tests."""

import base64
from datetime import UTC, datetime

import pytest

from tieline.mail.parse import ParsedMail, parse
from tieline.mail.plaintext import file_label

LETTER = b"""\
From: "Ames, Rita" <Rita.Ames@Windfarm.example>
To: Desk <desk@operator.example>, other@operator.example
Cc: boss@windfarm.example
Reply-To: elsewhere@third.example
Subject: =?utf-8?q?Wind=C3=A4nderung?= in the statement
Date: Mon, 02 Nov 2026 09:15:00 -0600
Message-ID: <one@windfarm.example>
In-Reply-To: <zero@operator.example>
References: <first@operator.example> <zero@operator.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Hello desk,
the statement of 1 November lacks one interval.

--
Rita Ames
Windfarm
"""


def letter(*headers: str, body: bytes = b"Hello.\n") -> bytes:
    return "\n".join(headers).encode() + b"\n\n" + body


def mixed(*parts: bytes) -> bytes:
    """A letter with the given parts, each with its own headers."""
    body = b"".join(b"--edge\n" + part + b"\n" for part in parts) + b"--edge--\n"
    return letter("From: a@b.example", 'Content-Type: multipart/mixed; boundary="edge"', body=body)


def test_a_plain_letter_is_read_whole() -> None:
    mail = parse(LETTER)

    assert str(mail.sender) == "Ames, Rita <rita.ames@windfarm.example>"
    assert [person.address for person in mail.to] == ["desk@operator.example", "other@operator.example"]
    assert [person.address for person in mail.cc] == ["boss@windfarm.example"]
    assert mail.subject == "Windänderung in the statement"
    assert mail.date == datetime(2026, 11, 2, 15, 15, tzinfo=UTC)
    assert mail.message_id == "<one@windfarm.example>"
    assert mail.thread_ids == ("<zero@operator.example>", "<first@operator.example>")
    assert mail.own_text == "Hello desk,\nthe statement of 1 November lacks one interval."
    assert mail.signature_text == "--\nRita Ames\nWindfarm"
    assert mail.defects == ()


def test_reply_to_is_never_the_author() -> None:
    mail = parse(LETTER)

    assert mail.sender is not None
    assert mail.sender.address == "rita.ames@windfarm.example"
    assert mail.reply_to[0].address == "elsewhere@third.example"


def test_copies_that_differ_in_line_ends_are_the_same_message() -> None:
    nameless = LETTER.replace(b"Message-ID: <one@windfarm.example>\n", b"")
    copies = [parse(nameless.replace(b"\n", ending)) for ending in (b"\n", b"\r\n", b"\r")]

    assert len({copy.body_digest for copy in copies}) == 1
    assert len({copy.message_id for copy in copies}) == 1
    assert len({copy.own_text for copy in copies}) == 1


def test_a_missing_message_id_is_made_from_the_content() -> None:
    first, again, other = (parse(letter("From: a@b.example", body=body)) for body in (b"x", b"x", b"y"))

    assert not first.has_own_message_id
    assert first.message_id.endswith("@no-message-id>")
    assert first.message_id == again.message_id != other.message_id


def test_a_letter_without_sender_or_date_is_read_and_marked() -> None:
    mail = parse(letter("Subject: no idea who I am"))

    assert mail.sender is None
    assert mail.date is None
    assert {"NoUsableFrom", "NoDate"} <= set(mail.defects)


@pytest.mark.parametrize("date", ["yesterday", "Mon, 99 Nov 2026 09:15:00 -0600", "", "-1", "1 Jan 0000 00:00 +9999"])
def test_a_date_that_is_none_is_not_known(date: str) -> None:
    assert parse(letter("From: a@b.example", f"Date: {date}")).date is None


def test_nothing_the_database_refuses_survives() -> None:
    head = b"From: a\x00b@c.example\nSubject: nul\x00 and raw \xff\xfe =?utf-8?b?7aCA?=\n"

    mail = parse(head + b"\nbody\x00 \xed\xa0\x80\n")

    for text in (mail.text, mail.subject, mail.own_text, str(mail.headers.fields)):
        assert "\x00" not in text
        text.encode("utf-8")


@pytest.mark.parametrize(
    ("charset", "payload", "expected"),
    [
        ("utf-8", "Süß".encode(), "Süß"),
        ("iso-8859-1", "Süß".encode("latin-1"), "Süß"),
        ("no-such-charset", "Süß".encode(), "Süß"),
        ("us-ascii", "Süß".encode(), "Süß"),
        ("utf-8", "Süß".encode("latin-1"), "Süß"),
        ("hex", b"abcd", "abcd"),
        ("unicode_escape", b"\\u0041", "\\u0041"),
        ("windows-1252", b"\x93quoted\x94", "“quoted”"),
    ],
)
def test_text_is_decoded_whatever_the_charset_claims(charset: str, payload: bytes, expected: str) -> None:
    mail = parse(letter("From: a@b.example", f"Content-Type: text/plain; charset={charset}", body=payload))

    assert mail.text == expected


def test_raw_eight_bit_headers_are_read() -> None:
    utf8 = parse(b"From: J\xc3\xb6rg <j@b.example>\nSubject: Gr\xc3\xbc\xc3\x9fe\n\nx")
    latin = parse(b"From: J\xf6rg <j@b.example>\nSubject: Gr\xfc\xdfe\n\nx")

    assert utf8.sender is not None and latin.sender is not None
    assert utf8.subject == latin.subject == "Grüße"
    assert utf8.sender.name == latin.sender.name == "Jörg"


def test_an_encoded_name_cannot_smuggle_in_an_address() -> None:
    mail = parse(letter("From: =?utf-8?q?boss=40operator=2Eexample=2C_x?= <stranger@b.example>"))

    assert mail.sender is not None
    assert mail.sender.address == "stranger@b.example"


@pytest.mark.parametrize(
    "value", ["boss@operator.example)x@evil.example", "<>", "undisclosed:;", "a b@c", '"x"', "@", ""]
)
def test_what_is_no_address_is_nobody(value: str) -> None:
    assert parse(letter(f"From: {value}")).sender is None


def test_an_html_letter_is_turned_into_words() -> None:
    html = b"<html><style>p{}</style><body><p>Hello <b>desk</b>,</p><ul><li>one<li>two</ul>a<br>b</body>"

    mail = parse(letter("From: a@b.example", "Content-Type: text/html", body=html))

    assert mail.text == "Hello desk,\n\n- one\n- two\n\na\nb"
    assert mail.html.startswith("<html>")


@pytest.mark.parametrize(
    "wrapper",
    [
        '<div class="gmail_quote">On Mon, 2 Nov 2026, Desk wrote:<blockquote>{}</blockquote></div>',
        '<blockquote type="cite">{}</blockquote>',
        '<div id="appendonsend"></div><hr><div>{}</div>',
        '<div id="divRplyFwdMsg"><b>From:</b> Desk<br></div><div>{}</div>',
        "<hr><p><b>From:</b> Desk<br><b>Sent:</b> Monday<br><b>To:</b> Rita<br>Subject: x</p><p>{}</p>",
    ],
)
def test_what_an_html_letter_quotes_is_folded_and_kept(wrapper: str) -> None:
    html = "<p>My own words.</p>" + wrapper.format("What we wrote before.")

    mail = parse(letter("From: a@b.example", "Content-Type: text/html", body=html.encode()))

    assert mail.own_text == "My own words."
    assert "What we wrote before." in mail.quoted_text


def test_attachments_keep_their_bytes_and_get_harmless_names() -> None:
    payload = b"\x00\x01binary"
    encoded = base64.b64encode(payload)
    file = b'Content-Type: application/pdf; name="x"\n'
    file += b'Content-Disposition: attachment; filename="../../etc/pass\xe2\x80\x8bwd.pdf"\n'
    mail = parse(mixed(b"\nsee file", file + b"Content-Transfer-Encoding: base64\nContent-ID: <pic@x>\n\n" + encoded))

    assert mail.text == "see file"
    (attachment,) = mail.attachments
    assert attachment.payload == payload
    assert attachment.size == len(payload)
    assert attachment.content_id == "pic@x"
    assert attachment.name == "etc_passwd.pdf"


@pytest.mark.parametrize(
    ("claimed", "label"),
    [
        (".htaccess", "htaccess"),
        ("\u200b.htaccess", "htaccess"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("gpj\u202eexe.txt", "gpjexe.txt"),
        ("ﬁle．ｐｄｆ", "file.pdf"),
        ("a\r\nb\x00.txt", "ab.txt"),
        ("///", "attachment-1"),
        ("", "attachment-1"),
        ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_a_file_name_is_a_label_only(claimed: str, label: str) -> None:
    assert file_label(claimed, otherwise="attachment-1") == label


def test_an_attached_mail_is_an_attachment_and_not_part_of_the_words() -> None:
    inner = b"Content-Type: message/rfc822\n\nFrom: x@y.example\nSubject: inner\n\ninner words"

    mail = parse(mixed(b"\nouter words", inner))

    assert mail.text == "outer words"
    assert b"inner words" in mail.attachments[0].payload
    assert mail.attachments[0].content_type == "message/rfc822"


def test_the_words_of_the_plain_alternative_win_over_html() -> None:
    both = parse(mixed(b"Content-Type: text/plain\n\nplain", b"Content-Type: text/html\n\n<p>rich</p>"))

    assert both.text == "plain"
    assert both.html == "<p>rich</p>"


def test_parsing_twice_gives_equal_values() -> None:
    assert isinstance(parse(LETTER), ParsedMail)
    assert parse(LETTER) == parse(LETTER)
