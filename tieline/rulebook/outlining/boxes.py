"""Which lines are approved but not yet in force?

Such text stands in a grey box whose first lines name the revision request and say how it will change the
rule. The box ends where the coloured ground ends, at the next such opening, at the closing pattern of the
profile, or, in a source without either, at the next paragraph beside or above the first one of the box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tieline.rulebook.documents.lines import Line
from tieline.rulebook.outlining.outline import Pending
from tieline.rulebook.profile import Grammar

LONGEST_OPENING = 5
LONGEST_REQUEST = 120
PARTNERS = {"[": "]", "{": "}", "(": ")", "<": ">", "«": "»", "⟦": "⟧", "【": "】"}


@dataclass(frozen=True)
class Box:
    """A grey box that opens: what it says of itself, how many lines that takes, and how its end is known."""

    pending: Pending
    opening_lines: int
    is_shaded: bool
    is_bracketed: bool

    def has_ended(self, line: Line) -> bool:
        """Whether the coloured ground is left; a box without one ends by other signs."""
        return self.is_shaded and not line.is_shaded


def box_at(lines: Sequence[Line], position: int, grammar: Grammar) -> Box | None:
    """The box that opens at this line, or None.

    An opening closed by its own bracket stands above the boxed text; else the bracket closes after that text.
    """
    line = lines[position]
    found = grammar.grey_opening.search(line.text) if grammar.grey_opening else None
    if found is None:
        return None
    note, taken, is_bracketed = _opening(lines[position : position + LONGEST_OPENING])
    request = found.groupdict().get("request") or _request_in(note, grammar)
    return Box(Pending(request[:LONGEST_REQUEST], note), taken, line.is_shaded, is_bracketed)


def _opening(lines: Sequence[Line]) -> tuple[str, int, bool]:
    """What the opening says, how many lines that takes, and whether it ends with its own bracket's partner."""
    closer = PARTNERS.get(lines[0].text.lstrip()[:1])
    note = ""
    for taken, line in enumerate(lines if closer else (), start=1):
        note = f"{note} {line.text}".strip()
        if closer and closer in note:
            return note, taken, True
    return lines[0].text, 1, False


def _request_in(note: str, grammar: Grammar) -> str:
    found = grammar.revision_request.search(note) if grammar.revision_request else None
    return found[0] if found else note
