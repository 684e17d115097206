"""Which passages answer this question, and why these? The search as a door uses it: index, model, ranker together.

`prepare` makes a finder from passages; what is optional and missing is left out and said in `missing`. A finder
is not changed by a search and may be shared by threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tieline.rulebook.retrieval import encoder as models
from tieline.rulebook.retrieval.answerable import Calibration, signals
from tieline.rulebook.retrieval.lexical import Floats, Places
from tieline.rulebook.retrieval.passages import Index, Passage, index
from tieline.rulebook.retrieval.ranker import Ranker, Reranking, reranking
from tieline.rulebook.retrieval.scoring import Question, Scores, best, only, read, score
from tieline.rulebook.retrieval.vectors import VectorFile
from tieline.rulebook.retrieval.words import WORD, terms

MOST_RANKED = 300
"""Passages that are ordered when nothing was learned."""


@dataclass(frozen=True)
class Found:
    """A passage, how well it fits (1 is the best found), and why: words it shares, cosine, times it was cited."""

    passage: Passage
    score: float
    words: tuple[str, ...]
    meaning: float | None
    cited_times: int


@dataclass(frozen=True)
class Answer:
    """What was found, and how probable it is that it answers; None without a calibration."""

    found: tuple[Found, ...]
    probability: float | None


@dataclass(frozen=True, eq=False)
class Finder:
    """An index with the model and what was learned, as far as they are there."""

    index: Index
    encoder: models.Encoder | None
    reranking: Reranking | None
    calibration: Calibration | None
    missing: tuple[str, ...]

    def find(
        self,
        text: str,
        *,
        limit: int = 10,
        among: NDArray[np.bool_] | None = None,
        besides: Sequence[str] = (),
    ) -> Answer:
        """The best passages for a text, only from those that `among` marks; `besides` are more stems to look for."""
        question = self.read(text)
        scores = score(self.index, replace(question, words=(*question.words, *besides)))
        if among is not None:
            scores = only(scores, among)
        places, ranks, times = self._ranked(scores)
        if among is not None:
            kept = among[places]
            places, ranks = places[kept], ranks[kept]
        shown = zip(places[:limit].tolist(), _shown(ranks)[:limit].tolist(), strict=True)
        found = tuple(self._found(text, scores, place, value, times) for place, value in shown)
        return Answer(found, self._probability(scores))

    def read(self, text: str) -> Question:
        """A question as the search reads it."""
        return read(text, None if self.encoder is None or self.index.vectors is None else self.encoder.one(text))

    def _ranked(self, scores: Scores) -> tuple[Places, Floats, Floats | None]:
        if self.reranking is not None:
            ranked = self.reranking.rank(scores)
            return ranked.places, ranked.scores, ranked.likeness.times
        places = best(scores.fused, MOST_RANKED)
        places = places[scores.fused[places] > 0]
        return places, scores.fused[places], None

    def _found(self, text: str, scores: Scores, place: int, value: float, times: Floats | None) -> Found:
        passage = self.index.passages[place]
        return Found(
            passage=passage,
            score=value,
            words=_shared(text, passage),
            meaning=None if scores.meaning is None else float(scores.meaning[place]),
            cited_times=0 if times is None else int(times[place]),
        )

    def _probability(self, scores: Scores) -> float | None:
        if self.calibration is None or not self.index.size:
            return None
        return float(self.calibration.probability(signals(self.index, scores)[None, :])[0])


def prepare(
    passages: Sequence[Passage],
    *,
    directory: Path,
    ranker: Ranker | None = None,
    calibration: Calibration | None = None,
    threads: int = 1,
) -> Finder:
    """A finder over passages in the order of their documents; vectors are kept in files under `directory`."""
    encoder = models.encoder(threads=threads)
    vectors = None
    if encoder is not None:
        vectors = VectorFile(directory).vectors([one.searched for one in passages], encoder=encoder)
    ready = index(passages, vectors)
    return Finder(
        index=ready,
        encoder=encoder,
        reranking=None if ranker is None else reranking(ranker, ready),
        calibration=calibration,
        missing=models.missing(),
    )


def _shown(ranks: Floats) -> Floats:
    """Scores from 1 for the best downwards."""
    if not len(ranks):
        return ranks
    low, high = float(ranks.min()), float(ranks.max())
    return (ranks - np.float32(low)) / np.float32(high - low) if high > low else np.ones_like(ranks)


def _shared(text: str, passage: Passage) -> tuple[str, ...]:
    """The question's words, as typed, that the passage holds."""
    held = set(terms(passage.searched))
    typed = dict.fromkeys(WORD.findall(text))
    return tuple(word for word in typed if set(terms(word)) & held)
