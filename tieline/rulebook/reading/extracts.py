"""How is a long redline shown in a list: its changes, with a few words around each?"""

from __future__ import annotations

from collections.abc import Sequence

from tieline.rulebook.history.redline import Mark, Stretch

AROUND = 70
LONGEST = 420
GAP = " … "


def extract(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """The stretches with long kept text cut to what stands beside a change, and long changes to their start."""
    last = len(stretches) - 1
    return tuple(
        _kept(one, is_first=place == 0, is_last=place == last) if one.mark is Mark.KEPT else _cut(one)
        for place, one in enumerate(stretches)
    )


def _kept(stretch: Stretch, *, is_first: bool, is_last: bool) -> Stretch:
    text = stretch.text
    if is_first and is_last:
        return _cut(stretch)
    head = "" if is_first else _start(text)
    tail = "" if is_last else _end(text)
    if len(head) + len(tail) + len(GAP) >= len(text):
        return stretch
    return Stretch(stretch.mark, f"{head.rstrip()}{GAP}{tail.lstrip()}" if head else f"…{' ' if tail else ''}{tail}")


def _start(text: str) -> str:
    return text if len(text) <= AROUND else text[:AROUND].rsplit(" ", 1)[0]


def _end(text: str) -> str:
    return text if len(text) <= AROUND else text[-AROUND:].split(" ", 1)[-1]


def _cut(stretch: Stretch) -> Stretch:
    if len(stretch.text) <= LONGEST:
        return stretch
    return Stretch(stretch.mark, stretch.text[:LONGEST].rsplit(" ", 1)[0] + " …")
