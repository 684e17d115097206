"""Which messages lie in the mailbox that we have not stored yet?

Messages are asked for by UID, in order, and only peeked at: nothing is marked, moved or deleted, so a message
can be lost neither by us nor by a crash. The cursor is (UIDVALIDITY, last UID stored). When the server issues
a new UIDVALIDITY all old UIDs are void and the mailbox is read from its start; what we already have is then
recognised as a duplicate.
"""

import imaplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxLoginError

from tieline.kernel.refusal import Refusal
from tieline.mail.transport import Security

Cursor = tuple[int, int]
"""(UIDVALIDITY, last UID stored)"""

_LONGEST_IDLE_SECONDS = 25 * 60
_BROKEN = (imaplib.IMAP4.error, ImapToolsError, OSError, socket.timeout)


class MailboxUnreachable(Refusal):
    """Unreachable, refused, or broken off in the middle; what was yielded before stays valid."""


@dataclass(frozen=True)
class ImapAccount:
    """One mailbox to fetch from; `name` is our own word for it and part of every key."""

    name: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: Security = Security.TLS
    folder: str = "INBOX"
    connection_seconds: float = 30.0
    poll_seconds: float = 30.0


@dataclass(frozen=True)
class Fetched:
    """One message as the server holds it, and the cursor that is true once it is stored."""

    key: str
    raw: bytes = field(repr=False)
    uid: int
    uidvalidity: int

    @property
    def cursor(self) -> Cursor:
        return (self.uidvalidity, self.uid)


class Wait(StrEnum):
    """How waiting ended: something new may be there, or nothing came in time."""

    NEW = "new"
    QUIET = "quiet"


def fetch_new(account: ImapAccount, cursor: Cursor | None) -> Iterator[Fetched]:
    """Every message after the cursor, oldest first; store each before asking for the next."""
    with open_mailbox(account) as mailbox:
        yield from mailbox.new_since(cursor)


def wait_for_new(account: ImapAccount, cursor: Cursor | None, *, seconds: float) -> Wait:
    """Wait until the mailbox holds something after the cursor, by IDLE, or by asking now and then where IDLE
    is absent.
    """
    with open_mailbox(account) as mailbox:
        return mailbox.wait(cursor, seconds=seconds)


@contextmanager
def open_mailbox(account: ImapAccount) -> "Iterator[OpenMailbox]":
    """A signed-in connection with the folder opened for reading; any failure becomes `MailboxUnreachable`."""
    connection: BaseMailBox | None = None
    try:
        connection = _connected(account)
        yield OpenMailbox(account, connection)
    except MailboxLoginError as problem:
        raise MailboxUnreachable(f"Mailbox '{account.name}': the server refused the sign-in.") from problem
    except _BROKEN as problem:
        kind = type(problem).__name__
        raise MailboxUnreachable(f"Mailbox '{account.name}' at {account.host} cannot be read ({kind}).") from problem
    finally:
        if connection is not None:
            _leave(connection)


def _connected(account: ImapAccount) -> BaseMailBox:
    seconds = account.connection_seconds
    connection: BaseMailBox
    if account.security is Security.TLS:
        connection = MailBox(account.host, account.port, timeout=seconds, ssl_context=ssl.create_default_context())
    elif account.security is Security.STARTTLS:
        context = ssl.create_default_context()
        connection = MailBoxStartTls(account.host, account.port, timeout=seconds, ssl_context=context)
    else:
        connection = MailBoxUnencrypted(account.host, account.port, timeout=seconds)
    try:
        connection.login(account.user, account.password, initial_folder=None)
        connection.folder.set(account.folder, readonly=True)
    except BaseException:
        _leave(connection)
        raise
    return connection


def _leave(connection: BaseMailBox) -> None:
    try:
        connection.client.shutdown()
    except _BROKEN:
        # The connection was gone already, which is what was wanted.
        return


class OpenMailbox:
    """A mailbox we are signed in to, for as long as the connection lasts."""

    def __init__(self, account: ImapAccount, connection: BaseMailBox) -> None:
        self._account = account
        self._connection = connection

    def new_since(self, cursor: Cursor | None) -> Iterator[Fetched]:
        uidvalidity = self._uidvalidity()
        for uid in self._uids_after(self._last_uid(cursor, uidvalidity)):
            raw = self._fetch(uid)
            # A message that vanished between listing and fetching was deleted by its owner, not by us.
            if raw is not None:
                yield Fetched(f"imap:{self._account.name}:{uidvalidity}:{uid}", raw, uid, uidvalidity)

    def wait(self, cursor: Cursor | None, *, seconds: float) -> Wait:
        """Looks first, so that what came between fetching and waiting is not slept through."""
        ends = time.monotonic() + seconds
        idles = b"IDLE" in {str(word).upper().encode() for word in self._connection.client.capabilities}
        while not self._holds_new(cursor):
            left = ends - time.monotonic()
            if left <= 0:
                return Wait.QUIET
            if idles:
                self._connection.idle.wait(timeout=min(left, _LONGEST_IDLE_SECONDS))
            else:
                time.sleep(min(left, self._account.poll_seconds))
        return Wait.NEW

    def _holds_new(self, cursor: Cursor | None) -> bool:
        return bool(self._uids_after(self._last_uid(cursor, self._uidvalidity())))

    def _last_uid(self, cursor: Cursor | None, uidvalidity: int) -> int:
        return cursor[1] if cursor and cursor[0] == uidvalidity else 0

    def _uidvalidity(self) -> int:
        """From a fresh SELECT: the server tells the value with it, and shows what arrived since."""
        self._connection.folder.set(self._account.folder, readonly=True)
        _, values = self._connection.client.response("UIDVALIDITY")
        if not values or values[-1] is None:
            raise MailboxUnreachable(f"Mailbox '{self._account.name}': the server gives no UIDVALIDITY.")
        return int(values[-1])

    def _uids_after(self, last_uid: int) -> list[int]:
        # "n:*" always names the newest message, even when its UID is below n, hence the second look.
        status, answer = self._connection.client.uid("SEARCH", f"UID {last_uid + 1}:*")
        self._refuse_unless_ok(status)
        words = b" ".join(part for part in answer if isinstance(part, bytes)).split()
        return sorted({int(word) for word in words if int(word) > last_uid})

    def _fetch(self, uid: int) -> bytes | None:
        status, answer = self._connection.client.uid("FETCH", str(uid), "(UID BODY.PEEK[])")
        self._refuse_unless_ok(status)
        for piece in answer:
            if isinstance(piece, tuple) and len(piece) == 2 and b"BODY[]" in piece[0].upper():
                return bytes(piece[1])
        return None

    def _refuse_unless_ok(self, status: str) -> None:
        if status != "OK":
            raise MailboxUnreachable(f"Mailbox '{self._account.name}': the server answered {status}.")
