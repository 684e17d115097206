"""How well does every passage fit a question: by words, pairs of words, meaning and place, and by all of them?

Scores are brought to 0..1 by the best passage and added; adding scores beats adding ranks here, and single words
and meaning weigh the same. A passage gains a little when its neighbours or the headings above it fit too.
Without the model the words stand alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tieline.rulebook.retrieval.lexical import Floats, Places
from tieline.rulebook.retrieval.passages import Index
from tieline.rulebook.retrieval.words import pairs, terms

WORDS, MEANING, PAIRS, SHARE = 0.5, 0.5, 0.15, 0.15
PLACE = 0.05
"""What the best direct neighbour adds, and the best heading above."""


@dataclass(frozen=True, eq=False)
class Question:
    """A question as the search reads it; `vector` is None without the model."""

    words: tuple[str, ...]
    pairs: tuple[str, ...]
    vector: Floats | None


@dataclass(frozen=True, eq=False)
class Scores:
    """Every passage's score: BM25 of words and of pairs, the share of the question's words, cosine, all in one."""

    question: Question
    single: Floats
    double: Floats
    share: Floats
    meaning: Floats | None
    fused: Floats


def read(text: str, vector: Floats | None) -> Question:
    """Read a question."""
    words = terms(text)
    return Question(tuple(words), tuple(pairs(words)), vector)


def score(index: Index, question: Question) -> Scores:
    """Score every passage."""
    single = index.single.scores(question.words)
    double = index.double.scores(question.pairs)
    share = _shares(index, question)
    meaning = None
    total = _spread(single) * np.float32(WORDS) + _spread(double) * np.float32(PAIRS) + share * np.float32(SHARE)
    if index.vectors is not None and question.vector is not None:
        meaning = np.asarray(index.vectors @ question.vector, dtype=np.float32)
        total += _spread(meaning) * np.float32(MEANING)
    return Scores(question, single, double, share, meaning, _with_place(index, total))


def best(scores: Floats, count: int) -> Places:
    """The places of the best scores, best first; equals in the order of the book."""
    places = np.argpartition(-scores, count)[:count] if count < len(scores) else np.arange(len(scores))
    return np.asarray(places[np.lexsort((places, -scores[places]))], dtype=np.int32)


def only(scores: Scores, among: NDArray[np.bool_]) -> Scores:
    """The same scores, but nothing for the passages that `among` does not mark."""

    def kept(values: Floats) -> Floats:
        return np.where(among, values, np.float32(0))

    return Scores(
        question=scores.question,
        single=kept(scores.single),
        double=kept(scores.double),
        share=kept(scores.share),
        meaning=None if scores.meaning is None else kept(scores.meaning),
        fused=kept(scores.fused),
    )


def around(scores: Floats, places: Places) -> Floats:
    """The scores at these places, 0 where there is none."""
    return np.append(scores, np.float32(0))[places]


def _with_place(index: Index, total: Floats) -> Floats:
    stands = index.surroundings
    beside = np.maximum(around(total, stands.near[:, 1]), around(total, stands.near[:, 2]))
    above = around(total, stands.above).max(axis=1)
    return np.asarray(total + np.float32(PLACE) * (beside + above), dtype=np.float32)


def _spread(scores: Floats) -> Floats:
    """Scores as shares of the best; what is not above 0 tells nothing."""
    high = max(float(scores.max()), 0.0) if scores.size else 0.0
    return np.asarray(np.maximum(scores, 0) / (high or 1.0), dtype=np.float32)


def _shares(index: Index, question: Question) -> Floats:
    """How much of what the question tells, weighed by rarity, each passage holds."""
    single = index.single
    known = single.known(question.words)
    held = np.zeros(index.size, dtype=np.float32)
    for number in known:
        held[single.places[single.starts[number] : single.starts[number + 1]]] += single.rarity[number]
    unknown = len(set(question.words)) - len(known)
    told = float(single.rarity[known].sum()) + unknown * float(np.log1p(2 * index.size + 1))
    return held / np.float32(max(told, 1e-6))
