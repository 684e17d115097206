"""What is searched: passages, where each stands in its document, and everything a search needs to have at hand.

An index is made from passages in the order of their documents and never changed after. Vectors are optional: an
index without them searches by words alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tieline.rulebook.retrieval import lexical
from tieline.rulebook.retrieval.lexical import Floats, Places, Postings
from tieline.rulebook.retrieval.words import pairs, terms

ABOVE = 2
"""How many headings above a passage are looked at."""
NOWHERE = -1
PART = re.compile(r"[^.()\[\]\s]+")


@dataclass(frozen=True)
class Passage:
    """A paragraph to be found; `heading` is the titles above it, searched with it."""

    key: str
    document: str
    section: str
    text: str
    heading: str = ""

    @property
    def searched(self) -> str:
        """What is indexed and read by the model."""
        return f"{self.heading}. {self.text}" if self.heading else self.text


@dataclass(frozen=True, eq=False)
class Surroundings:
    """Where each passage stands: its document's number, its neighbours, the passages above it; NOWHERE is none.

    `depth` is how far into its document a passage stands, `sizes` how many passages that document has.
    """

    documents: NDArray[np.int32]
    near: Places
    above: Places
    depth: Floats
    sizes: Floats


@dataclass(frozen=True, eq=False)
class Index:
    """Passages ready to be searched."""

    passages: tuple[Passage, ...]
    single: Postings
    double: Postings
    vectors: Floats | None
    surroundings: Surroundings

    @property
    def size(self) -> int:
        """How many passages there are."""
        return len(self.passages)


def index(passages: Sequence[Passage], vectors: Floats | None) -> Index:
    """Index passages, given in the order of their documents, with their vectors if there are any."""
    found = [terms(passage.searched) for passage in passages]
    return Index(
        passages=tuple(passages),
        single=lexical.build(found),
        double=lexical.build([pairs(words) for words in found]),
        vectors=vectors,
        surroundings=_surroundings(passages),
    )


def _surroundings(passages: Sequence[Passage]) -> Surroundings:
    numbers: dict[str, int] = {}
    documents = np.array([numbers.setdefault(one.document, len(numbers)) for one in passages], dtype=np.int32)
    near = np.full((len(passages), 4), NOWHERE, dtype=np.int32)
    for column, step in enumerate((-2, -1, 1, 2)):
        other = np.arange(len(passages)) + step
        inside = (other >= 0) & (other < len(passages))
        same = np.zeros(len(passages), dtype=bool)
        same[inside] = documents[other[inside]] == documents[inside]
        near[same, column] = other[same]
    _, number_of, counts = np.unique(documents, return_inverse=True, return_counts=True)
    first = np.full(len(counts), len(passages))
    np.minimum.at(first, number_of, np.arange(len(passages)))
    sizes = counts[number_of].astype(np.float32)
    depth = ((np.arange(len(passages)) - first[number_of]) / np.maximum(sizes, 1)).astype(np.float32)
    return Surroundings(documents, near, _above(passages), depth, sizes)


def _above(passages: Sequence[Passage]) -> Places:
    """The passages whose number begins a passage's own: 5.2.4 above 5.2.4.(1)."""
    places: dict[tuple[str, ...], int] = {}
    paths = [(one.document, *PART.findall(one.section)) for one in passages]
    for place, path in enumerate(paths):
        places.setdefault(path, place)
    above = np.full((len(passages), ABOVE), NOWHERE, dtype=np.int32)
    for place, path in enumerate(paths):
        found = [places[path[:end]] for end in range(len(path) - 1, 1, -1) if path[:end] in places]
        for column, other in enumerate([one for one in found if one != place][:ABOVE]):
            above[place, column] = other
    return above
