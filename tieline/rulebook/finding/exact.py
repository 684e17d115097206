"""To which paragraphs in force on a day do the citations in a text lead, and what remains of the text?

The cited paragraph comes with what stands below it; where it is missing, the nearest one above it is given, and
the reason says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tieline.kernel.profile import current_profile
from tieline.rulebook import profile
from tieline.rulebook.cited import in_section
from tieline.rulebook.citing.citations import Citation, ancestors, find_citations
from tieline.rulebook.finding.hits import Sighting
from tieline.rulebook.models import ParagraphVersion

EXACT, ABOVE, BELOW = 1.0, 0.9, 0.85


def cited(text: str, *, as_at: date, book: str | None) -> tuple[list[Sighting], str]:
    """What the citations in a text mean, and the text without the citations that were understood."""
    rulebook = current_profile().get(profile.Rulebook)
    found: list[Sighting] = []
    rest = text
    for citation in reversed(find_citations(text, rulebook.grammar, rulebook.books)):
        meant = _resolve(citation, as_at=as_at, book=book or citation.book)
        if meant:
            found = [*meant, *found]
            if not citation.is_implied:
                rest = rest[: citation.start] + " " + rest[citation.end :]
    return found, rest


def _resolve(citation: Citation, *, as_at: date, book: str | None) -> list[Sighting]:
    """The cited paragraph with what stands below it; else the deepest ancestor, and the sighting says so."""
    versions = in_section(citation.section, as_at=as_at, book=book)
    if not versions:
        return _above_section(citation, as_at=as_at, book=book) if citation.is_explicit else []
    if not citation.path:
        return [Sighting(one, EXACT, f"Section {citation.section}, as cited") for one in versions]
    exact = [one for one in versions if one.paragraph.path == citation.path]
    below = [one for one in versions if one.paragraph.path.startswith(citation.path + "(")]
    if exact or below:
        return [Sighting(one, EXACT, f"{citation}, as cited") for one in exact] + [
            Sighting(one, BELOW, f"below {citation}") for one in below
        ]
    return _above_paragraph(citation, versions, as_at=as_at)


def _above_paragraph(citation: Citation, versions: Sequence[ParagraphVersion], *, as_at: date) -> list[Sighting]:
    for path in ancestors(citation.path)[1:]:
        near = [one for one in versions if one.paragraph.path == path]
        if near:
            why = f"{citation} is not in force on {as_at}; {citation.section}{path} is the nearest above it"
            return [Sighting(one, ABOVE, why) for one in near]
    why = f"Section {citation.section} has no paragraph {citation.path} on {as_at}; this is what it has"
    return [Sighting(one, BELOW, why) for one in versions]


def _above_section(citation: Citation, *, as_at: date, book: str | None) -> list[Sighting]:
    """For a section without text: its subsections; for one that is not there: the nearest section above."""
    number, missing = citation.section, ""
    while number:
        versions = in_section(number, as_at=as_at, book=book)
        below = versions or in_section(number, as_at=as_at, book=book, with_subsections=True)
        if below:
            nearest = f"Section {number} is the nearest above it" if missing else f"Section {number}"
            inside = "" if versions else ("; it" if missing else "") + " has no text of its own, this stands below it"
            return [Sighting(one, ABOVE if versions else BELOW, missing + nearest + inside) for one in below]
        missing = f"Section {citation.section} is not in force on {as_at}; "
        number = number.rpartition(".")[0]
    return []
