"""What stands in a section on a day: its paragraphs one below the other, what they cite, and when they changed?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tieline.rulebook import glossary
from tieline.rulebook.citing import resolution
from tieline.rulebook.citing.resolution import Resolved
from tieline.rulebook.exhibits import ExhibitView, exhibits_of
from tieline.rulebook.glossary import DefinedTerm
from tieline.rulebook.models import Book, ParagraphVersion, SectionVersion
from tieline.rulebook.outlining.table_words import table_spans
from tieline.rulebook.queries import NotInTheRules, SectionRow
from tieline.rulebook.reading.contents import Branch, change_days, edition_days, tree
from tieline.rulebook.reading.pieces import Piece, apart_from_captions, first_uses, outside, pieces

MOST_IN_TREE = 400
PART = re.compile(r"(?:\([^()]*\)|\[[^\]]*\])(?:~\d+)?|~\d+")


@dataclass(frozen=True)
class Origin:
    """From where a paragraph moved, and how certain that is (1 where the text did not change on the way)."""

    version_id: int
    place: str
    certainty: float


@dataclass(frozen=True)
class ReadParagraph:
    """A paragraph for reading, with those below it.

    `label` is its own label, such as (a), `term` the word it defines. It `is_reworded` when it came or changed
    after the book's first edition.
    """

    version_id: int
    path: str
    label: str
    term: str
    pieces: tuple[Piece, ...]
    citation: str
    effective_from: date
    effective_to: date | None
    page: int | None
    pending_request: str
    pending_note: str
    origin: Origin | None
    is_reworded: bool
    below: tuple[ReadParagraph, ...]


@dataclass(frozen=True)
class ChangeDay:
    """A day from which the section reads otherwise; `before` is the day of the change before it."""

    day: date
    paragraphs: int
    before: date | None


@dataclass(frozen=True)
class SectionReading:
    """A section as at a day, with its place in the book and its days of change.

    `chapters` is the tree of the book; of a book with very many sections only its own chapter is shown in full, and
    it `has_whole_tree` no more. `cites` lists each place cited elsewhere once.
    """

    book: str
    book_name: str
    number: str
    title: str
    pending: str
    above: tuple[SectionRow, ...]
    below: tuple[SectionRow, ...]
    chapters: tuple[Branch, ...]
    has_whole_tree: bool
    before: SectionRow | None
    after: SectionRow | None
    paragraphs: tuple[ReadParagraph, ...]
    exhibits: Mapping[int, tuple[ExhibitView, ...]]
    cites: tuple[Resolved, ...]
    change_days: tuple[ChangeDay, ...]
    editions: tuple[date, ...]
    as_at: date

    @property
    def paths(self) -> frozenset[str]:
        """The paths of all its paragraphs."""
        return frozenset(_paths(self.paragraphs))

    @property
    def changed_before(self) -> date | None:
        """The last day before this one on which something changed and the section was there."""
        days = [one.day for one in self.change_days if one.day <= self.as_at]
        return days[-2] if len(days) > 1 else None

    @property
    def changed_on(self) -> date | None:
        """The day since which the section reads as it does."""
        return next((one.day for one in reversed(self.change_days) if one.day <= self.as_at), None)

    @property
    def changes_next(self) -> date | None:
        """The next day on which something changes."""
        return next((one.day for one in self.change_days if one.day > self.as_at), None)


@dataclass(frozen=True)
class Place:
    """A path of a section, and the version that stands there."""

    path: str
    version_id: int


def read_section(book: str, number: str, *, as_at: date) -> SectionReading:
    """One section for reading on a day; refuses NotInTheRules."""
    names, rows = _rows(book, as_at)
    at = next((place for place, row in enumerate(rows) if row.number == number), None)
    if at is None:
        raise NotInTheRules(f"{names or _book_name(book)} has no Section {number} on {as_at}.")
    versions = _standing(book, number, as_at)
    cited = _cited(versions, as_at)
    in_force = [one.pk for one in versions if not one.pending_request]
    editions, days = edition_days(book), change_days(book, number)
    terms = glossary.terms_in_force(as_at, book)
    exhibits = exhibits_of([one.pk for one in versions])
    marks = _Marks(cited, terms, editions[0] if editions else None, names, exhibits)
    is_short = len(rows) <= MOST_IN_TREE
    return SectionReading(
        book=book,
        book_name=names,
        number=number,
        title=rows[at].title,
        pending=rows[at].pending,
        above=tuple(row for row in rows if number.startswith(row.number + ".")),
        below=tuple(row for row in rows if row.number.rpartition(".")[0] == number),
        chapters=tree(rows) if is_short else _one_grown(tree(rows), number),
        has_whole_tree=is_short,
        before=rows[at - 1] if at else None,
        after=rows[at + 1] if at + 1 < len(rows) else None,
        paragraphs=_nested(versions, marks),
        exhibits=exhibits,
        cites=_each_once(
            one for pk in in_force for one in cited.get(pk, ()) if (one.book, one.section) != (book, number)
        ),
        change_days=_change_days(days),
        editions=editions,
        as_at=as_at,
    )


def parts_of(path: str) -> list[str]:
    """A path's labels as they are written, outermost first: (2), (a)~2."""
    return PART.findall(path)


