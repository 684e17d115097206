"""Which paragraph of the old edition is this one, under its new number?

Texts that share runs of three words are compared word by word; how much of both they have in common, in
order, is how alike they are. Pairs are taken best first, each paragraph once, and only where no other partner
comes near; the likeness is the certainty of the move.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Generic, TypeVar

RUN = 3
SHORTEST = 40
ALIKE_FROM = 0.7
WORTH_COMPARING = 0.2
CLEAR_BY = 0.08
TOO_COMMON = 12
LONG = 600

Old = TypeVar("Old", bound=Hashable)
New = TypeVar("New", bound=Hashable)


@dataclass(frozen=True)
class Pair(Generic[Old, New]):
    """An old and a new paragraph taken for one; `certainty` is from 0 to 1."""

    old: Old
    new: New
    certainty: float


def likeness(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1: the words they share in order by all their words."""
    first, second = _words(one), _words(other)
    is_long = len(first) + len(second) > LONG
    return SequenceMatcher(None, first, second, autojunk=is_long).ratio()


def pair_alike(old: Mapping[Old, str], new: Mapping[New, str]) -> list[Pair[Old, New]]:
    """The pairs that are one paragraph each, by likeness; short texts prove nothing."""
    scored = [Pair(pair.old, pair.new, round(likeness(old[pair.old], new[pair.new]), 3)) for pair in _near(old, new)]
    scored = sorted((one for one in scored if one.certainty >= ALIKE_FROM), key=lambda one: -one.certainty)
    best_old = _two_best(scored, of_old=True)
    best_new = _two_best(scored, of_old=False)
    pairs: list[Pair[Old, New]] = []
    for pair in scored:
        is_mutual = best_old[pair.old][0] == pair.certainty == best_new[pair.new][0]
        runner_up = max(best_old[pair.old][1], best_new[pair.new][1])
        if is_mutual and pair.certainty - runner_up >= CLEAR_BY:
            pairs.append(pair)
    return pairs


def _near(old: Mapping[Old, str], new: Mapping[New, str]) -> list[Pair[Old, New]]:
    """Every pair worth comparing; runs that many paragraphs share point nowhere."""
    old_runs = {key: _runs(text) for key, text in old.items() if len(text) >= SHORTEST}
    holders: dict[str, list[Old]] = defaultdict(list)
    for key, runs in old_runs.items():
        for run in runs:
            holders[run].append(key)
    found: list[Pair[Old, New]] = []
    for newer, text in new.items():
        runs = _runs(text) if len(text) >= SHORTEST else frozenset()
        telling = [run for run in runs if 0 < len(holders.get(run, ())) <= TOO_COMMON]
        for candidate in {one for run in telling for one in holders[run]}:
            both = len(old_runs[candidate] & runs)
            shared = both / (len(old_runs[candidate]) + len(runs) - both)
            if shared >= WORTH_COMPARING:
                found.append(Pair(candidate, newer, shared))
    return found


def _two_best(scored: list[Pair[Old, New]], *, of_old: bool) -> dict[Hashable, tuple[float, float]]:
    best: dict[Hashable, tuple[float, float]] = {}
    for pair in scored:
        key: Hashable = pair.old if of_old else pair.new
        first, second = best.get(key, (0.0, 0.0))
        best[key] = (pair.certainty, first) if pair.certainty > first else (first, max(second, pair.certainty))
    return best


def _runs(text: str) -> frozenset[str]:
    words = _words(text)
    return frozenset(" ".join(words[place : place + RUN]) for place in range(max(1, len(words) - RUN + 1)))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
