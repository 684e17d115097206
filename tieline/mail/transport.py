"""How does one message reach the mail server, and what does the server's answer mean for the next try?

One attempt, no retry: the outbox decides about those. A permanent failure (5xx) must not be tried again as it
is; a temporary one (4xx, no connection, time-out) must be.
"""

import smtplib
import ssl
from collections.abc import Collection
from dataclasses import dataclass, field
from email.headerregistry import Address as HeaderAddress
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum

from tieline.mail.compose import UnsafeHeader, usable_address


class Security(StrEnum):
    """How the connection is protected: TLS from the start, TLS after STARTTLS, or not at all (local relay
    only).
    """

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True)
class Server:
    """Where our mail goes out; the password never shows in a log or a stack trace by `repr`."""

    host: str
    port: int
    security: Security = Security.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    connection_seconds: float = 20.0
    own_name: str | None = None


@dataclass(frozen=True)
class RefusedRecipient:
    """An address the server would not take, and its answer."""

    address: str
    code: int
    answer: str

    @property
    def is_permanent(self) -> bool:
        return self.code >= 500


@dataclass(frozen=True)
class Sent:
    """The server took the message over for at least one recipient."""

    accepted: tuple[str, ...]
    refused: tuple[RefusedRecipient, ...] = ()


class SendingFailed(Exception):
    """Nothing was sent. `code` is the server's answer, 0 when there was none; the text is for people."""

    def __init__(self, sentence: str, *, code: int = 0, refused: tuple[RefusedRecipient, ...] = ()) -> None:
        super().__init__(sentence)
        self.code = code
        self.refused = refused


class TemporaryFailure(SendingFailed):
    """Worth another try later."""


class PermanentFailure(SendingFailed):
    """The same message would be refused again."""


def deliver(message: EmailMessage, server: Server, *, but_for: Collection[str] = ()) -> Sent:
    """Hand one message to the server, or raise `TemporaryFailure` or `PermanentFailure`.

    `but_for` are those it names who have it already: they are in its headers, and get it no second time.
    """
    try:
        sender, named = envelope_of(message)
        recipients = tuple(address for address in named if address not in but_for)
    except UnsafeHeader as problem:
        raise PermanentFailure(str(problem)) from problem
    try:
        with _connected(server) as connection:
            return _hand_over(connection, message, sender, recipients)
    except smtplib.SMTPRecipientsRefused as problem:
        raise _all_refused(problem) from problem
    except smtplib.SMTPResponseException as problem:
        raise _failure(problem.smtp_code, problem.smtp_error) from problem
    except smtplib.SMTPNotSupportedError as problem:
        raise PermanentFailure(f"The mail server does not offer what is needed: {problem}.") from problem
    except (smtplib.SMTPException, OSError) as problem:
        # The text of the problem may carry what was sent, so only its kind is told.
        raise TemporaryFailure(f"The mail server did not answer properly ({type(problem).__name__}).") from problem


def envelope_of(message: EmailMessage) -> tuple[str, tuple[str, ...]]:
    """Where bounces go and who receives it: what a machine sent has no sender, so that two machines never
    answer each other (RFC 3834 §3.3).
    """
    addresses = [_spec(person) for name in ("To", "Cc") for person in _people(message, name)]
    is_automatic = str(message.get("Auto-Submitted", "no")).strip().lower() != "no"
    sender = "" if is_automatic else _spec(_people(message, "From")[0])
    return sender, tuple(dict.fromkeys(addresses))


def _people(message: EmailMessage, name: str) -> tuple[HeaderAddress, ...]:
    header = message.get(name)
    return header.addresses if isinstance(header, AddressHeader) else ()


def _spec(person: HeaderAddress) -> str:
    return usable_address(person.addr_spec)


def _connected(server: Server) -> smtplib.SMTP:
    seconds = server.connection_seconds
    connection: smtplib.SMTP
    security = Security(server.security)
    if security is Security.TLS:
        context = ssl.create_default_context()
        connection = smtplib.SMTP_SSL(server.host, server.port, server.own_name, timeout=seconds, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, server.own_name, timeout=seconds)
    if security is Security.STARTTLS:
        connection.starttls(context=ssl.create_default_context())
    if server.user:
        connection.login(server.user, server.password)
    return connection


def _hand_over(connection: smtplib.SMTP, message: EmailMessage, sender: str, recipients: tuple[str, ...]) -> Sent:
    answers = connection.sendmail(sender, recipients, message.as_bytes(policy=SMTP))
    refused = _refusals(answers)
    names = {recipient.address for recipient in refused}
    return Sent(tuple(address for address in recipients if address not in names), refused)


def _refusals(answers: dict[str, tuple[int, bytes]]) -> tuple[RefusedRecipient, ...]:
    return tuple(RefusedRecipient(address, code, _words(answer)) for address, (code, answer) in answers.items())


def _words(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:300]


def _all_refused(problem: smtplib.SMTPRecipientsRefused) -> SendingFailed:
    refused = _refusals(problem.recipients)
    first = refused[0]
    kind = PermanentFailure if all(one.is_permanent for one in refused) else TemporaryFailure
    return kind(
        f"The mail server refused {first.address}: {first.code} {first.answer}",
        code=first.code,
        refused=refused,
    )


def _failure(code: int, answer: bytes | str) -> SendingFailed:
    # 530 to 538 speak of our own sign-in, not of the message, so it waits until that is put right.
    kind = PermanentFailure if code >= 500 and code not in (530, 534, 535, 538) else TemporaryFailure
    return kind(f"The mail server answered {code}: {_words(answer)}", code=code)
