"""What does a rule-book file say, line by line, before anybody asks what the lines mean?

Extraction turns bytes into these values and nothing more; `furniture` then leaves out what is not rule text
and `structure` finds sections and paragraphs in the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from tieline.kernel.refusal import Refusal


class UnreadableDocument(Refusal):
    """The file cannot be read as a rule book; the sentence says why and what to do about it."""


@dataclass(frozen=True)
class Line:
    """One line of a PDF page, or one paragraph of a Word file.

    `left` and `top` are points from the page's upper left corner, `top` to the line's baseline; a Word file
    has neither pages nor places. `lead` is the bold text the line begins with. `is_shaded` says that the line
    lies on a coloured ground. `heading_level` is that of a Word heading style, 0 for other text.
    """

    text: str
    page: int | None = None
    left: float | None = None
    top: float | None = None
    size: float = 0.0
    lead: str = ""
    is_shaded: bool = False
    heading_level: int = 0
    is_contents: bool = False

    @property
    def is_bold(self) -> bool:
        """Whether all of the line is bold."""
        return bool(self.lead) and len(self.lead) >= len(self.text.strip())


@dataclass(frozen=True)
class SourceText:
    """Everything a file says: its lines in reading order, and how high each page is (no pages in Word)."""

    lines: tuple[Line, ...]
    page_heights: tuple[float, ...] = ()
