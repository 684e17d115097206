"""Which paragraph version does a written citation (or a version's id) mean on a day, and under which titles?

What others need to read versions together with their section, book and titles stands here as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models

from tieline.kernel.profile import current_profile
from tieline.kernel.refusal import Refusal
from tieline.rulebook import profile, quotes
from tieline.rulebook.citing.citations import Citation, find_citations
from tieline.rulebook.models import Book, ParagraphVersion, SectionVersion, VersionQuerySet

MOST_BELOW = 200

Titles = Mapping[tuple[str, str], str]
"""Section titles by book and number."""


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
    versions = in_section(found[0].section, as_at=as_at, book=book or found[0].book)
    exact = [one for one in versions if one.paragraph.path == found[0].path] or (versions if not found[0].path else [])
    if not exact:
        raise NotInTheRules(_missing(found[0], as_at, found[0].book or book))
    _refuse_two_books(found[0], exact)
    return as_cited(exact[0], titles(exact[:1], as_at))


def cited_version(version_id: int) -> CitedVersion:
    """One paragraph version by its id, with the title it came into force under; refuses NotInTheRules."""
    version = full(ParagraphVersion.objects.filter(pk=version_id)).first()
    if version is None:
        raise NotInTheRules(f"There is no paragraph version {version_id}.")
    return as_cited(version, titles([version], version.effective_from))


def quote_occurs(text: str, quote: str) -> bool:
    """Whether a quotation stands in a text, whatever its spaces and quotation marks look like."""
    return quotes.occurs_in(text, quote)


def known_book(key: str) -> Book:
    """A book of which an edition was read in; refuses NotInTheRules."""
    book = Book.objects.filter(key=key).first()
    if book is None:
        raise NotInTheRules(f"No edition of a rule book “{key}” has been read in.")
    return book


def in_section(number: str, *, as_at: date, book: str | None, with_subsections: bool = False) -> list[ParagraphVersion]:
    """What stands in a section on a day, in order; or instead what stands in the sections below it."""
    found = ParagraphVersion.objects.in_force(as_at)
    if book is not None:
        meant = current_profile().get(profile.Rulebook).meant_by(book)
        found = found.filter(paragraph__section__book__key__in=meant)
    if with_subsections:
        return _first_of(found.filter(paragraph__section__number__startswith=number + "."))
    return in_order(full(found.filter(paragraph__section__number=number)))[:MOST_BELOW]


def _first_of(versions: VersionQuerySet) -> list[ParagraphVersion]:
    """The first of what may be a whole book, read only as far as they are given."""
    places = versions.values_list(
        "paragraph__section__book__key", "paragraph__section__sort_key", "paragraph__sort_key", "pk"
    )
    first = [place[-1] for place in sorted(places)[:MOST_BELOW]]
    return in_order(full(ParagraphVersion.objects.filter(pk__in=first)))


def full(versions: VersionQuerySet) -> VersionQuerySet:
    """Versions together with their paragraphs, sections and books, read at once."""
    return versions.defer("words").select_related("paragraph__section__book")


def in_order(versions: Iterable[ParagraphVersion]) -> list[ParagraphVersion]:
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


def standing_titles(as_at: date) -> models.QuerySet[SectionVersion]:
    """The titles printed in the editions of a day."""
    return (
        SectionVersion.objects.filter(effective_from__lte=as_at)
        .exclude(effective_to__lte=as_at)
        .select_related("section__book")
    )


def titles(versions: Iterable[ParagraphVersion], as_at: date) -> Titles:
    """The titles of the sections of these versions on a day, by book and number; in force before pending."""
    wanted = {one.paragraph.section_id for one in versions}
    return _by_number(standing_titles(as_at).filter(section__in=wanted))


def titles_with_above(versions: Iterable[ParagraphVersion], as_at: date) -> Titles:
    """The same, with the titles of every section above them."""
    sections = [one.paragraph.section for one in versions]
    numbers = {number for section in sections for number in (section.number, *numbers_above(section.number))}
    wanted = standing_titles(as_at).filter(
        section__book__in={section.book_id for section in sections}, section__number__in=numbers
    )
    return _by_number(wanted)


def numbers_above(number: str) -> list[str]:
    """The numbers of the sections above one, outermost first: 6, 6.6, 6.6.3 above 6.6.3.1."""
    parts = number.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]


def as_cited(version: ParagraphVersion, titles: Titles) -> CitedVersion:
    """A version as a citation holds it."""
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


def _by_number(standing: models.QuerySet[SectionVersion]) -> Titles:
    return {(one.section.book.key, one.section.number): one.title for one in standing.order_by("-pending_request")}


def _missing(citation: Citation, as_at: date, book: str | None) -> str:
    where = f" in {known_book(book).name}" if book else ""
    return f"Section {citation.section}{citation.path} is not in force{where} on {as_at}."


def _refuse_two_books(citation: Citation, found: Sequence[ParagraphVersion]) -> None:
    names = sorted({one.paragraph.section.book.name for one in found})
    if len(names) > 1:
        raise NotInTheRules(f"Section {citation} stands in {' and in '.join(names)}; say which book is meant.")
