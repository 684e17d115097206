"""What were people asked, and which rules did they cite for it? Contexts above this one say so; learning asks them.

A context registers, once and under a kind of its own, a function that gives every question it knows whose answer
cites rules. The function is called inside a transaction of the asker and sees what the asker may see.

    experience_sources.register("case", cited_questions)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CitedQuestion:
    """A question as it was asked, when, and the paragraph versions cited for it."""

    text: str
    version_ids: frozenset[int]
    asked_at: datetime


Source = Callable[[], Iterable[CitedQuestion]]
_sources: dict[str, Source] = {}


def register(kind: str, function: Source) -> None:
    """Have a context's function asked from now on; a kind has one function."""
    if _sources.get(kind, function) is not function:
        raise ValueError(f"cited questions of the kind {kind!r} are registered twice")
    _sources[kind] = function


def forget(kind: str) -> None:
    """Ask a kind's function no more."""
    _sources.pop(kind, None)


def cited_questions() -> Iterator[CitedQuestion]:
    """Every question known, the oldest first within its kind."""
    for kind in sorted(_sources):
        yield from sorted(_sources[kind](), key=lambda one: (one.asked_at, one.text))
