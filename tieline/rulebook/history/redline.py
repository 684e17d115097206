"""What changed between two wordings, word by word?

A pure comparison of two texts. Words are matched without their spacing and the look of their quotation
marks; a lone short word between two changes changes with them, so that a redline reads in phrases.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from tieline.rulebook.quotes import plain

TOKEN = re.compile(r"\w+(?:[.'’-]\w+)*|[^\w\s]")
SHORTEST_ISLAND = 3
LONGEST_COMPARED = 6000


class Mark(StrEnum):
    """What became of some words."""

    KEPT = "kept"
    ADDED = "added"
    STRUCK = "struck"


@dataclass(frozen=True)
class Stretch:
    """Words with one fate, as they are written."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class Redline:
    """Two wordings compared: in one line (`inline`), or beside each other (`before`, `after`)."""

    inline: tuple[Stretch, ...]
    words_added: int
    words_struck: int

    @property
    def before(self) -> tuple[Stretch, ...]:
        """The old wording, what was struck marked."""
        return _merged([one for one in self.inline if one.mark is not Mark.ADDED])

    @property
    def after(self) -> tuple[Stretch, ...]:
        """The new wording, what was added marked."""
        return _merged([one for one in self.inline if one.mark is not Mark.STRUCK])

    @property
    def is_equal(self) -> bool:
        """Whether not a word changed."""
        return not (self.words_added or self.words_struck)


def redline(before: str, after: str) -> Redline:
    """Compare two wordings word by word."""
    old, new = _tokens(before), _tokens(after)
    stretches: list[Stretch] = []
    for struck, added, kept in _phrases(_operations(old, new), new):
        stretches += [
            Stretch(mark, "".join(tokens))
            for mark, tokens in (
                (Mark.KEPT, _kept(old[struck[0] :], new[kept[0] : kept[1]])),
                (Mark.STRUCK, old[struck[0] : struck[1]]),
                (Mark.ADDED, new[added[0] : added[1]]),
            )
            if tokens
        ]
    inline = _merged(stretches)
    return Redline(inline, _words(inline, Mark.ADDED), _words(inline, Mark.STRUCK))


Span = tuple[int, int]


def _tokens(text: str) -> list[str]:
    """Words and signs, each with the space after it."""
    starts = [found.start() for found in TOKEN.finditer(text)]
    if not starts:
        return [text] if text else []
    ends = [*starts[1:], len(text)]
    tokens = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    return [text[: starts[0]] + tokens[0], *tokens[1:]]


def _kept(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Kept words as the new text spaces them; at its very end it may lack a space that the old one needs."""
    return [
        token if token[-1:].isspace() or not before[-1:].isspace() else token + " "
        for before, token in zip(old, new, strict=False)
    ]


def _operations(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, Span, Span]]:
    if len(old) + len(new) > LONGEST_COMPARED:
        return _operations_by_ends(old, new)
    matcher = SequenceMatcher(None, [_key(one) for one in old], [_key(one) for one in new], autojunk=False)
    return [(tag, (i, j), (k, m)) for tag, i, j, k, m in matcher.get_opcodes()]


def _operations_by_ends(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, Span, Span]]:
    """Two very long texts: what they share at both ends is kept, the middle is compared roughly."""
    head = 0
    while head < min(len(old), len(new)) and _key(old[head]) == _key(new[head]):
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and _key(old[-1 - tail]) == _key(new[-1 - tail]):
        tail += 1
    old_keys, new_keys = ([_key(one) for one in tokens[head : len(tokens) - tail]] for tokens in (old, new))
    middle = [
        (tag, (i + head, j + head), (k + head, m + head))
        for tag, i, j, k, m in SequenceMatcher(None, old_keys, new_keys, autojunk=True).get_opcodes()
    ]
    first = [("equal", (0, head), (0, head))] if head else []
    last = [("equal", (len(old) - tail, len(old)), (len(new) - tail, len(new)))] if tail else []
    return [*first, *middle, *last]


def _key(token: str) -> str:
    return plain(token)


def _phrases(operations: Sequence[tuple[str, Span, Span]], new: Sequence[str]) -> list[tuple[Span, Span, Span]]:
    """(struck, added, kept) in order; small islands between two changes are drawn into them."""
    phrases: list[tuple[Span, Span, Span]] = []
    for position, (tag, old_span, new_span) in enumerate(operations):
        inside = 0 < position < len(operations) - 1
        if tag == "equal" and not (inside and _is_island(new[new_span[0] : new_span[1]])):
            phrases.append(((old_span[0],) * 2, (new_span[0],) * 2, new_span))
        elif phrases and phrases[-1][2][0] == phrases[-1][2][1]:
            struck, added, kept = phrases[-1]
            phrases[-1] = ((struck[0], old_span[1]), (added[0], new_span[1]), kept)
        else:
            phrases.append((old_span, new_span, (new_span[0],) * 2))
    return phrases


def _is_island(tokens: Sequence[str]) -> bool:
    """Whether so little was kept that it only breaks up a phrase: a sign, an article."""
    spoken = [token for token in tokens if TOKEN.match(token) and token.strip()[:1].isalnum()]
    return len(spoken) <= 1 and all(len(token.strip()) <= SHORTEST_ISLAND for token in tokens) and len(tokens) <= 2


def _merged(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    merged: list[Stretch] = []
    for one in stretches:
        if merged and merged[-1].mark is one.mark:
            merged[-1] = Stretch(one.mark, merged[-1].text + one.text)
        else:
            merged.append(one)
    return tuple(merged)


def _words(stretches: Sequence[Stretch], mark: Mark) -> int:
    return sum(len(re.findall(r"\w+", one.text)) for one in stretches if one.mark is mark)
