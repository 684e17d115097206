"""Which paragraph of the old edition is this one, under its new number?

Two texts are alike as far as they share runs of four words. Pairs are taken best first, each paragraph once,
and only where no other partner comes near; how alike they are is how certain the move is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

RUN = 4
SHORTEST = 40
ALIKE_FROM = 0.6
CLEAR_BY = 0.08
TOO_COMMON = 12

Old = TypeVar("Old", bound=Hashable)
New = TypeVar("New", bound=Hashable)


@dataclass(frozen=True)
class Pair(Generic[Old, New]):
    """An old and a new paragraph taken for one; `certainty` is from 0 to 1."""

    old: Old
    new: New
    certainty: float


def likeness(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1: shared runs of words by all runs."""
    first, second = _runs(one), _runs(other)
    both = len(first & second)
    return both / (len(first) + len(second) - both) if both else 0.0


def pair_alike(old: Mapping[Old, str], new: Mapping[New, str]) -> list[Pair[Old, New]]:
    """The pairs that are one paragraph each, by likeness; short texts prove nothing."""
    old_runs = {key: _runs(text) for key, text in old.items() if len(text) >= SHORTEST}
    new_runs = {key: _runs(text) for key, text in new.items() if len(text) >= SHORTEST}
    scored = sorted(_scored(old_runs, new_runs), key=lambda one: -one.certainty)
    best_old = _two_best(scored, of_old=True)
    best_new = _two_best(scored, of_old=False)
    pairs: list[Pair[Old, New]] = []
    for pair in scored:
        is_mutual = best_old[pair.old][0] == pair.certainty == best_new[pair.new][0]
        runner_up = max(best_old[pair.old][1], best_new[pair.new][1])
        if is_mutual and pair.certainty - runner_up >= CLEAR_BY:
            pairs.append(pair)
    return pairs


def _scored(
    old: Mapping[Old, frozenset[str]], new: Mapping[New, frozenset[str]]
) -> list[Pair[Old, New]]:
    """Every pair that is alike enough; runs that many paragraphs share point nowhere."""
    holders: dict[str, list[Old]] = defaultdict(list)
    for key, runs in old.items():
        for run in runs:
            holders[run].append(key)
    found: list[Pair[Old, New]] = []
    for key, runs in new.items():
        shared = Counter(one for run in runs if len(holders[run]) <= TOO_COMMON for one in holders[run])
        for candidate in shared:
            both = len(old[candidate] & runs)
            alike = both / (len(old[candidate]) + len(runs) - both)
            if alike >= ALIKE_FROM:
                found.append(Pair(candidate, key, round(alike, 3)))
    return found


def _two_best(scored: list[Pair[Old, New]], *, of_old: bool) -> dict[Hashable, tuple[float, float]]:
    best: dict[Hashable, tuple[float, float]] = {}
    for pair in scored:
        key: Hashable = pair.old if of_old else pair.new
        first, second = best.get(key, (0.0, 0.0))
        best[key] = (pair.certainty, first) if pair.certainty > first else (first, max(second, pair.certainty))
    return best


def _runs(text: str) -> frozenset[str]:
    words = re.findall(r"\w+", text.casefold())
    return frozenset(" ".join(words[place : place + RUN]) for place in range(max(1, len(words) - RUN + 1)))
