"""What does the re-ranker look at? A row of numbers for each of the candidates, and only for them.

Columns are named in FEATURES in the order they are made. All work on whole arrays: this runs within each search.
"""

from __future__ import annotations

import numpy as np

from tieline.rulebook.retrieval.experience import Likeness
from tieline.rulebook.retrieval.lexical import Floats, Places
from tieline.rulebook.retrieval.passages import Index
from tieline.rulebook.retrieval.scoring import Scores, around, best

CANDIDATES = 150

SCORED = ("fused", "single", "double", "share", "meaning", "turned")
FEATURES = (
    *(f"{name}{suffix}" for name in SCORED for suffix in ("", "_of_best", "_rank")),
    "beside_before", "beside_after", "beside_best", "above_first", "above_second",
    "cited_by_words", "cited_by_meaning", "cited_together", "cited_together_of_best", "cited_times",
    "cited_beside",
    "length", "place_in_document", "document_size", "document_best", "document_sum", "rank_in_document",
    "like_first", "like_first_three", "question_words", "best_single", "best_meaning", "share_of_pairs",
)  # fmt: skip


def candidates(scores: Scores, likeness: Likeness) -> Places:
    """The places worth ranking: the best by score and those that like questions cited."""
    return np.union1d(best(scores.fused, CANDIDATES), likeness.candidates).astype(np.int32)


def rows(index: Index, scores: Scores, likeness: Likeness, turned: Floats | None, places: Places) -> Floats:
    """A row for each of these places."""
    nothing = np.zeros(index.size, dtype=np.float32)
    meaning = nothing if scores.meaning is None else scores.meaning
    scored = (scores.fused, scores.single, scores.double, scores.share, meaning, nothing if turned is None else turned)
    columns = [column for values in scored for column in _three(values[places])]
    columns += _place(index, scores, places)
    columns += _cited(index, likeness, places)
    columns += _document(index, scores.fused, places)
    columns += _likeness_to_first(index, scores.fused, places)
    columns += _question(scores, meaning, places)
    return np.stack(columns, axis=1).astype(np.float32)


def _three(values: Floats) -> list[Floats]:
    """A score, its gap to the best candidate's, and its rank among the candidates."""
    return [values, values - values.max(), _ranks(values)]


def _ranks(values: Floats) -> Floats:
    ranks = np.empty(len(values), dtype=np.float32)
    ranks[np.argsort(-values, kind="stable")] = np.arange(len(values), dtype=np.float32)
    return ranks


def _place(index: Index, scores: Scores, places: Places) -> list[Floats]:
    near = around(scores.fused, index.surroundings.near[places])
    above = around(scores.fused, index.surroundings.above[places])
    return [near[:, 1], near[:, 2], near.max(axis=1), above[:, 0], above[:, 1]]


def _cited(index: Index, likeness: Likeness, places: Places) -> list[Floats]:
    together = likeness.together[places]
    beside = around(likeness.together, index.surroundings.near[places]).max(axis=1)
    return [
        likeness.by_words[places],
        likeness.by_meaning[places],
        together,
        together / max(float(together.max()), 1e-6),
        likeness.times[places],
        beside,
    ]


def _document(index: Index, fused: Floats, places: Places) -> list[Floats]:
    """How the passage's document does among the candidates, and the passage within it."""
    documents = index.surroundings.documents[places]
    numbers, inside = np.unique(documents, return_inverse=True)
    values = fused[places]
    highest = np.zeros(len(numbers), dtype=np.float32)
    np.maximum.at(highest, inside, values)
    summed = np.bincount(inside, weights=np.exp(8 * (values - values.max())))
    order = np.lexsort((-values, inside))
    starts = np.searchsorted(inside[order], np.arange(len(numbers)))
    rank = np.empty(len(places), dtype=np.float32)
    rank[order] = np.arange(len(places)) - starts[inside[order]]
    return [
        index.single.lengths[places],
        index.surroundings.depth[places],
        index.surroundings.sizes[places],
        highest[inside],
        summed[inside].astype(np.float32),
        rank,
    ]


def _likeness_to_first(index: Index, fused: Floats, places: Places) -> list[Floats]:
    if index.vectors is None:
        return [np.zeros(len(places), dtype=np.float32)] * 2
    first = places[best(fused[places], 3)]
    alike = index.vectors[places] @ index.vectors[first].T
    return [alike[:, 0], alike.mean(axis=1)]


def _question(scores: Scores, meaning: Floats, places: Places) -> list[Floats]:
    one = np.ones(len(places), dtype=np.float32)
    told = max(float(scores.double.max()), 1e-6)
    return [
        one * len(scores.question.words),
        one * scores.single.max(),
        one * meaning.max(),
        scores.double[places] / np.float32(told),
    ]
