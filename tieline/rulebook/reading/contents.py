"""What does a book consist of on a day, as a tree, and on which days did it change?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, Value

from tieline.rulebook.models import Book, Edition, ParagraphVersion, SectionVersion
from tieline.rulebook.queries import SectionRow


@dataclass(frozen=True)
class Branch:
    """A section in the tree, with what stands below it."""

    row: SectionRow
    below: tuple[Branch, ...]


@dataclass(frozen=True)
class Span:
    """From when until when a section number stands in a book; until None it stands still."""

    effective_from: date
    effective_to: date | None


@dataclass(frozen=True)
class BoxedPlace:
    """A place at which a revision request will change a section, once it takes effect."""

    request: str
    section: str
    path: str
    version_id: int


def tree(rows: Sequence[SectionRow]) -> tuple[Branch, ...]:
    """The rows as a tree; a section whose own chapter is no section is a root."""
    known = {row.number for row in rows}
    below: dict[str, list[SectionRow]] = {}
    for row in rows:
        below.setdefault(_parent(row.number, known), []).append(row)

    def grown(number: str) -> tuple[Branch, ...]:
        return tuple(Branch(row, grown(row.number)) for row in below.get(number, ()))

    return grown("")


def edition_days(book: str) -> tuple[date, ...]:
    """The days on which editions of a book took effect, the oldest first."""
    editions = Edition.objects.filter(book__key=book).order_by("effective_on")
    return tuple(editions.values_list("effective_on", flat=True))


def change_days(book: str, section: str) -> dict[date, int]:
    """The days on which a section came to read as it does, with how many of its paragraphs that touched; a new
    title counts as a change of none.
    """
    titles = SectionVersion.objects.filter(section__book__key=book, section__number=section, pending_request="")
    texts = ParagraphVersion.objects.filter(
        paragraph__section__book__key=book, paragraph__section__number=section, pending_request=""
    )
    titled = titles.annotate(touches=Value(None, BigIntegerField())).values_list(
        "touches", "effective_from", "effective_to"
    )
    touched: dict[date, set[int]] = {}
    for paragraph, begun, ended in titled.union(
        texts.values_list("paragraph_id", "effective_from", "effective_to"), all=True
    ):
        for day in (begun, ended):
            if day is not None:
                touched.setdefault(day, set()).update(() if paragraph is None else (paragraph,))
    return {day: len(touched[day]) for day in sorted(touched)}


def spans(book: str, section: str) -> tuple[Span, ...]:
    """When a section number stood in a book, runs of titles joined."""
    titles = SectionVersion.objects.filter(section__book__key=book, section__number=section)
    found: list[Span] = []
    for begun, ended in titles.order_by("effective_from").values_list("effective_from", "effective_to"):
        if found and found[-1].effective_to in (None, begun):
            found[-1] = Span(found[-1].effective_from, ended if found[-1].effective_to else None)
        else:
            found.append(Span(begun, ended))
    return tuple(found)


def boxed_places(book: str, as_at: date) -> tuple[BoxedPlace, ...]:
    """Every grey box printed in the edition of a day, in the order of the book."""
    standing = ParagraphVersion.objects.standing(as_at).filter(paragraph__section__book__key=book)
    found = standing.exclude(pending_request="").order_by("paragraph__section__sort_key", "paragraph__sort_key")
    return tuple(
        BoxedPlace(*one)
        for one in found.values_list("pending_request", "paragraph__section__number", "paragraph__path", "pk")
    )


def is_known(book: str) -> bool:
    """Whether an edition of the book has been read in."""
    return Book.objects.filter(key=book).exists()


def _parent(number: str, known: set[str]) -> str:
    while number:
        number = number.rpartition(".")[0]
        if number in known:
            return number
    return ""
