"""Where does a labelled paragraph stand: is “(i)” the letter after (h) or the first roman number, and is a
“(2)” at the start of a line a paragraph at all or the end of “as required by paragraph”?

Sequence decides first (a label follows its elder sibling or opens a level), then indentation, then how the
line before ended. The counting systems and the looks of labels come from the profile's grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tieline.rulebook.profile import Counting, Grammar, Level

SAME_COLUMN = 9.0
DEEPER_BY = 5.0
NEXT, FIRST, AGAIN, SKIPPED, LATE = 4.0, 3.0, 2.5, 1.0, 0.5
AGREES, DISAGREES = 2.0, -2.5
LEADS_IN = 1.5

ROMAN = re.compile(r"(?i)^(?=[ivxlc])(?P<hundreds>c{0,3})(?P<tens>xc|xl|l?x{0,3})(?P<ones>ix|iv|v?i{0,3})$")
ROMAN_WORTH = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(frozen=True)
class Label:
    """A label as one level of the grammar reads it: “i” is 9 among letters, 1 among romans."""

    text: str
    level: int
    ordinal: int


@dataclass(frozen=True)
class Step:
    """One step of a chain such as (2)(a): the label, and the column it stands in if there are columns."""

    label: Label
    left: float | None = None


Chain = tuple[Step, ...]


@dataclass(frozen=True)
class Opening:
    """The start of a line as the grammar could read it: the label, and the text after it.

    `is_recurring` says that an outer level counts alike: such a level opens right below its parent level
    only.
    """

    label: Label
    rest: str
    is_recurring: bool = False


def path_of(chain: Chain) -> str:
    """A chain as it is written in citations: (2)(a)."""
    return "".join(f"({step.label.text})" for step in chain)


ATTACHMENT_SORTS = "9"
"""The sort keys of attachments begin so, behind every label's."""


def sort_key_of(chain: Chain) -> str:
    """A text that sorts chains in the order in which they count."""
    return ".".join(f"{step.label.level}{step.label.ordinal:04d}" for step in chain)


def openings(text: str, levels: Sequence[Level]) -> tuple[Opening, ...]:
    """Every way in which the start of a line can be read as a label."""
    return tuple(_openings(text, levels))


def openings_of_marker(marker: str, text: str, levels: Sequence[Level]) -> tuple[Opening, ...]:
    """Every way in which a label that a list counts by itself can be read, whatever signs it is printed in."""
    return tuple(
        Opening(Label(marker, position, ordinal), text, _is_recurring(levels, position))
        for position, level in enumerate(levels)
        if level.counts is not Counting.DASHES
        and reads_as(marker, level.counts)
        and (ordinal := ordinal_of(marker, level.counts)) is not None
    )


def place(
    found: tuple[Opening, ...],
    chain: Chain,
    *,
    grammar: Grammar,
    left: float | None,
    before: str,
    anew: bool = False,
) -> tuple[Chain, str] | None:
    """The chain that a line opens and its text after the label, or None when the line only goes on.

    `before` is the text of the line before, empty at the start of a section. `anew` says that the line may
    take the place of a paragraph that was there before, as in a grey box.
    """
    weighed = [
        (weight, length, counted)
        for opening in found
        for counted in (_counted(opening, chain),)
        for weight, length in _places(counted, chain, grammar, left=left, before=before, anew=anew)
    ]
    if not weighed:
        return None
    weight, length, opening = max(weighed, key=lambda one: (one[0], one[1]))
    if weight <= 0 or _only_refers(opening, before, grammar):
        return None
    return (*chain[:length], Step(opening.label, left)), opening.rest


def ordinal_of(label: str, counting: Counting) -> int | None:
    """Which in its series a label is, or None when it is none of the series."""
    if counting is Counting.NUMBERS:
        return int(label) if label.isdigit() else None
    if counting is Counting.DASHES:
        return int(label) if label.isdigit() else 0
    if counting in (Counting.ROMANS, Counting.ROMAN_CAPITALS):
        return _roman(label)
    if not label.isalpha() or len(set(label.casefold())) != 1:
        return None
    return ord(label[0].casefold()) - ord("a") + 1 + 26 * (len(label) - 1)


def reads_as(label: str, counts: Counting) -> bool:
    """Whether a label can count so: “i” as a letter and as a roman, “I” as a capital."""
    if ordinal_of(label, counts) is None:
        return False
    is_capital = counts in (Counting.CAPITALS, Counting.ROMAN_CAPITALS)
    return label.isdigit() or (counts is not Counting.DASHES and label.isupper() == is_capital)


def _openings(text: str, levels: Sequence[Level]) -> Iterator[Opening]:
    for position, level in enumerate(levels):
        found = level.pattern.match(text)
        ordinal = ordinal_of(found["label"], level.counts) if found else None
        if found and ordinal is not None:
            label = Label(found["label"], position, ordinal)
            yield Opening(label, text[found.end() :], _is_recurring(levels, position))


def _is_recurring(levels: Sequence[Level], position: int) -> bool:
    return any(outer.counts is levels[position].counts for outer in levels[:position])


def _counted(opening: Opening, chain: Chain) -> Opening:
    """A dash, which says no number, gets the one that follows in its series."""
    if opening.label.ordinal:
        return opening
    last = next((step.label.ordinal for step in chain if step.label.level == opening.label.level), 0)
    return replace(opening, label=Label(str(last + 1), opening.label.level, last + 1))


def _places(
    opening: Opening, chain: Chain, grammar: Grammar, *, left: float | None, before: str, anew: bool
) -> Iterator[tuple[float, int]]:
    """How well a label fits at each depth, and how much of the chain then stays."""
    label, counted = opening.label, False
    for depth, step in enumerate(chain):
        if step.label.level != label.level:
            continue
        counted = True
        forward = label.ordinal - step.label.ordinal
        column = _column(left, step.left)
        if forward == 1:
            yield NEXT + column, depth
        elif anew and forward <= 0:
            yield AGAIN + column, depth
        elif forward > 1 and (not before or grammar.ends_item.search(before)):
            yield SKIPPED + column, depth
    above = chain[-1].label.level if chain else -1
    may_open = above == label.level - 1 if opening.is_recurring else above < label.level
    if not counted and may_open:
        lead = LEADS_IN if before.rstrip().endswith((":", "—", "–")) else 0.0
        deeper = _deeper(left, chain[-1].left) if chain else 0.0
        yield (
            (FIRST if label.ordinal == 1 else LATE if anew or not chain else 0.0) + lead + deeper,
            len(chain),
        )


def _column(left: float | None, known: float | None) -> float:
    if left is None or known is None:
        return 0.0
    return AGREES if abs(left - known) <= SAME_COLUMN else DISAGREES


def _deeper(left: float | None, parent: float | None) -> float:
    if left is None or parent is None:
        return 0.0
    return AGREES if left > parent + DEEPER_BY else DISAGREES / 2


def _only_refers(opening: Opening, before: str, grammar: Grammar) -> bool:
    """Whether the label is part of a sentence: “... as set out in paragraph / (2) above”."""
    if grammar.refers_back.match(opening.rest):
        return True
    return bool(grammar.points_on.search(before)) and not grammar.ends_item.search(before)


def _roman(label: str) -> int | None:
    if not ROMAN.match(label):
        return None
    worths = [ROMAN_WORTH[letter] for letter in label.casefold()]
    return sum(-worth if worth < max(worths[place:]) else worth for place, worth in enumerate(worths))
