"""What do the worker and the ticker do all day? Loops that end at the first signal, between two units of work.

The worker seals the journal, lets listeners digest it, tells the live-update process, empties the outbox, fetches
mail and does what contexts registered as chores. The ticker moves clocks. Both write a heartbeat, which `/healthz`
reads.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, connection, connections

from tieline.clocks.actions import tick
from tieline.journal.listening import drive
from tieline.journal.models import JournalLink, Seal
from tieline.journal.sealing import seal
from tieline.kernel import clock
from tieline.kernel.actor import SYSTEM
from tieline.kernel.chores import do_chores
from tieline.kernel.profile import current_profile
from tieline.kernel.refusal import Refusal
from tieline.kernel.viewing import viewing_as
from tieline.mail.actions import quarantine_parked
from tieline.mail.fetching import fetch_mail, watch_account
from tieline.mail.profile import MailRules
from tieline.mail.sending import send_waiting, server_from_settings
from tieline.project.heartbeat import beat
from tieline.rulebook.finding.preparing import ReadingAhead

log = logging.getLogger(__name__)
WORK_PAUSE_SECONDS = 0.2
TICK_PAUSE_SECONDS = 5.0
LIVE_CHANNEL = "tieline_live"
MOST_TOLD = 200


@dataclass
class Loop:
    """Run a unit of work again and again until a signal asks to stop; a lost database is waited for."""

    name: str
    work: Callable[[], int]
    pause_seconds: float
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Loop until SIGTERM or SIGINT; busy loops do not pause."""
        signal.signal(signal.SIGTERM, lambda *_: self.stopping.set())
        signal.signal(signal.SIGINT, lambda *_: self.stopping.set())
        while not self.stopping.is_set():
            if not self._once():
                self.stopping.wait(self.pause_seconds)

    def _once(self) -> int:
        try:
            beat(self.name, at=clock.now())
            return self.work()
        except (OperationalError, InterfaceError) as problem:
            log.warning("%s: the database is away (%s); trying again", self.name, str(problem).strip())
            connections.close_all()
            self.stopping.wait(2.0)
            return 0


def run_worker() -> None:
    """The worker: journal, live news, outbox, mailbox, and reading rules ahead for the search."""
    outbox = threading.Thread(target=_run_beside, args=(_empty_outbox, 1.0), daemon=True, name="outbox")
    mailbox = threading.Thread(target=_run_beside, args=(_fetch, 1.0), daemon=True, name="mailbox")
    outbox.start()
    mailbox.start()
    threading.Thread(target=_run_beside, args=(ReadingAhead().work, 1.0), daemon=True, name="reading").start()
    threading.Thread(target=_run_beside, args=(_do_chores, 1.0), daemon=True, name="chores").start()
    Loop("worker", Worker().work, WORK_PAUSE_SECONDS).run()


def run_ticker() -> None:
    """The ticker: warns of clocks and tells of breaches."""
    Loop("ticker", _tick, TICK_PAUSE_SECONDS).run()


@dataclass
class Worker:
    """One unit of the worker's day, and up to where it has told open pages what happened."""

    told: int | None = None

    def work(self) -> int:
        """Seal, let listeners digest, tell open pages; returns the positions passed."""
        if self.told is None:  # what was recorded while no worker ran is sealed, and told, now
            self.told = _head()
        seal(at=clock.now())
        news = self._news()
        _tell(news)
        passed = drive()
        if passed:
            _tell(news)  # what listeners made of it (own desks, clocks, the index) is there now
            with viewing_as(SYSTEM):
                quarantine_parked(at=clock.now())
        return passed

    def _news(self) -> str:
        """Which cases the events since last time concern, whoever sealed them; nothing where they concern none."""
        with viewing_as(SYSTEM):
            since, self.told = self.told, (head := _head())
            if since is None or head <= since:
                return ""
            events = Seal.objects.filter(position__gt=since).values("event_id")
            cases = JournalLink.objects.filter(event_id__in=events, object_kind="case")
            numbers = sorted(set(cases.values_list("object_id", flat=True)))
            if not numbers:
                return ""
            # too many to be named: no number means that anything may have changed
            return f"{head} {' '.join(numbers if len(numbers) <= MOST_TOLD else [])}"


def _tell(news: str) -> None:
    """Tell the live-update process."""
    if news:
        with viewing_as(SYSTEM), connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [LIVE_CHANNEL, news])


def _head() -> int:
    with viewing_as(SYSTEM):
        return Seal.objects.order_by("-position").values_list("position", flat=True).first() or 0


def _tick() -> int:
    with viewing_as(SYSTEM):
        return tick(at=clock.now())


def _run_beside(work: Callable[[], float], pause_seconds: float) -> None:
    """A thread's loop: what can be expected to fail is logged and tried again after a pause.

    Anything else is a mistake of ours: the whole worker stops and is started again, rather than going on without
    its outbox or mailbox.
    """
    name = threading.current_thread().name
    try:
        while True:
            time.sleep(_try(work, name) or pause_seconds)
    finally:
        log.error("%s: stopped by a fault; the worker ends and is started again", name, exc_info=True)
        os.kill(os.getpid(), signal.SIGTERM)


def _try(work: Callable[[], float], name: str) -> float:
    try:
        return work()
    except (OperationalError, InterfaceError, Refusal, OSError) as problem:
        log.warning("%s: %s", name, str(problem).strip())
        connections.close_all()
        return 10.0


def _empty_outbox() -> float:
    server = server_from_settings()
    if server is None:
        return 30.0
    send_waiting(server, sender_name=current_profile().get(MailRules).desk_name, at=clock.now())
    return 0.0


def _do_chores() -> float:
    with viewing_as(SYSTEM):
        done = do_chores(clock.now())
    return 0.05 if done else 1.0


def _fetch() -> float:
    account = watch_account()
    if account is None:
        return 60.0
    fetch_mail(account, profile=current_profile())
    return 0.0
