"""Is an act on many cases done to each exactly once when its worker is killed, again and again?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections

from tests.cast import MONDAY, Cast, assemble
from tests.letters import case_of, letter, receive
from tieline.desk.actions.bulk import begin_bulk, work
from tieline.desk.actions.bulk_verbs import VERBS
from tieline.desk.matching import Chosen
from tieline.desk.models import BulkAct, BulkState, Case, Message, MessageKind
from tieline.desk.tests.test_bulk import SOON
from tieline.journal.models import JournalEvent
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as

ROOT = Path(__file__).parents[3]
CASES = 60
"""More than one batch."""


def killed(cases: int, when: str) -> None:
    """A worker starts, does some, and dies."""
    connections.close_all()
    script = ROOT / "tieline" / "desk" / "tests" / "bulk_to_kill.py"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    died = subprocess.run([sys.executable, str(script), str(cases), when], env=environment, check=False, cwd=ROOT)
    assert died.returncode == -signal.SIGKILL


def many(cast: Cast) -> None:
    first = case_of(receive(letter()))
    fields = {name: value for name, value in vars(first).items() if name not in ("_state", "id")}
    Case.objects.bulk_create(
        Case(**{**fields, "number": first.number + place, "label": f"T-{place}"}) for place in range(1, CASES)
    )


@pytest.mark.slow
def test_each_case_gets_the_note_once_however_often_the_worker_dies(committed: str) -> None:
    with viewing_as(SYSTEM):
        cast = assemble()
    with viewing_as(SYSTEM):
        many(cast)
        bulk = begin_bulk(
            VERBS["note"], chosen=Chosen(view="open", is_all=True), facts={"text": "Known."}, said="A note",
            profile=cast.profile, by=cast.ana.as_actor(), at=MONDAY,
        )  # fmt: skip

    for cases, when in [(1, "before"), (49, "before"), (0, "after"), (7, "before"), (0, "after")]:
        killed(cases, when)
    with viewing_as(SYSTEM):
        while work(SOON):
            pass

    with viewing_as(SYSTEM):
        done = BulkAct.objects.get(pk=bulk.pk)
        assert (done.state, done.done, done.failed) == (BulkState.DONE, CASES, 0)
        notes = Message.objects.filter(kind=MessageKind.NOTE)
        assert notes.count() == notes.values("case").distinct().count() == CASES
        assert JournalEvent.objects.filter(kind="case.noted").count() == CASES
        assert JournalEvent.objects.filter(kind="bulk.finished").count() == 1
