"""Does the search keep its bars, and what does a serving process hold in memory?

    python bench/retrieval.py [DIR] [--serving-only]

DIR is a folder as `tieline rulebook evaluate` reads it (default: `obliqa` under TIELINE_SHARED/data). Prints the
figures as JSON, then each bar with "ok" or "MISSED"; the exit status is 1 when one is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("TIELINE_SHARED", ROOT.parent / "shared"))
LEAST = {
    ("hybrid", "recall@10"): 0.805, ("hybrid", "map@10"): 0.67,
    ("learned", "recall@10"): 0.83, ("learned", "map@10"): 0.71, ("", "answerable_auroc"): 0.90,
}  # fmt: skip
MOST = {
    ("learned", "p50_ms"): 30, ("learned", "p95_ms"): 60, ("", "answerable_ece"): 0.03,
    ("", "index_seconds"): 540, ("serving", "resident_mb"): 600,
}  # fmt: skip
SEARCHES = 200


def main() -> int:
    """Measure, print, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path, nargs="?", default=SHARED / "data" / "obliqa")
    parser.add_argument("--serving-only", action="store_true", help="only measure a serving process, in this one")
    chosen = parser.parse_args()
    if not (chosen.directory / "passages.jsonl.gz").exists() and not (chosen.directory / "passages.jsonl").exists():
        print(f"{chosen.directory} holds no passages; nothing is measured.")
        return 0
    if chosen.serving_only:
        print(json.dumps(serving(chosen.directory)))
        return 0
    evaluate = [
        sys.executable,
        "-m",
        "tieline",
        "rulebook",
        "evaluate",
        str(chosen.directory),
        "--folds",
        "5",
        "--json",
    ]
    figures = _json_of(evaluate)
    figures["serving"] = _json_of([sys.executable, __file__, str(chosen.directory), "--serving-only"])
    print(json.dumps(figures, indent=2))
    missed = [*_short_of(figures), *_beyond(figures)]
    return 1 if missed else 0


def serving(directory: Path) -> dict[str, object]:
    """Searches with a ranker from its file, in a process that learned nothing; how long and how large."""
    import psutil

    from tieline.kernel import instance
    from tieline.rulebook.retrieval import benchmark
    from tieline.rulebook.retrieval.finding import prepare
    from tieline.rulebook.retrieval.rankers import Learned, RankerStore

    store = RankerStore(instance.home() / "bench" / "rankers")
    passages, asked = benchmark.passages(directory), benchmark.questions(directory)
    if not store.numbers():
        subprocess.run([sys.executable, "-c", LEARN, str(directory)], check=True, env=_environment())
    learned: Learned = store.load(store.numbers()[-1])
    begun = time.process_time()
    finder = prepare(
        passages, directory=instance.home() / "vectors", ranker=learned.ranker, calibration=learned.calibration
    )
    ready = time.process_time() - begun
    seconds = []
    for one in asked[:SEARCHES]:
        begun = time.process_time()
        finder.find(one.text)
        seconds.append(time.process_time() - begun)
    seconds.sort()
    return {
        "resident_mb": round(psutil.Process().memory_info().rss / (1 << 20)),
        "ready_seconds": round(ready, 1),
        "p50_ms": round(seconds[len(seconds) // 2] * 1000, 1),
        "p95_ms": round(seconds[int(len(seconds) * 0.95)] * 1000, 1),
    }


LEARN = """
import sys
from pathlib import Path
from tieline.kernel import instance
from tieline.rulebook.retrieval import benchmark
from tieline.rulebook.retrieval.finding import prepare
from tieline.rulebook.retrieval.ranker import learn
from tieline.rulebook.retrieval.rankers import Learned, RankerStore
folder = Path(sys.argv[1])
finder = prepare(benchmark.passages(folder), directory=instance.home() / "vectors")
asked = benchmark.questions(folder)
ranker = learn(finder.index, [finder.read(one.text) for one in asked], [one.answers for one in asked])
RankerStore(instance.home() / "bench" / "rankers").keep(Learned(ranker, None, {"questions": len(asked)}))
"""


def _json_of(command: list[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(
        subprocess.run(command, check=True, stdout=subprocess.PIPE, env=_environment(), cwd=ROOT).stdout
    )
    return found


def _environment() -> dict[str, str]:
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    one = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return {**os.environ, **one, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def _short_of(figures: dict[str, object]) -> list[tuple[str, str]]:
    values = {bar: _value(figures, *bar) for bar in LEAST}
    return [bar for bar, least in LEAST.items() if not _told(bar, values[bar], least, values[bar] >= least)]


def _beyond(figures: dict[str, object]) -> list[tuple[str, str]]:
    values = {bar: _value(figures, *bar) for bar in MOST}
    return [bar for bar, most in MOST.items() if not _told(bar, values[bar], most, values[bar] <= most)]


def _value(figures: dict[str, object], part: str, name: str) -> float:
    holder = figures.get(part) if part else figures
    found = holder.get(name) if isinstance(holder, dict) else None
    return float(str(found)) if found is not None else float("nan")


def _told(bar: tuple[str, str], value: float, limit: float, holds: bool) -> bool:
    print(f"{'ok    ' if holds else 'MISSED'} {' '.join(bar).strip()}: {value} (bar {limit})", file=sys.stderr)
    return holds


if __name__ == "__main__":
    sys.exit(main())
