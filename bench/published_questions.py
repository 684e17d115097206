"""Does the search put the right section first for questions that an operator published with its answers?

    python bench/published_questions.py [--edition 2025-12-15]

The questions and the guide are read from TIELINE_SHARED; nothing of them is kept here. `published_questions.tsv` is our
marking: for each question (by its digest) whether its answer lies in the guide, in which sections, or why not. It was
made by reading guide and answers, before the first run. A question counts as found when one of the first five
paragraphs stands in a marked section or in one below it.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SHARED = Path(os.environ.get("TIELINE_SHARED", ROOT.parent / "shared"))
BOOK, FIRST = "planning_guide", 5


def main() -> int:
    """Ask every marked question and say where its section came."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edition", default="2025-12-15", help="the day of the guide's edition")
    chosen = parser.parse_args()
    guides = sorted((SHARED / "data" / "rules").glob(f"*PLANNING_GUIDE*{chosen.edition}.pdf"))
    questions = SHARED / "data" / "qa" / "published_qa_pairs.jsonl"
    if not guides or not questions.exists():
        print("The guide or the published questions are not there; nothing is measured.")
        return 0
    from bench.crash import run

    marked = marking()
    asked = {digest(row["question"]): row["question"] for row in map(json.loads, questions.open(encoding="utf-8"))}
    found = 0
    with tempfile.TemporaryDirectory(prefix="tieline-questions-") as name:
        home = Path(name)
        run(home, "rulebook", "import", str(guides[0]), "--book", BOOK, "--effective", chosen.edition)
        inside = [(key, sections) for key, sections in marked.items() if sections and key in asked]
        for key, sections in inside:
            place, seen = ranked(home, asked[key], sections, chosen.edition, run)
            found += place is not None
            print(f"{key}  expected {', '.join(sections):28} place {place or '—'}   first five: {', '.join(seen)}")
    unmarked = [key for key in asked if key not in marked]
    print(f"{found} of {len(inside)} found among the first {FIRST} ({found / max(1, len(inside)):.0%}); "
          f"{len(asked)} questions, {len(unmarked)} not marked")  # fmt: skip
    return 0


def marking() -> dict[str, tuple[str, ...]]:
    """The marked sections of each question, none where the answer lies elsewhere."""
    with (Path(__file__).with_suffix(".tsv")).open(encoding="utf-8") as file:
        return {row["question"]: tuple(row["sections"].split()) for row in csv.DictReader(file, delimiter="\t")}


def digest(question: str) -> str:
    """What stands for a question in the marking."""
    return hashlib.sha256(question.encode()).hexdigest()[:12]


def ranked(home: Path, question: str, sections: tuple[str, ...], day: str, run: object) -> tuple[int | None, list[str]]:
    """At which place a marked section came (from 1), and the sections of the first five paragraphs."""
    assert callable(run)
    told = run(home, "rulebook", "find", question, "--book", BOOK, "--as-at", day, "--limit", str(FIRST), "--json")
    data = json.loads(told)
    hits = data["hits"] if isinstance(data, dict) else data
    seen = [str(hit["section"]) for hit in hits]
    fit = [number for number, one in enumerate(seen, 1) if any(one == s or one.startswith(s + ".") for s in sections)]
    return (fit[0] if fit else None), seen


if __name__ == "__main__":
    raise SystemExit(main())
