"""Which part of a message is its text, which its HTML, and which parts are attachments?

The first readable text and HTML that are not marked as attachments are the body (later inline text is added
to it); every other leaf is an attachment, its payload decoded once and its name made a harmless label.
"""

import binascii
import re
from dataclasses import dataclass, field
from email.message import Message

from tieline.mail.limits import DEFAULT_LIMITS, Limits, TimeBudget, Unparsable
from tieline.mail.plaintext import decode_bytes, decode_words, file_label, one_line, unfold

_TYPE = re.compile(r"[a-z0-9][a-z0-9.+_-]{0,60}/[a-z0-9][a-z0-9.+_-]{0,100}")
_ENDINGS = {
    "text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "application/pdf": ".pdf",
    "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "message/rfc822": ".eml",
    "message/delivery-status": ".txt", "text/rfc822-headers": ".txt",
}  # fmt: skip
_BODY_TYPES = frozenset({"text/plain", "text/html"})


@dataclass(frozen=True)
class Attachment:
    """A file that came with a message. `name` is a label to show, never a path; the type is what the sender
    claims.
    """

    name: str
    content_type: str
    size: int
    content_id: str
    payload: bytes = field(repr=False)


@dataclass
class Contents:
    """The leaves of a message sorted into body and attachments."""

    text: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)


def read_contents(message: Message, *, limits: Limits = DEFAULT_LIMITS, budget: TimeBudget) -> Contents:
    """Walk the tree once, within the limits of parts and time."""
    contents = Contents()
    waiting: list[Message] = [message]
    seen = 0
    while waiting:
        part = waiting.pop()
        seen += 1
        budget.check()
        if seen > limits.parts:
            raise Unparsable(f"The message has more than {limits.parts} parts.")
        contents.defects.extend(type(defect).__name__ for defect in part.defects)
        inner = _inner_parts(part)
        if inner is None:
            _take_leaf(contents, part, limits)
        else:
            waiting.extend(reversed(inner))
    return contents


def _inner_parts(part: Message) -> list[Message] | None:
    """The parts to walk into; None for a leaf. A message inside a message is a leaf: an attached mail."""
    payload = part.get_payload()
    if not isinstance(payload, list) or declared_type(part).startswith("message/"):
        return None
    return [inner for inner in payload if isinstance(inner, Message)]


def declared_type(part: Message) -> str:
    """The content type the sender claims, or the default of RFC 2045 when the claim is malformed."""
    claimed = unfold(part.get_content_type()).lower()
    return claimed if _TYPE.fullmatch(claimed) else "application/octet-stream"


def _take_leaf(contents: Contents, part: Message, limits: Limits) -> None:
    _make_names_readable(part)
    kind = declared_type(part)
    name = _claimed_name(part)
    payload = decoded_payload(part, contents.defects)
    if kind in _BODY_TYPES and not name and not _is_marked_attachment(part):
        _take_body(contents, kind, decode_bytes(payload, _charset(part)), limits)
    elif payload or name:
        number = len(contents.attachments) + 1
        label = file_label(name, otherwise=f"attachment-{number}{_ENDINGS.get(kind, '')}")
        contents.attachments.append(Attachment(label, kind, len(payload), _content_id(part), payload))


def _make_names_readable(part: Message) -> None:
    """Raw 8-bit bytes in a file name would be lost as question marks, so such headers are decoded first."""
    for name, value in part.raw_items():
        if name.lower() in ("content-type", "content-disposition") and not str(value).isascii():
            part.replace_header(name, unfold(value))


def _take_body(contents: Contents, kind: str, text: str, limits: Limits) -> None:
    if len(text) > limits.text_characters:
        contents.defects.append("TextCutAtLimit")
        text = text[: limits.text_characters]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.strip():
        (contents.html if kind == "text/html" else contents.text).append(text)


def _is_marked_attachment(part: Message) -> bool:
    return unfold(part.get("content-disposition", "")).lower().startswith("attachment")


def _content_id(part: Message) -> str:
    return one_line(unfold(part.get("content-id", ""))).strip("<> ")[:255]


def _charset(part: Message) -> str:
    try:
        charset = part.get_param("charset", "")
    except (ValueError, TypeError, LookupError):
        return ""
    return charset if isinstance(charset, str) else str(charset[-1]) if charset else ""


def _claimed_name(part: Message) -> str:
    try:
        name = part.get_filename("")
    except (ValueError, TypeError, LookupError):
        return ""
    return decode_words(unfold(name))


def decoded_payload(part: Message, defects: list[str]) -> bytes:
    """The bytes of a leaf without their transfer encoding; an attached mail is written out again."""
    if part.is_multipart():
        return _written_out(part)
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError, binascii.Error):
        defects.append("UndecodablePayload")
        payload = None
    if isinstance(payload, bytes):
        return payload
    text = part.get_payload()
    return text.encode("utf-8", "surrogateescape") if isinstance(text, str) else b""


def _written_out(part: Message) -> bytes:
    """The headers and leaves inside an enclosed message or report, as text that can be read again."""
    pieces: list[bytes] = []
    waiting: list[Message] = [part]
    while waiting:
        current = waiting.pop()
        if current is not part:
            fields = (f"{name}: {value}" for name, value in current.raw_items())
            pieces.append("\n".join(fields).encode("utf-8", "surrogateescape") + b"\n")
        payload = current.get_payload()
        if isinstance(payload, list):
            waiting.extend(reversed([inner for inner in payload if isinstance(inner, Message)]))
        elif isinstance(payload, str):
            pieces.append(payload.encode("utf-8", "surrogateescape"))
    return b"\n".join(pieces)
