"""Which passages speak of these words? Okapi BM25 over postings kept as flat arrays.

The weight of a word in a passage is worked out when the index is built, so that a search only adds up rows. An
index is never changed: a changed book makes a new one, which takes half a second for 13,000 passages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

K1, B = 1.2, 0.75

Floats = NDArray[np.float32]
Places = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Postings:
    """For each word where it stands and what that weighs; `rarity` is its inverse document frequency."""

    numbers: dict[str, int]
    starts: NDArray[np.int64]
    places: Places
    weights: Floats
    rarity: Floats
    lengths: Floats

    @property
    def size(self) -> int:
        """How many passages are indexed."""
        return len(self.lengths)

    def known(self, words: Iterable[str]) -> list[int]:
        """The numbers of those words that occur, each once, in order."""
        return [self.numbers[word] for word in dict.fromkeys(words) if word in self.numbers]

    def scores(self, words: Iterable[str]) -> Floats:
        """The BM25 score of every passage."""
        total = np.zeros(self.size, dtype=np.float32)
        for number in self.known(words):
            span = slice(self.starts[number], self.starts[number + 1])
            total[self.places[span]] += self.weights[span]
        return total


def build(texts: Sequence[Sequence[str]], *, k1: float = K1, b: float = B) -> Postings:
    """Index the words of passages."""
    numbers: dict[str, int] = {}
    flat: list[int] = []
    for words in texts:
        flat.extend(numbers.setdefault(word, len(numbers)) for word in words)
    lengths = np.array([len(words) for words in texts], dtype=np.float32)
    where = np.repeat(np.arange(len(texts), dtype=np.int64), lengths.astype(np.int64))
    key = np.array(flat, dtype=np.int64) * max(1, len(texts)) + where
    unique, counts = np.unique(key, return_counts=True)
    word_of, place_of = np.divmod(unique, max(1, len(texts)))
    standing = np.bincount(word_of, minlength=len(numbers)).astype(np.float32)
    rarity = np.log1p((len(texts) - standing + 0.5) / (standing + 0.5)).astype(np.float32)
    usual = lengths.mean() if lengths.size and lengths.any() else 1.0
    damping = k1 * (1 - b + b * lengths[place_of] / usual)
    weights = rarity[word_of] * counts * (k1 + 1) / (counts + damping)
    return Postings(
        numbers=numbers,
        starts=np.concatenate([[0], np.cumsum(standing)]).astype(np.int64),
        places=place_of.astype(np.int32),
        weights=weights.astype(np.float32),
        rarity=rarity,
        lengths=lengths,
    )
