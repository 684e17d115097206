"""Do a letter's own signatures hold? DKIM (RFC 6376) and the forwarders' chain ARC (RFC 8617), over the very bytes.

Keys come from the DNS of whoever signed, within one limit of time for the whole letter. Everything here was written by
a stranger, the keys too: what costs too much, cannot be read, or gets no answer is "not checked", never "failed", and
nothing raises. A signature that leaves part of the letter unsigned proves nothing.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import dkim  # type: ignore[import-untyped]  # it comes without types
from django.conf import settings
from dkim.canonicalization import (  # type: ignore[import-untyped]  # it comes without types
    CanonicalizationPolicy,
    InvalidCanonicalizationPolicyError,
)
from dkim.util import InvalidTagValueList, parse_tag_value  # type: ignore[import-untyped]  # it comes without types

from tieline.kernel import instance
from tieline.mail.authenticity import Signature
from tieline.mail.dns_texts import NoAnswer, Texts, texts_by
from tieline.mail.models import IncomingMail
from tieline.mail.parse import ParsedMail

SECONDS = 3.0
"""All that may be spent on one letter's questions to the DNS."""
MOST_SIGNATURES = 5
MOST_FORWARDERS = 10
_LONGEST_FIELD = 8_000
_LONGEST_KEY = 2_000
_DEAREST_BLANKS = 100_000_000
_BLANKS = re.compile(rb"\s{64,}")
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?\Z")
_STUMBLES = (
    dkim.DKIMException,
    InvalidTagValueList,
    InvalidCanonicalizationPolicyError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
_SILENT = logging.getLogger("tieline.mail.dkim_checks")
_SILENT.disabled = True  # it would write down what strangers wrote
_ARC = (b"arc-seal", b"arc-message-signature", b"arc-authentication-results")


@dataclass(frozen=True)
class OwnChecks:
    """What we found ourselves: each DKIM signature, and how the forwarders' chain stands ("" where there is none)."""

    signatures: tuple[Signature, ...] = ()
    chain: str = ""


def checks_of(mail: IncomingMail, parsed: ParsedMail) -> OwnChecks:
    """The checks of a letter as it comes in, where the DNS may be asked; of letters from files the keys are gone."""
    texts = texts_by(settings.MAIL_DNS)
    is_signed = "dkim-signature" in parsed.headers or "arc-seal" in parsed.headers
    if texts is None or not is_signed or not mail.key.startswith("imap:"):
        return OwnChecks()
    return check_signatures(instance.files().get(mail.file_key), texts=texts, at=mail.received_at)


def check_signatures(raw: bytes, *, texts: Texts, at: datetime, seconds: float = SECONDS) -> OwnChecks:
    """Check every signature of a letter; `texts` answers for the DNS, `at` is when the letter came."""
    if b"dkim-signature" not in raw.lower() and b"arc-seal" not in raw.lower():
        return OwnChecks()
    asked = _Asked(texts, seconds)
    try:
        return _checked(raw, asked, at)
    except _STUMBLES:
        return OwnChecks((Signature("", "neutral", "the letter's headers cannot be read strictly enough"),))


def _checked(raw: bytes, asked: _Asked, at: datetime) -> OwnChecks:
    letter = dkim.DKIM(raw, logger=_SILENT)
    fields = [value for name, value in letter.headers if name.lower() == b"dkim-signature"]
    if sum(len(run[0]) ** 2 for run in _BLANKS.finditer(raw)) > _DEAREST_BLANKS:
        return OwnChecks((Signature("", "neutral", "it holds too many blanks in a row to be checked"),))
    signatures = tuple(_signature(letter, place, asked, at) for place in range(min(len(fields), MOST_SIGNATURES)))
    return OwnChecks(signatures, _chain(raw, letter, asked))


class _Asked:
    """The DNS with a stop-watch, and a limit on what it may answer."""

    def __init__(self, texts: Texts, seconds: float) -> None:
        self._texts = texts
        self._ends = time.monotonic() + seconds

    def key(self, name: bytes) -> bytes | None:
        """The text under a name; NoAnswer when the time is used up or nobody answered."""
        host = name.decode("ascii", "replace").rstrip(".")
        if not _HOST.match(host) or ".." in host:
            return None
        left = self._ends - time.monotonic()
        if left <= 0:
            raise NoAnswer("the time for questions to the DNS is used up")
        text = self._texts(host, left)
        return text if text is None or len(text) <= _LONGEST_KEY else b""

    def for_library(self) -> Callable[..., bytes | None]:
        """As the library wants to ask."""
        return lambda name, timeout=0: self.key(name)


def _signature(letter: dkim.DKIM, place: int, asked: _Asked, at: datetime) -> Signature:
    try:
        return _one(letter, place, asked, at)
    except NoAnswer as silence:
        return Signature(_named(letter), "temperror", str(silence))
    except _STUMBLES:
        return Signature(_named(letter), "neutral", "it is not well formed")


def _named(letter: dkim.DKIM) -> str:
    found = (letter.domain or b"").decode("ascii", "replace").lower()
    return found if _HOST.match(found) else ""


def _one(letter: dkim.DKIM, place: int, asked: _Asked, at: datetime) -> Signature:
    letter.domain = None
    field = [value for name, value in letter.headers if name.lower() == b"dkim-signature"][place]
    if len(field) > _LONGEST_FIELD:
        return Signature("", "neutral", "it is too long to be checked")
    expired = _expired(field, at)
    if expired:
        return Signature(expired, "policy", "its time is over")
    tags, signed, fields = letter.verify_headerprep(place)
    refused = _refused(letter, tags, signed)
    if refused:
        return Signature(_named(letter), "policy", refused)
    return _by_key(letter, tags, signed, fields[place], asked)


def _expired(field: bytes, at: datetime) -> str:
    """The signing domain of a signature whose time was over when the letter came, or ""."""
    try:
        tags = parse_tag_value(field)
    except InvalidTagValueList:
        return ""
    ends, domain = tags.get(b"x", b""), tags.get(b"d", b"").decode("ascii", "replace").lower()
    is_over = ends.isdigit() and len(ends) < 13 and int(ends) <= at.timestamp()
    return domain if is_over and _HOST.match(domain) else ""


def _refused(letter: dkim.DKIM, tags: dict[bytes, bytes], signed: list[bytes]) -> str:
    """Why a signature would prove nothing even if it held, or ""."""
    if tags[b"a"] != b"rsa-sha256":
        return "it is made by a method that is not accepted"
    if b"from" not in signed:
        return "it does not cover the author"
    if b"l" in tags and _unsigned_bytes(letter, tags):
        return "it leaves the end of the letter unsigned"
    return ""


def _unsigned_bytes(letter: dkim.DKIM, tags: dict[bytes, bytes]) -> int:
    policy = CanonicalizationPolicy.from_c_value(tags.get(b"c", b"simple/simple"))
    return max(0, len(policy.canonicalize_body(letter.body)) - int(tags[b"l"]))


def _by_key(
    letter: dkim.DKIM, tags: dict[bytes, bytes], signed: list[bytes], field: tuple[bytes, bytes], asked: _Asked
) -> Signature:
    domain = _named(letter)
    name = tags[b"s"] + b"._domainkey." + tags[b"d"]
    text = asked.key(name)
    problem = _unusable(name, text)
    if problem:
        return Signature(domain, *problem)
    try:
        holds = letter.verify_sig(tags, signed, field, lambda _name, timeout=0: text)
    except dkim.ValidationError:
        return Signature(domain, "fail", "the letter's text is not what was signed")
    except dkim.KeyFormatError:
        return Signature(domain, "policy", "its key is too short")
    return Signature(domain, "pass") if holds else Signature(domain, "fail", "it does not fit the letter")


def _unusable(name: bytes, text: bytes | None) -> tuple[str, str] | None:
    """Why a key proves nothing: there is none, it was withdrawn, it is not for mail, or it is only being tried out."""
    try:
        _, _, kind, is_for_reports = dkim.evaluate_pk(name, text)
        tags = parse_tag_value(text)
    except _STUMBLES:
        return "permerror", "there is no usable key for it"
    if kind not in ("rsa", b"rsa") or is_for_reports:
        return "permerror", "there is no usable key for it"
    if b"y" in tags.get(b"t", b"").split(b":"):
        return "neutral", "its signer is only trying it out"
    return None


def _chain(raw: bytes, letter: dkim.DKIM, asked: _Asked) -> str:
    """How the chain of forwarders stands: pass, fail, temperror, or "" where there is none."""
    links = [value for name, value in letter.headers if name.lower() in _ARC]
    if not links:
        return ""
    if len(links) > 3 * MOST_FORWARDERS or any(len(value) > _LONGEST_FIELD for value in links):
        return "neutral"
    try:
        found, _, _ = dkim.ARC(raw, logger=_SILENT).verify(dnsfunc=asked.for_library())
    except NoAnswer:
        return "temperror"
    except _STUMBLES:
        return "fail"
    return {dkim.CV_Pass: "pass", dkim.CV_None: ""}.get(found, "fail")
