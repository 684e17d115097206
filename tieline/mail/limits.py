"""How much may one message cost us before we refuse it? Size, parts, depth and time, measured before anything
is decoded.

A message over a limit raises `Unparsable` with a sentence; its bytes stay stored and the ledger shows it as
quarantined. Depth and parts are counted on the raw bytes, because the reader itself recurses and must never
meet a hostile depth.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tieline.kernel.refusal import Refusal


class Unparsable(Refusal):
    """The message cannot be read safely; the sentence says why and becomes the reason of its quarantine."""


@dataclass(frozen=True)
class Limits:
    """What one message may cost; the defaults fit mail as large mail systems let it through."""

    size_bytes: int = 40_000_000
    parts: int = 1_000
    depth: int = 40
    header_bytes: int = 1_000_000
    text_characters: int = 2_000_000
    parse_seconds: float = 10.0


DEFAULT_LIMITS = Limits()


class TimeBudget:
    """A stop-watch carried through the parsing of one message; `check` refuses when the time is used up."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends = time.monotonic() + seconds

    def check(self) -> None:
        if time.monotonic() > self._ends:
            raise Unparsable(f"The message took longer than {self._seconds:g} seconds to read.")


@dataclass(frozen=True)
class Structure:
    """The skeleton of a message as its bytes show it."""

    parts: int
    depth: int


_MARK = re.compile(
    rb"""^--(?P<line>[^\r\n]{1,200})"""
    rb"""|\bboundary[ \t]*=[ \t\r\n]*(?:"(?P<quoted>[^"\r\n]{1,200})"|(?P<bare>[^\s;"]{1,200}))"""
    rb"""|^content-type[ \t]*:[ \t\r\n]*(?P<enclosed>message/(?:rfc822|global|news))""",
    re.IGNORECASE | re.MULTILINE,
)
_ENCLOSED = b""
_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\r\r")
_TREE = re.compile(rb"\b(?:multipart|message)/", re.IGNORECASE)


def measure(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> Structure:
    """Count parts and nesting depth from boundary lines, refusing as soon as a limit is passed."""
    if not _TREE.search(raw[: _header_end(raw)]):
        return Structure(parts=1, depth=0)
    open_levels: list[bytes] = []
    parts = deepest = 0
    for kind, name in _marks(raw):
        if kind == "level":
            open_levels.append(name)
            deepest = max(deepest, len(open_levels))
        elif _close_to(open_levels, name):
            parts += 1
        _refuse_over(limits, parts=parts, depth=deepest)
    return Structure(parts=parts, depth=deepest)


def _header_end(raw: bytes) -> int:
    end = _BLANK_LINE.search(raw)
    return end.start() if end else len(raw)


def _marks(raw: bytes) -> Iterator[tuple[str, bytes]]:
    # A bare CR ends a line in some old mail; MULTILINE only knows LF, so such copies are translated first.
    lines = raw if b"\r" not in raw or b"\n" in raw else raw.replace(b"\r", b"\n")
    for mark in _MARK.finditer(lines):
        if mark["enclosed"]:
            yield "level", _ENCLOSED
        elif mark["line"] is not None:
            yield "boundary", mark["line"].rstrip()
        else:
            yield "level", mark["quoted"] or mark["bare"]


def _close_to(open_levels: list[bytes], line: bytes) -> bool:
    """Go back to the level whose boundary this line is; False when it is no open level's boundary."""
    for name in (line, line.removesuffix(b"--")):
        if name and name in open_levels:
            while open_levels[-1] != name:
                open_levels.pop()
            return True
    return False


def _refuse_over(limits: Limits, *, parts: int, depth: int) -> None:
    if depth > limits.depth:
        raise Unparsable(f"The message nests more than {limits.depth} parts inside one another.")
    if parts > limits.parts:
        raise Unparsable(f"The message has more than {limits.parts} parts.")


def refuse_unreadable(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> None:
    """Refuse what must not be decoded at all: an empty, an oversized or a hostile message."""
    if not raw.strip():
        raise Unparsable("The message is empty.")
    if len(raw) > limits.size_bytes:
        raise Unparsable(f"The message is {len(raw) / 1e6:.1f} MB; at most {limits.size_bytes / 1e6:.1f} MB are read.")
    measure(raw, limits)
