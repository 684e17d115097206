"""What is kept of the rule books: books and editions, text in time, what stands in it, and the reach of its changes."""

from tieline.rulebook.models.books import Book, Edition
from tieline.rulebook.models.exhibits import Exhibit, ExhibitKind, Term, TermKind
from tieline.rulebook.models.reports import ChangeReport, ChangeTask, Decision
from tieline.rulebook.models.text import Paragraph, ParagraphVersion, Section, SectionVersion, VersionQuerySet

__all__ = [
    "Book",
    "ChangeReport",
    "ChangeTask",
    "Decision",
    "Edition",
    "Exhibit",
    "ExhibitKind",
    "Paragraph",
    "ParagraphVersion",
    "Section",
    "SectionVersion",
    "Term",
    "TermKind",
    "VersionQuerySet",
]
