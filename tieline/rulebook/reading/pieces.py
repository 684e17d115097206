"""Which words of a paragraph lead somewhere: to a rule it cites, or to what a term means?

Pure: citations and terms come with their places in the text. A citation wins over a term.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tieline.rulebook import glossary
from tieline.rulebook.citing.resolution import Resolved
from tieline.rulebook.glossary import DefinedTerm

Use = tuple[int, int, DefinedTerm]
"""Where a text uses a term."""


@dataclass(frozen=True)
class Piece:
    """Some words of a paragraph; at most one of `cited` and `term` is there."""

    text: str
    cited: Resolved | None = None
    term: DefinedTerm | None = None
    is_term_itself: bool = False


def pieces(
    text: str, cited: Iterable[Resolved] = (), terms: Iterable[Use] = (), *, defines: str = ""
) -> tuple[Piece, ...]:
    """The text cut where its links begin and end; `defines` is the term that the paragraph explains."""
    marks: list[tuple[int, int, Piece]] = []
    if defines and text.startswith(defines):
        marks.append((0, len(defines), Piece(defines, is_term_itself=True)))
    for one in cited:
        start, end = one.citation.start, one.citation.end
        _add(marks, start, end, Piece(text[start:end], cited=one))
    for start, end, term in terms:
        _add(marks, start, end, Piece(text[start:end], term=term))
    return _joined(text, sorted(marks, key=lambda mark: mark[0]))


def outside(shown: Iterable[Piece], spans: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    """The pieces without stretches of the text that the page shows otherwise, such as the words of a table."""
    kept, at = [], 0
    for piece in shown:
        words, end = piece.text, at + len(piece.text)
        for start, stop in reversed(spans):
            words = words[: max(0, start - at)] + words[max(0, stop - at) :]
        kept.append(replace(piece, text=words))
        at = end
    if spans and kept:
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return tuple(piece for piece in kept if piece.text)


def apart_from_captions(text: str, spans: Iterable[tuple[int, int]], captions: Iterable[str]) -> list[tuple[int, int]]:
    """These stretches and the lines that are captions, in order: a page shows a caption with what it names."""
    apart = sorted(spans)
    for caption in captions:
        line = re.search(r"^\s*" + r"\s+".join(map(re.escape, caption.split())) + r"[ \t]*$", text, re.MULTILINE)
        if line and not any(start < line.end() and line.start() < end for start, end in apart):
            apart = sorted([*apart, line.span()])
    return apart


def first_uses(text: str, terms: Sequence[DefinedTerm], *, in_section: str) -> list[Use]:
    """Where a text first uses each term, but for terms explained in the very section: marks at every word are
    noise.
    """
    found: dict[str, Use] = {}
    for start, end, term in glossary.marked(text, terms):
        if term.section != in_section:
            found.setdefault(term.name, (start, end, term))
    return list(found.values())


def _add(marks: list[tuple[int, int, Piece]], start: int, end: int, piece: Piece) -> None:
    if start < end and not any(start < other_end and other_start < end for other_start, other_end, _ in marks):
        marks.append((start, end, piece))


def _joined(text: str, marks: Sequence[tuple[int, int, Piece]]) -> tuple[Piece, ...]:
    found, at = [], 0
    for start, end, piece in marks:
        if at < start:
            found.append(Piece(text[at:start]))
        found.append(piece)
        at = end
    if at < len(text):
        found.append(Piece(text[at:]))
    return tuple(found)
