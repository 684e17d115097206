"""Which work does a section govern, and which sections govern a piece of work?

The map joins what rests on the paragraphs of each section with the teams and tools that the procedures name. Cases
are counted, everything else is listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from django.db.models import Q

from tieline.kernel.profile import Profile
from tieline.rulebook import standing
from tieline.rulebook.history.versions import sort_key
from tieline.rulebook.models import ParagraphVersion, Section, SectionVersion
from tieline.rulebook.reach.profile import Procedure, Procedures
from tieline.rulebook.reach.profile_values import PROCEDURE, procedure_text
from tieline.rulebook.reach.texts import covered_by
from tieline.rulebook.standing import Resting

COUNTED = "case_citation"
BATCH = 5000
MANY_SECTIONS = 500


@dataclass(frozen=True, order=True)
class Place:
    """A section of a book."""

    book: str
    section: str


@dataclass(frozen=True)
class Governed:
    """Something that follows a section: of which kind, what people call it, who answers for it."""

    kind: str
    holder: str
    name: str
    owner: str


@dataclass(frozen=True)
class MapRow:
    """A section and all that it governs; `teams` and `tools` are those of its procedures."""

    book: str
    book_name: str
    section: str
    title: str
    governed: tuple[Governed, ...]
    teams: tuple[str, ...]
    tools: tuple[str, ...]
    cases: int

    def of_kind(self, kind: str) -> tuple[Governed, ...]:
        """What of one kind it governs."""
        return tuple(one for one in self.governed if one.kind == kind)

    def as_data(self) -> dict[str, object]:
        """The row as the command line prints it."""
        return asdict(self)


def rule_map(
    *, profile: Profile, as_at: date, book: str = "", section: str = "", procedure: str = ""
) -> tuple[MapRow, ...]:
    """The sections that govern something, in order: all, those of a section and below it, or those of a procedure."""
    known = {one.key: one for one in profile.get(Procedures).procedures}
    versions = _asked(known.get(procedure), as_at=as_at, book=book, section=section) if section or procedure else None
    held: dict[Place, dict[tuple[str, str], Resting]] = defaultdict(dict)
    for place, kind, one in _placed(versions, as_at=as_at):
        if not book or place.book == book:
            held[place][kind, str(one.holder)] = one
    cases = _cases(None if versions is None else set(versions.values()), book)
    places = held.keys() | cases.keys()
    titles = _titles(places, as_at)
    return tuple(
        _row(place, held.get(place, {}), cases.get(place, 0), titles, known)
        for place in sorted(places, key=lambda one: (one.book, sort_key(one.section)))
    )


def _asked(procedure: Procedure | None, *, as_at: date, book: str, section: str) -> dict[int, Place]:
    """The versions of a section, of what a procedure follows, or of both."""
    inside = _inside(book, section) if section else None
    if procedure is None:
        return inside or {}
    followed = _places(covered_by([procedure_text(procedure)], as_at=as_at))
    return followed if inside is None else {pk: place for pk, place in followed.items() if pk in inside}


def _placed(versions: Mapping[int, Place] | None, *, as_at: date) -> Iterator[tuple[Place, str, Resting]]:
    """What rests on these versions (None: on any), each with the section it rests on."""
    on = None if versions is None else versions.keys()
    resting = list(standing.resting(on, as_at=as_at, leaving_out={COUNTED, *standing.passing_kinds()}))
    places = _places({one.version_id for _, one in resting}) if versions is None else versions
    for kind, one in resting:
        if one.version_id in places:
            yield places[one.version_id], kind, one


def _cases(places: Collection[Place] | None, book: str) -> dict[Place, int]:
    """How many cases cite a paragraph of each of these sections (None: of any), counted where they are kept."""
    if COUNTED not in standing.counted_kinds():
        return {}
    wanted = None if places is None else _sections(Q(number__in={one.section for one in places}), places)
    counts = standing.counted(COUNTED, None if wanted is None else wanted.keys())
    known = wanted if wanted is not None else _sections(Q(pk__in=counts) if len(counts) < MANY_SECTIONS else Q(), None)
    return {known[pk]: cases for pk, cases in counts.items() if not book or known[pk].book == book}


def _sections(asked: Q, places: Collection[Place] | None) -> dict[int, Place]:
    rows = Section.objects.filter(asked).values_list("pk", "book__key", "number")
    found = {pk: Place(book, number) for pk, book, number in rows}
    return found if places is None else {pk: place for pk, place in found.items() if place in places}


def _inside(book: str, section: str) -> dict[int, Place]:
    """Every version there ever was in a section and those below it: an old case cites an old one."""
    number = Q(paragraph__section__number=section) | Q(paragraph__section__number__startswith=f"{section}.")
    found = ParagraphVersion.objects.filter(number, pending_request="")
    if book:
        found = found.filter(paragraph__section__book__key=book)
    return _by_version(found.values_list("pk", "paragraph__section__book__key", "paragraph__section__number"))


def _places(versions: Collection[int]) -> dict[int, Place]:
    wanted = sorted(versions)
    places: dict[int, Place] = {}
    for start in range(0, len(wanted), BATCH):
        chunk = ParagraphVersion.objects.filter(pk__in=wanted[start : start + BATCH])
        places |= _by_version(chunk.values_list("pk", "paragraph__section__book__key", "paragraph__section__number"))
    return places


def _by_version(rows: Iterable[tuple[int, str, str]]) -> dict[int, Place]:
    return {pk: Place(book, number) for pk, book, number in rows}


def _titles(places: Iterable[Place], as_at: date) -> dict[Place, tuple[str, str]]:
    """Name of the book and title of the section on a day; a section that is gone by then keeps its last title."""
    numbers = {one.section for one in places}
    found = SectionVersion.objects.filter(pending_request="", effective_from__lte=as_at)
    if len(numbers) < MANY_SECTIONS:
        found = found.filter(section__number__in=numbers)
    columns = ("section__book__key", "section__number", "section__book__name", "title")
    ordered = found.order_by("effective_from").values_list(*columns)
    return {Place(book, number): (name, title) for book, number, name, title in ordered}


def _row(
    place: Place,
    held: Mapping[tuple[str, str], Resting],
    cases: int,
    titles: Mapping[Place, tuple[str, str]],
    known: Mapping[str, Procedure],
) -> MapRow:
    listed = sorted((kind, one.name, str(one.holder), one.owner) for (kind, _), one in held.items())
    governed = tuple(Governed(kind, holder, name, owner) for kind, name, holder, owner in listed)
    procedures = [
        known[key] for one in governed if one.kind == PROCEDURE and (key := one.holder.partition(":")[2]) in known
    ]
    book_name, title = titles.get(place, (place.book, ""))
    return MapRow(
        book=place.book,
        book_name=book_name,
        section=place.section,
        title=title,
        governed=governed,
        teams=tuple(dict.fromkeys(one.team for one in procedures)),
        tools=tuple(dict.fromkeys(tool for one in procedures for tool in one.tools)),
        cases=cases,
    )
