"""What does the rule say on this day: by its number, by its words, or section by section?

`find` answers whoever asks in words or numbers, `cite` and `cited_version` give one paragraph version to rest
on, `sections` and `section` are for reading. Every question takes the day it is asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.db import models

from tieline.kernel.profile import current_profile
from tieline.kernel.refusal import Refusal
from tieline.rulebook import profile, quotes, ranking
from tieline.rulebook.citations import Citation, ancestors, find_citations
from tieline.rulebook.models import Book, ParagraphVersion, SectionVersion, VersionQuerySet
from tieline.rulebook.versions import sort_key

EXACT, ABOVE, BELOW = 1.0, 0.9, 0.85
BEST_BY_WORDS = 0.8
MOST_BELOW = 200


class NotInTheRules(Refusal):
    """Nothing in force on the day answers to what was cited."""


@dataclass(frozen=True)
class CitedVersion:
    """One paragraph version as a citation holds it; `label` is how it is written in a letter."""

    version_id: int
    book: str
    book_name: str
    section: str
    title: str
    paragraph: str
    text: str
    page: int | None
    effective_from: date
    effective_to: date | None
    pending_request: str
    label: str


@dataclass(frozen=True)
class Hit:
    """A paragraph that was found: where it stands, what it says, since when, how well it fits and why."""

    book: str
    section: str
    title: str
    paragraph: str
    text: str
    effective_from: date
    effective_to: date | None
    score: float
    why: str
    version_id: int
    label: str

    def as_data(self) -> dict[str, object]:
        """The hit as the command line prints it."""
        return {
            "book": self.book,
            "section": self.section,
            "title": self.title,
            "paragraph": self.paragraph,
            "text": self.text,
            "effective_from": self.effective_from.isoformat(),
            "effective_to": self.effective_to.isoformat() if self.effective_to else None,
            "score": round(self.score, 4),
            "why": self.why,
        }


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


def find(text: str, *, as_at: date, book: str | None = None, limit: int = 10) -> list[Hit]:
    """Paragraphs in force on a day that answer to a text: cited ones first, then by words."""
    cited, rest = _cited(text.replace("\0", " "), as_at=as_at, book=book)
    has_words = bool(ranking.WORD.search(rest))
    hits = {hit.version_id: hit for hit in cited[: max(1, limit // 2) if has_words else limit]}
    if has_words:
        for hit in _by_words(rest, as_at=as_at, book=book, limit=limit):
            hits.setdefault(hit.version_id, hit)
    return list(hits.values())[:limit]


def cite(reference: str | int, *, as_at: date, book: str | None = None) -> CitedVersion:
    """The paragraph version that a written citation (or a version's id) means on a day; refuses
    NotInTheRules.
    """
    if isinstance(reference, int):
        return cited_version(reference)
    rulebook = current_profile().get(profile.Rulebook)
    found = find_citations(reference, rulebook.grammar, rulebook.books)
    if not found:
        raise NotInTheRules(f"“{reference}” is not written as a citation; write it as in 6.6.3.1(2)(a).")
    versions = _in_section(found[0].section, as_at=as_at, book=book or found[0].book)
    exact = [one for one in versions if one.paragraph.path == found[0].path] or (versions if not found[0].path else [])
    if not exact:
        raise NotInTheRules(_missing(found[0], as_at, found[0].book or book))
    _refuse_two_books(found[0], exact)
    return _as_cited(exact[0], _titles(exact[:1], as_at))


def cited_version(version_id: int) -> CitedVersion:
    """One paragraph version by its id, with the title it came into force under; refuses NotInTheRules."""
    version = _full(ParagraphVersion.objects.filter(pk=version_id)).first()
    if version is None:
        raise NotInTheRules(f"There is no paragraph version {version_id}.")
    return _as_cited(version, _titles([version], version.effective_from))


def quote_occurs(text: str, quote: str) -> bool:
    """Whether a quotation stands in a text, whatever its spaces and quotation marks look like."""
    return quotes.occurs_in(text, quote)


def books() -> list[BookRow]:
    """The books that have been read in, by name."""
    return [BookRow(one.key, one.name) for one in Book.objects.order_by("name")]


def sections(book: str, as_at: date) -> list[SectionRow]:
    """The contents of a book on a day; a section that only a grey box brings is marked pending."""
    _known_book(book)
    counts: dict[str, int] = {}
    in_force = ParagraphVersion.objects.in_force(as_at).filter(paragraph__section__book__key=book)
    for number in in_force.values_list("paragraph__section__number", flat=True):
        counts[number] = counts.get(number, 0) + 1
    rows: dict[str, SectionRow] = {}
    for version in _standing_titles(as_at).filter(section__book__key=book).order_by("pending_request"):
        number = version.section.number
        row = SectionRow(number, version.title, counts.get(number, 0), version.pending_request)
        rows.setdefault(number, row)
    return sorted(rows.values(), key=lambda row: sort_key(row.number))


def section(book: str, number: str, as_at: date) -> SectionPage:
    """One section for reading on a day; refuses NotInTheRules."""
    rows = {row.number: row for row in sections(book, as_at)}
    if number not in rows:
        raise NotInTheRules(f"{_known_book(book).name} has no Section {number} on {as_at}.")
    standing = _full(ParagraphVersion.objects.standing(as_at)).filter(
        paragraph__section__book__key=book, paragraph__section__number=number
    )
    titles = {(book, one.number): one.title for one in rows.values()}
    return SectionPage(
        book=book,
        book_name=_known_book(book).name,
        number=number,
        title=rows[number].title,
        above=tuple(row for row in rows.values() if number.startswith(row.number + ".")),
        below=tuple(row for row in rows.values() if row.number.rpartition(".")[0] == number),
        paragraphs=tuple(_as_cited(version, titles) for version in _in_order(standing)),
    )


def _cited(text: str, *, as_at: date, book: str | None) -> tuple[list[Hit], str]:
    """What the citations in a text mean, and the text without the citations that were understood."""
    rulebook = current_profile().get(profile.Rulebook)
    hits: list[Hit] = []
    rest = text
    for citation in reversed(find_citations(text, rulebook.grammar, rulebook.books)):
        found = _resolve(citation, as_at=as_at, book=book or citation.book)
        if found:
            hits = [*found, *hits]
            if not citation.is_implied:
                rest = rest[: citation.start] + " " + rest[citation.end :]
    return hits, rest


def _resolve(citation: Citation, *, as_at: date, book: str | None) -> list[Hit]:
    """The cited paragraph with what stands below it; else the deepest ancestor, and the hit says so."""
    versions = _in_section(citation.section, as_at=as_at, book=book)
    if not versions:
        return _above_section(citation, as_at=as_at, book=book) if citation.is_explicit else []
    titles = _titles(versions, as_at)
    if not citation.path:
        return [_hit(one, titles, EXACT, f"Section {citation.section}, as cited") for one in versions]
    exact = [one for one in versions if one.paragraph.path == citation.path]
    below = [one for one in versions if one.paragraph.path.startswith(citation.path + "(")]
    if exact or below:
        return [_hit(one, titles, EXACT, f"{citation}, as cited") for one in exact] + [
            _hit(one, titles, BELOW, f"below {citation}") for one in below
        ]
    return _above_paragraph(citation, versions, as_at=as_at, titles=titles)


def _above_paragraph(
    citation: Citation,
    versions: Sequence[ParagraphVersion],
    *,
    as_at: date,
    titles: dict[tuple[str, str], str],
) -> list[Hit]:
    for path in ancestors(citation.path)[1:]:
        near = [one for one in versions if one.paragraph.path == path]
        if near:
            why = f"{citation} is not in force on {as_at}; {citation.section}{path} is the nearest above it"
            return [_hit(one, titles, ABOVE, why) for one in near]
    why = f"Section {citation.section} has no paragraph {citation.path} on {as_at}; this is what it has"
    return [_hit(one, titles, BELOW, why) for one in versions]


def _above_section(citation: Citation, *, as_at: date, book: str | None) -> list[Hit]:
    """For a section without text: its subsections; for one that is not there: the nearest section above."""
    number, missing = citation.section, ""
    while number:
        versions = _in_section(number, as_at=as_at, book=book)
        below = versions or _in_section(number, as_at=as_at, book=book, with_subsections=True)
        if below:
            nearest = f"Section {number} is the nearest above it" if missing else f"Section {number}"
            inside = "" if versions else ("; it" if missing else "") + " has no text of its own, this stands below it"
            titles = _titles(below, as_at)
            return [_hit(one, titles, ABOVE if versions else BELOW, missing + nearest + inside) for one in below]
        missing = f"Section {citation.section} is not in force on {as_at}; "
        number = number.rpartition(".")[0]
    return []


def _by_words(text: str, *, as_at: date, book: str | None, limit: int) -> list[Hit]:
    ranked = ranking.rank(text, day=as_at, book=book, limit=limit)
    versions = _full(ParagraphVersion.objects.filter(pk__in=[one.version_id for one in ranked])).in_bulk()
    titles = _titles(versions.values(), as_at)
    return [
        _hit(versions[one.version_id], titles, one.score * BEST_BY_WORDS, _why(one))
        for one in ranked
        if one.version_id in versions
    ]


def _why(ranked: ranking.Ranked) -> str:
    in_text = [word for word in ranked.words if word not in ranked.in_heading]
    parts = []
    if ranked.in_heading:
        parts.append("heading has " + _listed(ranked.in_heading))
    if in_text:
        parts.append("text has " + _listed(in_text))
    return "; ".join(parts)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def _in_section(
    number: str, *, as_at: date, book: str | None, with_subsections: bool = False
) -> list[ParagraphVersion]:
    found = _full(ParagraphVersion.objects.in_force(as_at))
    if with_subsections:
        found = found.filter(paragraph__section__number__startswith=number + ".")
    else:
        found = found.filter(paragraph__section__number=number)
    if book is not None:
        found = found.filter(paragraph__section__book__key=book)
    return _in_order(found)[:MOST_BELOW]


def _full(versions: VersionQuerySet) -> VersionQuerySet:
    return versions.defer("words").select_related("paragraph__section__book")


def _in_order(versions: Iterable[ParagraphVersion]) -> list[ParagraphVersion]:
    """In the order of the book; sorted here since a database may compare text by a language's rules."""
    return sorted(
        versions,
        key=lambda one: (
            one.paragraph.section.book.key,
            one.paragraph.section.sort_key,
            one.paragraph.sort_key,
            one.pending_request,
        ),
    )


def _standing_titles(as_at: date) -> models.QuerySet[SectionVersion]:
    return (
        SectionVersion.objects.filter(effective_from__lte=as_at)
        .exclude(effective_to__lte=as_at)
        .select_related("section__book")
    )


def _titles(versions: Iterable[ParagraphVersion], as_at: date) -> dict[tuple[str, str], str]:
    """The titles of the sections of these versions on a day, by book and number; in force before pending."""
    wanted = {one.paragraph.section_id for one in versions}
    standing = _standing_titles(as_at).filter(section__in=wanted).order_by("-pending_request")
    return {(one.section.book.key, one.section.number): one.title for one in standing}


def _as_cited(version: ParagraphVersion, titles: dict[tuple[str, str], str]) -> CitedVersion:
    section = version.paragraph.section
    return CitedVersion(
        version_id=version.pk,
        book=section.book.key,
        book_name=section.book.name,
        section=section.number,
        title=titles.get((section.book.key, section.number), ""),
        paragraph=version.paragraph.path,
        text=version.text,
        page=version.page,
        effective_from=version.effective_from,
        effective_to=version.effective_to,
        pending_request=version.pending_request,
        label=f"{section.book.name} §{section.number}{version.paragraph.path}",
    )


def _hit(version: ParagraphVersion, titles: dict[tuple[str, str], str], score: float, why: str) -> Hit:
    cited = _as_cited(version, titles)
    return Hit(
        book=cited.book,
        section=cited.section,
        title=cited.title,
        paragraph=cited.paragraph,
        text=cited.text,
        effective_from=cited.effective_from,
        effective_to=cited.effective_to,
        score=score,
        why=why,
        version_id=cited.version_id,
        label=cited.label,
    )


def _missing(citation: Citation, as_at: date, book: str | None) -> str:
    where = f" in {_known_book(book).name}" if book else ""
    return f"Section {citation.section}{citation.path} is not in force{where} on {as_at}."


def _refuse_two_books(citation: Citation, found: Sequence[ParagraphVersion]) -> None:
    names = sorted({one.paragraph.section.book.name for one in found})
    if len(names) > 1:
        raise NotInTheRules(f"Section {citation} stands in {' and in '.join(names)}; say which book is meant.")


def _known_book(key: str) -> Book:
    book = Book.objects.filter(key=key).first()
    if book is None:
        raise NotInTheRules(f"No edition of a rule book “{key}” has been read in.")
    return book
