"""How long do the reading pages of a very large book take: a section, what cites it, its redline, the change list?

    python bench/reading.py [--paragraphs 60000] [--editions 12] [--repeats 5]

Fills a throw-away instance as `bench/reach.py` does, but with texts that cite sections, and asks the same questions
as the pages do. Printed is the median of the repeats, in milliseconds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

SECTION = "12.34"
CITING = """UPDATE rulebook_paragraphversion SET text = text || ' See Section ' || (1 + id % 60)
  || '.' || (1 + id % 100)
WHERE id % 3 = 0"""


def timed(name: str, ask: Callable[[], object], repeats: int) -> None:
    """Ask several times and print the median."""
    took = []
    for _ in range(repeats):
        started = time.perf_counter()
        ask()
        took.append((time.perf_counter() - started) * 1000)
    print(f"{name}: {statistics.median(took):.0f} ms (first {took[0]:.0f} ms)", flush=True)


def measure(editions: int, repeats: int) -> None:
    """Ask what the pages ask."""
    from reach import day_of

    from tieline.rulebook.history.changes import changes
    from tieline.rulebook.queries import sections
    from tieline.rulebook.reading.cited_by import reach_of
    from tieline.rulebook.reading.comparisons import compare_section
    from tieline.rulebook.reading.sections import read_section

    last, before, first = day_of(editions - 1), day_of(editions - 2), day_of(0)
    timed("a section", lambda: read_section("large", SECTION, as_at=last), repeats)
    timed("contents of the book", lambda: sections("large", last), repeats)
    timed("what cites a section", lambda: reach_of("large", SECTION, as_at=last), repeats)
    timed("redline of a section", lambda: compare_section("large", SECTION, from_day=first, to_day=last), repeats)
    listed = changes("large", before, last)
    timed(f"changes of one edition ({len(listed.paragraphs)})", lambda: changes("large", before, last), repeats)
    listed = changes("large", first, last)
    timed(f"changes of all editions ({len(listed.paragraphs)})", lambda: changes("large", first, last), repeats)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--paragraphs", type=int, default=60_000)
    parser.add_argument("--editions", type=int, default=12)
    parser.add_argument("--repeats", type=int, default=5)
    chosen = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="tieline-reading-") as home:
        os.environ["TIELINE_HOME"] = home
        from tieline.project.bootstrap import instance_ready

        with instance_ready():
            from django.db import connection, transaction
            from reach import fill

            from tieline.kernel.actor import SYSTEM
            from tieline.kernel.viewing import viewing_as

            with transaction.atomic(), viewing_as(SYSTEM):
                fill(chosen.paragraphs, chosen.editions, 1000)
                with connection.cursor() as cursor:
                    cursor.execute(CITING)
                    cursor.execute("ANALYZE rulebook_paragraphversion")
                measure(chosen.editions, chosen.repeats)


if __name__ == "__main__":
    main()
