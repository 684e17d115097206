"""Which lines are approved but not yet in force?

Such text stands in a grey box whose first lines name the revision request and say how it will change the
rule. The box ends where the coloured ground ends, at the next such opening, at the closing pattern of the
profile, or, in a source without either, at the next paragraph beside or above the first one of the box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tieline.rulebook.lines import Line
from tieline.rulebook.outline import Pending
from tieline.rulebook.profile import Grammar

LONGEST_OPENING = 5
LONGEST_REQUEST = 120


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
    taken = 1
    for taken in range(1, LONGEST_OPENING + 1):
        note = " ".join(part.text for part in lines[position : position + taken])
        if "]" in note or position + taken >= len(lines):
            break
    is_bracketed = "]" in note
    if not is_bracketed:
        note, taken = line.text, 1
    request = found.groupdict().get("request") or _request_in(note, grammar)
    return Box(Pending(request[:LONGEST_REQUEST], note), taken, line.is_shaded, is_bracketed)


def _request_in(note: str, grammar: Grammar) -> str:
    found = grammar.revision_request.search(note) if grammar.revision_request else None
    return found[0] if found else note
