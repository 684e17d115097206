"""What is a ranking measured on? A folder with passages, questions, and which passage answers which question.

The layout is that of BEIR: `passages.jsonl` or `passages.jsonl.gz` with id, document, section and text, every
`*_queries.jsonl` with id and text, every `*_qrels.tsv` with question, passage and a score above 0.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tieline.kernel.refusal import Refusal
from tieline.rulebook.retrieval.passages import Passage

QUERIES, QRELS = "_queries.jsonl", "_qrels.tsv"


class UnreadableBenchmark(Refusal):
    """The folder does not hold what is measured on."""


@dataclass(frozen=True)
class Asked:
    """A question of the benchmark and the keys of the passages that answer it."""

    key: str
    text: str
    answers: frozenset[str]


def passages(directory: Path) -> list[Passage]:
    """The passages in the order of their documents; refuses UnreadableBenchmark."""
    for name in ("passages.jsonl.gz", "passages.jsonl"):
        if (directory / name).exists():
            return [_passage(one, directory / name) for one in _objects(directory / name)]
    missing = "holds no passages.jsonl or passages.jsonl.gz" if directory.is_dir() else "is no folder"
    raise UnreadableBenchmark(f"{directory} {missing}.")


def questions(directory: Path, qrels: Sequence[Path] = ()) -> list[Asked]:
    """The questions that some of the qrels answer (all of the folder's when none is named).

    `x_qrels.tsv` speaks of the questions in `x_queries.jsonl`, or of any where that file lacks them: two pairs may use
    the same id for different questions.
    """
    texts = {path.name.removesuffix(QUERIES): _texts(path) for path in sorted(directory.glob(f"*{QUERIES}"))}
    others = {key: text for found in texts.values() for key, text in found.items()}
    asked: dict[tuple[str, str], set[str]] = {}
    for path in qrels or sorted(directory.glob(f"*{QRELS}")):
        own = texts.get(path.name.removesuffix(QRELS), {})
        for key, passage in _judged(path):
            if (text := own.get(key, others.get(key))) is not None:
                asked.setdefault((key, text), set()).add(passage)
    if not asked:
        raise UnreadableBenchmark(f"{directory} holds no question (*{QUERIES}) that its *{QRELS} answer.")
    return [Asked(key, text, frozenset(answers)) for (key, text), answers in asked.items()]


def _texts(path: Path) -> dict[str, str]:
    return {str(one.get("id", one.get("_id"))): str(one.get("text", "")) for one in _objects(path)}


def _passage(one: dict[str, object], path: Path) -> Passage:
    key = one.get("id", one.get("_id"))
    if key is None or "text" not in one:
        raise UnreadableBenchmark(f"{path.name}: expected an id and a text in each line, found {sorted(one)}.")
    return Passage(
        key=str(key),
        document=str(one.get("document", "")),
        section=str(one.get("section", "")),
        text=str(one["text"]),
        heading=str(one.get("title") or ""),
    )


def _objects(path: Path) -> Iterator[dict[str, object]]:
    for number, line in enumerate(_lines(path), start=1):
        if line.strip():
            try:
                one = json.loads(line)
            except ValueError as cause:
                raise UnreadableBenchmark(f"{path.name}, line {number}: expected JSON ({cause}).") from cause
            if not isinstance(one, dict):
                raise UnreadableBenchmark(f"{path.name}, line {number}: expected an object.")
            yield one


def _judged(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(_lines(path), start=1):
        parts = line.rstrip("\r\n").split("\t")
        if not line.strip() or (number == 1 and not _is_number(parts[-1])):
            continue
        if len(parts) not in (3, 4) or not _is_number(parts[-1]):
            raise UnreadableBenchmark(f"{path.name}, line {number}: expected question, passage and score.")
        if float(parts[-1]) > 0:
            yield parts[0], parts[-2]


def _is_number(text: str) -> bool:
    return text.strip().lstrip("-").replace(".", "", 1).isdigit()


def _lines(path: Path) -> Iterator[str]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            yield from file
    except (OSError, UnicodeDecodeError, EOFError) as cause:
        why = getattr(cause, "strerror", None) or cause
        raise UnreadableBenchmark(f"{path} cannot be read ({why}).") from cause
