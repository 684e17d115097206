"""What becomes of a search when what the model reads cannot be written down, as on a full or read-only disk?

Whoever writes says so by `VectorsNotKept`; whoever searches goes on by words, tells the reader, and logs it once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from tieline.kernel.refusal import Refusal

log = logging.getLogger(__name__)


class VectorsNotKept(Refusal):
    """The disk takes no more of what the model reads."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(f"The index by meaning cannot be kept ({cause.strerror or cause}): found by words only.")


@contextmanager
def keeping() -> Iterator[None]:
    """Refuses VectorsNotKept where the disk does not take what is written inside."""
    try:
        yield
    except OSError as cause:
        raise VectorsNotKept(cause) from cause


@cache
def log_once(sentence: str) -> None:
    """Log what every search would have to say again."""
    log.warning(sentence)
