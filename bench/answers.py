"""Does the cited answer quote the sentence that answers, and refuse where none does?

    python bench/answers.py [--part dev|held-out] [--show] [--json]

The questions of `answers.tsv` are in our own words, as participants ask, for both editions of the demonstration's
illustrative rule book, which is read into a throw-away instance. Each is marked with the paragraphs whose sentences
answer it on its day (`expected`, or none), and with those that do no harm beside them (`also`). Paragraphs that lead a
list in count neither way. The held-out part was written after the last change of the answering and never tuned on.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tieline.rulebook.answering import Answer

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
(RULES,) = (ROOT / "profiles").glob("*/demo/rules")
BOOK, NONE = "illustrative-market-protocols", "none"
PARTS = ("dev", "held-out")


@dataclass(frozen=True)
class Asked:
    """A marked question: the paragraphs that answer it on the day, and those that do no harm beside them."""

    part: str
    question: str
    as_at: date
    expected: frozenset[str]
    also: frozenset[str]


@dataclass(frozen=True)
class Outcome:
    """What came of a question: the paragraphs quoted, which of them count, and how long it took."""

    asked: Asked
    band: str
    probability: float | None
    quoted: tuple[str, ...]
    counted: frozenset[str]
    verbatim: tuple[bool, ...]
    wall_ms: float

    @property
    def recall(self) -> float:
        """The share of the expected paragraphs that is quoted."""
        return len(self.counted & self.asked.expected) / len(self.asked.expected)

    @property
    def precision(self) -> float:
        """The share of the quoted paragraphs that is expected."""
        return len(self.counted & self.asked.expected) / len(self.counted) if self.counted else 0.0


def main() -> int:
    """Ask every question and print the figures of each part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS, help="only this part")
    parser.add_argument("--show", action="store_true", help="also print what came of each question")
    parser.add_argument("--json", action="store_true", help="print the figures as data")
    chosen = parser.parse_args()
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    marked = [one for one in marking() if chosen.part in (None, one.part)]
    outcomes = asked_of_the_demonstration(marked)
    if chosen.show:
        for one in outcomes:
            print(told(one))
    for part in dict.fromkeys(one.asked.part for one in outcomes):
        found = figures([one for one in outcomes if one.asked.part == part])
        print(json.dumps({"part": part, **found}) if chosen.json else f"{part}: {said(found)}")
    return 0 if all(all(one.verbatim) for one in outcomes) else 1


def marking() -> list[Asked]:
    """The marked questions, in their order."""
    with Path(__file__).with_suffix(".tsv").open(encoding="utf-8") as file:
        return [
            Asked(
                part=row["part"],
                question=row["question"],
                as_at=date.fromisoformat(row["as_at"]),
                expected=frozenset(places(row["expected"])),
                also=frozenset(places(row["also"])),
            )
            for row in csv.DictReader(file, delimiter="\t")
        ]


def places(cell: str) -> list[str]:
    """The paragraphs that a cell of the marking names, parted by commas."""
    return [one.strip() for one in cell.split(",") if one.strip() not in ("", NONE)]


def asked_of_the_demonstration(marked: list[Asked]) -> list[Outcome]:
    """Read both editions into an instance that is thrown away, and ask."""
    with tempfile.TemporaryDirectory(prefix="tieline-answers-") as name:
        os.environ["TIELINE_HOME"] = name
        from tieline.kernel.actor import SYSTEM
        from tieline.kernel.viewing import viewing_as
        from tieline.project.bootstrap import instance_ready

        with instance_ready(), viewing_as(SYSTEM):
            read_in()
            for one in marked[:1]:
                outcome_of(one)
            return [outcome_of(one) for one in marked]


def read_in() -> None:
    """Both editions, and what the model has to read of them before it can be asked."""
    from tieline.kernel.actor import SYSTEM
    from tieline.rulebook.actions import import_edition
    from tieline.rulebook.finding import preparing

    for path in sorted(RULES.glob(f"{BOOK}-*.docx")):
        day = date.fromisoformat(path.stem[-10:])
        import_edition(path, book=BOOK, effective_on=day, by=SYSTEM, at=datetime(2026, 1, 1, tzinfo=UTC))
        preparing.finder_made(day, say=lambda read, of: None)


def outcome_of(asked: Asked) -> Outcome:
    """Ask one question and look every quotation up in its version."""
    from tieline.rulebook.answering import answer
    from tieline.rulebook.answering.evidence import leads_in
    from tieline.rulebook.models import ParagraphVersion

    begun = time.perf_counter()
    found: Answer = answer(asked.question, as_at=asked.as_at)
    wall_ms = (time.perf_counter() - begun) * 1000
    texts = ParagraphVersion.objects.in_force(asked.as_at).in_bulk([one.version_id for one in found.sentences])
    verbatim = tuple(texts[one.version_id].text[one.start : one.end] == one.quote for one in found.sentences)
    quoted = tuple(f"{one.section}{one.paragraph}" for one in found.sentences)
    leading = {place for place, one in zip(quoted, found.sentences, strict=True) if leads_in(one.quote)}
    counted = frozenset(quoted) - asked.also - (leading - asked.expected)
    return Outcome(asked, found.band.value, found.probability, quoted, counted, verbatim, wall_ms)


def figures(outcomes: list[Outcome]) -> dict[str, float]:
    """The figures of one part: shares of the questions that have an answer, and of those that have none."""
    open_ones = [one for one in outcomes if one.asked.expected]
    none = [one for one in outcomes if not one.asked.expected]
    answered = [one for one in open_ones if one.quoted]
    times = sorted(one.wall_ms for one in outcomes)
    verbatim = [is_verbatim for one in outcomes for is_verbatim in one.verbatim]
    return {
        "answerable": len(open_ones),
        "answered": len(answered),
        "answered_right": sum(one.recall > 0 for one in answered),
        "recall": round(statistics.fmean(one.recall for one in answered), 3) if answered else 0.0,
        "precision": round(statistics.fmean(one.precision for one in answered), 3) if answered else 0.0,
        "unanswerable": len(none),
        "refused_right": sum(not one.quoted for one in none),
        "refused_wrong": len(open_ones) - len(answered),
        "quotes": len(verbatim),
        "verbatim": sum(verbatim),
        "median_ms": round(statistics.median(times), 1),
        "p95_ms": round(times[int(0.95 * (len(times) - 1))], 1),
    }


def said(found: dict[str, float]) -> str:
    """The figures in a sentence."""
    return (
        f"{found['answered']} of {found['answerable']} answerable questions answered, {found['answered_right']} "
        f"with an expected sentence (recall {found['recall']}, precision {found['precision']}); "
        f"{found['refused_right']} of {found['unanswerable']} unanswerable refused; "
        f"{found['verbatim']} of {found['quotes']} quotes verbatim; "
        f"median {found['median_ms']} ms, p95 {found['p95_ms']} ms"
    )


def told(one: Outcome) -> str:
    """One line of what came of a question."""
    is_right = one.recall > 0 and one.precision == 1.0 if one.asked.expected else not one.quoted
    expected = " ".join(sorted(one.asked.expected)) or NONE
    p = "    " if one.probability is None else f"{one.probability:.2f}"
    mark = "ok " if is_right else "BAD"
    return f"{mark} {one.band:9} {p} {one.asked.question[:70]:70} want {expected} got {' '.join(one.quoted)}"


if __name__ == "__main__":
    raise SystemExit(main())
