"""A worker that is killed again and again: seals and listens, writing one row for every event it hears.

`python worker_to_kill.py ROUNDS SEED` starts a worker, kills it without warning after a random moment, and starts the
next; prints how many kills found it in the middle of its work.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time

import django

django.setup()

from django.db import connection  # noqa: E402 - Django must be set up before

from tieline.journal.events import event  # noqa: E402
from tieline.journal.listening import Happened, drive, on  # noqa: E402
from tieline.journal.sealing import seal  # noqa: E402
from tieline.journal.tests.bells import AT, BellRang  # noqa: E402

event(BellRang.kind)(BellRang)


@on(BellRang)
def write_down(happened: Happened) -> None:
    """One row an event, not too fast for kills to fall into the work."""
    time.sleep(0.001)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO trial_heard VALUES (%s, %s)", [happened.event_id, happened.position])


def work_until_killed() -> None:
    """Small steps, so that kills fall between and within all kinds of statements."""
    names = [f"{write_down.__module__}.write_down"]
    while True:
        seal(at=AT, limit=random.randint(1, 40))
        drive(names=names, limit=random.randint(1, 30))


def main(rounds: int, seed: int) -> None:
    """Start and kill workers."""
    chance = random.Random(seed)
    for _ in range(rounds):
        worker = os.fork()
        if worker == 0:
            work_until_killed()
        time.sleep(chance.uniform(0.02, 0.2))
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
