"""Who is named in an address header? A name and an address, or nothing when the text is no usable address.

Display names are decoded after the addresses were split, so that an encoded comma cannot smuggle in a second
address.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import getaddresses

from tieline.mail.plaintext import decode_words, one_line

_USABLE = re.compile(r"[^\s@<>(),;:\"\\\[\]\x00-\x1f\x7f]{1,64}@[^\s@<>(),;:\"\\\x00-\x1f\x7f]{1,253}")
_MOST_ADDRESSES = 1_000
_MOST_COMMENTS = 20
_LONGEST_FIELD = 100_000


@dataclass(frozen=True)
class Address:
    """A mailbox as a header names it; `address` is lower-cased, since no market system tells case apart."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def read_addresses(fields: Sequence[str]) -> tuple[Address, ...]:
    """All usable addresses of the fields of one header, in order, each once."""
    found: dict[str, Address] = {}
    for field in fields:
        for name, address in _split(field[:_LONGEST_FIELD])[:_MOST_ADDRESSES]:
            if _USABLE.fullmatch(address.strip()):
                usable = Address(one_line(decode_words(name)), one_line(address).lower())
                found.setdefault(usable.address, usable)
    return tuple(found.values())


def _split(field: str) -> list[tuple[str, str]]:
    """Name and address pairs; none when the field yields more of them than it has separators.

    A stray bracket can make the standard splitter see two addresses in one (CVE-2023-27043), and it descends
    into nested comments, so a field full of brackets loses them first.
    """
    if field.count("(") > _MOST_COMMENTS:
        field = field.replace("(", " ").replace(")", " ")
    pairs = getaddresses([field])
    separators = field.count(",") + field.count(";") + field.count(":")
    return pairs if len(pairs) <= separators + 1 else []


def read_sender(fields: Sequence[str]) -> Address | None:
    """The author by `From` alone: `Reply-To` is where to answer, never who wrote."""
    usable = read_addresses(fields)
    return usable[0] if usable else None
