"""How alike in meaning are a question and some sentences? None where the model is not installed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tieline.rulebook.retrieval.encoder import Encoder


def likenesses(question: str, texts: Sequence[str]) -> list[float] | None:
    """The cosine of the question with each text, from 0 to 1."""
    encoder = _encoder()
    if encoder is None or not texts:
        return None
    asked = encoder.one(question)
    found = [0.0] * len(texts)
    for places, vectors in encoder.many(texts):
        for place, value in zip(places, (vectors @ asked).tolist(), strict=True):
            found[place] = max(0.0, float(value))
    return found


def _encoder() -> Encoder | None:
    """The model of the search; numpy, which it needs, is optional and so imported late."""
    if find_spec("numpy") is None:
        return None
    found: Encoder | None = import_module("tieline.rulebook.retrieval.encoder").encoder()
    return found
