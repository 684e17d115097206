"""How is `tieline/rulebook/finding/calibration.json` made, and how well does it tell answered questions from others?

    python bench/calibration.py [DIR] [--write]

DIR is a folder as `tieline rulebook evaluate` reads it (default: `obliqa` under TIELINE_SHARED/data). Its documents are
dealt into 2, 5 and 20 parts, so that books of several sizes are seen; every question is asked of every part. Only the
figures of the regression are written, no word of the texts. AUROC and ECE are of questions that were held out.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import zlib
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SHARED = Path(os.environ.get("TIELINE_SHARED", ROOT.parent / "shared"))
WRITTEN = ROOT / "tieline" / "rulebook" / "finding" / "calibration.json"
DEALT = (2, 5, 20)
HELD_OUT = 5


def main() -> int:
    """Fit, print what it is worth, and (with --write) write it down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path, nargs="?", default=SHARED / "data" / "obliqa")
    parser.add_argument("--write", action="store_true", help="write the calibration that is packaged")
    chosen = parser.parse_args()
    if not chosen.directory.exists():
        print(f"{chosen.directory} is not there; nothing is measured.")
        return 0
    from tieline.kernel import instance
    from tieline.rulebook.retrieval import benchmark
    from tieline.rulebook.retrieval.finding import prepare

    finder = prepare(benchmark.passages(chosen.directory), directory=instance.home() / "vectors")
    asked = benchmark.questions(chosen.directory)
    questions = [finder.read(one.text) for one in asked]
    answers = [one.answers for one in asked]
    kinds = {
        "words_and_meaning": (finder.index, questions),
        "words": (replace(finder.index, vectors=None), [replace(one, vector=None) for one in questions]),
    }
    made = {name: fitted(index, read, answers) for name, (index, read) in kinds.items()}
    for name, (_, figures) in made.items():
        print(name, json.dumps(figures))
    if chosen.write:
        write({name: numbers for name, (numbers, _) in made.items()}, {name: told for name, (_, told) in made.items()})
    return 0


def fitted(index, questions, answers):  # type: ignore[no-untyped-def]
    """The regression over all questions, and what one that saw four fifths of them says of the others."""
    import numpy as np

    from tieline.rulebook.retrieval import answerable
    from tieline.rulebook.retrieval.apart import ask_parts

    rows, flags, parts, dealt = [], [], [], []
    for count in DEALT:
        asked = ask_parts(index.passages, index, questions, answers, parts=count)
        kept = balanced(asked, count)
        rows.append(asked.rows[kept])
        flags.append(asked.is_answered[kept])
        parts += [asked.owners[place] % HELD_OUT for place in kept]
        dealt += [count] * len(kept)
    all_rows, answered = np.concatenate(rows), np.concatenate(flags)
    probable = answerable.crossed(all_rows, answered, parts)
    figures = {}
    for count in DEALT:
        mine = np.array(dealt) == count
        figures[f"{count} parts"] = told(probable[mine], answered[mine])
    return answerable.calibrate(all_rows, answered), figures


def balanced(asked, count):  # type: ignore[no-untyped-def]
    """As many unanswered as answered: of the former those whose number is hashed lowest."""
    import numpy as np

    yes = np.flatnonzero(asked.is_answered)
    no = np.flatnonzero(~asked.is_answered)
    order = sorted(no.tolist(), key=lambda place: zlib.crc32(f"{count} {place}".encode()))
    return np.sort(np.concatenate([yes, np.array(order[: len(yes)], dtype=np.int64)]))


def told(probable, answered):  # type: ignore[no-untyped-def]
    """Figures, and what the bands make of the questions."""
    from tieline.rulebook.finding.bands import ANSWERED_FROM, NOT_FOUND_BELOW
    from tieline.rulebook.retrieval import answerable

    sure, none = probable >= ANSWERED_FROM, probable < NOT_FOUND_BELOW
    return {
        "questions": len(probable),
        "auroc": round(answerable.auroc(probable, answered), 4),
        "ece": round(answerable.calibration_error(probable, answered), 4),
        "of those called answered, are": round(float(answered[sure].mean()), 3),
        "of the answered, called so": round(float(sure[answered].mean()), 3),
        "of those called not found, are answered": round(float(answered[none].mean()), 3),
        "of the unanswered, called not found": round(float(none[~answered].mean()), 3),
    }


def write(calibrations, figures):  # type: ignore[no-untyped-def]
    """The packaged numbers, with what they are worth."""
    numbers = {
        name: {
            part: [float(f"{value:.6g}") for value in getattr(one, part)] for part in ("means", "spreads", "weights")
        }
        for name, one in calibrations.items()
    }
    content = {"made_by": "bench/calibration.py", "held_out": figures, "calibrations": numbers}
    WRITTEN.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
