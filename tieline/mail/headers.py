"""What do the headers of a message say, each as one clean line of text?

Names are lower-case, values unfolded, raw 8-bit bytes and encoded words read; nothing here can fail on
foreign input.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

from tieline.mail.limits import DEFAULT_LIMITS, Limits, Unparsable
from tieline.mail.plaintext import decode_words, unfold

_MOST_HEADERS = 2_000
_LONGEST_VALUE = 20_000
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,995}>")
_BARE_ID = re.compile(r"[^<>\s@]{1,500}@[^<>\s@]{1,490}")
_MOST_IDS = 200


@dataclass(frozen=True)
class Headers:
    """The headers in their order; `fields` are (lower-case name, unfolded but still encoded value)."""

    fields: tuple[tuple[str, str], ...] = ()
    _index: dict[str, list[str]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, value in self.fields:
            self._index.setdefault(name, []).append(value)

    def __contains__(self, name: str) -> bool:
        return name in self._index

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a header, still encoded: addresses must be split before their words are decoded."""
        return tuple(self._index.get(name, ()))

    def get(self, name: str) -> str:
        """The first value of a header as readable text; "" when there is none."""
        values = self._index.get(name)
        return decode_words(values[0]) if values else ""


def read_headers(message: Message, limits: Limits = DEFAULT_LIMITS) -> Headers:
    """The headers of a message or part, refused when there are absurdly many."""
    fields: list[tuple[str, str]] = []
    characters = 0
    for name, value in message.raw_items():
        text = str(value)
        characters += len(text)
        if len(fields) >= _MOST_HEADERS or characters > limits.header_bytes:
            raise Unparsable("The headers of the message are too many or too long.")
        fields.append((unfold(name).lower(), unfold(text[:_LONGEST_VALUE])))
    return Headers(tuple(fields))


def read_message_ids(*values: str) -> tuple[str, ...]:
    """The Message-IDs in header values, in order, each once; brackets are added to a bare one."""
    found: dict[str, None] = {}
    for value in values:
        bracketed = _MESSAGE_ID.findall(value)
        for message_id in bracketed or [f"<{bare}>" for bare in _BARE_ID.findall(value)[:1]]:
            found.setdefault(message_id)
    return tuple(found)[-_MOST_IDS:]


def read_date(value: str) -> datetime | None:
    """The instant of a `Date` header in UTC, or None when it is missing or no date; without a zone it is
    taken as UTC.
    """
    try:
        instant = parsedate_to_datetime(value)
        zoned = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
        return zoned.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
