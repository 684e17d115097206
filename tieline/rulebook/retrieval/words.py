"""Which words of a text does the search look for? Stems, pairs of neighbouring stems, and numbers as written.

A number such as 6.6.3.1 stays whole, and a hyphen parts words. Words that stand everywhere are left out of the
single words; a pair keeps its place, so that "notice of change" pairs notice with change.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from tieline.rulebook.retrieval.stemming import stem

WORD = re.compile(r"\d+(?:\.\d+)+|[^\W_]+(?:['’][^\W_]+)*")
EVERYWHERE = frozenset(
    "a about above after again all also am an and any are as at be because been before being below between both "
    "but by can could did do does doing down during each few for from further had has have having he her here "
    "hers him his how i if in into is it its itself me might more most my no nor not of off on once only or other our "
    "out over own same shall she should so some such than that the their theirs them then there these they this "
    "those through to too under until up upon very was we were what when where whether which while who whom why "
    "will with would you your".split()
)


@lru_cache(maxsize=100_000)
def _term(word: str) -> str:
    plain = word.lower().replace("’", "'")
    if plain in EVERYWHERE:
        return ""
    return stem(plain.removesuffix("'s").replace("'", ""))


def terms(text: str) -> list[str]:
    """The stems of a text in their order, without the words that stand everywhere."""
    return [term for term in map(_term, WORD.findall(text)) if term]


def pairs(found: Sequence[str]) -> list[str]:
    """Each stem with its neighbour."""
    return [f"{left} {right}" for left, right in pairwise(found)]
