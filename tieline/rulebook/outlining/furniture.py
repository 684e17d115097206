"""Which lines of a document are not rule text: running heads and feet, page numbers, contents, title pages?

A running line is known by the profile's patterns, by standing at the outer edge of several pages with the
same words (digits apart), or by standing where such lines stand on most pages. What is left out is kept with
its reason, and the table of contents also serves as a witness to what the headings are.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tieline.rulebook.documents.lines import Line, SourceText
from tieline.rulebook.profile import Grammar

EDGE_SHARE = 0.15
FEWEST_REPEATS = 3
BAND_SHARE = 0.3
BAND_HEIGHT = 4.0
MOST_TITLE_LINES = 10
TITLE_SIZE = 1.15
LEADER_SHARE = 0.4
LONGEST_LEADER = re.compile(r"\.{6,}")
BARE_PAGE_NUMBER = re.compile(r"(?i)^(?:page\s+)?[A-Z\d]{0,4}[-.]?\d{1,4}(?:\s+of\s+\d+)?$")
ENTRY = re.compile(r"^(?P<number>\d+(?:\.\d+)*)\.?\s+(?P<title>.+?)\s*\.{2,}.*$")
NUMBER_FIRST = re.compile(r"\d+(?:\.\d+)*\.?\s")
LEADER_AND_PAGE = re.compile(r"\s*\.{2,}.*$")


class Reason(StrEnum):
    """Why a line is left out."""

    RUNNING = "running head or foot"
    CONTENTS = "table of contents"
    TITLE_PAGE = "title page"
    DIVIDER = "letter that divides an alphabet of terms"
    ASIDE = "hidden or deleted text, or the web site's own"


@dataclass(frozen=True)
class LeftOut:
    """A line that is not rule text."""

    line: Line
    reason: Reason


@dataclass(frozen=True)
class Entry:
    """A numbered line of a table of contents."""

    number: str
    title: str


@dataclass(frozen=True)
class Sifted:
    """A document without its furniture; title pages keep their lines, since they may open a chapter or
    attachment.
    """

    lines: tuple[Line, ...]
    title_pages: frozenset[int]
    contents: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]


def sift(source: SourceText, grammar: Grammar) -> Sifted:
    """Part what is rule text from what is not."""
    running = _running(source, grammar)
    body = [line for position, line in enumerate(source.lines) if position not in running]
    contents_titled = {line.page for line in source.lines if grammar.contents_title.search(line.text)}
    contents = _contents(body, grammar, contents_titled)
    kept = tuple(line for position, line in enumerate(body) if position not in contents)
    left_out = [LeftOut(source.lines[position], Reason.RUNNING) for position in sorted(running)]
    left_out += [LeftOut(body[position], Reason.CONTENTS) for position in sorted(contents)]
    left_out += [LeftOut(line, Reason.ASIDE) for line in source.aside]
    entries = tuple(_entries([body[position] for position in sorted(contents)], grammar))
    return Sifted(kept, frozenset(_title_pages(kept, grammar)), entries, tuple(left_out))


def same_words(text: str) -> str:
    """The letters and digits of a title alone, so that two printings of it compare equal."""
    return re.sub(r"[\W_]+", "", text).casefold()


def _running(source: SourceText, grammar: Grammar) -> frozenset[int]:
    """Positions of running heads, running feet and page numbers."""
    by_pattern = {n for n, line in enumerate(source.lines) if any(p.search(line.text) for p in grammar.running)}
    pages = _pages(source)
    repeated = _repeated(source, pages, grammar)
    bands = _bands(source, repeated, len(pages))
    found = set(by_pattern)
    for positions in pages.values():
        for outward in (positions, positions[::-1]):
            found |= set(_from_edge(source, outward, by_pattern | repeated, bands))
    return frozenset(found)


def _pages(source: SourceText) -> dict[int, list[int]]:
    """For each page the positions of its lines from top to bottom; nothing for a file without pages."""
    pages: dict[int, list[int]] = defaultdict(list)
    for position, line in enumerate(source.lines):
        if line.page is not None and line.top is not None:
            pages[line.page].append(position)
    for positions in pages.values():
        positions.sort(key=lambda position: source.lines[position].top or 0.0)
    return pages


def _is_at_edge(source: SourceText, line: Line) -> bool:
    if line.page is None or line.top is None:
        return False
    height = source.page_heights[line.page - 1]
    return line.top < height * EDGE_SHARE or line.top > height * (1 - EDGE_SHARE)


def _repeated(source: SourceText, pages: dict[int, list[int]], grammar: Grammar) -> set[int]:
    """Positions of edge lines whose words stand at the same height of three pages (of both, if there are
    two).
    """
    places: dict[tuple[str, int], list[int]] = defaultdict(list)
    for positions in pages.values():
        for position in positions:
            line = source.lines[position]
            if _is_at_edge(source, line):
                places[(_repeatable(line.text, grammar), _band(line))].append(position)
    fewest = min(FEWEST_REPEATS, max(2, len(pages)))
    return {n for same in places.values() if _page_count(source, same) >= fewest for n in same}


def _repeatable(text: str, grammar: Grammar) -> str:
    """The words of a running line without its page number; a heading or a label keeps its number."""
    levels = (level.pattern for level in grammar.levels)
    if any(pattern.match(text) for pattern in (grammar.heading, *levels)):
        return text
    return re.sub(r"\d+", "#", text).casefold()


def _page_count(source: SourceText, positions: Iterable[int]) -> int:
    return len({source.lines[position].page for position in positions})


def _band(line: Line) -> int:
    return round((line.top or 0.0) / BAND_HEIGHT)


def _bands(source: SourceText, repeated: set[int], pages: int) -> frozenset[int]:
    """The heights at which repeated lines stand on a good share of all pages."""
    counted = Counter(_band(source.lines[position]) for position in repeated)
    return frozenset(band for band, count in counted.items() if count >= max(FEWEST_REPEATS, BAND_SHARE * pages))


def _from_edge(source: SourceText, outward: Sequence[int], known: set[int], bands: frozenset[int]) -> Iterator[int]:
    """Running lines met when walking in from one edge of a page, up to the first that is none."""
    for position in outward:
        line = source.lines[position]
        at_edge = _is_at_edge(source, line)
        is_number = at_edge and bool(BARE_PAGE_NUMBER.match(line.text))
        if not (position in known or is_number or (at_edge and _band(line) in bands)):
            return
        yield position


def _is_leader(line: Line, grammar: Grammar) -> bool:
    patterns = (*grammar.contents, LONGEST_LEADER)
    return line.is_contents or any(pattern.search(line.text) for pattern in patterns)


def _contents(body: list[Line], grammar: Grammar, titled: set[int | None]) -> frozenset[int]:
    """Positions of the lines of tables of contents: whole pages of them, and single lines elsewhere."""
    leaders = {position for position, line in enumerate(body) if _is_leader(line, grammar)}
    on_page: dict[int, list[int]] = defaultdict(list)
    for position, line in enumerate(body):
        if line.page is not None:
            on_page[line.page].append(position)
    found = set(leaders)
    for page, positions in on_page.items():
        dotted = leaders.intersection(positions)
        is_whole = len(dotted) > 1 and len(dotted) >= LEADER_SHARE * len(positions)
        if is_whole or (page in titled and dotted):
            found.update(positions)
    found.update(n for n, line in enumerate(body) if leaders and grammar.contents_title.search(line.text))
    return frozenset(found)


def _entries(lines: list[Line], grammar: Grammar) -> Iterator[Entry]:
    """The numbered entries of the contents; an entry may run over two lines."""
    begun = ""
    for line in lines:
        is_first = NUMBER_FIRST.match(line.text) or grammar.heading.match(line.text)
        joined = line.text if is_first else f"{begun} {line.text}".strip()
        if found := _entry(joined, grammar):
            yield Entry(found["number"], found["title"].strip(" ."))
            begun = ""
        else:
            begun = joined


def _entry(text: str, grammar: Grammar) -> re.Match[str] | None:
    bare = LEADER_AND_PAGE.sub("", text)
    return ENTRY.match(text) or (grammar.heading.match(bare) if bare != text else None)


def _title_pages(lines: tuple[Line, ...], grammar: Grammar) -> Iterator[int]:
    """Pages with a few lines in larger letters than the text and no heading or paragraph."""
    on_page: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if line.page is not None:
            on_page[line.page].append(line)
    if not on_page:
        return
    body_size = statistics.median(line.size for line in lines)
    for page, shown in on_page.items():
        lettered = [line for line in shown if re.search(r"\w", line.text.replace("_", ""))]
        few = len(shown) <= MOST_TITLE_LINES
        opens = any(level.pattern.match(line.text) for level in grammar.levels for line in lettered)
        large = sum(line.size >= TITLE_SIZE * body_size for line in lettered)
        if few and large and 2 * large >= len(lettered) and not opens:
            yield page
