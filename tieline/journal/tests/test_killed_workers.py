"""Does a worker that is killed at any moment lose or double an event?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections

from tieline.journal.models import Seal
from tieline.journal.sealing import verify
from tieline.journal.tests.bells import ring_many

ROOT = Path(__file__).parents[3]
EVENTS = 2000
ROUNDS = 30


def run_workers(rounds: int, *, seed: int) -> None:
    """Start and kill `rounds` workers one after another."""
    script = Path(__file__).with_name("worker_to_kill.py")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TIELINE_LOG_LEVEL": "ERROR"}
    subprocess.run([sys.executable, script, str(rounds), str(seed)], check=True, env=environment, cwd=ROOT, timeout=120)


def heard() -> list[tuple[int, int]]:
    """What the workers wrote down: event and position, in the order of the positions."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT event_id, position FROM trial_heard ORDER BY position, event_id")
        return list(cursor.fetchall())


@pytest.mark.slow
def test_a_worker_killed_at_random_moments_loses_and_doubles_nothing(committed: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE trial_heard (event_id bigint, position bigint)")
    written = ring_many(EVENTS)

    run_workers(ROUNDS, seed=1)
    after_kills = len(heard())
    while (before := len(heard())) < EVENTS:
        run_workers(12, seed=before)
        assert len(heard()) > before

    assert after_kills > 0
    assert heard() == list(Seal.objects.order_by("position").values_list("event_id", "position"))
    assert [event_id for event_id, _ in heard()] == written
    assert verify().is_sound
