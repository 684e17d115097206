"""Which numbers and labels stand at a place of a text, and what is joined to them: “3.1, 3.2(1) through (3) and 3.4”?

`spellings` knows how a citation opens; from there on it is read here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tieline.rulebook.citing import spelling_words as words
from tieline.rulebook.outlining.chains import between, is_label, relative_to, sections_between
from tieline.rulebook.profile import Grammar


@dataclass(frozen=True)
class Place:
    """A cited place and the words that cite it; an implied one has the words of its range."""

    section: str
    path: str
    start: int
    end: int
    is_explicit: bool = True
    is_implied: bool = False


class JoinedPlaces:
    """A text, and how its numbers, labels and lists are read."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        self.text, self.number = text, grammar.section_number
        self.levels = tuple(level.counts for level in grammar.levels)

    def _number(self, position: int) -> tuple[str, int]:
        """The section number at a position, whole, or nothing."""
        found = words.DOTTED.match(self.text, position)
        longer = self.number.match(self.text, position)
        if found is not None and longer is not None and longer.end() > found.end():
            found = longer
        if found is None or not self.number.fullmatch(found[0]) or self.text[found.end() : found.end() + 1].isalpha():
            return "", position
        return found[0], found.end()

    def _number_apart(self, position: int) -> tuple[str, int]:
        """The section number at a position, even if a scan has put spaces around its dots."""
        found = words.SPACED_DOTS.match(self.text, position)
        token = re.sub(r"\s", "", found[0]) if found else ""
        return (token, found.end()) if found and self.number.fullmatch(token) else self._number(position)

    def _chain(self, position: int, *, may_be_apart: bool = False) -> tuple[str, int]:
        """The labels at a position; ones that stand apart from a number begin with a figure."""
        labels: list[str] = []
        end = position
        while found := words.LABEL_NEXT.match(self.text, end) or (labels and words.LABEL_GLUED.match(self.text, end)):
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
            is_mixed = any("." not in one.section for one in places)
            after = self._next(
                joint, places[-1], is_plural=is_plural, is_of_paragraphs=is_of_paragraphs, is_mixed=is_mixed
            )
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
            kept += kept == len(places) - 1 and self._counts_on(places[-2], after)
        if not (is_of_paragraphs and words.OF_SECTION.match(self.text, places[-1].end)):
            del places[kept:]

    def _counts_on(self, before: Place, after: Place) -> bool:
        """Whether a label after a mere comma is the next of a list, “(a), (b)”, and no list of the sentence."""
        if not (
            before.path
            and before.section == after.section
            and between(before.path, after.path, self.levels) is not None
        ):
            return False
        spoken = words.SPOKEN.match(self.text, after.end)
        return spoken is None or spoken["word"] in words.AFTER_LABELS

    def _joint(self, position: int, *, is_titled: bool) -> re.Match[str] | None:
        """What joins the next place on: a word, or after a section its title and a word."""
        titled = words.TITLED_JOINT.match(self.text, position) if is_titled else None
        return titled or words.JOINT.match(self.text, position)

    def _next(
        self, joint: re.Match[str], last: Place, *, is_plural: bool, is_of_paragraphs: bool, is_mixed: bool
    ) -> Place | None:
        position = joint.end()
        again = words.PARAGRAPH_OPENS if is_of_paragraphs else words.SECTION_OPENS
        word = again.match(self.text, position) if joint["range"] or is_of_paragraphs else None
        position = word.end() if word else position
        path, end = self._chain(position)
        if path:
            if not last.path:
                return None
            beside = self._sibling(last.path, path)
            if word and joint["comma"] and between(last.path, beside, self.levels) is None:
                return None
            return Place(last.section, beside, position, end)
        if is_of_paragraphs or not self.text[position : position + 1].isdigit():
            return None
        return self._next_section(position, is_plural=is_plural, is_comma=bool(joint["comma"]), is_mixed=is_mixed)

    def _next_section(self, position: int, *, is_plural: bool, is_comma: bool, is_mixed: bool) -> Place | None:
        token, end = self._number(position)
        is_like = "." in token or (is_plural and is_mixed)
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
