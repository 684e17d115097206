"""Which books are there, what is in them on a day, and what does a section say, for reading?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from django.db.models import Count

from tieline.rulebook.cited import CitedVersion, NotInTheRules, as_cited, full, in_order, known_book, standing_titles
from tieline.rulebook.history.versions import sort_key
from tieline.rulebook.models import Book, ParagraphVersion

TITLED = ("section_id", "section__number", "title", "pending_request")


@dataclass(frozen=True)
class BookRow:
    """A book of which at least one edition has been read in."""

    key: str
    name: str


@dataclass(frozen=True)
class SectionRow:
    """A section as a contents page lists it; `pending` names the request that will bring it, when it is not
    in force.
    """

    number: str
    title: str
    paragraphs: int
    pending: str = ""

    def as_data(self) -> dict[str, object]:
        """The row as the command line prints it."""
        return asdict(self)


@dataclass(frozen=True)
class SectionPage:
    """A section for reading: the titles above it, and its paragraphs in order, grey-boxed ones marked."""

    book: str
    book_name: str
    number: str
    title: str
    above: tuple[SectionRow, ...]
    below: tuple[SectionRow, ...]
    paragraphs: tuple[CitedVersion, ...]


def books() -> list[BookRow]:
    """The books that have been read in, by name."""
    return [BookRow(one.key, one.name) for one in Book.objects.order_by("name")]


def sections(book: str, as_at: date) -> list[SectionRow]:
    """The contents of a book on a day; a section that only a grey box brings is marked pending."""
    owner = known_book(book)
    in_force = ParagraphVersion.objects.in_force(as_at).filter(paragraph__section__book=owner)
    grouped = in_force.values_list("paragraph__section").annotate(Count("pk")).order_by()
    counts = dict(grouped)
    titles = standing_titles(as_at).filter(section__book=owner).order_by("pending_request")
    rows: dict[str, SectionRow] = {}
    for section_id, number, title, pending in titles.values_list(*TITLED):
        rows.setdefault(number, SectionRow(number, title, counts.get(section_id, 0), pending))
    return sorted(rows.values(), key=lambda row: sort_key(row.number))


def section(book: str, number: str, as_at: date) -> SectionPage:
    """One section for reading on a day; refuses NotInTheRules."""
    rows = {row.number: row for row in sections(book, as_at)}
    if number not in rows:
        raise NotInTheRules(f"{known_book(book).name} has no Section {number} on {as_at}.")
    standing = full(ParagraphVersion.objects.standing(as_at)).filter(
        paragraph__section__book__key=book, paragraph__section__number=number
    )
    titles = {(book, one.number): one.title for one in rows.values()}
    return SectionPage(
        book=book,
        book_name=known_book(book).name,
        number=number,
        title=rows[number].title,
        above=tuple(row for row in rows.values() if number.startswith(row.number + ".")),
        below=tuple(row for row in rows.values() if row.number.rpartition(".")[0] == number),
        paragraphs=tuple(as_cited(version, titles) for version in in_order(standing)),
    )
