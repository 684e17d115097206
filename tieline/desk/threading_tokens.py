"""By what does a letter prove that it answers one of ours? A short signature over case and thread, made by us alone.

It stands in the tag of our subjects, `[INQ-1042-K7Q3F9X2]`, and where the mailbox takes sub-addresses in the address
that answers go to, `desk+c1042-k7q3f9x2@…`. A number without it proves nothing. Pure: keys are handed in; the first
signs, all of them are believed. What a letter proves is which thread it answers, never who wrote it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LENGTH = 8
PURPOSE = b"tieline.desk.threading:"
_ALPHABET = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_TAG = re.compile(r"\[([A-Z]{1,6})-(\d{1,12})(?:-([0-9A-Za-z]{8}))?\]")
_SUB_ADDRESS = re.compile(r"c(\d{1,12})-([0-9a-z]{8})\Z")


@dataclass(frozen=True)
class Named:
    """A case named in a letter by its number, and the token beside it ("" where there is none)."""

    number: int
    token: str
    label: str = ""


def token_for(number: int, thread: int | None, *, key: str) -> str:
    """The token of a case's thread, or of its conversation with the requester (`thread` None)."""
    said = f"{number}/{thread or 0}".encode()
    digest = hmac.new(key.encode(), PURPOSE + said, hashlib.sha256).digest()
    return base64.b32encode(digest)[:LENGTH].translate(_ALPHABET).decode()


def proves(named: Named, thread: int | None, *, keys: Sequence[str]) -> bool:
    """Whether the token was made by us for this case and thread; takes the same time for any wrong token."""
    given = named.token.upper().encode()
    matches = [hmac.compare_digest(given, token_for(named.number, thread, key=key).encode()) for key in keys]
    return any(matches)


def tag(label: str, token: str) -> str:
    """What stands in the subject of our letters."""
    return f"[{label}-{token}]"


def without_tags(subject: str, prefixes: Iterable[str]) -> str:
    """The subject without tags of ours, signed or not, so that none is carried into another case's letters."""
    known = frozenset(prefixes)
    return " ".join(_TAG.sub(lambda found: "" if found[1] in known else found[0], subject).split())


def reply_address(desk: str, number: int, token: str) -> str:
    """The sub-address of the desk that answers to this thread go to."""
    local, _, domain = desk.rpartition("@")
    return f"{local}+c{number}-{token.lower()}@{domain}"


def is_of_desk(address: str, desk: str) -> bool:
    """Whether the address is the desk's own, with or without a sub-address."""
    local, _, domain = address.lower().rpartition("@")
    own, _, own_domain = desk.lower().rpartition("@")
    return domain == own_domain and local.partition("+")[0] == own


def named_in_subject(subject: str, prefixes: Iterable[str]) -> tuple[Named, ...]:
    """The cases whose tags stand in a subject, those with a token first."""
    known = frozenset(prefixes)
    found = [
        Named(int(number), token or "", f"{prefix}-{number}")
        for prefix, number, token in _TAG.findall(subject)
        if prefix in known
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda named: not named.token))


def named_in_addresses(addresses: Iterable[str], desk: str) -> tuple[Named, ...]:
    """The cases named by sub-addresses of the desk that a letter was sent to."""
    locals_ = (
        address.lower().rpartition("@")[0].partition("+")[2] for address in addresses if is_of_desk(address, desk)
    )
    found = (_SUB_ADDRESS.match(part) for part in locals_)
    return tuple(dict.fromkeys(Named(int(match[1]), match[2]) for match in found if match))
