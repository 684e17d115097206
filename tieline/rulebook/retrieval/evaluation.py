"""How good is the search on a benchmark: by words alone, with meaning, and learned?

With folds each question is ranked by a ranker that never saw it; otherwise one is learned on some questions and
measured on others. Times are CPU time of one search from the text on. Whether refusal works is measured with half
of the documents indexed, each half in turn.
"""

from __future__ import annotations

import resource
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tieline.rulebook.retrieval import answerable, boosting, figures
from tieline.rulebook.retrieval.apart import ask_parts
from tieline.rulebook.retrieval.benchmark import Asked
from tieline.rulebook.retrieval.finding import Finder, prepare
from tieline.rulebook.retrieval.lexical import Places
from tieline.rulebook.retrieval.passages import Index, Passage
from tieline.rulebook.retrieval.ranker import Reranking, learn, reranking
from tieline.rulebook.retrieval.scoring import Question, best, read, score

SHOWN = 10
CALIBRATION_PARTS = 5

Say = Callable[[str], None]
Figures = dict[str, object]


@dataclass(frozen=True, eq=False)
class Run:
    """What was ranked for questions, and how long each took."""

    ranked: list[list[str]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    relevant: list[frozenset[str]] = field(default_factory=list)

    def figures(self) -> Figures:
        """The figures of this run."""
        return dict(figures.summary(self.ranked, self.relevant, self.seconds))


def evaluate(
    passages: Sequence[Passage],
    asked: Sequence[Asked],
    *,
    directory: Path,
    parts: Sequence[tuple[list[int], list[int]]],
    say: Say,
) -> Figures:
    """The figures; each of `parts` is the numbers of questions to learn from and of those to measure on."""
    say(f"indexing {len(passages)} passages")
    begun = time.process_time()
    finder = prepare(passages, directory=directory)
    index_seconds = round(time.process_time() - begun, 1)
    measured = sorted({number for _, test in parts for number in test})
    result: Figures = {"passages": len(passages), "questions": len(measured), "missing": _missing(finder)}
    say(f"searching {len(measured)} questions")
    questions = [finder.read(one.text) for one in asked]
    result["lexical"] = _lexical(finder, asked, measured).figures()
    result["hybrid"] = _hybrid(finder, asked, measured).figures() if finder.encoder else None
    result["learned"] = _learned(finder, asked, questions, parts, say).figures() if boosting.is_installed() else None
    say("measuring refusal with half of the documents")
    result |= _refusal(passages, finder.index, asked, questions, parts)
    return result | {"index_seconds": index_seconds, "peak_mb": _peak_mb()}


def folds(count: int, *, of: Sequence[Asked]) -> list[tuple[list[int], list[int]]]:
    """Parts of the questions, by their keys: always the same, whatever the order of the file. The same question under
    several keys is in one part.
    """
    first: dict[str, str] = {}
    for one in sorted(of, key=lambda one: one.key):
        first.setdefault(_said(one), one.key)
    part_of = [zlib.crc32(first[_said(one)].encode()) % count for one in of]
    return [
        (
            [number for number, other in enumerate(part_of) if other != part],
            [number for number, other in enumerate(part_of) if other == part],
        )
        for part in range(count)
    ]


def unseen(asked: Sequence[Asked], *, learned: Sequence[Asked]) -> list[Asked]:
    """Those that are not learned from, under whatever key."""
    seen = {_said(one) for one in learned}
    return [one for one in asked if _said(one) not in seen]


def _said(asked: Asked) -> str:
    return " ".join(asked.text.casefold().split())


def _missing(finder: Finder) -> list[str]:
    return [*finder.missing, *([] if boosting.is_installed() else [boosting.LEARNER])]


def _lexical(finder: Finder, asked: Sequence[Asked], measured: Sequence[int]) -> Run:
    return _timed(finder.index, asked, measured, lambda text: best(score(finder.index, read(text, None)).fused, SHOWN))


def _hybrid(finder: Finder, asked: Sequence[Asked], measured: Sequence[int]) -> Run:
    return _timed(finder.index, asked, measured, lambda text: best(score(finder.index, finder.read(text)).fused, SHOWN))


def _learned(
    finder: Finder,
    asked: Sequence[Asked],
    questions: Sequence[Question],
    parts: Sequence[tuple[list[int], list[int]]],
    say: Say,
) -> Run:
    run = Run()
    for number, (train, test) in enumerate(parts, start=1):
        say(f"learning part {number} of {len(parts)} from {len(train)} questions")
        ranker = learn(finder.index, [questions[one] for one in train], [asked[one].answers for one in train])
        learned = _timed(finder.index, asked, test, _learned_search(finder, reranking(ranker, finder.index)))
        run.ranked.extend(learned.ranked)
        run.seconds.extend(learned.seconds)
        run.relevant.extend(learned.relevant)
    return run


def _learned_search(finder: Finder, ranking: Reranking) -> Callable[[str], Places]:
    return lambda text: ranking.rank(score(finder.index, finder.read(text))).places[:SHOWN]


def _timed(index: Index, asked: Sequence[Asked], numbers: Sequence[int], search: Callable[[str], Places]) -> Run:
    run = Run()
    for number in numbers:
        begun = time.process_time()
        places = search(asked[number].text)
        run.seconds.append(time.process_time() - begun)
        run.ranked.append([index.passages[place].key for place in places])
        run.relevant.append(asked[number].answers)
    return run


def _refusal(
    passages: Sequence[Passage],
    whole: Index,
    asked: Sequence[Asked],
    questions: Sequence[Question],
    parts: Sequence[tuple[list[int], list[int]]],
) -> Figures:
    halves = ask_parts(passages, whole, questions, [one.answers for one in asked])
    rows, answered, owners = halves.rows, halves.is_answered, halves.owners
    if len(parts) > 1:
        part_of = [zlib.crc32(asked[owner].key.encode()) % CALIBRATION_PARTS for owner in owners]
        probable = answerable.crossed(rows, answered, part_of)
    else:
        train, test = np.isin(owners, parts[0][0]), np.isin(owners, parts[0][1])
        probable = answerable.calibrate(rows[train], answered[train]).probability(rows[test])
        answered = answered[test]
    return {
        "answerable_auroc": round(answerable.auroc(probable, answered), 4),
        "answerable_ece": round(answerable.calibration_error(probable, answered), 4),
    }


def _peak_mb() -> int:
    """The most memory this process held."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(held / (1 << 20 if sys.platform == "darwin" else 1 << 10))
