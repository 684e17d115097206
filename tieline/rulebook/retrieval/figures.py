"""How good is a ranking, and how quick? Recall, average precision, discounted gain, and percentiles of time.

As in trec_eval: average precision is divided by all relevant passages, gain is 1 for each of them.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np

DEPTHS = (1, 5, 10)
CUT = 10


def recall(ranked: Sequence[str], relevant: Collection[str], *, depth: int) -> float:
    """The share of the relevant that stands among the first."""
    return sum(key in relevant for key in ranked[:depth]) / len(relevant)


def average_precision(ranked: Sequence[str], relevant: Collection[str]) -> float:
    """The mean, over the relevant, of the precision where each stands among the first ten; 0 for those that do not."""
    total, found = 0.0, 0
    for place, key in enumerate(ranked[:CUT], start=1):
        if key in relevant:
            found += 1
            total += found / place
    return total / len(relevant)


def discounted_gain(ranked: Sequence[str], relevant: Collection[str]) -> float:
    """The gain of the first ten, discounted by place, as a share of the best possible."""
    gain = sum(1 / math.log2(place + 1) for place, key in enumerate(ranked[:CUT], start=1) if key in relevant)
    return gain / sum(1 / math.log2(place + 1) for place in range(1, min(len(relevant), CUT) + 1))


def summary(
    ranked: Sequence[Sequence[str]], relevant: Sequence[Collection[str]], seconds: Sequence[float]
) -> dict[str, float]:
    """The figures of many questions."""
    pairs = list(zip(ranked, relevant, strict=True))
    found = {f"recall@{depth}": _mean([recall(one, keys, depth=depth) for one, keys in pairs]) for depth in DEPTHS}
    found[f"map@{CUT}"] = _mean([average_precision(one, keys) for one, keys in pairs])
    found[f"ndcg@{CUT}"] = _mean([discounted_gain(one, keys) for one, keys in pairs])
    for percent in (50, 95):
        found[f"p{percent}_ms"] = round(float(np.percentile(seconds, percent)) * 1000, 2)
    return found


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4)
