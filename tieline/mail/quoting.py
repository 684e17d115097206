"""Which lines of a message are the writer's own words, which are quoted, and which are a signature?

Each line gets a kind by itself (`line_kinds`); the sequence of kinds then tells where the own words end. The
order of the rules follows the lesson of the two open trimmers that do this best, talon and
email_reply_trimmer. Nothing is deleted: the answer is a list of parts that cover the text, and a message
whose words would all vanish is kept whole.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tieline.mail.line_kinds import LineKind, kinds_of


class PartKind(StrEnum):
    """Whose words a part is."""

    OWN = "own"
    QUOTED = "quoted"
    SIGNATURE = "signature"


@dataclass(frozen=True)
class Part:
    """A run of whole lines of one kind; `start` and `end` are character positions in the text."""

    kind: PartKind
    start: int
    end: int


@dataclass(frozen=True)
class Separated:
    """A text and the parts that cover it without gap or overlap."""

    text: str
    parts: tuple[Part, ...]

    def of(self, kind: PartKind) -> str:
        pieces = (self.text[part.start : part.end] for part in self.parts if part.kind is kind)
        return "".join(pieces).strip("\n").rstrip()

    @property
    def own_text(self) -> str:
        return self.of(PartKind.OWN)

    @property
    def quoted_text(self) -> str:
        return self.of(PartKind.QUOTED)

    @property
    def signature_text(self) -> str:
        return self.of(PartKind.SIGNATURE)


_LONGEST_LOOK = 4_000
_LATE_TEXT_LINES = 7
_FOOTER_LINES = 12


def separate(text: str) -> Separated:
    """Tell own words, quoted text and signature apart; lines past the first few thousand follow the last
    decision.
    """
    lines = text.splitlines(keepends=True)
    looked_at = lines[:_LONGEST_LOOK]
    decided = _decide([line.rstrip("\r\n") for line in looked_at])
    decided += [decided[-1] if decided else PartKind.OWN] * (len(lines) - len(looked_at))
    if not _has_words(lines, decided):
        decided = [PartKind.OWN] * len(lines)
    return Separated(text, _as_parts(lines, _with_blank_lines_joined(lines, decided)))


def _with_blank_lines_joined(lines: Sequence[str], decided: Sequence[PartKind]) -> list[PartKind]:
    """Blank lines below own words stay with them, so that no part is made of blank lines alone."""
    joined: list[PartKind] = []
    for line, kind in zip(lines, decided, strict=True):
        follows_own = bool(joined) and joined[-1] is PartKind.OWN and not line.strip()
        joined.append(PartKind.OWN if follows_own else kind)
    return joined


def _has_words(lines: Sequence[str], decided: Sequence[PartKind]) -> bool:
    return any(kind is PartKind.OWN and line.strip() for line, kind in zip(lines, decided, strict=True))


def _as_parts(lines: Sequence[str], decided: Sequence[PartKind]) -> tuple[Part, ...]:
    parts: list[Part] = []
    position = 0
    for line, kind in zip(lines, decided, strict=True):
        end = position + len(line)
        if parts and parts[-1].kind is kind:
            parts[-1] = Part(kind, parts[-1].start, end)
        else:
            parts.append(Part(kind, position, end))
        position = end
    return tuple(parts)


class _Sheet:
    """The kinds of the lines still counted as own, as one string of letters beside their line numbers."""

    def __init__(self, kinds: Sequence[LineKind]) -> None:
        self.pattern = "".join(kinds)
        self.numbers = list(range(len(kinds)))
        self.decided = [PartKind.OWN] * len(kinds)

    def take(self, start: int, end: int, kind: PartKind) -> None:
        for number in self.numbers[start:end]:
            self.decided[number] = kind
        del self.numbers[start:end]
        self.pattern = self.pattern[:start] + self.pattern[end:]

    def take_each(self, letter: LineKind, kind: PartKind) -> None:
        while (place := self.pattern.find(letter)) >= 0:
            end = place + 1
            while end < len(self.pattern) and self.pattern[end] == letter:
                end += 1
            self.take(place, end, kind)

    def cut_from(self, place: int, kind: PartKind) -> None:
        self.take(place, len(self.pattern), kind)


def _decide(lines: Sequence[str]) -> list[PartKind]:
    sheet = _Sheet(kinds_of(lines))
    _cut_at_divider(sheet, lines)
    sheet.take_each(LineKind.SENT_FROM, PartKind.SIGNATURE)
    _drop_what_stands_above_the_answer(sheet)
    _cut_at_introduction(sheet)
    _cut_trailing_quote(sheet)
    sheet.take_each(LineKind.INTRODUCTION, PartKind.QUOTED)
    _cut_at_header_block(sheet)
    _take_header_runs(sheet)
    _cut_trailing_quote(sheet)
    return sheet.decided


def _cut_at_divider(sheet: _Sheet, lines: Sequence[str]) -> None:
    """The first line that sets off a signature, a footer or a quoted message ends the own words."""
    for place in (found.start() for found in re.finditer(LineKind.DIVIDER, sheet.pattern)):
        if _is_signature_dash(lines[place]):
            sheet.take(place, _end_of_signature(sheet.pattern, place), PartKind.SIGNATURE)
            sheet.cut_from(place, PartKind.QUOTED)
            break
        if _opens_quote(sheet.pattern, place):
            sheet.cut_from(place, PartKind.QUOTED)
            break
        if sheet.pattern[place:].count(LineKind.TEXT) <= _FOOTER_LINES:
            sheet.cut_from(place, PartKind.SIGNATURE)
            break
    # Dividers left are rules between the sections of a long message: the writer's own.
    sheet.pattern = sheet.pattern.replace(LineKind.DIVIDER, LineKind.TEXT)


def _opens_quote(pattern: str, place: int) -> bool:
    return bool(re.match(r"[de]*[bhq]", pattern[place:]))


def _is_signature_dash(line: str) -> bool:
    return line.strip() in ("--", "---", "—")


def _end_of_signature(pattern: str, place: int) -> int:
    end = place
    while end < len(pattern) and pattern[end] not in (LineKind.INTRODUCTION, LineKind.HEADER, LineKind.QUOTE):
        end += 1
    return end


def _drop_what_stands_above_the_answer(sheet: _Sheet) -> None:
    """An answer written below the whole quotation: `On … wrote:` and quotes, then text to the end."""
    found = re.match(r"[bqeh]*b[bqeh]+(?=t[et]*$)", sheet.pattern)
    if found:
        sheet.take(0, found.end(), PartKind.QUOTED)


def _cut_at_introduction(sheet: _Sheet) -> None:
    """`On … wrote:` after some own words: what follows is the quotation, when it runs to the end."""
    introductions = [place.start() for place in re.finditer(r"(?<=[te])b|(?<=q)b", sheet.pattern)]
    for place in introductions:
        if "t" not in sheet.pattern[:place]:
            continue
        below = sheet.pattern[place + 1 :]
        late_text = re.search(r"[te]*$", below)
        late_lines = late_text.group().count("t") if late_text else 0
        if "q" not in below or (re.fullmatch(r"[eqbh]*[te]*", below) and late_lines < _LATE_TEXT_LINES):
            sheet.cut_from(place, PartKind.QUOTED)
            return


def _cut_trailing_quote(sheet: _Sheet) -> None:
    place = len(sheet.pattern.rstrip("qbe"))
    if place and "t" in sheet.pattern[:place] and place < len(sheet.pattern):
        sheet.cut_from(place, PartKind.QUOTED)


def _cut_at_header_block(sheet: _Sheet) -> None:
    """Three or more header lines (`From: … Sent: … To: …`) below some own words open a quoted message."""
    found = re.search(r"t[eq]*(h{3,})", sheet.pattern)
    if found:
        sheet.cut_from(found.start(1), PartKind.QUOTED)


def _take_header_runs(sheet: _Sheet) -> None:
    """Header lines that open a bare forward are not own words; a lone `Date:` in a sentence stays."""
    while found := re.search(r"h{3,}", sheet.pattern):
        sheet.take(found.start(), found.end(), PartKind.QUOTED)
