"""Which pieces of words does the sentence model read in a text?

The uncased WordPiece of BERT: lower case, accents off, punctuation apart, then the longest known piece first.
`minilm_vocabulary.txt` is BERT's published list of pieces (Apache-2.0), one a line, the number being the line's.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

UNKNOWN, START, END = 100, 101, 102
LONGEST_WORD = 100
SILENT = {"Mn", "Cc", "Cf", "Cn", "Co", "Cs"}
SPLIT = re.compile(r"[^\W_]+|[^\s]")


@lru_cache(maxsize=1)
def _numbers() -> dict[str, int]:
    listed = files("tieline.rulebook.retrieval").joinpath("minilm_vocabulary.txt").read_text(encoding="utf-8")
    return {piece: number for number, piece in enumerate(listed.split("\n")) if piece}


def is_word(word: str) -> bool:
    """Whether the list holds a word as one piece, as it does the common words of the language."""
    return word.lower() in _numbers()


@lru_cache(maxsize=50_000)
def _pieces(word: str) -> tuple[int, ...]:
    """The longest pieces first; a word that cannot be cut into known pieces is one unknown."""
    if len(word) > LONGEST_WORD:
        return (UNKNOWN,)
    known = _numbers()
    found: list[int] = []
    begin = 0
    while begin < len(word):
        for end in range(len(word), begin, -1):
            number = known.get(("##" if begin else "") + word[begin:end])
            if number is not None:
                found.append(number)
                begin = end
                break
        else:
            return (UNKNOWN,)
    return tuple(found)


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(sign for sign in apart if sign.isspace() or unicodedata.category(sign) not in SILENT)


def piece_numbers(text: str, *, longest: int) -> list[int]:
    """The numbers of a text's pieces between the start and end marks, cut to at most `longest`."""
    found = [START]
    for word in SPLIT.findall(_plain(text)):
        found.extend(_pieces(word))
        if len(found) >= longest - 1:
            break
    return [*found[: longest - 1], END]
