"""How do chains of paragraph labels relate: what stands beside, below and between (2)(a) and (2)(d)?

Pure arithmetic on paths; in what each level counts comes from the profile's grammar.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tieline.rulebook.outlining.labels import ordinal_of, reads_as
from tieline.rulebook.profile import Counting

CHAIN_LABEL = re.compile(r"\(([0-9A-Za-z]{1,4})\)")
LONGEST_RANGE = 60
HUNDREDS = {"c", "l", "C", "L"}
"""Romans that no list reaches; said by themselves they are letters."""
ROMANS = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def labels_of(path: str) -> list[str]:
    """The labels of a path, outermost first."""
    return CHAIN_LABEL.findall(path)


def path_of(labels: Sequence[str]) -> str:
    """The labels as a path."""
    return "".join(f"({label})" for label in labels)


def is_label(text: str) -> bool:
    """Whether text in brackets can be a label: “(MW)” and “(2026)” are none."""
    if text.isdigit():
        return len(text) <= 3 and not text.startswith("0")
    if re.fullmatch(r"[A-Za-z]\d?", text):
        return True
    if not (text.islower() or text.isupper()) or not text.isalpha():
        return False
    return ordinal_of(text, Counting.ROMANS) is not None or (len(text) == 2 and len(set(text)) == 1)


def relative_to(here: str, path: str, levels: Sequence[Counting], *, is_sibling: bool = False) -> str:
    """A path as it is meant where `here` is in hand: (b) beside (1)(a) is (1)(b).

    A sibling is sought from the deepest label up; a paragraph spoken of may also stand right below.
    """
    known, said = labels_of(here), labels_of(path)
    depths = list(range(len(known) - 1, -1, -1))
    if not is_sibling:
        depths = [len(known), *depths]
    for depth in depths:
        if depth < len(levels) and reads_as(said[0], levels[depth]) and _is_beside(known, depth, said[0], levels):
            return path_of([*known[:depth], *said])
    return path_of(said)


def _is_beside(known: Sequence[str], depth: int, label: str, levels: Sequence[Counting]) -> bool:
    """Whether the label counts on where this level's label does; figures below capitals are rare."""
    if depth >= len(known):
        return depth > 0 and not (label.isdigit() and depth < 4) and label not in HUNDREDS
    return reads_as(known[depth], levels[depth])


def joined(outer: str, inner: str) -> str:
    """A path below another; one that repeats the outer path is whole already."""
    return inner if inner.startswith(outer) else outer + inner


def between(first: str, last: str, levels: Sequence[Counting]) -> list[str] | None:
    """The paths inside a range; None when the two are no range."""
    one, other = labels_of(first), labels_of(last)
    if len(one) != len(other) or one[:-1] != other[:-1]:
        return [] if one[:1] != other[:1] else None
    spans = [span for counts in _countings(len(one) - 1, levels) if (span := _span(one[-1], other[-1], counts))]
    if not spans:
        return None
    start, end, counts = min(spans, key=lambda span: span[1] - span[0])
    return [path_of([*one[:-1], label_of(place, counts)]) for place in range(start + 1, end)]


def _span(first: str, last: str, counts: Counting) -> tuple[int, int, Counting] | None:
    """From where to where a range goes if its labels count so."""
    if not (reads_as(first, counts) and reads_as(last, counts)):
        return None
    start, end = ordinal_of(first, counts), ordinal_of(last, counts)
    if start is None or end is None or not start < end <= start + LONGEST_RANGE:
        return None
    return start, end, counts


def sections_between(first: str, last: str) -> list[str] | None:
    """The section numbers inside a range under one parent; None when the two are no range."""
    above, _, start = first.rpartition(".")
    above_last, _, end = last.rpartition(".")
    if above != above_last or not (start.isdigit() and end.isdigit()):
        return [] if above != above_last else None
    if not int(start) < int(end) <= int(start) + LONGEST_RANGE:
        return None
    lead = f"{above}." if above else ""
    return [f"{lead}{place}" for place in range(int(start) + 1, int(end))]


def label_of(ordinal: int, counts: Counting) -> str:
    """The label that counts so far: 4 is (4), (d), (iv) or (D)."""
    if counts in (Counting.NUMBERS, Counting.DASHES):
        return str(ordinal)
    if counts is Counting.ROMANS:
        return _roman(ordinal)
    if counts is Counting.ROMAN_CAPITALS:
        return _roman(ordinal).upper()
    letter = chr(ord("a") + (ordinal - 1) % 26) * ((ordinal - 1) // 26 + 1)
    return letter.upper() if counts is Counting.CAPITALS else letter


def _roman(ordinal: int) -> str:
    written = ""
    for worth, letters in ROMANS:
        while ordinal >= worth:
            written, ordinal = written + letters, ordinal - worth
    return written


def _countings(depth: int, levels: Sequence[Counting]) -> list[Counting]:
    return [*levels[depth : depth + 1], *levels]
