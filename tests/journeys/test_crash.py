"""Reading in survives whatever happens to the process or to the database: nothing lost, nothing doubled."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import pytest

from bench.crash import Aftermath, crash_and_resume, environment, ledger, run, run_python
from tieline.mail.sources import deliveries

ROOT = Path(__file__).parents[2]
COUNT = 150


@pytest.fixture
def market_mail(shared: Path, tmp_path: Path) -> Path:
    """The first letters of the real mailbox, and two of them once more under other envelopes."""
    path = tmp_path / "market.mbox.gz"
    letters = [one.raw for one in islice(deliveries(shared / "mail" / "market_mail.mbox.gz"), COUNT - 2)]
    stamp = b"From someone Mon Nov 16 09:15:00 2026\n"
    path.write_bytes(gzip.compress(b"".join(stamp + raw.rstrip(b"\n") + b"\n\n" for raw in [*letters, *letters[:2]])))
    return path


def assert_nothing_lost_or_doubled(after: Aftermath) -> None:
    tally = after.tally
    opened = [line for line in after.resumed if line["outcome"] == "case"]
    duplicates = [line for line in after.resumed if line["outcome"] == "duplicate"]
    assert [line["source"] for line in after.resumed] == [f"market.mbox.gz#{n}" for n in range(1, COUNT + 1)]
    assert (len(opened), len(duplicates)) == (COUNT - 2, 2)
    assert {line["outcome"] for line in after.again} == {"duplicate"}
    assert len(after.again) == COUNT
    assert tally["outcomes"] == {"case": COUNT - 2, "duplicate": 2}
    assert tally["mails"] == tally["keys"] == COUNT
    assert tally["cases"] == tally["case_opening_mails"] == tally["client_messages"] == COUNT - 2
    assert tally["cases_opened_events"] == tally["findable_cases"] == COUNT - 2
    assert tally["clocks"] == 2 * (COUNT - 2)
    assert (tally["undecided"], tally["messages_doubled"], tally["clocks_doubled"]) == (0, 0, 0)
    assert (tally["journal_problems"], tally["bytes_kept"]) == ([], True)


@pytest.mark.slow
def test_killed_again_and_again_it_loses_and_doubles_nothing(market_mail: Path, tmp_path: Path) -> None:
    after = crash_and_resume(market_mail, tmp_path / "home", kills=12, seed=7, longest_seconds=0.6)

    assert after.killed > 6
    assert_nothing_lost_or_doubled(after)


@pytest.mark.slow
def test_a_database_that_stops_in_the_middle_is_told_and_made_good(market_mail: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    run(home, "journal", "verify")
    reading = subprocess.Popen(
        [sys.executable, "-m", "tieline", "ingest", str(market_mail), "--json"],
        env=environment(home), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert reading.stdout is not None
    first = json.loads(reading.stdout.readline())
    os.kill(int((home / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)

    rest, said = reading.communicate(timeout=60)

    assert first["outcome"] == "case"
    assert reading.returncode == 1, said
    assert said.startswith("tieline: The database went away")
    assert len(said.strip().splitlines()) == 1
    assert len(rest.splitlines()) < COUNT - 1
    time.sleep(0.5)
    from bench.crash import TALLY

    resumed, again = ledger(market_mail, home), ledger(market_mail, home)
    assert_nothing_lost_or_doubled(Aftermath(1, resumed, again, json.loads(run_python(home, TALLY))))
