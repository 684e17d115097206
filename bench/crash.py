"""Is a message lost or doubled when reading in is killed? Kills `tieline ingest` at random moments and resumes it.

    python bench/crash.py MBOX [--kills 50] [--seed 1]
    python -m bench.crash --mail [--kills 500] [--seed 1]       (fetch, store, route and send: see bench/crash_mail.py)

Each kill is SIGKILL to the whole process group; the database server survives it, as in life. Printed are the kills,
the messages in the file, what the resumed run and a second complete run say, and what stands in the database.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SLOWEST_START_SECONDS = 1.2


@dataclass(frozen=True)
class Aftermath:
    """What is there after all kills: the resumed run's lines, a second run's, and the database's own tally."""

    killed: int
    resumed: list[dict[str, object]]
    again: list[dict[str, object]]
    tally: dict[str, object]


def crash_and_resume(path: Path, home: Path, *, kills: int, seed: int, longest_seconds: float) -> Aftermath:
    """Kill the command so many times at random moments, let it finish, run it once more, and count."""
    chance = random.Random(seed)
    run(home, "journal", "verify")
    killed = 0
    for _ in range(kills):
        killed += start_and_kill(path, home, after=chance.uniform(0.1, SLOWEST_START_SECONDS + longest_seconds))
    resumed, again = ledger(path, home), ledger(path, home)
    tally = json.loads(run_python(home, TALLY))
    return Aftermath(killed, resumed, again, tally)


def start_and_kill(path: Path, home: Path, *, after: float) -> bool:
    """Whether the command was still at work when it was killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tieline", "ingest", str(path), "--json"],
        env=environment(home), cwd=ROOT, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(after)
    was_at_work = process.poll() is None
    if was_at_work:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return was_at_work


def ledger(path: Path, home: Path) -> list[dict[str, object]]:
    """The lines of a run that is left in peace."""
    return [json.loads(line) for line in run(home, "ingest", str(path), "--json").splitlines()]


def run(home: Path, *arguments: str) -> str:
    """What a command prints; a failure is raised with its words."""
    return run_python(home, "import sys; from tieline.cli.main import main; sys.exit(main(sys.argv[1:]))", *arguments)


def run_python(home: Path, code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment(home), cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{arguments}: {done.stdout[-1000:]}{done.stderr[-3000:]}")
    return done.stdout


def environment(home: Path) -> dict[str, str]:
    """A throw-away instance with a database server of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIELINE_DATABASE")}
    return kept | {"TIELINE_HOME": str(home), "TIELINE_LOG_LEVEL": "ERROR"}


TALLY = """
import json
from tieline.project.bootstrap import instance_ready
with instance_ready():
    from django.db.models import Count
    from tieline.clocks.models import Clock
    from tieline.desk.models import Case, Message
    from tieline.journal.models import JournalEvent
    from tieline.journal.sealing import seal, verify
    from tieline.kernel import clock, instance
    from tieline.kernel.actor import SYSTEM
    from tieline.kernel.viewing import viewing_as
    from tieline.mail.models import IncomingMail
    from tieline.search.models import Entry
    while seal(at=clock.now()):
        pass
    with viewing_as(SYSTEM):
        mails = IncomingMail.objects.all()
        twice = Message.objects.values("incoming").annotate(n=Count("pk")).filter(n__gt=1).count()
        clocks = Clock.objects.values("subject_id", "measure").annotate(n=Count("pk")).filter(n__gt=1).count()
        print(json.dumps({
            "mails": mails.count(),
            "keys": mails.values("key").distinct().count(),
            "undecided": mails.filter(outcome="").count(),
            "outcomes": dict(mails.values_list("outcome").annotate(n=Count("pk"))),
            "cases": Case.objects.count(),
            "case_opening_mails": mails.filter(outcome="case").values("case_number").distinct().count(),
            "client_messages": Message.objects.filter(kind="client").count(),
            "messages_doubled": twice,
            "clocks": Clock.objects.count(),
            "clocks_doubled": clocks,
            "cases_opened_events": JournalEvent.objects.filter(kind="case.opened").count(),
            "findable_cases": Entry.objects.filter(object_kind="case").count(),
            "bytes_kept": all(len(instance.files().get(m.file_key)) == m.size_bytes for m in mails),
        } | {"journal_problems": list(verify().problems)}))
"""


def _by_mail(kills: int, seed: int) -> str:
    from bench.crash_mail import crash_by_mail, report

    with tempfile.TemporaryDirectory(prefix="tieline-crash-") as home:
        return report(crash_by_mail(Path(home), kills=kills, seed=seed, longest_seconds=0.9))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mbox", type=Path, nargs="?")
    parser.add_argument("--mail", action="store_true", help="kill the worker between mailbox and mail server instead")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    if chosen.mail:
        print(_by_mail(chosen.kills, chosen.seed))
        return
    if chosen.mbox is None:
        parser.error("name a file of mail, or say --mail")
    with tempfile.TemporaryDirectory(prefix="tieline-crash-") as home:
        longest = 60.0 / chosen.kills
        after = crash_and_resume(chosen.mbox, Path(home), kills=chosen.kills, seed=chosen.seed, longest_seconds=longest)
    print(f"killed at work: {after.killed} of {chosen.kills}")
    print(f"resumed run: {len(after.resumed)} lines, {dict(Counter(line['outcome'] for line in after.resumed))}")
    print(f"second run: {len(after.again)} lines, {dict(Counter(line['outcome'] for line in after.again))}")
    print(json.dumps(after.tally, indent=2))


if __name__ == "__main__":
    main()
