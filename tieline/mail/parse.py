"""What does this message say? Bytes in, one frozen `ParsedMail` out; no clock, no database, no network.

Headers are read by our own lenient rules over the oldest, most forgiving policy of the standard library,
because the strict one raises on a dozen kinds of mail that real people send. What cannot be read safely
raises `Unparsable`, and the caller quarantines it; whatever else is odd about a message is listed in
`defects`.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime

from tieline.mail.addresses import Address, read_addresses, read_sender
from tieline.mail.headers import Headers, read_date, read_headers, read_message_ids
from tieline.mail.html_text import html_to_text
from tieline.mail.limits import DEFAULT_LIMITS, Limits, TimeBudget, Unparsable
from tieline.mail.opening import open_message
from tieline.mail.parts import Attachment, Contents, declared_type, read_contents
from tieline.mail.plaintext import one_line
from tieline.mail.quoting import Separated, separate

__all__ = ["Address", "Attachment", "Headers", "ParsedMail", "Unparsable", "parse"]

_LONGEST_SUBJECT = 998
_MOST_DEFECTS = 20


@dataclass(frozen=True)
class ParsedMail:
    """One message, read: who, to whom, when, about what, in which thread, in whose words."""

    message_id: str
    has_own_message_id: bool
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime | None
    content_type: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    separated: Separated = field(repr=False)
    attachments: tuple[Attachment, ...]
    headers: Headers = field(repr=False)
    defects: tuple[str, ...]
    body_digest: str

    @property
    def own_text(self) -> str:
        return self.separated.own_text

    @property
    def quoted_text(self) -> str:
        return self.separated.quoted_text

    @property
    def signature_text(self) -> str:
        return self.separated.signature_text

    @property
    def thread_ids(self) -> tuple[str, ...]:
        """The Message-IDs this message answers, nearest first."""
        return tuple(dict.fromkeys((*self.in_reply_to, *reversed(self.references))))


def parse(raw: bytes, *, limits: Limits = DEFAULT_LIMITS) -> ParsedMail:
    """Read one message, or raise `Unparsable` with a sentence."""
    budget = TimeBudget(limits.parse_seconds)
    message = open_message(raw, limits=limits, budget=budget)
    headers = read_headers(message, limits)
    contents = read_contents(message, limits=limits, budget=budget)
    html = "\n".join(contents.html)
    text = "\n".join(contents.text) or html_to_text(html)
    budget.check()
    return _mail(raw, headers, contents, text=text, html=html, content_type=declared_type(message))


def _mail(raw: bytes, headers: Headers, contents: Contents, *, text: str, html: str, content_type: str) -> ParsedMail:
    own_id = read_message_ids(headers.get("message-id"))
    sender = read_sender(headers.all("from"))
    subject = one_line(headers.get("subject"))[:_LONGEST_SUBJECT]
    return ParsedMail(
        message_id=own_id[0] if own_id else _made_up_id(raw),
        has_own_message_id=bool(own_id),
        in_reply_to=read_message_ids(*headers.all("in-reply-to")),
        references=read_message_ids(*headers.all("references")),
        sender=sender,
        reply_to=read_addresses(headers.all("reply-to")),
        to=read_addresses(headers.all("to")),
        cc=read_addresses(headers.all("cc")),
        subject=subject,
        date=read_date(headers.get("date")),
        content_type=content_type,
        text=text,
        html=html,
        separated=separate(text),
        attachments=tuple(contents.attachments),
        headers=headers,
        defects=_defects(headers, contents, sender),
        body_digest=_digest(headers, sender, subject, text),
    )


def _made_up_id(raw: bytes) -> str:
    return f"<{hashlib.sha256(_with_line_feeds(raw)).hexdigest()}@no-message-id>"


def _with_line_feeds(raw: bytes) -> bytes:
    """One spelling of line ends, so that copies that differ only in them are the same message."""
    return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").strip(b"\n")


def _digest(headers: Headers, sender: Address | None, subject: str, text: str) -> str:
    """What makes two deliveries the same message, whatever the way they took: author, date, subject and
    words.
    """
    words = re.sub(r"\s+", " ", text).strip()
    parts = (sender.address if sender else "", headers.get("date"), subject, words)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _defects(headers: Headers, contents: Contents, sender: Address | None) -> tuple[str, ...]:
    found = list(contents.defects)
    if sender is None:
        found.append("NoUsableFrom")
    if len(read_addresses(headers.all("from"))) > 1:
        found.append("SeveralFromAddresses")
    if not headers.all("date"):
        found.append("NoDate")
    return tuple(dict.fromkeys(found))[:_MOST_DEFECTS]
