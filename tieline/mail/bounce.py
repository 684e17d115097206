"""Which of our messages could not be delivered, to whom, and for good or only so far?

Reads the report parts of RFC 3464, the original's headers that most mail systems enclose, and `X-Failed-
Recipients`. What it returns are claims of a stranger: the caller ties them to a message only when the
Message-ID is one of ours.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tieline.mail.headers import read_message_ids
from tieline.mail.parse import ParsedMail
from tieline.mail.plaintext import decode_bytes, one_line

_REPORT_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_ORIGINAL_TYPES = frozenset(
    "message/rfc822 message/rfc822-headers text/rfc822-headers message/global message/global-headers".split()
)
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_FIELD = re.compile(r"^([A-Za-z][A-Za-z0-9-]{1,60})[ \t]*:[ \t]*(.{0,2000})$")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_MESSAGE_ID_LINE = re.compile(
    r"^[ \t>]*message-id[ \t]*:[ \t]*\n?[ \t]*(<[^<>\s]{1,995}>)", re.IGNORECASE | re.MULTILINE
)
_TEMPORARY = re.compile(
    r"will (?:be retried|keep trying|retry)|still being retried|has been delayed|not yet been delivered", re.I
)
_LOOKED_AT = 100_000
_MOST = 100


@dataclass(frozen=True)
class FailedRecipient:
    """One address the report names, the enhanced status code when given, and the remote server's words."""

    address: str
    status: str
    reason: str
    action: str = ""

    @property
    def is_permanent(self) -> bool:
        """Whether delivery was given up: "failed" is final whatever the status (RFC 3464 §2.3.3), "delayed" is not."""
        if self.action in ("failed", "delayed"):
            return self.action == "failed"
        return not self.status.startswith(("2", "4"))

    @property
    def words(self) -> str:
        """What the other mail system said, for people."""
        return " ".join(word for word in (self.status, self.reason) if word) or "no reason given"


@dataclass(frozen=True)
class Bounce:
    """What a delivery report is about: the messages by their ids, and the addresses it failed for."""

    message_ids: tuple[str, ...]
    recipients: tuple[FailedRecipient, ...]

    @property
    def is_permanent(self) -> bool:
        return any(recipient.is_permanent for recipient in self.recipients)

    @property
    def reason(self) -> str:
        """For people: whom it did not reach and what the other mail system said."""
        first = next(iter(self.recipients), None)
        if first is None:
            return "The message came back; the report names no address."
        others = f" and {len(self.recipients) - 1} more" if len(self.recipients) > 1 else ""
        return f"{first.address}{others}: {first.words}"[:300]


def returned(mail: ParsedMail, raw: bytes) -> Bounce:
    """What the report concerns; both lists may be empty when it does not say."""
    reported = tuple(_reported_recipients(mail)) or _listed_recipients(mail) or _mentioned_recipients(mail)
    by_address = {recipient.address: recipient for recipient in reversed(reported)}
    ordered = tuple(reversed(by_address.values()))[:_MOST]
    return Bounce(message_ids=_original_ids(mail, raw), recipients=ordered)


def _reported_recipients(mail: ParsedMail) -> Iterator[FailedRecipient]:
    for block in _report_blocks(mail):
        addresses = _ADDRESS.findall(block.get("final-recipient", "") or block.get("original-recipient", ""))
        addresses = addresses or _ADDRESS.findall(block.get("original-recipient", ""))
        if not addresses or block.get("action", "failed").lower() in ("delivered", "relayed", "expanded"):
            continue
        status = _STATUS.search(block.get("status", ""))
        delayed = block.get("action", "").lower() == "delayed"
        yield FailedRecipient(
            address=addresses[0].lower(),
            status=status[1] if status else "4.0.0" if delayed else "",
            reason=one_line(block.get("diagnostic-code", ""))[:500],
            action=block.get("action", "").lower(),
        )


def _report_blocks(mail: ParsedMail) -> Iterator[dict[str, str]]:
    for attachment in mail.attachments:
        if attachment.content_type in _REPORT_TYPES:
            text = _with_line_feeds(attachment.payload[:_LOOKED_AT])
            yield from (_fields(block) for block in re.split(r"\n[ \t]*\n", text))


def _fields(block: str) -> dict[str, str]:
    """The fields of one group of a report, continuation lines joined, the first of each name kept."""
    found: dict[str, str] = {}
    last = ""
    for line in block.split("\n"):
        field = _FIELD.match(line)
        if field:
            last = field[1].lower()
            found.setdefault(last, field[2].strip())
        elif last and line[:1] in (" ", "\t"):
            found[last] = f"{found[last]} {line.strip()}"[:4000]
    return found


def _listed_recipients(mail: ParsedMail) -> tuple[FailedRecipient, ...]:
    listed = ", ".join(mail.headers.all("x-failed-recipients"))
    return tuple(FailedRecipient(address.lower(), "", "") for address in _ADDRESS.findall(listed))


def _mentioned_recipients(mail: ParsedMail) -> tuple[FailedRecipient, ...]:
    """Reports in free text: addresses in angle brackets or alone on a line, with the status code nearest
    below.
    """
    text = mail.text[:_LOOKED_AT]
    words = re.split(
        r"(?im)^.*(?:original message|message headers|below this line|copy of (?:the|your) message)", text
    )[0]
    status = _STATUS.search(words)
    code = "4.0.0" if _TEMPORARY.search(words) else status[1] if status else ""
    own = {mail.sender.address} if mail.sender else set()
    found = [address.lower() for address in re.findall(rf"(?m)^[ \t]*<?({_ADDRESS.pattern})>?[ \t]*:?", words)]
    found = found or [address.lower() for address in re.findall(rf"<({_ADDRESS.pattern})>", words)]
    return tuple(FailedRecipient(address, code, "") for address in dict.fromkeys(found) if address not in own)


def _original_ids(mail: ParsedMail, raw: bytes) -> tuple[str, ...]:
    """Ids of the enclosed original first, then those quoted in the text, then what the report says it
    answers.
    """
    enclosed: list[str] = []
    for attachment in mail.attachments:
        if attachment.content_type in _ORIGINAL_TYPES:
            enclosed += _MESSAGE_ID_LINE.findall(_head(attachment.payload))[:1]
    quoted = _MESSAGE_ID_LINE.findall(mail.text[:_LOOKED_AT].replace("\r", "\n"))
    original = [block["x-original-message-id"] for block in _report_blocks(mail) if "x-original-message-id" in block]
    found = [*enclosed, *quoted, *read_message_ids(*original)] or _ids_below_the_head(raw)
    ids = dict.fromkeys((*found, *mail.in_reply_to, *mail.references))
    return tuple(message_id for message_id in ids if message_id != mail.message_id)[:_MOST]


def _ids_below_the_head(raw: bytes) -> list[str]:
    """For reports whose structure is broken: any Message-ID line below the report's own headers."""
    text = _with_line_feeds(raw[:_LOOKED_AT])
    return _MESSAGE_ID_LINE.findall(text.lstrip("\n").partition("\n\n")[2])


def _head(payload: bytes) -> str:
    return _with_line_feeds(payload[:_LOOKED_AT]).lstrip("\n").partition("\n\n")[0]


def _with_line_feeds(payload: bytes) -> str:
    return decode_bytes(payload).replace("\r\n", "\n").replace("\r", "\n")
