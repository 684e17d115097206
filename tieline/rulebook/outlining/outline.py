"""What does an edition of a rule book consist of? Sections with numbered headings, and labelled paragraphs in
them.

A paragraph's path is its chain of labels, `(2)(a)(i)`. Text of a section before its first label has the empty
path; text that begins with a bold term, as definitions do, has the term in brackets, `[Operating Day]`. A
path that the source uses twice gets `~2`. Text approved but not yet in force is `pending`: it may share its
path with text in force.
"""

from __future__ import annotations

from dataclasses import dataclass

from tieline.rulebook.documents.lines import ExhibitText, Line
from tieline.rulebook.outlining.furniture import Entry, LeftOut


@dataclass(frozen=True)
class Pending:
    """A grey box: the revision request that carries its text, and the sentence that says how it will take
    effect.
    """

    request: str
    note: str


@dataclass(frozen=True)
class ParagraphText:
    """One paragraph; `page` and `top` say where a PDF shows it, `exhibits` what stands in it besides text."""

    path: str
    text: str
    sort_key: str
    page: int | None = None
    top: float | None = None
    pending: Pending | None = None
    exhibits: tuple[ExhibitText, ...] = ()


@dataclass(frozen=True)
class SectionText:
    """One section. With `pending` set, this is its heading as a grey box will make it."""

    number: str
    title: str
    paragraphs: tuple[ParagraphText, ...]
    page: int | None = None
    pending: Pending | None = None


@dataclass(frozen=True)
class EditionText:
    """A whole edition; `unplaced` are lines that belong to no section, `left_out` what is no rule text at
    all, `only_in_contents` what its table of contents lists and its text does not have.
    """

    sections: tuple[SectionText, ...]
    boxes: tuple[Pending, ...]
    unplaced: tuple[Line, ...]
    left_out: tuple[LeftOut, ...]
    only_in_contents: tuple[Entry, ...] = ()
