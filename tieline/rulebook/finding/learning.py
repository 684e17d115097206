"""What can the search learn from what people cited, and is it better for questions it has not seen?

Every fifth question, by a hash of its text, is held out of all learning, this time and every other. So a new ranker
and the one in use are compared on questions that neither has seen. Nothing is kept here; `ranker_actions` does that.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from tieline.kernel.refusal import Refusal
from tieline.rulebook.finding.experience_sources import CitedQuestion
from tieline.rulebook.finding.meaning import DayFinder, finder
from tieline.rulebook.finding.passages import successors
from tieline.rulebook.models import ParagraphVersion
from tieline.rulebook.retrieval import answerable, figures
from tieline.rulebook.retrieval.answerable import Calibration
from tieline.rulebook.retrieval.apart import ask_parts
from tieline.rulebook.retrieval.boosting import LearnerMissing, is_installed
from tieline.rulebook.retrieval.ranker import FEWEST, Reranking, TooFewToLearn, learn, reranking
from tieline.rulebook.retrieval.rankers import Learned
from tieline.rulebook.retrieval.scoring import Question, best, score

HELD_OUT = 5
FEWEST_HELD_OUT = 5
FEWEST_TO_CALIBRATE = 200
SHOWN = 10
MEASURED = ("map@10", "recall@10", "recall@1")
FEWEST_TO_PROMOTE = 20
RESAMPLES, SEED, SURE_FROM = 2000, 1, 0.9
CHANCE = 1e-12
"""A mean that rises by less only does so by the rounding of sums."""

Figures = dict[str, float]


class NothingToLearnOn(Refusal):
    """There is no index to learn on."""

    def __init__(self, as_at: date) -> None:
        super().__init__(f"No rule book is in force on {as_at} (or its index is not ready), so nothing can be learned.")


@dataclass(frozen=True, eq=False)
class Lesson:
    """A question as the search reads it, the paragraphs cited for it, and whether it is held out."""

    question: Question
    cited: frozenset[str]
    is_held_out: bool


@dataclass(frozen=True, eq=False)
class Trial:
    """What was learned, and how the held-out questions are answered with it and without."""

    learned: Learned
    questions: int
    held_out: int
    before: Figures
    after: Figures
    sureness: float

    @property
    def is_better(self) -> bool:
        """Whether enough questions were held out, and what they show is beyond chance and costs no recall."""
        is_surely = self.sureness >= SURE_FROM and self.after["recall@10"] >= self.before["recall@10"]
        return self.held_out >= FEWEST_TO_PROMOTE and is_surely

    @property
    def verdict(self) -> str:
        """In a sentence, why it is better or why nothing changes."""
        if self.held_out < FEWEST_TO_PROMOTE:
            return (
                f"Only {self.held_out} questions are held out; what they show may be chance, and fewer than "
                f"{FEWEST_TO_PROMOTE} change nothing."
            )
        surely = f"Better in {self.sureness:.0%} of {RESAMPLES} resamples of the held-out questions"
        if self.is_better:
            return f"{surely}, and recall did not fall."
        if self.sureness < SURE_FROM:
            return f"{surely}; {SURE_FROM:.0%} are needed, so nothing changes."
        return f"{surely}, but recall fell, so nothing changes."


def tried(asked: Iterable[CitedQuestion], *, as_at: date) -> Trial:
    """Learn, and measure; refuses LearnerMissing, NothingToLearnOn and TooFewToLearn."""
    if not is_installed():
        raise LearnerMissing
    day = finder(as_at, wait_seconds=None)
    if not isinstance(day, DayFinder):
        raise NothingToLearnOn(as_at)
    lessons = _lessons(asked, day)
    train = [one for one in lessons if not one.is_held_out]
    test = [one for one in lessons if one.is_held_out]
    if len(lessons) < FEWEST or len(test) < FEWEST_HELD_OUT:
        raise TooFewToLearn(len(lessons))
    index = day.finder.index
    ranker = learn(index, [one.question for one in train], [one.cited for one in train], fewest=1)
    ranked_before, ranked_after = _ranked(day, day.finder.reranking, test), _ranked(day, reranking(ranker, index), test)
    before, after = _measured(ranked_before, test), _measured(ranked_after, test)
    sureness = share_better(_precisions(ranked_before, test), _precisions(ranked_after, test))
    said = {
        "as_at": as_at.isoformat(),
        "questions": len(train),
        "held_out": len(test),
        "before": before,
        "after": after,
        "sureness": sureness,
    }
    learned = Learned(ranker, _calibration(day, train), said)
    return Trial(learned, len(train), len(test), before, after, sureness)


def share_better(before: Sequence[float], after: Sequence[float]) -> float:
    """In which share of resamples of the questions (drawn with replacement, always the same) the mean rises."""
    rises = np.array(after) - np.array(before)
    drawn = np.random.default_rng(SEED).integers(len(rises), size=(RESAMPLES, len(rises)))
    return round(float((rises[drawn].mean(axis=1) > CHANCE).mean()), 4)


def _lessons(asked: Iterable[CitedQuestion], day: DayFinder) -> list[Lesson]:
    """The questions whose cited paragraphs stand in the index, followed to where they moved."""
    known = list(asked)
    cited = {pk for one in known for pk in one.version_ids}
    paragraph_of = dict(ParagraphVersion.objects.filter(pk__in=cited).values_list("pk", "paragraph_id"))
    moved = successors()
    lessons = []
    for one in known:
        keys = {str(paragraph_of[pk]) for pk in one.version_ids if pk in paragraph_of}
        inside = frozenset(moved.get(key, key) for key in keys) & day.places.keys()
        question = day.finder.read(one.text)
        if inside and question.words:
            lessons.append(Lesson(question, inside, zlib.crc32(one.text.encode()) % HELD_OUT == 0))
    return lessons


def _ranked(day: DayFinder, ranking: Reranking | None, lessons: Sequence[Lesson]) -> list[list[str]]:
    index = day.finder.index
    ranked = []
    for one in lessons:
        scores = score(index, one.question)
        places = best(scores.fused, SHOWN) if ranking is None else ranking.rank(scores).places[:SHOWN]
        ranked.append([index.passages[place].key for place in places])
    return ranked


def _measured(ranked: Sequence[Sequence[str]], lessons: Sequence[Lesson]) -> Figures:
    found = figures.summary(ranked, [one.cited for one in lessons], [0.0] * len(lessons))
    return {name: found[name] for name in MEASURED}


def _precisions(ranked: Sequence[Sequence[str]], lessons: Sequence[Lesson]) -> list[float]:
    return [figures.average_precision(one, lesson.cited) for one, lesson in zip(ranked, lessons, strict=True)]


def _calibration(day: DayFinder, lessons: Sequence[Lesson]) -> Calibration | None:
    """One of these very books, when enough was asked of them; half of their chapters are held apart in turn."""
    index = day.finder.index
    halves = ask_parts(index.passages, index, [one.question for one in lessons], [one.cited for one in lessons])
    counts = np.bincount(halves.is_answered.astype(np.int64), minlength=2)
    return answerable.calibrate(halves.rows, halves.is_answered) if counts.min() >= FEWEST_TO_CALIBRATE else None