def place_of(book: str, number: str, path: str, *, as_at: date) -> Place | None:
    """The version at a path on a day, else the nearest above it; None where there is none.

    Text in force goes before a grey box at the same path.
    """
    standing = ParagraphVersion.objects.standing(as_at).filter(
        paragraph__section__book__key=book, paragraph__section__number=number
    )
    found = standing.order_by("-pending_request").values_list("paragraph__path", "pk")
    there, parts = dict(found), parts_of(path)
    nearest = ("".join(parts[:size]) for size in range(len(parts), 0, -1))
    return next((Place(near, there[near]) for near in (path, *nearest) if near in there), None)


@dataclass(frozen=True)
class _Marks:
    """What is known of the section's paragraphs besides their text."""

    cited: Mapping[int, Sequence[Resolved]]
    terms: Sequence[DefinedTerm]
    first_edition: date | None
    book_name: str
    exhibits: Mapping[int, tuple[ExhibitView, ...]]

    def read(self, version: ParagraphVersion, below: tuple[ReadParagraph, ...]) -> ReadParagraph:
        """A version for reading, over those below it."""
        path = version.paragraph.path
        last = (parts_of(path) or [""])[-1].partition("~")[0]
        term = last[1:-1] if last.startswith("[") else ""
        return ReadParagraph(
            version_id=version.pk,
            path=path,
            label="" if term else last,
            term=term,
            pieces=outside(
                pieces(
                    version.text,
                    self.cited.get(version.pk, ()),
                    first_uses(version.text, self.terms, in_section=version.paragraph.section.number),
                    defines=term,
                ),
                self._shown_otherwise(version),
            ),
            citation=f"{self.book_name} §{version.paragraph.section.number}{path}",
            effective_from=version.effective_from,
            effective_to=version.effective_to,
            page=version.page,
            pending_request=version.pending_request,
            pending_note=version.pending_note,
            origin=_origin(version),
            is_reworded=self.first_edition is not None and version.effective_from > self.first_edition,
            below=below,
        )

    def _shown_otherwise(self, version: ParagraphVersion) -> list[tuple[int, int]]:
        """The stretches of the text that the page shows as a table or a caption."""
        shown = [one for one in self.exhibits.get(version.pk, ()) if not one.is_in_text]
        tables = table_spans(version.text, [one.cells for one in shown if one.cells])
        return apart_from_captions(version.text, tables, [one.caption for one in shown if one.caption])


def _cited(versions: Sequence[ParagraphVersion], as_at: date) -> Mapping[int, Sequence[Resolved]]:
    """What each version cites; of grey-boxed text only what is there: its other places may come with it."""
    boxed = {one.pk for one in versions if one.pending_request}
    return {
        one.version_id: tuple(cited for cited in one.citations if cited.is_resolved or one.version_id not in boxed)
        for one in resolution.cited_by(versions, as_at=as_at)
    }


