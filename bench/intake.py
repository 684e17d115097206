"""How many messages a second does `tieline ingest` take in, everything included, and with how much memory?

    python bench/intake.py MBOX [--runs 2]
    python bench/intake.py MBOX --into HOME

Each run is the command itself on a fresh, prepared instance, timed from start to exit: reading, storing bytes, parsing,
routing, cases, clocks, journal, index. Beside it, in the same process as this script: reading the file alone, parsing
alone, and the baseline: every message's bytes stored with fsync and one row committed for each. With --into HOME, they
are also taken into an instance that is full already and not running; what it has seen before would only be recognised.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def take_in(path: Path, home: Path, prepared: bool = False) -> tuple[int, float, float, float]:
    """Messages, seconds, CPU seconds of the command's own process, and its peak memory in MiB."""
    from bench.crash import environment, run

    if not prepared:
        run(home, "journal", "verify")
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "tieline", "ingest", str(path), "--json"],
        env=environment(home), cwd=ROOT, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    lines = [json.loads(line) for line in process.stdout]
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if status:
        raise RuntimeError(f"the command ended with {status}")
    return len(lines), seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def parts(path: Path, home: Path) -> dict[str, float]:
    """Seconds for reading, parsing and bare storing of all messages."""
    os.environ["TIELINE_HOME"] = str(home)
    from tieline.mail.parse import parse
    from tieline.mail.sources import deliveries
    from tieline.project.bootstrap import instance_ready

    found = list(deliveries(path))
    seconds = {
        "reading the file": timed(lambda: list(deliveries(path))),
        "parsing": timed(lambda: [parse(one.raw) for one in found]),
    }
    with instance_ready():
        from django.db import connection

        from tieline.kernel import instance

        def store() -> None:
            with connection.cursor() as cursor:
                cursor.execute("CREATE TEMP TABLE kept (key text PRIMARY KEY, source text, file text, size bigint)")
                for one in found:
                    key = instance.files().put(one.raw)
                    cursor.execute("INSERT INTO kept VALUES (%s, %s, %s, %s)", [one.key, one.source, key, len(one.raw)])

        seconds["storing bytes and one row each (baseline)"] = timed(store)
    return seconds


def tell(which: str, taken: tuple[int, float, float, float], baseline: float) -> None:
    count, spent, cpu, memory = taken
    print(
        f"{which}: {count} messages in {spent:.1f} s: {count / spent:.1f} messages/s, "
        f"{spent / baseline:.1f} x baseline, CPU of the command {cpu:.1f} s, peak memory {memory:.0f} MiB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mbox", type=Path)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--into", type=Path, metavar="HOME", help="the home of a full instance")
    chosen = parser.parse_args()
    print(f"load average before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="tieline-intake-") as home:
        seconds = parts(chosen.mbox, Path(home))
    baseline = seconds["storing bytes and one row each (baseline)"]
    for _ in range(chosen.runs):
        with tempfile.TemporaryDirectory(prefix="tieline-intake-") as home:
            tell("fresh", taken := take_in(chosen.mbox, Path(home)), baseline)
    if chosen.into:
        tell("full", take_in(chosen.mbox, chosen.into, prepared=True), baseline)
    for name, part in seconds.items():
        print(f"  {name}: {part:.2f} s, {taken[0] / part:.0f} messages/s, {part / baseline:.2f} x baseline")


if __name__ == "__main__":
    main()
