"""What is to be done when its time comes, without anybody asking? Contexts register a chore; the worker does them all.

A chore does one round of what is due at an instant and says how much that was. It must be safe to run twice, in two
processes at once (rows are locked with SKIP LOCKED), and after having been killed at any point.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

Chore = Callable[[datetime], int]
_chores: dict[str, Chore] = {}


def chore(name: str) -> Callable[[Chore], Chore]:
    """Register a function under a name; a name is given once."""

    def keep(work: Chore) -> Chore:
        if _chores.get(name, work).__qualname__ != work.__qualname__:
            raise ValueError(f"there is a chore {name!r} already")
        _chores[name] = work
        return work

    return keep


def do_chores(at: datetime) -> int:
    """One round of everything; how much was done."""
    return sum(work(at) for work in list(_chores.values()))
