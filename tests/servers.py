"""Real mail servers for the tests: sockets on 127.0.0.1, started and stopped by whoever needs them.

`smtp_server` receives (and can be told to fail); `imap_server` is a private Dovecot where that is installed,
with its own configuration, mail and port in a throw-away directory.
"""

from __future__ import annotations

import getpass
import imaplib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_START_SECONDS = 20.0


@dataclass
class SmtpInbox:
    """The receiving side: what arrived, and how to answer the next message."""

    host: str = "127.0.0.1"
    port: int = 0
    received: list[Envelope] = field(default_factory=list)
    answer_recipient: dict[str, str] = field(default_factory=dict)
    answer_message: str = "250 taken"

    @property
    def contents(self) -> list[bytes]:
        """The messages as they came over the wire."""
        return [bytes(envelope.original_content or b"") for envelope in self.received]

    def fail_temporarily(self) -> None:
        self.answer_message = "451 try again later"

    def fail_permanently(self) -> None:
        self.answer_message = "554 never send this again"

    def work(self) -> None:
        self.answer_message = "250 taken"
        self.answer_recipient.clear()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answer_recipient.get(address, "250 known")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer_message.startswith("250"):
            self.received.append(envelope)
        return self.answer_message


@contextmanager
def smtp_server() -> Iterator[SmtpInbox]:
    """A receiving SMTP server on a free port."""
    inbox = SmtpInbox(port=free_port())
    controller = Controller(inbox, hostname=inbox.host, port=inbox.port)
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()


@dataclass(frozen=True)
class ImapServer:
    """A running IMAP server with one mailbox; `deliver` puts mail in as any mail program would."""

    host: str
    port: int
    user: str
    password: str
    mail_directory: Path

    def deliver(self, *messages: bytes) -> None:
        with self._signed_in() as client:
            for raw in messages:
                client.append("INBOX", "", "", raw)

    def flags(self) -> list[bytes]:
        """The flags of every message, to show that fetching marks nothing."""
        with self._signed_in() as client:
            client.select("INBOX", readonly=True)
            _, answers = client.fetch("1:*", "(FLAGS)")
            return [answer for answer in answers if isinstance(answer, bytes)]

    def give_new_uidvalidity(self) -> None:
        """What a restored or moved mailbox looks like: the same mail under new numbers."""
        with self._signed_in() as client:
            client.create("Kept")
            client.select("INBOX")
            client.copy("1:*", "Kept")
            client.store("1:*", "+FLAGS", "\\Deleted")
            client.expunge()
            client.close()
        for name in (
            "dovecot-uidlist",
            "dovecot.index",
            "dovecot.index.log",
            "dovecot.index.cache",
            "dovecot-uidvalidity",
        ):
            for path in self.mail_directory.glob(f"{name}*"):
                path.unlink()
        time.sleep(1.1)  # UIDVALIDITY counts seconds
        with self._signed_in() as client:
            client.select("Kept")
            client.copy("1:*", "INBOX")

    @contextmanager
    def _signed_in(self) -> Iterator[imaplib.IMAP4]:
        client = imaplib.IMAP4(self.host, self.port, timeout=10)
        try:
            client.login(self.user, self.password)
            yield client
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                client.logout()


@contextmanager
def imap_server(*, idle: bool = True) -> Iterator[ImapServer]:
    """A private Dovecot, or a skipped test where it is not installed. Without `idle` it offers no IDLE."""
    program = shutil.which("dovecot") or ("/usr/sbin/dovecot" if Path("/usr/sbin/dovecot").exists() else None)
    if program is None:
        pytest.skip("no IMAP server: Dovecot is not installed on this computer")
    home = Path(tempfile.mkdtemp(prefix="tl-imap-", dir="/tmp"))
    port = free_port()
    config = _write_configuration(home, port, idle)
    process = subprocess.Popen([program, "-F", "-c", str(config)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        _wait_for_greeting(process, port, home)
        yield ImapServer("127.0.0.1", port, "desk", "secret", home / "mail" / "desk")
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        shutil.rmtree(home, ignore_errors=True)


def _write_configuration(home: Path, port: int, idle: bool) -> Path:
    owner = "nobody" if os.geteuid() == 0 else getpass.getuser()
    group = "nogroup" if os.geteuid() == 0 else str(os.getegid())
    (home / "mail").mkdir()
    home.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(home / "mail", owner, group)
    capability = "imap_capability = IMAP4rev1 UIDPLUS LITERAL+\n" if not idle else ""
    config = home / "dovecot.conf"
    config.write_text(
        _CONFIGURATION.format(home=home, port=port, owner=owner, group=group, capability=capability), "utf-8"
    )
    return config


_CONFIGURATION = """\
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain
default_internal_user = {owner}
default_internal_group = {group}
default_login_user = {owner}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{home}/mail/%u
mail_uid = {owner}
mail_gid = {group}
mailbox_idle_check_interval = 1 s
{capability}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service auth {{
  user = {owner}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={home}/mail/%u
}}
"""


def _wait_for_greeting(process: subprocess.Popen[bytes], port: int, home: Path) -> None:
    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends:
        if process.poll() is not None:
            said = process.stderr.read().decode("utf-8", "replace") if process.stderr else ""
            pytest.skip(f"no IMAP server: Dovecot does not start here ({said.strip()[-300:]})")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            if connection.recv(100).startswith(b"* OK"):
                return
        time.sleep(0.1)
    pytest.fail(f"the IMAP server gave no greeting; its log says:\n{_tail(home / 'log')}")


def _tail(path: Path) -> str:
    return path.read_text("utf-8", "replace")[-1000:] if path.exists() else "(no log)"


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
