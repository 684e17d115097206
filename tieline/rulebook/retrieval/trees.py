"""What do the learned trees say of each candidate? Adds up trees over rows of features, with arrays alone.

Each condition that fails rules out the leaves on its left; what is left first is the leaf (the QuickScorer way).
So a trained ranker is served without the library that trained it, and its file holds numbers only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tieline.rulebook.retrieval.lexical import Floats

LEAVES = 16
"""At most so many leaves has a tree: their set fits sixteen bits."""
ALL_LEAVES = (1 << LEAVES) - 1
FIRST_LEAF = np.array([0] + [(bits & -bits).bit_length() - 1 for bits in range(1, ALL_LEAVES + 1)], dtype=np.uint8)
AT_ONCE = 64

Node = Mapping[str, object]


@dataclass(frozen=True, eq=False)
class Trees:
    """For each tree and each of its conditions the feature, the limit and the leaves that stay when it fails."""

    features: NDArray[np.int32]
    limits: Floats
    staying: NDArray[np.uint16]
    values: Floats

    def scores(self, rows: Floats) -> Floats:
        """The sum of the trees for each row."""
        parts = [self._some(rows[begin : begin + AT_ONCE]) for begin in range(0, len(rows), AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)

    def _some(self, rows: Floats) -> Floats:
        fails = rows[:, self.features] > self.limits
        left = np.bitwise_and.reduce(np.where(fails, self.staying, np.uint16(ALL_LEAVES)), axis=2)
        leaves = FIRST_LEAF[left]
        return np.asarray(self.values[np.arange(len(self.values)), leaves].sum(axis=1), dtype=np.float32)


def planted(roots: Sequence[Node]) -> Trees:
    """Trees from nested nodes with split_feature, threshold, left_child and right_child, or leaf_value."""
    shape = (len(roots), LEAVES - 1)
    features, limits = np.zeros(shape, dtype=np.int32), np.full(shape, np.inf, dtype=np.float32)
    staying, values = np.full(shape, ALL_LEAVES, dtype=np.uint16), np.zeros((len(roots), LEAVES), dtype=np.float32)
    for number, root in enumerate(roots):
        conditions: list[tuple[int, float, int]] = []
        leaves: list[float] = []
        _walk(root, conditions, leaves)
        values[number, : len(leaves)] = leaves
        for column, (feature, limit, ruled_out) in enumerate(conditions):
            features[number, column], staying[number, column] = feature, ALL_LEAVES & ~ruled_out
            limits[number, column] = (
                np.nextafter(np.float32(limit), np.float32(-np.inf))
                if (np.float32(limit) > limit)
                else np.float32(limit)
            )
    return Trees(features, limits, staying, values)


def _walk(node: Node, conditions: list[tuple[int, float, int]], leaves: list[float]) -> None:
    """Leaves from left to right; for each condition the bits of the leaves on its left."""
    if "leaf_value" in node:
        leaves.append(float(str(node["leaf_value"])))
        return
    left, right = node["left_child"], node["right_child"]
    if not isinstance(left, Mapping) or not isinstance(right, Mapping):
        raise ValueError("a tree's node has neither a value nor two branches")
    begin = len(leaves)
    _walk(left, conditions, leaves)
    on_left = sum(1 << leaf for leaf in range(begin, len(leaves)))
    conditions.append((int(str(node["split_feature"])), float(str(node["threshold"])), on_left))
    _walk(right, conditions, leaves)
