"""Hostile messages end in a sentence, and soon."""

import time

import pytest

from tieline.mail.limits import DEFAULT_LIMITS, Limits, Unparsable
from tieline.mail.parse import parse

SOON_SECONDS = 3.0


def nested(levels: int) -> bytes:
    """Parts inside parts."""
    lines = ["From: a@b.example"]
    for level in range(levels):
        lines += [f'Content-Type: multipart/mixed; boundary="b{level}"', "", f"--b{level}"]
    lines += ["Content-Type: text/plain", "", "deep"]
    lines += [f"--b{level}--" for level in reversed(range(levels))]
    return "\n".join(lines).encode()


def enclosed(levels: int) -> bytes:
    """Messages inside messages."""
    return b"From: a@b.example\n" + b"Content-Type: message/rfc822\n\n" * levels + b"Subject: x\n\ndeep"


def many_parts(count: int) -> bytes:
    head = b'From: a@b.example\nContent-Type: multipart/mixed; boundary="e"\n\n'
    return head + b"--e\n\nx\n" * count + b"--e--\n"


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "The message is empty."),
        (b" \r\n\r\n", "The message is empty."),
        (b"just some words\nand no header\n", "begins with no header line"),
        (b"From: a@b.example\n\n" + b"x" * 60_000_000, "60.0 MB; at most 40.0 MB"),
        (nested(200), "nests more than 40 parts"),
        (nested(5000), "nests more than 40 parts"),
        (enclosed(200), "nests more than 40 parts"),
        (nested(200).replace(b"\n", b"\r"), "nests more than 40 parts"),
        (many_parts(100_000), "more than 1000 parts"),
        (b"".join(b"X-%d: y\n" % number for number in range(50_000)) + b"\nx", "too many or too long"),
        (b"X: " + b"y" * 5_000_000 + b"\n\nx", "too many or too long"),
    ],
    ids="empty blank headerless huge deep deeper enclosed deep-cr parts headers long-header".split(),
)
def test_what_is_over_a_limit_is_refused_with_a_sentence(raw: bytes, sentence: str) -> None:
    started = time.monotonic()

    with pytest.raises(Unparsable, match=sentence):
        parse(raw)

    assert time.monotonic() - started < SOON_SECONDS


def test_what_is_just_within_the_limits_is_read() -> None:
    assert parse(nested(DEFAULT_LIMITS.depth)).text == "deep"
    assert len(parse(many_parts(900)).text) > 900


def test_time_is_a_limit_too() -> None:
    with pytest.raises(Unparsable, match=r"longer than 0\.05 seconds"):
        parse(b"From: a@b.example\n\n" + b"\n" * 20_000_000, limits=Limits(parse_seconds=0.05))


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 200_000,
        b"<" * 500_000,
        b"<b><i>" * 100_000,
        b"<a href='" + b"x" * 1_000_000,
        b"> " * 200_000,
        b"> x\n\nFrom: a\n" * 50_000,
        b"On Mon 1 2026\n" * 50_000,
        b"Date: a\nx\n" * 50_000,
        b"--\n" * 100_000,
        b"On " + b"1 " * 200_000 + b"wrote",
        b"a@" * 200_000,
    ],
    ids="divs angles nest attribute quote headers openers dates dashes wrote ats".split(),
)
@pytest.mark.parametrize("kind", ["html", "plain"])
def test_hostile_bodies_cost_little(kind: str, body: bytes) -> None:
    started = time.monotonic()

    parse(f"From: a@b.example\nContent-Type: text/{kind}\n\n".encode() + body)

    assert time.monotonic() - started < SOON_SECONDS


@pytest.mark.parametrize("name", ["From", "To", "Subject", "Date", "References", "Message-ID", "Content-Type"])
@pytest.mark.parametrize("piece", ["(", '"', "<", ",a@b", "=?utf-8?q?", "\\", "a;b=", "[", "=?x?b?"])
def test_hostile_headers_cost_little(name: str, piece: str) -> None:
    started = time.monotonic()

    parse(f"From: a@b.example\n{name}: {piece * 20_000}\n\nx".encode())

    assert time.monotonic() - started < SOON_SECONDS
