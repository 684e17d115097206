"""Which words are one word to a search? Porter's stemmer (1980), so that "registering" finds "registration".

A stem need not be a word. Words with a digit and words of one or two letters stay as they are.
"""

from __future__ import annotations

import re
from functools import lru_cache

CONSONANT = r"(?:[^aeiouy]|(?<=[aeiou])y|^y)"
VOWEL = r"(?:[aeiou]|(?<![aeiou])(?<!^)y)"
MEASURED = re.compile(f"{VOWEL}+{CONSONANT}+")
HAS_VOWEL = re.compile(VOWEL)
DOUBLED = re.compile(r"([^aeiouylsz])\1$")
SHORT = re.compile(f"{CONSONANT}{VOWEL}[^aeiouwxy]$")

SECOND = (
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"),
    ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"),
    ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"),
    ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"), ("logi", "log"),
)  # fmt: skip
THIRD = (
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
)  # fmt: skip
FOURTH = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "sion", "tion", "ou", "ism",
    "ate", "iti", "ous", "ive", "ize",
)  # fmt: skip


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of a word in small letters."""
    if len(word) < 3 or not word.isascii() or not word.isalpha():
        return word
    for step in (_plural, _past, _final_y, _second, _third, _fourth, _final_e):
        word = step(word)
    return word


def _measure(word: str) -> int:
    return len(MEASURED.findall(word))


def _plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _past(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) else word
    for ending in ("ed", "ing"):
        if word.endswith(ending) and HAS_VOWEL.search(word[: -len(ending)]):
            return _mended(word[: -len(ending)])
    return word


def _mended(word: str) -> str:
    """Give back the letter that -ed and -ing took, or take the one they doubled."""
    if word.endswith(("at", "bl", "iz")):
        return word + "e"
    if DOUBLED.search(word):
        return word[:-1]
    return word + "e" if _measure(word) == 1 and SHORT.search(word) else word


def _final_y(word: str) -> str:
    return word[:-1] + "i" if word.endswith("y") and HAS_VOWEL.search(word[:-1]) else word


def _second(word: str) -> str:
    return _replaced(word, SECOND)


def _third(word: str) -> str:
    return _replaced(word, THIRD)


def _replaced(word: str, endings: tuple[tuple[str, str], ...]) -> str:
    for ending, other in endings:
        if word.endswith(ending):
            rest = word[: -len(ending)]
            return rest + other if _measure(rest) else word
    return word


def _fourth(word: str) -> str:
    for ending in sorted(FOURTH, key=len, reverse=True):
        if word.endswith(ending):
            rest = word[: -len(ending)] + (ending[0] if ending in {"sion", "tion"} else "")
            return rest if _measure(rest) > 1 else word
    return word


def _final_e(word: str) -> str:
    if word.endswith("e"):
        measure = _measure(word[:-1])
        word = word[:-1] if measure > 1 or (measure == 1 and not SHORT.search(word[:-1])) else word
    return word[:-1] if word.endswith("ll") and _measure(word) > 1 else word
