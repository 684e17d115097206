"""In which of three bands does a search stand, and which calibration says so?

One that was learned here from what people cited is preferred to those in `calibration.json`, which
`bench/calibration.py` fitted on questions about other rules: one for the search by words and meaning, one for words
alone. One to three words are a look-up and no question: how many of them the best hit holds decides then.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from tieline.rulebook.finding.bands import ANSWERED_FROM, NOT_FOUND_BELOW, Band
from tieline.rulebook.retrieval.answerable import Calibration
from tieline.rulebook.retrieval.rankers import Learned
from tieline.rulebook.retrieval.words import terms

LOOKED_UP = 3
PACKAGED = Path(__file__).with_name("calibration.json")


def of(learned: Learned | None, *, with_meaning: bool) -> Calibration | None:
    """The calibration to go by."""
    if learned is not None and learned.calibration is not None:
        return learned.calibration
    return _packaged().get("words_and_meaning" if with_meaning else "words")


def band(asked: str, found: Sequence[str], probability: float | None) -> tuple[Band, float | None]:
    """The band of a search from the texts it found, best first, and the probability where it means something."""
    words = set(terms(asked))
    if not found:
        return Band.NOT_FOUND, probability if len(words) > LOOKED_UP else None
    if len(words) <= LOOKED_UP or probability is None:
        held = max(len(words & set(terms(text))) for text in found[:LOOKED_UP])
        return (Band.ANSWERED if held == len(words) else Band.NEAREST), None
    if probability >= ANSWERED_FROM:
        return Band.ANSWERED, probability
    return (Band.NEAREST if probability >= NOT_FOUND_BELOW else Band.NOT_FOUND), probability


@cache
def _packaged() -> dict[str, Calibration]:
    if not PACKAGED.exists():
        return {}
    numbers = json.loads(PACKAGED.read_text(encoding="utf-8"))["calibrations"]
    return {
        name: Calibration(*(np.array(one[part], dtype=np.float64) for part in ("means", "spreads", "weights")))
        for name, one in numbers.items()
    }
