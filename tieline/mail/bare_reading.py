"""How is a message read that our limits or its own faults keep from being read properly? As little as possible of it.

First the usual reader is tried with the widest limits. Where it refuses too, what is left is a plain letter: the few
headers that say who wrote about what, and the beginning of the body exactly as it came, opened by nobody's program.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tieline.mail.limits import Limits, Unparsable
from tieline.mail.parse import ParsedMail, parse

WIDEST = Limits(size_bytes=150_000_000)
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the reader of mail may stumble over in bytes nobody has thought of."""
_HEAD_BYTES = 64_000
_BODY_BYTES = 100_000
_TOLD = re.compile(rb"(?:from|to|cc|reply-to|subject|date|message-id|in-reply-to|references)[ \t]*:", re.IGNORECASE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\r\r")
_EMPTY = b"(This message is empty.)"


@dataclass(frozen=True)
class Reading:
    """A message, and whether all of it was read: where not, its text is the source of the body, cut short."""

    mail: ParsedMail
    is_whole: bool


def read_anyhow(raw: bytes, *, seconds: float) -> Reading:
    """The message as well as it can be read within about the given time; this never refuses."""
    limits = Limits(size_bytes=WIDEST.size_bytes, parts=WIDEST.parts, depth=WIDEST.depth, parse_seconds=seconds)
    try:
        return Reading(parse(raw, limits=limits), is_whole=True)
    except (Unparsable, *UNREADABLE):
        return Reading(_as_plain_letter(raw), is_whole=False)


def _as_plain_letter(raw: bytes) -> ParsedMail:
    end = _BLANK_LINE.search(raw, 0, _HEAD_BYTES)
    head, body = (raw[: end.start()], raw[end.end() :]) if end else (b"", raw)
    body = body[:_BODY_BYTES].strip() or _EMPTY
    try:
        return parse(_told_headers(head) + b"\n\n" + body)
    except (Unparsable, *UNREADABLE):
        return parse(b"Subject: \n\n" + body.decode("ascii", "replace").encode("ascii", "replace"))


def _told_headers(head: bytes) -> bytes:
    """The headers that tell who wrote about what, with their folded lines; none that says how to open the body."""
    kept: list[bytes] = []
    is_told = False
    for line in head.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"):
        if not line.startswith((b" ", b"\t")):
            is_told = bool(_TOLD.match(line))
        if is_told:
            kept.append(line)
    return b"\n".join(kept)
