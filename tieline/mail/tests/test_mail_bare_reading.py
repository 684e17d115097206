"""Whatever the bytes are, something readable comes of them, and nothing of it is opened that was refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.mail.bare_reading import read_anyhow

DEEP = b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n" + b"".join(
    b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (depth, depth + 1) for depth in range(60)
)
HEAD = b"From: Rita <rita@windfarm.example>\r\nSubject: the third\r\n interval\r\nMime-Version: 1.0\r\n"


def test_a_proper_letter_is_read_whole() -> None:
    reading = read_anyhow(HEAD + b"\r\nHello.", seconds=5)

    assert (reading.is_whole, reading.mail.own_text) == (True, "Hello.")


def test_a_refused_letter_keeps_its_heads_and_shows_its_source() -> None:
    reading = read_anyhow(HEAD + DEEP, seconds=5)

    assert not reading.is_whole
    assert reading.mail.sender is not None
    assert reading.mail.sender.address == "rita@windfarm.example"
    assert reading.mail.subject == "the third interval"
    assert "boundary=b1" in reading.mail.text
    assert (reading.mail.html, reading.mail.attachments) == ("", ())


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\x00\xff\xfe", b"no colon here"])
def test_odd_bytes_become_a_letter_with_words(raw: bytes) -> None:
    assert read_anyhow(raw, seconds=5).mail.text.strip()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([b"From: ", b"Content-Type: ", b"\n", b"\r\n\r\n", b"=?x?q?", b"\x00", b"\xff", b"a"])))
def test_no_bytes_are_refused(pieces: list[bytes]) -> None:
    text = read_anyhow(b"".join(pieces), seconds=5).mail.text

    assert text.encode() is not None
    assert "\x00" not in text
