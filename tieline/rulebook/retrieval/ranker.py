"""In which order do the candidates stand after learning? What was learned, and how it is learned.

A ranker holds trees, the turn of questions, and the earlier questions (stems and vectors, not their text) with
the passages they cited. While learning, each question is seen by a turn that was not trained on it and without
itself among the earlier questions, so that the trees learn how far to trust both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tieline.kernel.refusal import Refusal
from tieline.rulebook.retrieval import features
from tieline.rulebook.retrieval.adapter import turn, turned
from tieline.rulebook.retrieval.boosting import boosted
from tieline.rulebook.retrieval.experience import Experience, Likeness, experience, likeness
from tieline.rulebook.retrieval.lexical import Floats, Places
from tieline.rulebook.retrieval.passages import Index
from tieline.rulebook.retrieval.scoring import Question, Scores, score
from tieline.rulebook.retrieval.trees import Trees

PARTS = 3
FEWEST = 50


class TooFewToLearn(Refusal):
    """There are not enough questions whose cited passages are known."""

    def __init__(self, count: int) -> None:
        super().__init__(f"Learning needs at least {FEWEST} questions with cited passages; there are {count}.")


@dataclass(frozen=True, eq=False)
class Ranker:
    """What was learned."""

    trees: Trees
    matrix: Floats | None
    questions: tuple[Question, ...]
    cited: tuple[frozenset[str], ...]


@dataclass(frozen=True, eq=False)
class Ranked:
    """Candidates, best first, with the ranker's scores and what earlier questions said."""

    places: Places
    scores: Floats
    likeness: Likeness


@dataclass(frozen=True, eq=False)
class Reranking:
    """A ranker fitted to an index."""

    ranker: Ranker
    index: Index
    experience: Experience

    def rank(self, scores: Scores) -> Ranked:
        """Order the candidates of a question."""
        like = likeness(self.experience, scores.question)
        places = features.candidates(scores, like)
        rows = features.rows(self.index, scores, like, _pointed(self.index, scores, self.ranker.matrix), places)
        found = self.ranker.trees.scores(rows)
        order = np.lexsort((-scores.fused[places], -found))
        return Ranked(places[order], found[order], like)


def reranking(ranker: Ranker, index: Index) -> Reranking:
    """Fit a ranker to an index."""
    return Reranking(ranker, index, experience(ranker.questions, ranker.cited, places=_places(index)))


def learn(
    index: Index, questions: Sequence[Question], cited: Sequence[frozenset[str]], *, fewest: int = FEWEST
) -> Ranker:
    """Learn from questions and the keys of the passages that answered them; refuses TooFewToLearn, LearnerMissing."""
    places = _places(index)
    known = [number for number, keys in enumerate(cited) if any(key in places for key in keys)]
    if len(known) < fewest:
        raise TooFewToLearn(len(known))
    asked, keys = [questions[number] for number in known], [cited[number] for number in known]
    answers = [np.array(sorted(places[key] for key in one if key in places), dtype=np.int32) for one in keys]
    matrices = _turns(index, asked, answers)
    earlier = experience(asked, keys, places=places)
    rows, cited_rows, counts = [], [], []
    for number, question in enumerate(asked):
        scores = score(index, question)
        like = likeness(earlier, question, leaving_out=number)
        chosen = features.candidates(scores, like)
        rows.append(features.rows(index, scores, like, _pointed(index, scores, matrices[number % PARTS]), chosen))
        cited_rows.append(np.isin(chosen, answers[number]).astype(np.int8))
        counts.append(len(chosen))
    trees = boosted(np.concatenate(rows), np.concatenate(cited_rows), counts)
    return Ranker(trees, matrices[PARTS], tuple(asked), tuple(keys))


def _turns(index: Index, asked: Sequence[Question], answers: Sequence[Places]) -> list[Floats | None]:
    """A turn for each part that was not trained on it, and one trained on all."""
    vectors = [question.vector for question in asked if question.vector is not None]
    if index.vectors is None or len(vectors) < len(asked):
        return [None] * (PARTS + 1)
    found: list[Floats | None] = []
    for part in range(PARTS + 1):
        chosen = [number for number in range(len(asked)) if number % PARTS != part]
        found.append(turn(np.stack(vectors)[chosen], [answers[number] for number in chosen], index.vectors))
    return found


def _pointed(index: Index, scores: Scores, matrix: Floats | None) -> Floats | None:
    """The cosine of every passage with the turned question."""
    if index.vectors is None or scores.question.vector is None or matrix is None:
        return None
    return np.asarray(index.vectors @ turned(scores.question.vector, matrix), dtype=np.float32)


def _places(index: Index) -> dict[str, int]:
    return {passage.key: place for place, passage in enumerate(index.passages)}
