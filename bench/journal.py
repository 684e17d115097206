"""How long does it take to verify 10,000 events, and is a changed byte named?

    python bench/journal.py [--events 10000]

The baseline is the bare hashing of as many bytes of the same form, without a database.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=10_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tieline-journal-") as home:
        os.environ["TIELINE_HOME"], os.environ["TIELINE_LOG_LEVEL"] = home, "ERROR"
        from tieline.project.bootstrap import instance_ready

        with instance_ready():
            measure(chosen.events)


def measure(events: int) -> None:
    import psycopg

    from tieline.journal.sealing import seal, verify
    from tieline.kernel import clock

    recording = timed(lambda: write(events))
    sealing = timed(lambda: [None for _ in iter(lambda: seal(at=clock.now()), 0)])
    at = clock.now().isoformat()
    row = [1, "mail.bounced", at, at, "system:tieline", "Tieline", {"reason": "a bench"}, [["about", "case", "1"]]]
    baseline = timed(lambda: [hashlib.sha256(json.dumps(row).encode()).digest() for _ in range(events)])
    verifying = min(timed(verify) for _ in range(3))
    print(f"load average {os.getloadavg()[0]:.1f}")
    print(f"recorded {events} events one by one: {events / recording:.0f} events/s")
    print(f"sealed: {events / sealing:.0f} events/s, {sealing / baseline:.1f} x baseline")
    print(f"verified {verify().sealed} events in {verifying:.2f} s, {verifying / baseline:.1f} x baseline")
    with psycopg.connect(os.environ["TIELINE_DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            "UPDATE journal_journalevent SET actor_name = actor_name || 'x' "
            "WHERE id = (SELECT min(id) + 77 FROM journal_journalevent)"
        )
    print(f"after changing one byte: {verify().problems}")


def write(events: int) -> None:
    from tieline.journal.actions import record
    from tieline.kernel import clock
    from tieline.kernel.actor import SYSTEM
    from tieline.kernel.reference import Reference
    from tieline.kernel.viewing import viewing_as
    from tieline.mail.events import MailBounced

    started = clock.now()
    for low in range(0, events, 500):
        with viewing_as(SYSTEM):
            for number in range(low, min(low + 500, events)):
                at = started + timedelta(seconds=number)
                said = MailBounced(reason="a bench")
                record(
                    said,
                    about=Reference("case", str(number % 50)),
                    by=SYSTEM,
                    at=at,
                    links={"mail": Reference("mail", "1")},
                )


def timed(work: object) -> float:
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
