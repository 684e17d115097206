"""In which three bands does a search stand, and from which probability on?

Held-out figures of the packaged calibration, and with them the price of these limits, are in `calibration.json`.
"""

from __future__ import annotations

from enum import StrEnum

ANSWERED_FROM, NOT_FOUND_BELOW = 0.6, 0.1


class Band(StrEnum):
    """Is it answered here: yes in all likelihood, perhaps by what is nearest, or no?

    What is shown of a search that is `NOT_FOUND` only holds some of the words.
    """

    ANSWERED = "answered"
    NEAREST = "nearest"
    NOT_FOUND = "not_found"


SURENESS = (Band.NOT_FOUND, Band.NEAREST, Band.ANSWERED)


def surer(one: Band, other: Band) -> Band:
    """The surer of two bands."""
    return max(one, other, key=SURENESS.index)
