"""What does a rule-book file say, line by line, before anybody asks what the lines mean?

Extraction turns bytes into these values and nothing more; `furniture` then leaves out what is not rule text
and `structure` finds sections and paragraphs in the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tieline.kernel.refusal import Refusal
from tieline.rulebook.models.exhibits import ExhibitKind

Progress = Callable[[int, int], None]
"""Told after each page: how many are read, of how many."""


def no_progress(read: int, pages: int) -> None:
    """Nobody watches."""


class UnreadableDocument(Refusal):
    """The file cannot be read as a rule book; the sentence says why and what to do about it."""


@dataclass(frozen=True)
class ExhibitText:
    """A table, a formula or a figure as a file shows it; see `models.Exhibit` for what each field says.

    A Word file brings a figure's `picture` along; one of a PDF is drawn from the page when it is asked for.
    """

    kind: ExhibitKind
    caption: str = ""
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    picture: bytes = b""
    media_type: str = ""

    @property
    def words(self) -> str:
        """What can be said of it in a line of text."""
        return self.caption or self.text or f"({self.kind.label})"


@dataclass(frozen=True)
class Line:
    """One line of a PDF page, or one paragraph of a Word file; a line without text only carries exhibits.

    `left` and `top` are points from the page's upper left corner, `top` to the line's baseline; a Word file
    has neither pages nor places. `lead` is the bold text the line begins with. `is_shaded` says that the line
    lies on a coloured ground. `heading_level` is that of a Word heading style, 0 for other text. `marker` is the
    label that a list of a web page counts by itself; `text` has it too, as a browser shows it.
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
    marker: str = ""
    exhibits: tuple[ExhibitText, ...] = ()

    @property
    def is_bold(self) -> bool:
        """Whether all of the line is bold."""
        return bool(self.lead) and len(self.lead) >= len(self.text.strip())


@dataclass(frozen=True)
class SourceText:
    """Everything a file says: its lines in reading order, and how high each page is (no pages in Word).

    `aside` is what it holds and nobody is to read as its text: hidden, deleted, the site's own.
    """

    lines: tuple[Line, ...]
    page_heights: tuple[float, ...] = ()
    aside: tuple[Line, ...] = ()
