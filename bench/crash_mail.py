"""Is a letter lost or doubled when the worker is killed anywhere between the mailbox and the mail server?

    python -m bench.crash --mail [--kills 500] [--seed 1]

A real mailbox (Dovecot) gives letters while the worker fetches, stores, routes and acknowledges them into a real SMTP
server; it is killed (SIGKILL) at random instants and started again. At last one is left in peace. Then every letter
must have come to one outcome, and every new case to one acknowledgement. A message whose delivery was not written down
before the kill is sent again as the very same one, with its Message-ID: mail can do no better, and it is counted.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import IO

from bench.crash import ROOT, environment, run, run_python

LETTERS_PER_KILL = 2
ANSWERS_EVERY = 4
"""Every so many letters one answers an earlier one of the same sender."""


@dataclass(frozen=True)
class MailAftermath:
    """What is there after all kills: how many letters and answers were sent, the tally, and what arrived outside."""

    kills: int
    letters: int
    answers: int
    tally: dict[str, object]
    arrived: Counter[str]
    """How often each Message-ID of ours came over the wire."""
    reached: Counter[str]
    """How many different messages each address got."""

    @property
    def sent_again(self) -> int:
        return self.arrived.total() - len(self.arrived)


def crash_by_mail(home: Path, *, kills: int, seed: int, longest_seconds: float) -> MailAftermath:
    """Kill the worker so many times while letters come in, let it finish, and count."""
    from tests.servers import imap_server, smtp_server

    chance = random.Random(seed)
    home.mkdir(parents=True, exist_ok=True)
    with imap_server() as mailbox, smtp_server() as outside:
        settings = {
            "TIELINE_IMAP_HOST": mailbox.host, "TIELINE_IMAP_PORT": str(mailbox.port), "TIELINE_IMAP_SECURITY": "none",
            "TIELINE_IMAP_USER": mailbox.user, "TIELINE_IMAP_PASSWORD": mailbox.password,
            "TIELINE_SMTP_HOST": outside.host, "TIELINE_SMTP_PORT": str(outside.port),
            "TIELINE_MAIL_DNS": "no", "TIELINE_PROFILE": str(_profile_without_caps(home)),
        }  # fmt: skip
        run(home, "journal", "verify")
        letters = [_letter(number) for number in range(kills * LETTERS_PER_KILL)]
        with _forge(home, settings) as forge:
            for first in range(0, len(letters), LETTERS_PER_KILL):
                mailbox.deliver(*letters[first : first + LETTERS_PER_KILL])
                worker = forge.start("work")
                time.sleep(chance.uniform(0.01, longest_seconds))
                forge.kill(worker)
            forge.finish()
        tally = json.loads(run_python(home, TALLY))
        sent = [message_from_bytes(content) for content in outside.contents]
    arrived = Counter(str(message["Message-ID"]) for message in sent)
    reached = Counter(to for to, _ in {(str(message["To"]), str(message["Message-ID"])) for message in sent})
    answers = sum(1 for number in range(len(letters)) if _is_answer(number))
    return MailAftermath(kills, len(letters), answers, tally, arrived, reached)


def problems(after: MailAftermath) -> list[str]:
    """Whatever was lost or doubled, in words; empty when all is well."""
    new = after.letters - after.answers
    expected = {
        "mails": after.letters, "message_ids": after.letters, "undecided": 0,
        "outcomes": {"case": new, "message": after.answers}, "cases": new, "client_messages": after.letters,
        "messages_doubled": 0, "clocks_doubled": 0, "acknowledgements": new, "cases_acknowledged": new, "unsent": 0,
        "cases_opened_events": new, "delivered_events": new, "journal_problems": [],
    }  # fmt: skip
    found = [f"{key}: {after.tally.get(key)} instead of {value}" for key, value in expected.items()
             if after.tally.get(key) != value]  # fmt: skip
    found += [f"{len(after.arrived)} messages arrived instead of {new}"] if len(after.arrived) != new else []
    twice = [address for address, messages in after.reached.items() if messages > 1]
    return found + [f"{address} got two acknowledgements" for address in twice]


def report(after: MailAftermath) -> str:
    """The figures for people."""
    found = problems(after)
    return (
        f"killed {after.kills} times while fetching, storing, routing and sending {after.letters} letters\n"
        f"acknowledgements: {len(after.arrived)} different ones arrived; {after.sent_again} of them were sent again "
        f"as the same message\nlost or doubled: {len(found)}\n" + "\n".join(found)
    )


def _is_answer(number: int) -> bool:
    return number % ANSWERS_EVERY == ANSWERS_EVERY - 1


def _letter(number: int) -> bytes:
    of = number - ANSWERS_EVERY + 1 if _is_answer(number) else number
    answers = f"In-Reply-To: <letter-{of}@client.example>\r\n" if of != number else ""
    return (
        f"Message-ID: <letter-{number}@client.example>\r\nFrom: Client {of} <client{of}@company{of}.example>\r\n"
        f"To: clientservices@localhost\r\nSubject: {'Re: ' if answers else ''}Question {of}\r\n{answers}"
        f"Date: Mon, 16 Nov 2026 09:{number % 60:02}:00 -0600\r\n\r\nWhat about statement number {number}?\r\n"
    ).encode()


def _profile_without_caps(home: Path) -> Path:
    """The example profile; a thousand acknowledgements an hour are wanted here."""
    path = home / "profile"
    shutil.copytree(
        next(path for path in (ROOT / "profiles").iterdir() if (path / "demo").is_dir()), path, dirs_exist_ok=True
    )
    most = 1_000_000
    caps = ("domain_in_an_hour", "all_in_an_hour", "unproved_in_an_hour")
    with (path / "mail.toml").open("a", encoding="utf-8") as rules:
        rules.write("\n[automatic]\n" + "".join(f"{cap} = {most}\n" for cap in caps))
    return path


@dataclass(frozen=True)
class Forge:
    """A process that has everything loaded and splits off a worker in a moment."""

    process: subprocess.Popen[str]

    def start(self, what: str) -> int:
        """The new worker's process id."""
        orders, told = self.process.stdin, self.process.stdout
        assert orders is not None
        assert told is not None
        print(what, file=orders, flush=True)
        return int(_line(told))

    def kill(self, worker: int) -> None:
        """SIGKILL, wherever it is."""
        os.kill(worker, signal.SIGKILL)
        self._wait()

    def finish(self) -> None:
        """Leave one in peace until nothing is left to do."""
        self.start("finish")
        if self._wait() != 0:
            raise RuntimeError("the last worker failed")

    def _wait(self) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print("wait", file=self.process.stdin, flush=True)
        return int(_line(self.process.stdout))


