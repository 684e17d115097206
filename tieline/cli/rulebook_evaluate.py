"""`tieline rulebook evaluate`: how well the search ranks, measured on a folder of questions with known answers."""

from __future__ import annotations

import argparse
import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from tieline.kernel import instance
from tieline.kernel.refusal import Refusal

FIGURES = ("recall@1", "recall@5", "recall@10", "map@10", "ndcg@10", "p50_ms", "p95_ms")
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class NotMeasurable(Refusal):
    """What is needed to measure is not installed or not named."""


def add_to(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = acts.add_parser("evaluate", help="measure the search on a folder of questions with known answers")
    parser.add_argument("directory", metavar="DIR", type=Path)
    parser.add_argument("--folds", type=_folds, metavar="N", help="learn by cross-validation over N parts (5)")
    parser.add_argument("--train", type=Path, metavar="QRELS", help="learn from the questions of this file")
    parser.add_argument("--test", type=Path, metavar="QRELS", help="and measure on those of this one")
    parser.add_argument("--json", action="store_true", help="print the result as data")
    parser.set_defaults(run=run)


def _folds(text: str) -> int:
    if not text.isdigit() or not 2 <= int(text) <= 20:
        raise argparse.ArgumentTypeError("expected a number from 2 to 20")
    return int(text)


def run(chosen: argparse.Namespace) -> int:
    """Measure and print; what is done goes to standard error."""
    if find_spec("numpy") is None:
        raise NotMeasurable("Measuring needs the packages of the group “meaning” (numpy at least); none is installed.")
    if (chosen.train is None) != (chosen.test is None) or (chosen.train and chosen.folds):
        raise NotMeasurable("Name --folds alone, or --train and --test together.")
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")  # before numpy is loaded: times are those of one thread
    from tieline.rulebook.retrieval import benchmark, evaluation

    passages = benchmark.passages(chosen.directory)
    if chosen.train:
        train, test = _named(chosen.train, chosen.directory), _named(chosen.test, chosen.directory)
        learned = benchmark.questions(chosen.directory, [train])
        given = benchmark.questions(chosen.directory, [test])
        measured = evaluation.unseen(given, learned=learned)
        if not measured:
            raise NotMeasurable(f"All questions of {chosen.test} are also in {chosen.train}.")
        if len(measured) < len(given):
            _say(f"left out: {len(given) - len(measured)} questions of {chosen.test} that are also in {chosen.train}")
        asked = [*learned, *measured]
        parts = [(list(range(len(learned))), list(range(len(learned), len(asked))))]
    else:
        asked = benchmark.questions(chosen.directory)
        parts = evaluation.folds(chosen.folds or 5, of=asked)
    result = evaluation.evaluate(passages, asked, directory=instance.home() / "vectors", parts=parts, say=_say)
    print(json.dumps(result, indent=2) if chosen.json else _table(result))
    return 0


def _named(path: Path, directory: Path) -> Path:
    return path if path.exists() else directory / path


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _table(result: dict[str, object]) -> str:
    lines = [f"{'':10}" + "".join(f"{name:>11}" for name in FIGURES)]
    for kind in ("lexical", "hybrid", "learned"):
        found = result[kind]
        cells = [f"{found[name]:>11}" for name in FIGURES] if isinstance(found, dict) else ["  not installed"]
        lines.append(f"{kind:10}" + "".join(cells))
    return "\n".join([*lines, *(f"{name}: {value}" for name, value in result.items() if not isinstance(value, dict))])
