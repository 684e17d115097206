"""Which text was probably meant where a word of it stands nowhere in the rules?

Only words that are no common words of the language are corrected, to the word of the rules that is fewest letters
away (added, left out, exchanged or swapped); of several the one that more passages hold.
"""

from __future__ import annotations

import re

from tieline.rulebook.retrieval.passages import Index
from tieline.rulebook.retrieval.wordpiece import is_word
from tieline.rulebook.retrieval.words import WORD, terms

SHORTEST, LONG = 5, 8
"""Letters of a word that may be a letter off, and of one that may be two off."""
MOST_LOOKED_AT, MOST_READ = 3, 20


def as_meant(text: str, index: Index) -> str:
    """The text with its misspelt words as the rules write them; empty when no such word is known."""
    unknown = [word for word in dict.fromkeys(WORD.findall(text)) if _may_be_misspelt(word, index)]
    meant = text
    for word in unknown[:MOST_LOOKED_AT]:
        if (instead := _nearest(word, index)) is not None:
            meant = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", instead, meant)
    return "" if meant == text else " ".join(meant.split())


def _may_be_misspelt(word: str, index: Index) -> bool:
    if len(word) < SHORTEST or not word.isalpha() or is_word(word):
        return False
    return not any(term in index.single.numbers for term in terms(word))


def _nearest(word: str, index: Index) -> str | None:
    """The word of the rules that is so few letters away that it was probably meant, with the capital of the typed."""
    may_be_off = 2 if len(word) >= LONG else 1
    sought = "".join(terms(word))
    near = [
        (letters_off(sought, stem, most=may_be_off), float(index.single.rarity[number]), stem)
        for stem, number in index.single.numbers.items()
        if abs(len(stem) - len(sought)) <= may_be_off and stem[:1] == sought[:1] and stem.isalpha()
    ]
    close = sorted(one for one in near if one[0] <= may_be_off)[:MOST_LOOKED_AT]
    forms = dict.fromkeys(form for _, _, stem in close for form in sorted(_written(stem, index)))
    form = min(forms, key=lambda one: letters_off(word.lower(), one, most=LONG), default="")
    if not form or letters_off(word.lower(), form, most=may_be_off) > may_be_off:
        return None
    return form.capitalize() if word[0].isupper() else form


def _written(stem: str, index: Index) -> set[str]:
    """How the first passages write the word of a stem."""
    single = index.single
    number = single.numbers[stem]
    places = single.places[single.starts[number] : single.starts[number + 1]][:MOST_READ].tolist()
    words = (word for place in places for word in WORD.findall(index.passages[place].searched))
    return {word.lower() for word in words if terms(word) == [stem]}


def letters_off(one: str, other: str, *, most: int) -> int:
    """How many letters must be added, left out, exchanged or swapped with the next, counted to one more than most."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for down, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [down]
        for right, facing in enumerate(other, start=1):
            costs = [before[right] + 1, row[right - 1] + 1, before[right - 1] + (letter != facing)]
            if earlier and right > 1 and letter == other[right - 2] and facing == one[down - 2]:
                costs.append(earlier[right - 2] + 1)
            row.append(min(costs))
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
