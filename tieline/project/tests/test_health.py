"""Does /healthz say that all is well only when it is, and otherwise why not?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from tieline.journal.models import Parked
from tieline.project import health
from tieline.project.heartbeat import beat

AT = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own in which both parts were heard of just now."""
    monkeypatch.setenv("TIELINE_HOME", str(tmp_path))
    monkeypatch.setattr("tieline.project.heartbeat._last", {})
    for part in ("worker", "ticker"):
        beat(part, at=AT)
    return tmp_path


def causes(*, at: datetime = AT) -> object:
    """Why it is not well."""
    return health.report(at=at)["causes"]


def test_all_is_well_when_everything_is_heard_of(db: None) -> None:
    report = health.report(at=AT)

    assert (report["ok"], report["causes"], report["database"]) == (True, [], "up")
    assert (report["journal_parked"], report["journal_unsealed"]) == (0, 0)


def test_a_silent_part_is_named_with_when_it_was_last_heard_of(db: None, home: Path) -> None:
    (home / "alive" / "ticker").unlink()

    assert causes(at=AT + timedelta(seconds=61)) == [
        "The worker has not been heard of since 2026-11-16T15:00:00+00:00.",
        "The ticker has not been heard of at all.",
    ]


def test_parked_events_are_a_cause_for_a_person_to_look(db: None) -> None:
    Parked.objects.create(listener="a", position=1, event_id=1, problem="x", parked_at=AT)

    assert causes() == ["1 events could not be digested; see `tieline journal retry`."]


def test_a_disk_nearly_full_is_a_cause(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=17_000_000))

    assert causes() == ["Only 17 MB are free where files are kept."]


def test_reactions_that_lag_far_behind_are_a_cause(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "lag", lambda: {"slow": 6000, "quick": 0})

    assert causes() == ["Reactions lag 6000 events behind, 0 wait to be sealed."]
