"""What did people cite when they were asked this before? Questions with the passages that answered them.

A passage earns from each earlier question that cited it, by how alike the two questions are. A question that is
itself among the earlier ones is left out (`leaving_out`), so that learning never sees its own answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tieline.rulebook.retrieval import lexical
from tieline.rulebook.retrieval.lexical import Floats, Places, Postings
from tieline.rulebook.retrieval.scoring import Question, best

NEAREST = 12
"""How many earlier questions bring their passages among the candidates."""
SHARPNESS = 8.0
NEVER = -1


@dataclass(frozen=True)
class Citing:
    """A question and the keys of the passages that answered it."""

    text: str
    cited: frozenset[str]


@dataclass(frozen=True, eq=False)
class Experience:
    """Earlier questions, and flat pairs of (question, cited passage)."""

    words: Postings
    vectors: Floats | None
    asked: Places
    cited: Places
    passages: int


@dataclass(frozen=True, eq=False)
class Likeness:
    """What earlier questions say for every passage: the likest by words and by meaning, all of them, how many."""

    by_words: Floats
    by_meaning: Floats
    together: Floats
    times: Floats
    candidates: Places


def experience(
    questions: Sequence[Question], cited: Sequence[frozenset[str]], *, places: Mapping[str, int]
) -> Experience:
    """Gather questions with what they cited; passages that are not indexed are passed over."""
    known = [(number, places[key]) for number, keys in enumerate(cited) for key in sorted(keys) if key in places]
    vectors = [question.vector for question in questions if question.vector is not None]
    return Experience(
        words=lexical.build([question.words for question in questions]),
        vectors=np.stack(vectors) if vectors and len(vectors) == len(questions) else None,
        asked=np.array([number for number, _ in known], dtype=np.int32),
        cited=np.array([place for _, place in known], dtype=np.int32),
        passages=len(places),
    )


def likeness(known: Experience, question: Question, *, leaving_out: int | None = None) -> Likeness:
    """What earlier questions say for every passage."""
    by_words = known.words.scores(question.words)
    by_words /= max(1e-6, float(known.words.rarity[known.words.known(question.words)].sum()))
    by_meaning = np.zeros_like(by_words)
    if known.vectors is not None and question.vector is not None:
        by_meaning = np.asarray(known.vectors @ question.vector, dtype=np.float32)
    if leaving_out is not None:
        by_words[leaving_out] = by_meaning[leaving_out] = 0
    alike = by_words / np.float32(2) + by_meaning
    near = np.isin(known.asked, best(alike, NEAREST)) & (alike[known.asked] > 0)
    kept = known.asked != (NEVER if leaving_out is None else leaving_out)
    return Likeness(
        by_words=_likest(known, by_words),
        by_meaning=_likest(known, by_meaning),
        together=_summed(known, np.exp(np.float32(SHARPNESS) * (alike - np.float32(1.5))) * (alike > 0)),
        times=np.bincount(known.cited[kept], minlength=known.passages).astype(np.float32),
        candidates=np.unique(known.cited[near]),
    )


def _likest(known: Experience, alike: Floats) -> Floats:
    found = np.zeros(known.passages, dtype=np.float32)
    np.maximum.at(found, known.cited, alike[known.asked])
    return found


def _summed(known: Experience, alike: Floats) -> Floats:
    summed = np.bincount(known.cited, weights=alike[known.asked], minlength=known.passages)
    return summed.astype(np.float32)
