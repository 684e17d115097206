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

from tieline.rulebook import spelling_words as words
from tieline.rulebook.chains import between, is_label, joined, relative_to, sections_between
from tieline.rulebook.doubtful import is_no_rule, is_other_law, is_telling
from tieline.rulebook.profile import Grammar


@dataclass(frozen=True)
class Within:
    """The section and paragraph in hand: where “paragraph (2) above” is said."""

    section: str
    path: str = ""


@dataclass(frozen=True)
class Place:
    """A cited place and the words that cite it; an implied one has the words of its range."""

    section: str
    path: str
    start: int
    end: int
    is_explicit: bool = True
    is_implied: bool = False


@dataclass(frozen=True)
class Spelling:
    """A stretch of text that was read as one; without places it cites no rule and nothing else may read
    it so.
    """

    start: int
    end: int
    places: tuple[Place, ...] = ()


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
        rf"|(?P<form>{_bare(words.FORM_BEFORE)})"
        rf"|(?P<short>(?<![\w.])(?-i:{short})\s?§?\s?)?(?P<number>(?<![\d.])\d+(?:\.\d+)*)",
        re.IGNORECASE,
    )


def _bare(pattern: re.Pattern[str]) -> str:
    return pattern.pattern.removeprefix("(?i)")


class _Reader:
    """One reading of a text."""

    def __init__(self, text: str, grammar: Grammar, shorts: tuple[str, ...], within: Within | None) -> None:
        self.text, self.within = text, within
        self.number, self.levels = grammar.section_number, tuple(level.counts for level in grammar.levels)
        self.elsewhere, self.opening = grammar.elsewhere, _opening(shorts)
        self.is_all = text.strip()

    def spellings(self) -> Iterator[Spelling]:
        """Read on from each word that may open a citation."""
        position = 0
        while found := self.opening.search(self.text, position):
            position = found.end()
            spelling = self._read(found)
            if spelling is not None:
                yield spelling
                position = max(position, spelling.end)

    def _read(self, found: re.Match[str]) -> Spelling | None:
        if found["paragraph"]:
            return self._paragraphs(found)
        if found["section"]:
            return self._sections(found)
        if found["form"]:
            return self._form_of_section(found)
        return self._short(found)

    # “paragraphs (1) and (2) of Section 3.1”

    def _paragraphs(self, found: re.Match[str]) -> Spelling | None:
        listed = self._paths(found.end())
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
        return self._here(found, listed, end)

    def _of_sections(self, start: int, listed: list[Place], of: re.Match[str]) -> Spelling | None:
        token, end = self._number(of.end())
        if not token or (not of["word"] and "." not in token):
            return None
        if self._is_other_law(of.start("word") if of["word"] else of.end(), end):
            return Spelling(start, end)
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

    def _here(self, found: re.Match[str], listed: list[Place], end: int) -> Spelling | None:
        """“paragraph (2) above”: of the section in hand, if one is."""
        here = words.HERE.match(self.text, end)
        if self.within is None or "(" not in self.text[found.end() : end]:
            return None
        within, end = self.within, here.end() if here else end
        placed = [
            replace(one, section=within.section, path=relative_to(within.path, one.path, self.levels)) for one in listed
        ]
        return Spelling(found.start(), end, tuple(_widened(placed, start=found.start(), end=end)))

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
            found = re.compile(r"\b(?:\d{1,3}|[a-z])\b").finditer(self.text, position, many.end())
            listed = [Place("", f"({one[0]})", one.start(), one.end()) for one in found]
        elif plain := words.LABEL_UNBRACKETED.match(self.text, position):
            deeper, end = self._chain(plain.end())
            listed = [Place("", f"({plain['label']}){deeper}", position, end if deeper else plain.end())]
        else:
            return []
        return listed if words.OF_SECTION.match(self.text, listed[-1].end) else []

    # “Sections 3.1 and 3.2(1) through (3)”, “Section 3.1, paragraphs (1) and (2)”, “Section 23, Form B”

    def _sections(self, found: re.Match[str]) -> Spelling | None:
        token, end = self._number(found.end())
        if not token:
            return None
        path, after = self._chain(end, may_be_apart=True)
        end = after if path else end
        if self._is_other_law(found.start(), end):
            return Spelling(found.start(), end)
        places = [Place(token, path, found.start(), end)]
        self._then(places)
        self._join(places, is_plural=bool(words.IS_PLURAL.search(found[0])))
        return Spelling(found.start(), places[-1].end, tuple(places))

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
            start = position if places else whole.start
            places.append(Place(whole.section, f"({letter['letter'].upper()})", start, letter.end()))
            joint = words.JOINT.match(self.text, letter.end())
            if not joint or joint["range"]:
                break
            position = joint.end()
        if not places:
            places.append(whole)

    def _then_paragraphs(self, places: list[Place]) -> None:
        whole = places[-1]
        found = words.THEN_PARAGRAPH.match(self.text, whole.end)
        found = found or words.TITLE_THEN_PARAGRAPH.match(self.text, whole.end)
        if not found:
            return
        listed = self._paths_after(found.end())
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

    def _paths_after(self, position: int) -> list[Place]:
        listed = self._paths(position)
        if listed or not (plain := words.LABEL_UNBRACKETED.match(self.text, position)):
            return listed
        deeper, end = self._chain(plain.end())
        return [Place("", f"({plain['label']}){deeper}", position, end if deeper else plain.end())]

    # “Form B of Section 23”

    def _form_of_section(self, found: re.Match[str]) -> Spelling | None:
        letter = words.FORM_LETTER.match(self.text, found.end())
        if letter is None:
            return None
        of = words.OF_SECTION.match(self.text, letter.end())
        of = of or words.FORM_THEN_SECTION.match(self.text, letter.end())
        if of is None or not of["word"]:
            return None
        token, end = self._number(of.end())
        if not token or self._is_other_law(of.start("word"), end):
            return None
        place = Place(token, f"({letter['letter'].upper()})", found.start(), end)
        return Spelling(found.start(), end, (place,))

    # “6.6.3.1(2)(a)”

    def _short(self, found: re.Match[str]) -> Spelling | None:
        token, end = self._number(found.start("number"))
        if not token:
            return Spelling(found.start(), found.end())
        path, after = self._chain(end, may_be_apart="." in token)
        if "." not in token and not path:
            return None
        end = after if path else end
        start = found.start() if found["short"] else found.start("number")
        place = Place(token, path, start, end)
        if self.text[start:end].strip() == self.is_all or found["short"]:
            return self._joined(place)
        if is_no_rule(self.text, start, end, token, path) or self._is_other_law(start, end):
            return Spelling(start, end)
        if not is_telling(self.text, start, end, token, path):
            return Spelling(start, end, (replace(place, is_explicit=False),))
        return self._joined(place)

    def _joined(self, place: Place) -> Spelling:
        places = [place]
        self._then_paragraphs(places)
        self._join(places, is_plural=False)
        return Spelling(place.start, places[-1].end, tuple(places))

    def _is_other_law(self, start: int, end: int) -> bool:
        return is_other_law(self.text, start, end, self.elsewhere)

    # What all of them are made of

    def _number(self, position: int) -> tuple[str, int]:
        """The section number at a position, whole, or nothing."""
        found = words.DOTTED.match(self.text, position)
        if found is None or not self.number.fullmatch(found[0]) or self.text[found.end() : found.end() + 1].isalpha():
            return "", position
        return found[0], found.end()

    def _chain(self, position: int, *, may_be_apart: bool = False) -> tuple[str, int]:
        """The labels at a position; ones that stand apart from a number begin with a figure."""
        labels: list[str] = []
        end = position
        while found := words.LABEL_NEXT.match(self.text, end):
            is_apart = found[0][:1].isspace()
            if not is_label(found["label"]) or (is_apart and not labels and not may_be_apart):
                break
            if is_apart and not labels and not found["label"].isdigit():
                break
            if is_apart and labels and not self._goes_on(found):
                break
            labels.append(found["label"])
            end = found.end()
        return "".join(f"({label})" for label in labels), end

    def _goes_on(self, found: re.Match[str]) -> bool:
        """Whether a label after a space is part of the chain and no list of the sentence: “(2) (k)”."""
        spoken = words.SPOKEN.match(self.text, found.end())
        return spoken is None or spoken["word"] in words.AFTER_LABELS

    def _join(self, places: list[Place], *, is_plural: bool, is_of_paragraphs: bool = False) -> None:
        """Take in what is joined to the last place; after a mere comma only if a joining word follows."""
        kept = len(places)
        while joint := self._joint(places[-1].end, is_titled=is_plural and not is_of_paragraphs):
            after = self._next(joint, places[-1], is_plural=is_plural, is_of_paragraphs=is_of_paragraphs)
            if after is None:
                break
            if joint["range"]:
                implied = self._implied(places[-1], after, joint)
                if implied is None:
                    break
                places.extend(implied)
            places.append(after)
            if not joint["comma"] or (is_plural and after.section and after.section != places[-2].section):
                kept = len(places)
        del places[kept:]

    def _joint(self, position: int, *, is_titled: bool) -> re.Match[str] | None:
        """What joins the next place on: a word, or after a section its title and a word."""
        titled = words.TITLED_JOINT.match(self.text, position) if is_titled else None
        return titled or words.JOINT.match(self.text, position)

    def _next(self, joint: re.Match[str], last: Place, *, is_plural: bool, is_of_paragraphs: bool) -> Place | None:
        position = joint.end()
        again = words.PARAGRAPH_OPENS if is_of_paragraphs else words.SECTION_OPENS
        if (joint["range"] or is_of_paragraphs) and (word := again.match(self.text, position)):
            position = word.end()
        path, end = self._chain(position)
        if path:
            if not last.path:
                return None
            return Place(last.section, self._sibling(last.path, path), position, end)
        if is_of_paragraphs or not self.text[position : position + 1].isdigit():
            return None
        return self._next_section(position, last, is_plural=is_plural, is_comma=bool(joint["comma"]))

    def _next_section(self, position: int, last: Place, *, is_plural: bool, is_comma: bool) -> Place | None:
        token, end = self._number(position)
        is_like = "." in token or (is_plural and "." not in last.section)
        if not token or not is_like or (is_comma and not is_plural):
            return None
        path, after = self._chain(end, may_be_apart=True)
        if not path and words.UNIT.match(self.text, end):
            return None
        return Place(token, path, position, after if path else end)

    def _sibling(self, last: str, path: str) -> str:
        return relative_to(last, path, self.levels, is_sibling=True)

    def _implied(self, first: Place, last: Place, joint: re.Match[str]) -> list[Place] | None:
        """What lies inside a range; None when the two ends span none."""
        if first.section == last.section and first.path and last.path:
            found = between(first.path, last.path, self.levels)
            named = [(first.section, path) for path in found] if found is not None else None
        elif not first.path and not last.path:
            numbers = sections_between(first.section, last.section)
            named = [(number, "") for number in numbers] if numbers is not None else None
        else:
            named = []
        if named is None:
            return None
        start = joint.start("range")
        return [Place(*one, start, joint.end("range"), is_implied=True) for one in named]


def _widened(listed: Sequence[Place], *, start: int, end: int) -> list[Place]:
    """The first place with the words before it, the last with those after it."""
    widened = list(listed)
    widened[0] = replace(widened[0], start=start)
    widened[-1] = replace(widened[-1], end=end)
    return widened
