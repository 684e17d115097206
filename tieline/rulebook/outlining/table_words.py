"""Which stretch of a paragraph's text are the words of its table?

The text of a paragraph keeps all its words, so that it can be searched and quoted; a page that shows the table itself
need not print them twice. The stretch is found by its words, whatever their order: a PDF's cells are read in its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

WORD = re.compile(r"\w+")
Rows = Sequence[Sequence[str]]
Span = tuple[int, int]
"""Where a stretch of text begins and ends."""


def table_spans(text: str, tables: Iterable[Rows]) -> tuple[Span, ...]:
    """The stretches that are tables, in order; a table whose words are not found together has none."""
    spans = {span for rows in tables if (span := _span(text, rows)) is not None}
    apart: list[Span] = []
    for start, end in sorted(spans):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return tuple(apart)


def _span(text: str, rows: Rows) -> Span | None:
    needed = Counter(_words(cell for row in rows for cell in row))
    found = list(WORD.finditer(text))
    words = [one[0] for one in found]
    stretch = _shortest(words, needed) if needed else None
    if stretch is None:
        return None
    first, last = stretch
    head = _words(rows[0])
    if Counter(words[max(0, first - len(head)) : first]) == Counter(head):
        first -= len(head)
    ends = re.compile(r"[^\w\s]*").match(text, found[last].end())
    return found[first].start(), ends.end() if ends else found[last].end()


def _words(cells: Iterable[str]) -> list[str]:
    return [word for cell in cells for word in WORD.findall(cell)]


def _shortest(words: Sequence[str], needed: Counter[str]) -> tuple[int, int] | None:
    """The shortest stretch, the last of equals, that has every word needed as often and no other word."""
    best: tuple[int, int] | None = None
    left, missing, first = Counter(needed), needed.total(), 0
    for at, word in enumerate(words):
        if word not in needed:
            left, missing, first = Counter(needed), needed.total(), at + 1
            continue
        missing -= left[word] > 0
        left[word] -= 1
        while missing == 0 and left[words[first]] < 0:
            left[words[first]] += 1
            first += 1
        if missing == 0 and (best is None or at - first <= best[1] - best[0]):
            best = first, at
    return best