def _book_name(book: str) -> str:
    """What the book is called, though nothing of it stood on the day."""
    return Book.objects.filter(key=book).values_list("name", flat=True).first() or f"The book “{book}”"


def _rows(book: str, as_at: date) -> tuple[str, list[SectionRow]]:
    """The book's name, and its sections on a day in order; in force before pending."""
    titles = SectionVersion.objects.filter(section__book__key=book, effective_from__lte=as_at)
    standing = titles.exclude(effective_to__lte=as_at).order_by("section__sort_key", "pending_request")
    found = list(standing.values_list("section__book__name", "section__number", "title", "pending_request"))
    rows: dict[str, SectionRow] = {}
    for _, number, title, request in found:
        rows.setdefault(number, SectionRow(number, title, 0, request))
    return (found[0][0] if found else ""), list(rows.values())


def _standing(book: str, number: str, as_at: date) -> list[ParagraphVersion]:
    """The versions printed in the edition of the day, each in force followed by its grey boxes."""
    found = ParagraphVersion.objects.standing(as_at).filter(
        paragraph__section__book__key=book, paragraph__section__number=number
    )
    placed = found.defer("words", "moved_from__words").select_related(
        "paragraph__section__book", "moved_from__paragraph__section"
    )
    return sorted(placed, key=lambda one: (one.paragraph.sort_key, one.paragraph.path, one.pending_request))


def _nested(versions: Sequence[ParagraphVersion], marks: _Marks) -> tuple[ReadParagraph, ...]:
    """The versions one below the other; a grey box stands below text of its own request or in force."""
    places = {(one.paragraph.path, one.pending_request) for one in versions}
    below: dict[tuple[str, str] | None, list[ParagraphVersion]] = {}
    for one in versions:
        below.setdefault(_parent(one, places), []).append(one)

    def grown(place: tuple[str, str] | None) -> tuple[ReadParagraph, ...]:
        return tuple(marks.read(one, grown((one.paragraph.path, one.pending_request))) for one in below.get(place, ()))

    return grown(None)


def _parent(version: ParagraphVersion, places: set[tuple[str, str]]) -> tuple[str, str] | None:
    parts = parts_of(version.paragraph.path)
    for size in range(len(parts) - 1, 0, -1):
        path = "".join(parts[:size])
        for request in dict.fromkeys((version.pending_request, "")):
            if (path, request) in places:
                return path, request
    return None


def _paths(paragraphs: Iterable[ReadParagraph]) -> Iterator[str]:
    for one in paragraphs:
        yield one.path
        yield from _paths(one.below)


def _origin(version: ParagraphVersion) -> Origin | None:
    came = version.moved_from
    if came is None:
        return None
    certainty = 1.0 if version.moved_certainty is None else version.moved_certainty
    return Origin(came.pk, f"{came.paragraph.section.number}{came.paragraph.path}", certainty)


def _one_grown(chapters: Iterable[Branch], number: str) -> tuple[Branch, ...]:
    """The chapters without what stands below them, but for that of the section."""
    return tuple(one if _holds(one, number) else Branch(one.row, ()) for one in chapters)


def _holds(branch: Branch, number: str) -> bool:
    return branch.row.number == number or any(_holds(one, number) for one in branch.below)


def _each_once(cited: Iterable[Resolved]) -> tuple[Resolved, ...]:
    """Each cited place once, in the order of the text; unresolved ones by their words."""
    found: dict[object, Resolved] = {}
    for one in cited:
        key = (one.book, one.section, one.path) if one.is_resolved else (one.words, one.problem)
        found.setdefault(key, one)
    return tuple(found.values())


def _change_days(days: Mapping[date, int]) -> tuple[ChangeDay, ...]:
    ordered = list(days)
    return tuple(ChangeDay(day, days[day], ordered[place - 1] if place else None) for place, day in enumerate(ordered))
