"""Which lines are section headings, and which only begin with a section's number?

Four witnesses: a Word heading style; the table of contents (number and title); bold or larger letters; and
the order of numbers. Where the headings that the contents confirm are bold, a line that is not bold is no
heading, however it begins: that tells “4.2.1 Outages” from a sentence that happens to break before “4.2.1
applies”.
"""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tieline.rulebook.documents.lines import Line
from tieline.rulebook.outlining.furniture import Entry, same_words
from tieline.rulebook.outlining.labels import openings, ordinal_of
from tieline.rulebook.profile import Counting, Grammar

CONSENSUS = 0.7
LARGER = 1.1
MOST_TITLE_LINES = 4
LINE_PITCH = 1.35
SHORTEST_LIKENESS = 8
FIRST_NUMBER = re.compile(r"^(?P<number>\d+(?:\.\d+)*)\.?\s+(?P<title>\S.*)$")
FURTHEST_AHEAD = 3
ANNEX = 5000


@dataclass(frozen=True)
class Heading:
    """A section heading and how many lines it takes."""

    number: str
    title: str
    lines: int = 1


@dataclass(frozen=True)
class Candidate:
    """A line that begins with a section number, and what speaks for its being a heading."""

    position: int
    number: str
    title: str
    is_styled: bool
    is_known: bool
    is_emphasised: bool
    is_referred: bool


def find_headings(lines: Sequence[Line], contents: Sequence[Entry], grammar: Grammar) -> dict[int, Heading]:
    """The headings by the position of their first line."""
    titles: dict[str, list[str]] = defaultdict(list)
    for entry in contents:
        titles[entry.number].append(entry.title)
    candidates = list(_candidates(lines, titles, grammar))
    chosen = _Choice(candidates, titles)
    found: dict[int, Heading] = {}
    for candidate in candidates:
        if chosen.accepts(candidate, lines[candidate.position]):
            found[candidate.position] = _whole(candidate, lines, titles, grammar)
    return found


def number_order(number: str) -> tuple[int, ...]:
    """A section number as a value that sorts as sections do: 2.10 after 2.9, 12a after 12, an annex A at the end."""
    parts = re.findall(r"\d+|[^\W\d_]+", number)
    return tuple(int(part) if part.isdigit() else _letters(part, is_first=not n) for n, part in enumerate(parts))


def _letters(part: str, *, is_first: bool) -> int:
    ordinal = ordinal_of(part[:1] if len(set(part.casefold())) > 1 else part, Counting.LETTERS) or 0
    return ordinal + (ANNEX if is_first else 0)


def is_like(one: str, other: str) -> bool:
    """Whether two titles are the same, or one is the start of the other."""
    first, second = sorted((same_words(one), same_words(other)), key=len)
    return first == second or (len(first) >= SHORTEST_LIKENESS and second.startswith(first))


def _candidates(lines: Sequence[Line], titles: dict[str, list[str]], grammar: Grammar) -> Iterator[Candidate]:
    body_size = statistics.median(line.size for line in lines) if lines else 0.0
    for position, line in enumerate(lines):
        read = grammar.heading.match(line.text)
        found = read or FIRST_NUMBER.match(line.text)
        if found is None or not grammar.section_number.fullmatch(found["number"]):
            continue
        number, title = found["number"], found["title"].strip()
        is_known = any(is_like(title, known) for known in titles.get(number, ()))
        if not (read or is_known or line.heading_level):
            continue
        before = lines[position - 1].text if position else ""
        yield Candidate(
            position,
            number,
            title,
            is_styled=line.heading_level > 0,
            is_known=is_known,
            is_emphasised=line.is_bold or line.size > LARGER * body_size > 0,
            is_referred=bool(grammar.points_on.search(before)),
        )


class _Choice:
    """Decides on one candidate after another, remembering the headings accepted so far."""

    def __init__(self, candidates: Sequence[Candidate], titles: dict[str, list[str]]) -> None:
        known = [one for one in candidates if one.is_known]
        self.styles_speak = any(one.is_styled for one in candidates)
        emphasised = sum(one.is_emphasised for one in known or candidates)
        self.letters_speak = emphasised >= max(1, CONSENSUS * len(known or ()))
        self.has_contents = bool(known)
        self.numbers = set(titles)
        self.taken: set[str] = set()
        self.last: tuple[int, ...] = ()

    def accepts(self, one: Candidate, line: Line) -> bool:
        """Whether this candidate is a heading; a number is taken once outside of grey boxes."""
        if one.number in self.taken and not line.is_shaded:
            return False
        if not self._is_convincing(one):
            return False
        if not line.is_shaded:
            self.taken.add(one.number)
            self.last = number_order(one.number)
        return True

    def _is_convincing(self, one: Candidate) -> bool:
        if self.styles_speak:
            return one.is_styled
        if self.letters_speak:
            return one.is_emphasised and (one.is_known or self._follows(one))
        if self.has_contents:
            return one.is_known and not one.is_referred
        return not one.is_referred and self._follows(one) and one.title[0].isupper() and one.title[-1] not in ".;:,"

    def _follows(self, one: Candidate) -> bool:
        """Whether the number comes a little after the last heading: below it, beside it or above."""
        order = number_order(one.number)
        if not self.last:
            return set(order[1:]) <= {0, 1} and order[0] <= FURTHEST_AHEAD
        if order <= self.last:
            return False
        shared = next((n for n, (a, b) in enumerate(zip(order, self.last, strict=False)) if a != b), len(self.last))
        ahead = order[shared] - (self.last[shared] if shared < len(self.last) else 0)
        return len(order) - shared <= 2 and 1 <= ahead <= FURTHEST_AHEAD


def _whole(one: Candidate, lines: Sequence[Line], titles: dict[str, list[str]], grammar: Grammar) -> Heading:
    """The heading with the lines its title runs on to, spelt as the contents spell it when it is all
    capitals.
    """
    title, taken, first = one.title, 1, lines[one.position]
    known = titles.get(one.number, [])
    for line in lines[one.position + 1 : one.position + MOST_TITLE_LINES]:
        if first.page is None or not _goes_on(lines[one.position + taken - 1], line, grammar):
            break
        longer = f"{title} {line.text}"
        if not one.is_emphasised and not any(is_like(longer, full) and len(full) > len(title) for full in known):
            break
        title, taken = longer, taken + 1
    printed = next((full for full in known if same_words(full) == same_words(title) and not full.isupper()), title)
    return Heading(one.number, printed if title.isupper() else title, taken)


def _goes_on(line: Line, following: Line, grammar: Grammar) -> bool:
    """Whether the following line is printed like this one, right below it, and opens nothing itself."""
    if (following.page, following.is_shaded) != (
        line.page,
        line.is_shaded,
    ) or following.is_bold != line.is_bold:
        return False
    if abs(following.size - line.size) > line.size * (LARGER - 1) or following.top is None or line.top is None:
        return False
    opens = openings(following.text, grammar.levels) or grammar.heading.match(following.text)
    grey = grammar.grey_opening is not None and grammar.grey_opening.search(following.text)
    return not opens and not grey and 0 < following.top - line.top <= LINE_PITCH * line.size
