"""Where does a sentence of a rule's text begin and end?

Rule text is not prose: numbers have dots (6.6.3.1), companies end in “Inc.”, and a list hangs on the words before
its colon. A sentence is a span of the text, so that what is quoted is the text itself; an item of a list that
stands inside the text knows the span that leads it in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

ABBREVIATIONS = frozenset(
    "e.g i.e etc cf vs viz no nos inc corp co ltd llc l.p sec secs art fig figs eq eqs para paras approx max min "
    "mr ms mrs dr st dept est p pp u.s a.m p.m jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
STOP = re.compile(r"[.!?][\"”’')\]]*(?=\s+[\"“‘'(\[]*[A-Z0-9§])")
PARAGRAPH_END = re.compile(r"\n\s*\n|(?<=[.;:!?])[ \t]*\n")
LABEL = r"\((?:[a-z]{1,2}|[ivxl]+|[A-Z]|\d{1,2})\)\s"
LABELLED = re.compile(rf"(?:(?<=[;:,])|(?<=[;:,] and)|(?<=[;:,] or))\s+(?={LABEL})")
BARE = re.compile(r";\s+(?:and\s+|or\s+)?")
TAIL = re.compile(r"(?:[;,]\s*(?:and|or)?|\s+)\s*$")
WORDS_BEFORE = re.compile(r"([^\s(\[“\"‘']+)$")
BEGINS = re.compile(r"(?:^\s*|\n|[.:;!?][”’\"')]*\s+)$")
LEAST_BARE_ITEMS = 3


@dataclass(frozen=True)
class Span:
    """A sentence's place in its text; `lead` is the span of the words that introduce it, for an item of a list."""

    start: int
    end: int
    lead: tuple[int, int] | None = None

    def of(self, text: str) -> str:
        """The words themselves."""
        return text[self.start : self.end]


def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a text in their order, without the space, “; and” or “; or” between them."""
    found: list[Span] = []
    for start, end in _stretches(text):
        found.extend(_items(text, start, end))
    return tuple(one for one in found if one.start < one.end)


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """The text cut at full stops and at the ends of its lines."""
    cuts = {match.end() for match in STOP.finditer(text) if not _is_inside(text, match.start())}
    cuts |= {match.end() for match in PARAGRAPH_END.finditer(text) if not _leads_a_list(text, match)}
    start = 0
    for cut in [*sorted(cuts), len(text)]:
        yield start, cut
        start = cut


def _is_inside(text: str, dot: int) -> bool:
    """Whether a full stop belongs to an abbreviation, an initial, or the number of a list."""
    if text[dot] != ".":
        return False
    before = WORDS_BEFORE.search(text, max(0, dot - 40), dot)
    word = before.group(1) if before else ""
    if word.lower() in ABBREVIATIONS:
        return True
    begins = before is None or BEGINS.search(text, 0, before.start()) is not None
    return begins and (word.isdigit() or (len(word) == 1 and word.isalpha()))


def _leads_a_list(text: str, line_end: re.Match[str]) -> bool:
    """Whether the line ends within a list, which is cut by its items instead."""
    return line_end.group().count("\n") == 1 and text[: line_end.start()].rstrip()[-1:] in {":", ";"}


def _items(text: str, start: int, end: int) -> Iterator[Span]:
    """One sentence, or a lead-in and its items."""
    colon = text.find(":", start, end)
    cuts = [match.end() for match in LABELLED.finditer(text, start, end)]
    if not cuts and colon >= 0 and text[colon + 1 : colon + 2].isspace():
        cuts = _bare_items(text, colon, end)
    if not cuts:
        yield _trimmed(text, start, end, None)
        return
    lead = _trimmed(text, start, cuts[0], None)
    yield lead
    for begin, stop in zip(cuts, [*cuts[1:], end], strict=True):
        yield _trimmed(text, begin, stop, (lead.start, lead.end))


def _bare_items(text: str, colon: int, end: int) -> list[int]:
    """Where the unlabelled items after a colon begin, when semicolons part at least three of them."""
    cuts = [match.end() for match in BARE.finditer(text, colon, end)]
    return [colon + 1, *cuts] if len(cuts) + 1 >= LEAST_BARE_ITEMS else []


def _trimmed(text: str, start: int, end: int, lead: tuple[int, int] | None) -> Span:
    tail = TAIL.search(text, start, end)
    while tail is not None and tail.start() > start:
        end = tail.start()
        tail = TAIL.search(text, start, end)
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Span(start, end, lead)
