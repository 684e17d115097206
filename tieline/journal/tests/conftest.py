"""The tests' own event is known while one of these tests runs, and to nobody else."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def bells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Declare the event (imported here, as this file is read before Django is set up)."""
    from tieline.journal import events
    from tieline.journal.tests.bells import BellRang

    monkeypatch.setitem(events._kinds, BellRang.kind, BellRang)
