"""What time is it? The only place that asks the operating system.

Doors and jobs read the clock once and pass `at`. Tests and the demo install their own clock.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

SHIFT_VARIABLE = "TIELINE_CLOCK_SHIFT_SECONDS"
"""Set by the demonstration alone, so that its story ends "now" in every process of the group."""


def _read_system() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=float(os.environ.get(SHIFT_VARIABLE, "0")))


_read: Callable[[], datetime] = _read_system


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _read()


@contextmanager
def fixed_at(instant: datetime) -> Iterator[None]:
    """Within the block the clock stands still at `instant` (which must be aware)."""
    global _read
    if instant.tzinfo is None:
        raise ValueError("the clock needs an aware instant")
    before, _read = _read, lambda: instant
    try:
        yield
    finally:
        _read = before
