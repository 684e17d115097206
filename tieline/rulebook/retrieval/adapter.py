"""How do people's questions turn towards the rules' wording? A learned turn of the question's vector.

A matrix, close to the identity, is trained so that a question's vector points to the passages that answered it
and away from the others. Passages keep their vectors, so nothing is indexed again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tieline.rulebook.retrieval.lexical import Floats, Places

ROUNDS, AT_ONCE = 6, 128
PACE, SHARPNESS, PULL = 1e-3, 20.0, 1e-2
"""Adam's step, the softmax's scale, and how strongly the matrix is held to the identity."""


def turn(vectors: Floats, answers: Sequence[Places], passages: Floats, *, seed: int = 1) -> Floats:
    """The matrix learned from question vectors and the places of their answers; the identity without any."""
    width = passages.shape[1]
    matrix = np.eye(width, dtype=np.float32)
    asked = np.array([number for number, places in enumerate(answers) if len(places)], dtype=np.int64)
    random = np.random.default_rng(seed)
    first, second = np.zeros_like(matrix), np.zeros_like(matrix)
    step = 0
    for _ in range(ROUNDS):
        order = random.permutation(asked)
        for begin in range(0, len(order), AT_ONCE):
            step += 1
            part = order[begin : begin + AT_ONCE]
            slope = _slope(matrix, vectors[part], [answers[number] for number in part], passages)
            first += (slope - first) * np.float32(0.1)
            second += (slope * slope - second) * np.float32(0.001)
            corrected = np.sqrt(second / np.float32(1 - 0.999**step)) + np.float32(1e-8)
            matrix -= np.float32(PACE / (1 - 0.9**step)) * first / corrected
    return matrix


def turned(vector: Floats, matrix: Floats) -> Floats:
    """A question's vector after the turn, of length one."""
    other = vector @ matrix
    return np.asarray(other / max(float(np.linalg.norm(other)), 1e-6), dtype=np.float32)


def _slope(matrix: Floats, vectors: Floats, answers: Sequence[Places], passages: Floats) -> Floats:
    """The slope of the cross entropy between where questions point and where their answers are."""
    pointed = np.float32(SHARPNESS) * ((vectors @ matrix) @ passages.T)
    pointed -= pointed.max(axis=1, keepdims=True)
    np.exp(pointed, out=pointed)
    pointed /= pointed.sum(axis=1, keepdims=True)
    for row, places in enumerate(answers):
        pointed[row, places] -= np.float32(1 / len(places))
    slope = vectors.T @ (pointed @ passages) * np.float32(SHARPNESS / len(vectors))
    held = matrix.copy()
    held[np.diag_indices_from(held)] -= 1
    return np.asarray(slope + np.float32(PULL) * held, dtype=np.float32)
