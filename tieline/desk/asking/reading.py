"""What does the text of a query say, before anything is known of its fields? A tree, with the place of each part.

Blank is AND, `OR` and `NOT` are written large, `-` before anything denies it, parentheses group. Pure: no database,
no profile. Whatever the text, the answer is a tree or a Misread that points at the place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

LONGEST = 2000
DEEPEST = 20
MOST_PARTS = 80
FIELD = re.compile(r"([A-Za-z][A-Za-z_-]*)(>=|<=|!=|:|>|<|=)(>=|<=|>|<|=)?")
RANGE = ".."


@dataclass(frozen=True)
class Words:
    """Words to be found anywhere in the case: side by side where they were quoted, `*` for unfinished."""

    text: str
    position: int
    is_unfinished: bool = False


@dataclass(frozen=True)
class Term:
    """A field, how it is compared (`:` for is), and the values of which one must hold."""

    name: str
    compared: str
    values: tuple[str, ...]
    position: int
    value_position: int


@dataclass(frozen=True)
class Both:
    """All parts hold; none at all holds always."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True)
class Either:
    """One of the parts holds."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: Tree


Tree: TypeAlias = "Words | Term | Both | Either | Not"


class Misread(Exception):
    """The text cannot be understood at a position; caught by whoever asked for it to be read."""

    def __init__(self, position: int, sentence: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.position, self.sentence, self.suggestions = position, sentence, suggestions


def clean(text: str) -> str:
    """The text as it can be stored and asked; characters that no database takes become blanks, places stay."""
    return "".join(" " if one < " " or one == "\x7f" or "\ud800" <= one <= "\udfff" else one for one in text)


def read_tree(text: str) -> Tree:
    """The tree of a clean text. Misread where it cannot be."""
    if len(text) > LONGEST:
        raise Misread(LONGEST, f"A query may have at most {LONGEST:,} characters.")
    reader = _Reader(text)
    tree = reader.either(0)
    if reader.place < len(text):
        raise Misread(reader.place, "This parenthesis closes nothing.")
    return tree


class _Reader:
    """Goes over the text once, from left to right."""

    def __init__(self, text: str) -> None:
        self.text, self.place, self.parts = text, 0, 0

    def either(self, depth: int) -> Tree:
        parts = [self.both(depth)]
        while self._takes("OR"):
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def both(self, depth: int) -> Tree:
        parts: list[Tree] = []
        while True:
            self._skip()
            if self.place >= len(self.text) or self.text[self.place] == ")" or self._is_next("OR"):
                break
            if self._takes("AND"):
                continue
            part = self.one(depth)
            if part is not None:
                parts.append(part)
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def one(self, depth: int) -> Tree | None:
        """A part, or None for signs that say nothing, such as a dash on its own."""
        if depth > DEEPEST:
            raise Misread(self.place, f"Parentheses and denials may be at most {DEEPEST} deep.")
        if self._takes_lone_dash():
            return None
        if self._takes("NOT") or self._takes_dash():
            self._skip()
            denied = self.one(depth + 1) if self.place < len(self.text) and self.text[self.place] != ")" else None
            return Not(denied) if denied is not None else None
        if self.text[self.place] == "(":
            return self._group(depth)
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise Misread(self.place, f"A query may have at most {MOST_PARTS} parts.")
        field = FIELD.match(self.text, self.place)
        return self._term(field) if field else self._words()

    def _group(self, depth: int) -> Tree:
        opened = self.place
        self.place += 1
        inside = self.either(depth + 1)
        if self.place >= len(self.text):
            raise Misread(opened, "This parenthesis is not closed.")
        self.place += 1
        return inside

    def _term(self, field: re.Match[str]) -> Term:
        start, self.place = self.place, field.end()
        if self.place >= len(self.text) or self.text[self.place].isspace():
            raise Misread(self.place, f"Say what “{field[1]}” should be.")
        at = self.place
        values = self._values()
        return Term(field[1].lower(), _sign(field), values, start, at)

    def _values(self) -> tuple[str, ...]:
        values = [self._value()]
        while self.place < len(self.text) and self.text[self.place] == ",":
            self.place += 1
            values.append(self._value())
        return tuple(value for value in values if value) or ("",)

    def _value(self) -> str:
        if self.place < len(self.text) and self.text[self.place] == '"':
            quoted = self._quoted()
            # a range may have either end quoted
            is_range = self.text.startswith(RANGE, self.place)
            return quoted + self._run(",") if is_range else quoted
        return self._run(",")

    def _quoted(self) -> str:
        end = self.text.find('"', self.place + 1)
        if end < 0:
            raise Misread(self.place, "This quotation mark is not closed.")
        quoted, self.place = self.text[self.place + 1 : end], end + 1
        return quoted

    def _words(self) -> Words | None:
        start = self.place
        if self.text[start] == '"':
            return Words(self._quoted(), start)
        run = self._run("")
        return Words(run.rstrip("*"), start, run.endswith("*"))

    def _run(self, ends: str) -> str:
        """Signs up to a blank or a parenthesis that was not opened within: 9.14.2(2)(a) is one value."""
        start, depth = self.place, 0
        while self.place < len(self.text):
            sign = self.text[self.place]
            if sign.isspace() or sign in ends or (sign == ")" and depth == 0):
                break
            depth += {"(": 1, ")": -1}.get(sign, 0)
            self.place += 1
        return self.text[start : self.place].replace('"', "")

    def _skip(self) -> None:
        while self.place < len(self.text) and self.text[self.place].isspace():
            self.place += 1

    def _is_next(self, word: str) -> bool:
        self._skip()
        after = self.place + len(word)
        ended = after >= len(self.text) or self.text[after].isspace() or self.text[after] in "()"
        return self.text.startswith(word, self.place) and ended

    def _takes(self, word: str) -> bool:
        if not self._is_next(word):
            return False
        self.place += len(word)
        return True

    def _takes_lone_dash(self) -> bool:
        """A dash between blanks, as in “late - again”, denies nothing."""
        after = self.text[self.place + 1 : self.place + 2]
        is_lone = self.text.startswith("-", self.place) and (not after or after.isspace())
        self.place += is_lone
        return is_lone

    def _takes_dash(self) -> bool:
        if not self.text.startswith("-", self.place):
            return False
        self.place += 1
        return True


def _sign(field: re.Match[str]) -> str:
    sign = field[3] or field[2]
    return ":" if sign in (":", "=") else sign
