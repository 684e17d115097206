"""What did the servers on the way write down about a letter's sender? Authentication-Results headers (RFC 8601), read.

Reading is not believing: `stamps_of_our_hops` says which of these headers our own servers wrote. Anybody can write
such a header with our server's name in it; RFC 8601 (section 5) makes it our border's duty to take those out. All
the same only the topmost run of them counts, above anything that a foreign server or the author wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tieline.mail.headers import Headers

HEADER = "authentication-results"
UNNAMED = ""
"""The name of a server that writes none, which RFC 8601 does not allow and a large hosted service does."""
MOST_RESULTS = 50
_QUOTED = r'"(?:\\.|[^"\\])*"'
_SERVER = re.compile(rf'\s*({_QUOTED}|[^\s;="]+)(?:\s+(\d+))?\s*')
_METHOD = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]*)\s*(?:/\s*\d+\s*)?=\s*([A-Za-z][A-Za-z0-9-]*)(?=\s|$)")
_PROPERTY = re.compile(rf'(?<![\w-])([A-Za-z][\w-]*)\s*\.\s*([A-Za-z][\w-]*)\s*=\s*((?:{_QUOTED}|[^\s"])+)')
_CROSSING = re.compile(r"\s*from\s+\S+(?=\s).*?\sby\s+(\S+)", re.IGNORECASE)
_OF_FILTERS = frozenset({"received-spf", "dkim-filter", "dmarc-filter", "return-path", "delivered-to"})
"""Marks that a receiving server's filters leave among their stamps, beside those that begin with X-."""
_OF_THE_AUTHOR = frozenset({"from", "sender", "to", "cc", "subject", "date", "message-id", "mime-version"})
"""Written by the author's program: what our servers add stands above all of these."""


@dataclass(frozen=True)
class Result:
    """One check: its method, how it came out, and what it was made on ("header.d" -> a domain)."""

    method: str
    outcome: str
    properties: tuple[tuple[str, str], ...] = ()

    def said_of(self, *names: str) -> str:
        """The first of these properties that is there and not empty, or ""."""
        known = dict(reversed(self.properties))
        return next((known[name] for name in names if known.get(name)), "")


@dataclass(frozen=True)
class Stamp:
    """One header: the name of the server that checked, its results, and whether all of it could be read."""

    server: str
    results: tuple[Result, ...]
    is_whole: bool = True


def read_stamp(value: str) -> Stamp | None:
    """An Authentication-Results header; None when it cannot be read or is of a version that is not known."""
    statements, is_closed = _statements(value)
    if _METHOD.match(statements[0]):
        return _stamp(UNNAMED, statements, is_closed)
    named = _SERVER.fullmatch(statements[0])
    if named is None or int((named[2] or "1")[:9]) != 1:
        return None
    return _stamp(_unquoted(named[1]).lower().rstrip("."), statements[1:], is_closed)


def _stamp(server: str, statements: list[str], is_closed: bool) -> Stamp:
    # a statement whose quotation or comment never ends may hide anything
    said = statements if is_closed else statements[:-1]
    said = [one for one in said if "=" in one][:MOST_RESULTS]
    read = [_result(one) for one in said]
    results = tuple(one for one in read if one is not None)
    return Stamp(server, results, is_closed and len(results) == len(said))


def _statements(value: str) -> tuple[list[str], bool]:
    """The parts between semicolons, comments blanked out; and whether every quotation and comment was closed."""
    found: list[list[str]] = [[]]
    depth, is_quoted = 0, False
    letters = iter(value)
    for letter in letters:
        if letter == "\\" and (is_quoted or depth):
            escaped = next(letters, "")
            found[-1].append("" if depth else letter + escaped)
        elif is_quoted:
            found[-1].append(letter)
            is_quoted = letter != '"'
        elif letter == "(" or depth:
            depth += (letter == "(") - (letter == ")")
            found[-1].append(" " if depth <= 1 else "")
        elif letter == ";":
            found.append([])
        else:
            found[-1].append(letter)
            is_quoted = letter == '"'
    return ["".join(one) for one in found], not (is_quoted or depth)


def _result(statement: str) -> Result | None:
    method = _METHOD.match(statement)
    if method is None:
        return None
    pairs = _PROPERTY.findall(statement[method.end() :])
    properties = tuple((f"{kind}.{name}".lower(), _unquoted(value)) for kind, name, value in pairs)
    return Result(method[1].lower(), method[2].lower(), properties)


def _unquoted(value: str) -> str:
    return re.sub(r'\\(.)|"', lambda found: found[1] or "", value)


@dataclass(frozen=True)
class Stamps:
    """The stamps that count, topmost first, and how many others bear our name in a place where we do not write."""

    ours: tuple[Stamp, ...]
    claimed: int


def stamps_of_our_hops(headers: Headers, hops: frozenset[str]) -> Stamps:
    """The topmost run of stamps by one of `hops` (names of servers, lower case), above where the outside begins.

    The outside begins at the first server that hands over and is none of `hops`, or at the first header of the
    author's own. The run ends at anything but another stamp of ours or a filter's mark.
    """
    ours: list[Stamp] = []
    claimed, is_over = 0, False
    for name, value in headers.fields:
        stamp = read_stamp(value) if name == HEADER else None
        if stamp is not None and stamp.server in hops:
            claimed += is_over
            ours += [] if is_over else [stamp]
        elif not is_over:
            is_over = not _may_stand_among(name, value, hops, has_begun=bool(ours))
    return Stamps(tuple(ours), claimed)


def _may_stand_among(name: str, value: str, hops: frozenset[str], *, has_begun: bool) -> bool:
    if has_begun:
        return name in _OF_FILTERS or name.startswith("x-")
    if name == "received":
        return all(is_one_of(host, hops) for host in _handed_over_to(value))
    return name not in _OF_THE_AUTHOR


def _handed_over_to(received: str) -> Iterator[str]:
    """The server that took the letter from another one; none where a server merely moved it within itself."""
    crossing = _CROSSING.match(_statements(received)[0][0])
    if crossing:
        yield crossing[1].lower().rstrip(".")


def is_one_of(host: str, hops: frozenset[str]) -> bool:
    """Whether a server is one of these or stands below one of them."""
    return any(host == hop or host.endswith(f".{hop}") for hop in hops if hop != UNNAMED)
