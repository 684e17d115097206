"""How does a message of ours look on the wire? Builds it whole from an `OutgoingContent`, the same each time
it is built.

The Message-ID is given, so that a retry sends the same message and not a second one. Line breaks and odd
letters in subjects and addresses are refused, never repaired: whoever put them there did not mean well.
"""

import html as markup
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from tieline.kernel.refusal import Refusal
from tieline.mail.parts import Attachment

LOOP_GUARD = "X-Tieline-Loop"
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@.{{1,253}}\Z){_LOCAL}@{_LABEL}(?:\.{_LABEL})*\Z")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,200}@[A-Za-z0-9.-]{1,200}>\Z")
_THREAD_ID = re.compile(r"<[!-;=?-~]{1,900}>\Z")
_MOST_REFERENCES = 20
_POLICY = SMTP.clone(raise_on_defect=False)


class UnsafeHeader(Refusal):
    """A subject, name or address would break out of its header."""


@dataclass(frozen=True)
class OutgoingContent:
    """All that is needed to build one message of ours; `is_automatic` when no person wrote it."""

    message_id: str
    sender_name: str
    sender_address: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    written_at: datetime
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    is_automatic: bool = False
    cc: tuple[str, ...] = ()
    reply_to: str = ""
    attachments: tuple[Attachment, ...] = ()
    instance: str = "tieline"


def compose(content: OutgoingContent) -> EmailMessage:
    """The message ready to send, or `UnsafeHeader`."""
    message = EmailMessage(policy=_POLICY)
    message["Message-ID"] = _checked(content.message_id, _MESSAGE_ID, "Message-ID")
    message["Date"] = format_datetime(content.written_at)
    message["From"] = _written(content.sender_name, content.sender_address)
    _address_to(message, content)
    message["Subject"] = refuse_line_breaks(content.subject, "subject")
    _thread(message, content)
    _guard_against_loops(message, content)
    _fill(message, content)
    return message


def refuse_line_breaks(text: str, place: str) -> str:
    """The text unchanged when it stays on its line; control and direction-changing characters are refused."""
    for letter in text:
        if (
            unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")
            or letter in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
        ):
            raise UnsafeHeader(f"The {place} holds a line break or a control character.")
    return text


def usable_address(address: str) -> str:
    """The address when it is plain `name@domain` (RFC 5321 without quoting), its domain in ASCII; else
    `UnsafeHeader`.
    """
    local, at, domain = address.rpartition("@")
    try:
        plain = f"{local}{at}{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"
    except UnicodeError as problem:
        raise UnsafeHeader(f"'{_shown(address)}' is not an address mail can be sent to.") from problem
    if not _ADDRESS.match(plain):
        raise UnsafeHeader(f"'{_shown(address)}' is not an address mail can be sent to.")
    return plain


def _shown(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text[:100])


def _checked(value: str, rule: re.Pattern[str], place: str) -> str:
    if not rule.match(value):
        raise UnsafeHeader(f"The {place} '{_shown(value)}' is not well formed.")
    return value


def _written(name: str, address: str) -> HeaderAddress:
    local, _, domain = usable_address(address).rpartition("@")
    return HeaderAddress(refuse_line_breaks(name, "name"), local, domain)


def _address_to(message: EmailMessage, content: OutgoingContent) -> None:
    if not content.recipients:
        raise UnsafeHeader("The message has no recipient.")
    message["To"] = [_written("", address) for address in content.recipients]
    if content.cc:
        message["Cc"] = [_written("", address) for address in content.cc]
    if content.reply_to:
        message["Reply-To"] = _written(content.sender_name, content.reply_to)


def _thread(message: EmailMessage, content: OutgoingContent) -> None:
    """In-Reply-To and References as RFC 5322 §3.6.4 wants them: the first id and the latest ones, parent
    last.
    """
    parent = content.in_reply_to if _THREAD_ID.match(content.in_reply_to) else ""
    chain = [known for known in content.references if _THREAD_ID.match(known) and known != parent]
    chain += [parent] if parent else []
    chain = list(dict.fromkeys(chain))
    if len(chain) > _MOST_REFERENCES:
        chain = [chain[0], *chain[-(_MOST_REFERENCES - 1) :]]
    if parent:
        message["In-Reply-To"] = parent
    if chain:
        message["References"] = " ".join(chain)


def _guard_against_loops(message: EmailMessage, content: OutgoingContent) -> None:
    message[LOOP_GUARD] = refuse_line_breaks(content.instance, "instance name")
    if content.is_automatic:
        message["Auto-Submitted"] = "auto-replied"
        message["X-Auto-Response-Suppress"] = "All"


def _fill(message: EmailMessage, content: OutgoingContent) -> None:
    message.set_content(content.text, cte="quoted-printable")
    message.add_alternative(_as_html(content.text), subtype="html", cte="quoted-printable")
    for attachment in content.attachments:
        main, _, sub = attachment.content_type.partition("/")
        if main in ("message", "multipart") or not sub:
            # A message/* part may not be base64 (RFC 2046 §5.2.1), so attached mail travels as a plain file.
            main, sub = "application", "octet-stream"
        name = refuse_line_breaks(attachment.name, "file name")
        message.add_attachment(attachment.payload, maintype=main, subtype=sub, filename=name)
    _fix_boundaries(message, content.message_id)


def _as_html(text: str) -> str:
    paragraphs = (markup.escape(part).replace("\n", "<br>\n") for part in re.split(r"\n{2,}", text.strip("\n")))
    return "<!doctype html>\n<html><body>\n" + "".join(f"<p>{part}</p>\n" for part in paragraphs) + "</body></html>\n"


def _fix_boundaries(message: EmailMessage, message_id: str) -> None:
    """Boundaries from the Message-ID instead of chance, so that a retry sends the same bytes."""
    stem = re.sub(r"[^A-Za-z0-9]", "", message_id)[:40]
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_tieline_{stem}_{number}")
