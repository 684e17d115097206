"""Where in a text do rules stand cited, and how far does each citation reach?

Citations are read from left to right: the word that opens one (“Sections”, “paragraph”, a bare number), then
every place joined to it: “Sections 9.14.2(1) through (3)” names three. What lies between the ends of a range
is implied. Numbers that are versions, addresses, dates, amounts or another law's are passed over as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tieline.rulebook.citing import spelling_words as words
from tieline.rulebook.citing.doubtful import is_cued, is_no_rule, is_other_law, is_telling
from tieline.rulebook.citing.joined_places import JoinedPlaces, Place
from tieline.rulebook.outlining.chains import between, joined, labels_of, relative_to, sections_between
from tieline.rulebook.outlining.labels import reads_as
from tieline.rulebook.profile import Counting, Grammar

MOST_OPENINGS = 50_000


@dataclass(frozen=True)
class Within:
    """The section and paragraph in hand: where “paragraph (2) above” is said."""

    section: str
    path: str = ""


@dataclass(frozen=True)
class Spelling:
    """A stretch of text that was read as one; without places it cites no rule and nothing else may read
    it so. With `is_again` it speaks of the section cited last.
    """

    start: int
    end: int
    places: tuple[Place, ...] = ()
    is_again: bool = False


def read_spellings(
    text: str, grammar: Grammar, shorts: Sequence[str] = (), within: Within | None = None
) -> Iterator[Spelling]:
    """Every stretch of a text that cites rules, or that looks as if it did."""
    return _Reader(text, grammar, tuple(shorts), within).spellings()


@lru_cache(maxsize=32)
def _opening(shorts: tuple[str, ...]) -> re.Pattern[str]:
    short = "|".join(re.escape(one) for one in sorted(shorts, key=len, reverse=True) if one) or "(?!)"
    return re.compile(
        rf"(?P<paragraph>{_bare(words.PARAGRAPH_OPENS)})|(?P<section>{_bare(words.SECTION_OPENS)})"
        rf"|(?P<form>{_bare(words.FORM_BEFORE)})|(?P<idem>{_bare(words.IDEM)})"
        rf"|(?P<short>(?<![\w.])(?-i:{short})[^\S\n]?§?[^\S\n]?)?(?P<number>(?<![\d.])\d+(?:\.\d+)*)",
        re.IGNORECASE,
    )


@lru_cache(maxsize=32)
def _of_book(shorts: tuple[str, ...]) -> re.Pattern[str]:
    """“of the Market Protocols”, by any name of a book."""
    named = "|".join(re.escape(one) for one in sorted(shorts, key=len, reverse=True) if one) or "(?!)"
    return re.compile(rf"\s*(?:of|in)\s+(?:the\s+)?(?:{named})(?!\w)", re.IGNORECASE)


def _bare(pattern: re.Pattern[str]) -> str:
    return pattern.pattern.removeprefix("(?i)")


class _Reader(JoinedPlaces):
    """One reading of a text."""

    def __init__(self, text: str, grammar: Grammar, shorts: tuple[str, ...], within: Within | None) -> None:
        super().__init__(text, grammar)
        self.within = within
        self.elsewhere, self.opening = grammar.elsewhere, _opening(shorts)
        self.of_book = _of_book(shorts)
        self.is_all = text.strip()
        self.last, self.last_end = Within(""), 0

    def spellings(self) -> Iterator[Spelling]:
        """Read on from each word that may open a citation; a table of figures is not read to its end."""
        position, opened = 0, 0
        while opened < MOST_OPENINGS and (found := self.opening.search(self.text, position)):
            opened += 1
            position = max(found.end(), found.start() + 1)
            spelling = self._read(found)
            if spelling is not None:
                self._remember(found, spelling)
                yield spelling
                position = max(position, spelling.end)
        if opened == MOST_OPENINGS:
            yield Spelling(position, len(self.text))

    def _remember(self, found: re.Match[str], spelling: Spelling) -> None:
        """Which section “the same Section” will mean from here on; none after another law's."""
        if spelling.places and spelling.places[-1].is_explicit:
            self.last, self.last_end = Within(spelling.places[-1].section, spelling.places[-1].path), spelling.end
        elif found["section"] or found["paragraph"] is not None:
            self.last = Within("")

    def _read(self, found: re.Match[str]) -> Spelling | None:
        if found["idem"]:
            return self._again(found, self._paths(found.end()))
        if found["paragraph"] is not None:
            return self._paragraphs(found)
        if found["section"]:
            return self._sections(found)
        if found["form"]:
            return self._form_of_section(found)
        return self._short(found)

    # “paragraphs (1) and (2) of Section 3.1”

    def _paragraphs(self, found: re.Match[str]) -> Spelling | None:
        listed = self._below(self._paths(found.end()))
        if not listed:
            return None
        end = listed[-1].end
        for _ in self.levels:
            outer = words.OF_PARAGRAPH.match(self.text, end)
            above, end = self._chain(outer.end()) if outer else ("", end)
            if not above:
                break
            listed = [replace(one, path=above + one.path) for one in listed]
        if of := words.OF_SECTION.match(self.text, end):
            return self._of_sections(found.start(), listed, of)
        if again := words.OF_LAST.match(self.text, end):
            return self._again(found, listed, again.end())
        return self._here(found, listed, end)

    def _below(self, listed: list[Place]) -> list[Place]:
        """“paragraph (2), items (b) and (c)”: what is named below the only paragraph, if anything is."""
        inner = words.THEN_PARAGRAPH.match(self.text, listed[-1].end) if len(listed) == 1 else None
        below = self._paths(inner.end()) if inner and inner[0].startswith(",") else []
        if not below or not words.OF_SECTION.match(self.text, below[-1].end):
            return listed
        return [replace(one, path=listed[0].path + one.path) for one in below]

    def _again(self, found: re.Match[str], listed: list[Place], end: int = 0) -> Spelling | None:
        """“paragraph (3) of the same Section”, “id. at (3)”: of the section cited last, if one was."""
        if not listed or not self.last.section:
            return None
        end = max(end, listed[-1].end)
        placed = [replace(one, section=self.last.section) for one in listed]
        return Spelling(found.start(), end, tuple(_widened(placed, start=found.start(), end=end)), is_again=True)

    def _of_sections(self, start: int, listed: list[Place], of: re.Match[str]) -> Spelling | None:
        token, end = self._number(of.end())
        if not token or (not of["word"] and "." not in token):
            return None
        if self._is_other_law(of.start("word") if of["word"] else of.end(), end):
            return Spelling(start, end)
        listed, end = self._below_chain(listed, end)
        sections = [Place(token, "", of.end(), end)]
        if of["word"] and words.IS_PLURAL.search(of["word"]):
            self._join(sections, is_plural=True)
        end = sections[-1].end
        first = _widened(listed, start=start, end=sections[0].end)
        later = [
            replace(one, section=section.section, start=section.start, end=section.end)
            for section in sections[1:]
            for one in listed
        ]
        return Spelling(start, end, (*(replace(one, section=token) for one in first), *later))

    def _below_chain(self, listed: list[Place], end: int) -> tuple[list[Place], int]:
        """“paragraphs (a) to (c) of 9.1(1)”: below the paragraph that the section is cited with."""
        above, after = self._chain(end)
        depth = len(labels_of(above))
        firsts = [labels_of(one.path)[0] for one in listed]
        if not above or depth >= len(self.levels) or not all(reads_as(one, self.levels[depth]) for one in firsts):
            return listed, end
        return [replace(one, path=above + one.path) for one in listed], after

    def _here(self, found: re.Match[str], listed: list[Place], end: int) -> Spelling | None:
        """“paragraph (2) above”: of the section in hand, if one is."""
        here = words.HERE.match(self.text, end)
        if "(" not in self.text[found.end() : end]:
            return None
        if self.within is None:
            return self._still(found, listed, end)
        within, end = self.within, here.end() if here else end
        placed = [
            replace(one, section=within.section, path=relative_to(within.path, one.path, self.levels)) for one in listed
        ]
        return Spelling(found.start(), end, tuple(_widened(placed, start=found.start(), end=end)))

    def _still(self, found: re.Match[str], listed: list[Place], end: int) -> Spelling | None:
        """“Section 9.1(2) sets the form; paragraph (4) sets the time”: of the section that the sentence has named."""
        is_near = words.STILL_OF_LAST.fullmatch(self.text, self.last_end, found.start())
        if not is_near or words.OF_SOMETHING.match(self.text, end):
            return None
        return self._again(found, listed, end)

    def _paths(self, position: int) -> list[Place]:
        """A list of labels: (1)(a), (b) and (c); “paragraphs 2 and 3 of Section” has its labels unbracketed."""
        path, end = self._chain(position)
        if not path:
            return self._plain_paths(position)
        listed = [Place("", path, position, end)]
        self._join(listed, is_plural=True, is_of_paragraphs=True)
        return listed

    def _plain_paths(self, position: int) -> list[Place]:
        if many := words.LABELS_UNBRACKETED.match(self.text, position):
            listed = self._plain(position, many.end())
        elif plain := words.LABEL_UNBRACKETED.match(self.text, position):
            deeper, end = self._chain(plain.end())
            listed = [Place("", f"({plain['label']}){deeper}", position, end if deeper else plain.end())]
        else:
            return []
        return listed if words.OF_SECTION.match(self.text, listed[-1].end) else []

    def _plain(self, start: int, end: int) -> list[Place]:
        """The labels of a list without brackets."""
        found = re.compile(r"\b(?:\d{1,3}|[a-z])\b").finditer(self.text, start, end)
        return [Place("", f"({one[0]})", one.start(), one.end()) for one in found]

    # “Sections 3.1 and 3.2(1) through (3)”, “Section 3.1, paragraphs (1) and (2)”, “Section 23, Form B”

    def _sections(self, found: re.Match[str]) -> Spelling | None:
        token, end = self._number_apart(found.end())
        if not token:
            return None
        path, after = self._chain(end, may_be_apart=True)
        end = after if path else end
        if self._is_other_law(found.start(), end) or self._is_other_numbering(token, path, end):
            return Spelling(found.start(), end)
        places = [Place(token, path, found.start(), end)]
        self._then(places)
        self._join(places, is_plural=bool(words.IS_PLURAL.search(found[0])))
        return Spelling(found.start(), places[-1].end, tuple(places))

    def _is_other_numbering(self, token: str, path: str, end: int) -> bool:
        """“Section 39-107”: a code that numbers with hyphens, unless the two span a range."""
        if path or "." in token or not words.OTHER_NUMBERING.match(self.text, end):
            return False
        last, _ = self._number(end + 1)
        return not last or sections_between(token, last) is None

    def _then(self, places: list[Place]) -> None:
        """Forms, or paragraphs, named after their section."""
        only = places[-1]
        if not only.path and (form := words.FORM_AFTER.match(self.text, only.end)):
            self._forms(places, form.end())
        elif not only.path or words.THEN_PARAGRAPH.match(self.text, only.end):
            self._then_paragraphs(places)

    def _forms(self, places: list[Place], position: int) -> None:
        whole = places.pop()
        while letter := words.FORM_LETTER.match(self.text, position):
            if places and letter["letter"].isdigit() and words.UNIT.match(self.text, letter.end()):
                break
            start = position if places else whole.start
            places.append(Place(whole.section, f"({letter['letter'].upper()})", start, letter.end()))
            joint = words.JOINT.match(self.text, letter.end())
            if joint and joint["range"] and (last := words.FORM_LETTER.match(self.text, joint.end())):
                places.extend(self._forms_between(places[-1], last, joint))
                break
            if not joint or joint["range"] or (letter["letter"].isdigit() and joint["comma"]):
                break
            again = words.FORM_BEFORE.match(self.text, joint.end())
            position = again.end() if again else joint.end()
        if not places:
            places.append(whole)

    def _forms_between(self, first: Place, last: re.Match[str], joint: re.Match[str]) -> list[Place]:
        """“Forms A through C”: what lies between, and the last; nothing when the two are no range."""
        path = f"({last['letter'].upper()})"
        inside = between(first.path, path, [Counting.CAPITALS])
        if not inside and ord(path[1]) - ord(first.path[1]) != 1:
            return []
        named = [replace(first, path=one, start=joint.start("range"), end=joint.end("range"), is_implied=True)
                 for one in inside or ()]  # fmt: skip
        return [*named, replace(first, path=path, start=last.start(), end=last.end())]

    def _then_paragraphs(self, places: list[Place]) -> None:
        whole = places[-1]
        found = words.THEN_PARAGRAPH.match(self.text, whole.end)
        found = found or words.TITLE_THEN_PARAGRAPH.match(self.text, whole.end)
        if not found:
            return
        listed = self._paths_after(found.end(), is_plural=bool(words.IS_PLURAL.search(found[0])))
        if not listed or words.OF_SECTION.match(self.text, listed[-1].end):
            return
        if whole.path:
            listed = [replace(one, path=joined(whole.path, one.path)) for one in listed]
        if inner := words.THEN_PARAGRAPH.match(self.text, listed[-1].end):
            deeper, end = self._chain(inner.end())
            if deeper and len(listed) == 1 and not words.OF_SECTION.match(self.text, end):
                listed = [replace(listed[0], path=listed[0].path + deeper, end=end)]
        placed = [replace(one, section=whole.section) for one in listed]
        places[-1:] = _widened(placed, start=whole.start, end=placed[-1].end)

    def _paths_after(self, position: int, *, is_plural: bool) -> list[Place]:
        listed = self._paths(position)
        if not listed and is_plural and (many := words.LABELS_LISTED.match(self.text, position)):
            return self._plain(position, many.end())
        if listed or not (plain := words.LABEL_UNBRACKETED.match(self.text, position)):
            return listed
        deeper, end = self._chain(plain.end())
        return [Place("", f"({plain['label']}){deeper}", position, end if deeper else plain.end())]

    # “Form B of Section 23”

    def _form_of_section(self, found: re.Match[str]) -> Spelling | None:
        named = [Place("", "", found.start(), found.start())]
        self._forms(named, found.end())
        if not named[0].path:
            return None
        of = words.OF_SECTION.match(self.text, named[-1].end)
        of = of or words.FORM_THEN_SECTION.match(self.text, named[-1].end)
        if of is None or not of["word"]:
            return None
        token, end = self._number(of.end())
        if not token or self._is_other_law(of.start("word"), end):
            return None
        placed = [replace(one, section=token) for one in named]
        return Spelling(found.start(), end, tuple(_widened(placed, start=found.start(), end=end)))

    # “6.6.3.1(2)(a)”

    def _short(self, found: re.Match[str]) -> Spelling | None:
        token, end = self._number(found.start("number"))
        if not token:
            return Spelling(found.start(), found.end())
        path, after = self._chain(end, may_be_apart="." in token)
        end = after if path else end
        if chapter := self._chapter(found.start("number"), end):
            return self._joined(Place(token, path, chapter.start(), end))
        if "." not in token and not path:
            return None
        start = found.start() if found["short"] else found.start("number")
        place = Place(token, path, start, end)
        is_amount = not path and words.UNIT.match(self.text, end)
        if self.text[start:end].strip() == self.is_all or (found["short"] and not is_amount):
            return self._joined(place)
        if is_no_rule(self.text, start, end, token, path) or self._is_other_law(start, end):
            return Spelling(start, end)
        if not is_telling(self.text, start, end, token, path):
            return Spelling(start, end, (replace(place, is_explicit=False),))
        return self._joined(place)

    def _chapter(self, start: int, end: int) -> re.Match[str] | None:
        """“Chapter 16.5 of the Protocols”; novels have chapters too, so that the book must be named."""
        chapter = words.CHAPTER_BEFORE.search(self.text, max(0, start - words.LONGEST_CHAPTER), start)
        return chapter if chapter and self.of_book.match(self.text, end) else None

    def _joined(self, place: Place) -> Spelling:
        places = [place]
        self._then_paragraphs(places)
        self._join(places, is_plural=is_cued(self.text, place.start) and "." in place.section)
        return Spelling(place.start, places[-1].end, tuple(places))

    def _is_other_law(self, start: int, end: int) -> bool:
        return is_other_law(self.text, start, end, self.elsewhere)


def _widened(listed: Sequence[Place], *, start: int, end: int) -> list[Place]:
    """The first place with the words before it, the last with those after it."""
    widened = list(listed)
    widened[0] = replace(widened[0], start=start)
    widened[-1] = replace(widened[-1], end=end)
    return widened