def _line(told: IO[str]) -> str:
    line = told.readline()
    if not line:
        raise RuntimeError("the process that starts workers is gone")
    return line


@contextmanager
def _forge(home: Path, settings: dict[str, str]) -> Iterator[Forge]:
    with subprocess.Popen(
        [sys.executable, "-c", FORGE], env=environment(home) | settings, cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        yield Forge(process)
        assert process.stdin is not None
        process.stdin.close()


FORGE = """
import os, sys, threading, time
from datetime import timedelta
from tieline.project.bootstrap import instance_ready

def beside(work):
    while True:
        work()
        time.sleep(0.02)

def work():
    from tieline.project.processes import Worker, _empty_outbox, _fetch
    for one in (_fetch, _empty_outbox):
        threading.Thread(target=beside, args=(one,), daemon=True).start()
    beside(Worker().work)

def finish():
    from django.db import connections
    from tieline.kernel import clock
    from tieline.kernel.profile import current_profile
    from tieline.mail.fetching import fetch_mail, watch_account
    from tieline.mail.ingesting import seal_and_drive
    from tieline.mail.sending import LEASE, send_waiting, server_from_settings
    quiet = 0
    while quiet < 3:
        done = fetch_mail(watch_account(), profile=current_profile(), watch_seconds=0.1) + seal_and_drive()
        later = clock.now() + LEASE + timedelta(seconds=1)
        done += send_waiting(server_from_settings(), sender_name="Desk", at=later)
        quiet = 0 if done else quiet + 1

with instance_ready():
    from django.db import connections
    import tieline.project.processes, tieline.mail.fetching, tieline.mail.ingesting
    child = 0
    for order in sys.stdin:
        if order.strip() == "wait":
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
            continue
        connections.close_all()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                {"work": work, "finish": finish}[order.strip()]()
                status = 0
            finally:
                os._exit(status)
        print(child, flush=True)
"""

TALLY = """
import json
from tieline.project.bootstrap import instance_ready
with instance_ready():
    from django.db.models import Count
    from tieline.clocks.models import Clock
    from tieline.desk.models import Case, Message
    from tieline.journal.models import JournalEvent
    from tieline.journal.sealing import verify
    from tieline.kernel.actor import SYSTEM
    from tieline.kernel.viewing import viewing_as
    from tieline.mail.models import IncomingMail, OutgoingMail
    def twice(rows, *names):
        return rows.values(*names).annotate(n=Count("pk")).filter(n__gt=1).count()
    with viewing_as(SYSTEM):
        mails, ours = IncomingMail.objects.all(), OutgoingMail.objects.filter(is_automatic=True)
        print(json.dumps({
            "mails": mails.count(),
            "message_ids": mails.values("message_id").distinct().count(),
            "undecided": mails.filter(outcome="").count(),
            "outcomes": dict(mails.values_list("outcome").annotate(n=Count("pk"))),
            "cases": Case.objects.count(),
            "client_messages": Message.objects.filter(kind="client").count(),
            "messages_doubled": twice(Message.objects.filter(incoming__isnull=False), "incoming"),
            "clocks_doubled": twice(Clock.objects, "subject_id", "measure"),
            "acknowledgements": ours.count(),
            "cases_acknowledged": ours.values("about_id").distinct().count(),
            "unsent": OutgoingMail.objects.exclude(state="sent").count(),
            "cases_opened_events": JournalEvent.objects.filter(kind="case.opened").count(),
            "delivered_events": JournalEvent.objects.filter(kind="mail.delivered").count(),
            "journal_problems": list(verify().problems),
        }))
"""
