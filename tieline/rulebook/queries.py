"""What does the rule say on this day: by its number, by its words, or section by section?

The rule book's face for readers. `find` and `search` answer whoever asks in words or numbers, `cite` and
`cited_version` give one paragraph version to rest on, `sections` and `section` are for reading. Every question
takes the day it is asked about.
"""

from __future__ import annotations

from datetime import date

from tieline.rulebook.cited import CitedVersion, NotInTheRules, cite, cited_version, quote_occurs
from tieline.rulebook.contents import BookRow, SectionPage, SectionRow, books, section, sections
from tieline.rulebook.finding.bands import Band
from tieline.rulebook.finding.hits import Expansion, Hit, Search
from tieline.rulebook.finding.searching import search

__all__ = [
    "Band",
    "BookRow",
    "CitedVersion",
    "Expansion",
    "Hit",
    "NotInTheRules",
    "Search",
    "SectionPage",
    "SectionRow",
    "books",
    "cite",
    "cited_version",
    "find",
    "quote_occurs",
    "search",
    "section",
    "sections",
]


def find(text: str, *, as_at: date, book: str | None = None, limit: int = 10) -> list[Hit]:
    """Paragraphs in force on a day that answer to a text: cited ones first, then by words and meaning."""
    return list(search(text, as_at=as_at, book=book, limit=limit).hits)
