"""Is this answered here at all? A probability from how the best passages stand out, calibrated on known questions.

Signals are those of the untrained search, so that the answer does not lean on having been asked before. Plain
logistic regression: its probabilities are calibrated by how it is fitted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tieline.rulebook.retrieval.lexical import K1
from tieline.rulebook.retrieval.passages import Index
from tieline.rulebook.retrieval.scoring import Scores, best
from tieline.rulebook.retrieval.words import terms

STEPS, RIDGE, BINS = 30, 1.0, 10
DEEP = 10

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Calibration:
    """The regression's weights over signals brought to mean 0 and spread 1."""

    means: Numbers
    spreads: Numbers
    weights: Numbers

    def probability(self, signals: Numbers) -> Numbers:
        """How probable an answer is, for rows of signals."""
        return _logistic(_with_one((signals - self.means) / self.spreads) @ self.weights)


def signals(index: Index, scores: Scores) -> Numbers:
    """What tells whether a question is answered, from its scores."""
    top = best(scores.fused, DEEP)
    rarity = index.single.rarity[index.single.known(scores.question.words)]
    unknown = len(set(scores.question.words)) - len(rarity)
    ideal = max((float(rarity.sum()) + unknown * float(np.log1p(2 * index.size + 1))) * (K1 + 1), 1e-6)
    single, share = scores.single, scores.share
    asked_pairs = max(1, len(scores.question.pairs))
    found = [
        share[top[0]], share[top].max(), share.max(), share[top].mean(),
        single.max() / ideal, single[top].mean() / ideal, np.log1p(single.max()),
        scores.double.max() / asked_pairs, scores.double[top[0]] / asked_pairs,
        scores.fused[top[0]], scores.fused[top[0]] - scores.fused[top[-1]], float(top[0] == single.argmax()),
        unknown / max(1, len(scores.question.words)), np.log1p(len(scores.question.words)),
    ]  # fmt: skip
    return np.array([*found, *_of_rarity(index, scores, top), *_of_meaning(scores, int(top[0]), top)], dtype=np.float64)


def _of_rarity(index: Index, scores: Scores, top: NDArray[np.int32]) -> list[float]:
    """Whether the best agree on a document and lead, the rarest word the first lacks, how rare the words are."""
    single = index.single
    unheard = float(np.log1p(2 * index.size + 1))
    held = set(terms(index.passages[top[0]].searched))
    rarities = {
        word: float(single.rarity[single.numbers[word]]) if word in single.numbers else unheard
        for word in scores.question.words
    }
    documents = index.surroundings.documents[top]
    return [
        float((documents == documents[0]).mean()),
        float(scores.fused[top[0]] - scores.fused[top[min(1, len(top) - 1)]]),
        max((rarity for word, rarity in rarities.items() if word not in held), default=0.0),
        sum(rarities.values()) / max(1, len(rarities)),
    ]


def _of_meaning(scores: Scores, first: int, top: NDArray[np.int32]) -> list[float]:
    meaning = scores.meaning
    if meaning is None:
        return [0.0] * 6
    middle, highest = float(np.median(meaning)), float(meaning.max())
    return [
        highest,
        highest - middle,
        float(meaning[first]) - middle,
        float(meaning[top].mean()),
        float(meaning.argmax() == first),
        (highest - middle) / max(float(meaning.std()), 1e-6),
    ]


def calibrate(rows: Numbers, is_answered: Flags) -> Calibration:
    """Fit the regression by Newton's steps."""
    means, spreads = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-9)
    inputs = _with_one((rows - means) / spreads)
    weights = np.zeros(inputs.shape[1])
    ridge = np.full(inputs.shape[1], RIDGE)
    ridge[-1] = 1e-6
    for _ in range(STEPS):
        probable = _logistic(inputs @ weights)
        slope = inputs.T @ (probable - is_answered) + ridge * weights
        bend = (inputs * (probable * (1 - probable))[:, None]).T @ inputs + np.diag(ridge)
        weights -= np.linalg.solve(bend, slope)
    return Calibration(means, spreads, weights)


def auroc(probable: Numbers, is_answered: Flags) -> float:
    """How often an answered question is more probable than an unanswered one; ties count half."""
    _, inverse, counts = np.unique(probable, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    yes = int(is_answered.sum())
    no = len(is_answered) - yes
    return float((ranks[is_answered].sum() - yes * (yes + 1) / 2) / (yes * no)) if yes and no else float("nan")


def calibration_error(probable: Numbers, is_answered: Flags) -> float:
    """The expected calibration error over ten bins of one width."""
    bins = np.minimum((probable * BINS).astype(int), BINS - 1)
    gaps = [
        abs(float(probable[bins == one].mean() - is_answered[bins == one].mean())) * float((bins == one).mean())
        for one in range(BINS)
        if (bins == one).any()
    ]
    return float(sum(gaps))


def crossed(rows: Numbers, is_answered: Flags, parts: Sequence[int]) -> Numbers:
    """For each row the probability by a regression that saw no row of its part."""
    part_of = np.array(parts)
    probable = np.zeros(len(rows))
    for part in np.unique(part_of):
        mine = part_of == part
        probable[mine] = calibrate(rows[~mine], is_answered[~mine]).probability(rows[mine])
    return probable


def _logistic(value: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(value, -30, 30))), dtype=np.float64)


def _with_one(rows: Numbers) -> Numbers:
    return np.hstack([rows, np.ones((len(rows), 1))])
