"""Which ranker is in use, and which were before? Numbered files under a directory, and a pointer to one of them.

Nothing is overwritten: a new ranker gets the next number, `use` moves the pointer, `roll_back` moves it to the
one used before. Files hold arrays and text, nothing that runs when read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tieline.kernel.refusal import Refusal
from tieline.rulebook.retrieval.answerable import Calibration
from tieline.rulebook.retrieval.features import FEATURES
from tieline.rulebook.retrieval.ranker import Ranker
from tieline.rulebook.retrieval.scoring import Question
from tieline.rulebook.retrieval.trees import Trees


class NoSuchRanker(Refusal):
    """There is no ranker of that number, or none to go back to."""


class UnfitRanker(Refusal):
    """The file was learned with other features than this version of the program looks at."""

    def __init__(self, number: int) -> None:
        super().__init__(f"Ranker {number} was learned by another version of the program; learn a new one.")


@dataclass(frozen=True, eq=False)
class Learned:
    """A ranker, its calibration, and what was said of it when it was kept (figures, how many questions)."""

    ranker: Ranker
    calibration: Calibration | None
    notes: Mapping[str, object]


class RankerStore:
    """The rankers under a directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._pointer = directory / "in_use.json"

    def numbers(self) -> list[int]:
        """The rankers kept, oldest first."""
        return sorted(int(path.stem) for path in self.directory.glob("*.npz") if path.stem.isdigit())

    def keep(self, learned: Learned) -> int:
        """Keep a ranker under the next number; it is not in use yet."""
        self.directory.mkdir(parents=True, exist_ok=True)
        number = max(self.numbers(), default=0) + 1
        part = self.directory / f".{number}.{os.getpid()}.npz"
        np.savez_compressed(part, allow_pickle=False, **_arrays(learned))
        os.link(part, self._path(number))
        part.unlink()
        return number

    def load(self, number: int) -> Learned:
        """A ranker by its number; refuses NoSuchRanker, UnfitRanker."""
        if not self._path(number).exists():
            raise NoSuchRanker(f"There is no ranker {number}; kept are {self.numbers() or 'none'}.")
        with np.load(self._path(number), allow_pickle=False) as file:
            return _learned({name: file[name] for name in file.files}, number)

    def notes(self, number: int) -> dict[str, object]:
        """What was said of a ranker when it was kept; refuses NoSuchRanker."""
        if not self._path(number).exists():
            raise NoSuchRanker(f"There is no ranker {number}; kept are {self.numbers() or 'none'}.")
        with np.load(self._path(number), allow_pickle=False) as file:
            return dict(json.loads(str(file["said"]))["notes"])

    def in_use(self) -> int | None:
        """The number of the ranker in use, None for the untrained search."""
        used = self._used()
        return used[-1] if used else None

    def use(self, number: int) -> None:
        """Rank with this one from now on."""
        self.load(number)
        self._write([*self._used(), number])

    def roll_back(self) -> int | None:
        """Go back to the ranker used before, or to the untrained search; refuses NoSuchRanker."""
        used = self._used()
        if not used:
            raise NoSuchRanker("No ranker is in use, so there is nothing to go back from.")
        self._write(used[:-1])
        return self.in_use()

    def _used(self) -> list[int]:
        return [int(one) for one in json.loads(self._pointer.read_text())] if self._pointer.exists() else []

    def _write(self, used: list[int]) -> None:
        part = self._pointer.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(used))
        part.replace(self._pointer)

    def _path(self, number: int) -> Path:
        return self.directory / f"{number}.npz"


def _arrays(learned: Learned) -> dict[str, np.ndarray]:
    ranker, calibration = learned.ranker, learned.calibration
    vectors = [question.vector for question in ranker.questions if question.vector is not None]
    said = {
        "features": list(FEATURES),
        "words": [list(question.words) for question in ranker.questions],
        "pairs": [list(question.pairs) for question in ranker.questions],
        "cited": [sorted(keys) for keys in ranker.cited],
        "notes": dict(learned.notes),
    }
    arrays = {
        "said": np.array(json.dumps(said)),
        "features": ranker.trees.features,
        "limits": ranker.trees.limits,
        "staying": ranker.trees.staying,
        "values": ranker.trees.values,
    }
    if ranker.matrix is not None:
        arrays |= {"matrix": ranker.matrix, "vectors": np.stack(vectors)}
    if calibration is not None:
        arrays |= {"means": calibration.means, "spreads": calibration.spreads, "weights": calibration.weights}
    return arrays


def _learned(arrays: Mapping[str, np.ndarray], number: int) -> Learned:
    said = json.loads(str(arrays["said"]))
    if said["features"] != list(FEATURES):
        raise UnfitRanker(number)
    vectors = arrays.get("vectors")
    questions = tuple(
        Question(tuple(words), tuple(pairs), None if vectors is None else vectors[place])
        for place, (words, pairs) in enumerate(zip(said["words"], said["pairs"], strict=True))
    )
    trees = Trees(arrays["features"], arrays["limits"], arrays["staying"], arrays["values"])
    cited = tuple(frozenset(keys) for keys in said["cited"])
    calibration = Calibration(arrays["means"], arrays["spreads"], arrays["weights"]) if "means" in arrays else None
    return Learned(Ranker(trees, arrays.get("matrix"), questions, cited), calibration, said["notes"])
