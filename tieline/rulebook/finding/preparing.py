"""Which texts has the model not read yet, and who reads them ahead, so that no search has to wait for it?

A thread of the worker does, woken by every edition that comes; what it has read is kept by and by, so that it goes on
where it was broken off. One process reads at a time. Every process loads this module, so that what needs arrays
(which are optional, and slow to load) is imported where it is used.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from importlib.util import find_spec
from threading import Event

from tieline.kernel import instance
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as
from tieline.rulebook.models import Edition
from tieline.rulebook.retrieval.keeping import VectorsNotKept, keeping, log_once

AT_ONCE = 256
LOOKED_EVERY_SECONDS = 20.0
AWAY_SECONDS = 600.0

Say = Callable[[int, int], None]
"""Told how many texts were read, and of how many."""

_woken = Event()


def wake() -> None:
    """There may be something to read."""
    _woken.set()


class ReadingAhead:
    """The worker's unit of work: wait until there is something to read, and read it."""

    def __init__(self) -> None:
        self._read_up_to = 0

    def work(self) -> float:
        """Read what is unread; returns for how many seconds to do nothing."""
        if not is_possible():
            return AWAY_SECONDS
        from tieline.rulebook.finding.passages import searched_texts

        with viewing_as(SYSTEM):
            newest = Edition.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            unread = _unread(searched_texts()) if newest != self._read_up_to else []
        if unread:
            try:
                with _turn(fcntl.LOCK_EX | fcntl.LOCK_NB) as is_ours:
                    if not is_ours:
                        return LOOKED_EVERY_SECONDS
                    _read(unread, _nobody)
            except VectorsNotKept as unkept:
                log_once(str(unkept))
                return LOOKED_EVERY_SECONDS
        self._read_up_to = newest
        _woken.wait(LOOKED_EVERY_SECONDS)
        _woken.clear()
        return 0.0


def finder_made(as_at: date, *, say: Say) -> None:
    """Have everything in force on a day read and its finder made now, whoever else is reading.

    Where nothing can be kept the search itself says so.
    """
    if not is_possible():
        return
    from tieline.rulebook.finding.meaning import finder
    from tieline.rulebook.finding.passages import text_in_force

    texts = [passage.searched for passage in text_in_force(as_at).passages]
    if unread := _unread(texts):
        try:
            with _turn(fcntl.LOCK_EX):
                _read(_unread(unread), say)
        except VectorsNotKept as unkept:
            log_once(str(unkept))
    finder(as_at, wait_seconds=None)


def is_possible() -> bool:
    """Whether the model is installed."""
    if find_spec("numpy") is None:
        return False
    from tieline.rulebook.retrieval import encoder

    return not encoder.missing()


def _unread(texts: Iterable[str]) -> list[str]:
    from tieline.rulebook.retrieval.vectors import VectorFile

    return VectorFile(instance.home() / "vectors").unread(list(texts))


def _read(texts: list[str], say: Say) -> None:
    from tieline.rulebook.retrieval.encoder import encoder
    from tieline.rulebook.retrieval.vectors import VectorFile

    model, file = encoder(), VectorFile(instance.home() / "vectors")
    for begin in range(0, len(texts), AT_ONCE):
        if model is not None:
            say(begin, len(texts))
            file.vectors(texts[begin : begin + AT_ONCE], encoder=model)
    if texts:
        say(len(texts), len(texts))


@contextmanager
def _turn(how: int) -> Iterator[bool]:
    """Whether it is this process's turn to read, until the end of the block."""
    path = instance.home() / "vectors" / "preparing"
    with keeping():
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a")
    with file:
        try:
            fcntl.flock(file, how)
        except BlockingIOError:
            yield False
        else:
            yield True


def _nobody(read: int, of: int) -> None:
    """Nobody is told."""
