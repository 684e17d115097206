"""To which paragraph of the books does each citation of a text lead on a day, and which lead nowhere?

`resolve` reads a text and looks every citation up at once; unresolved ones are kept and say why. `cited_in` is
what a section cites, `citing` what cites it, and `unresolved` lists a whole book's loose ends.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tieline.kernel.profile import current_profile
from tieline.rulebook import profile
from tieline.rulebook.citing.citations import (
    Citation,
    OutsideMention,
    RequestMention,
    ancestors,
    find_citations,
    find_outside,
    find_requests,
)
from tieline.rulebook.citing.spellings import Within
from tieline.rulebook.history.timeline import versions
from tieline.rulebook.history.versions import sort_key
from tieline.rulebook.models import Paragraph, ParagraphVersion, SectionVersion
from tieline.rulebook.outlining.labels import ATTACHMENT_SORTS


@dataclass(frozen=True)
class Resolved:
    """A citation and where it leads: a paragraph version or a whole section of a book; `problem` says why it
    leads nowhere, or less far than it says.
    """

    citation: Citation
    words: str
    book: str | None
    section: str
    path: str
    version_id: int | None
    problem: str = ""

    @property
    def is_resolved(self) -> bool:
        """Whether it leads to the very place it names."""
        return self.book is not None and not self.problem


@dataclass(frozen=True)
class CitingParagraph:
    """A paragraph in force that cites a place, and the words with which it does."""

    version_id: int
    book: str
    section: str
    path: str
    citations: tuple[Resolved, ...]


@dataclass(frozen=True)
class Reading:
    """Everything a text refers to: rules, resolved or not, revision requests, and rules of other bodies."""

    citations: tuple[Resolved, ...]
    requests: tuple[RequestMention, ...]
    outside: tuple[OutsideMention, ...] = ()

    @property
    def unresolved(self) -> tuple[Resolved, ...]:
        """The citations that lead nowhere."""
        return tuple(one for one in self.citations if not one.is_resolved)


def resolve(text: str, *, as_at: date, book: str | None = None, within: Within | None = None) -> Reading:
    """Read every reference of a text as at a day.

    A citation that names no book is sought in `book` first. A bare number counts only where it leads somewhere.
    """
    rulebook = current_profile().get(profile.Rulebook)
    found = find_citations(text, rulebook.grammar, rulebook.books, within=within)
    places = _places({one.section for one in found}, as_at)
    resolved = [_resolved(one, text, places, book, as_at) for one in found]
    return Reading(
        tuple(one for one in resolved if one.citation.is_explicit or one.is_resolved),
        find_requests(text, rulebook.grammar, rulebook.books),
        find_outside(text, rulebook.grammar),
    )


def resolve_each(texts: Sequence[tuple[str, date]]) -> list[Reading]:
    """What several texts say beyond doubt, each as at its own day; looked up at once."""
    rulebook = current_profile().get(profile.Rulebook)
    read = [
        tuple(one for one in find_citations(text, rulebook.grammar, rulebook.books) if one.is_explicit)
        for text, _ in texts
    ]
    places = _places_on({one.section for cited in read for one in cited}, {day for _, day in texts})
    return [
        Reading(
            tuple(_resolved(one, text, places[day], None, day) for one in cited),
            find_requests(text, rulebook.grammar, rulebook.books),
            find_outside(text, rulebook.grammar),
        )
        for (text, day), cited in zip(texts, read, strict=True)
    ]


def cited_in(book: str, section: str, *, as_at: date) -> list[CitingParagraph]:
    """What the paragraphs of a section cite, in order."""
    inside = versions().in_force(as_at).filter(paragraph__section__book__key=book, paragraph__section__number=section)
    return cited_by(inside, as_at=as_at)


def cited_by(found: Iterable[ParagraphVersion], *, as_at: date) -> list[CitingParagraph]:
    """What these versions cite, in order; their places come with them (as from `timeline.versions`)."""
    return [one for one in _read(found, as_at) if one.citations]


def citing(book: str, section: str, *, as_at: date) -> list[CitingParagraph]:
    """The paragraphs in force, in any book, that cite a section or a paragraph of it."""
    pattern = rf"(^|[^0-9.]){re.escape(section)}($|[^0-9.]|\.($|[^0-9]))"
    near = versions().in_force(as_at).filter(text__regex=pattern)
    found = []
    for one in _read(near, as_at):
        here = tuple(cited for cited in one.citations if cited.book == book and cited.section == section)
        if here and (one.book, one.section) != (book, section):
            found.append(CitingParagraph(one.version_id, one.book, one.section, one.path, here))
    return found


def unresolved(book: str, *, as_at: date) -> list[CitingParagraph]:
    """The paragraphs of a book with citations that lead nowhere, and those citations."""
    inside = versions().in_force(as_at).filter(paragraph__section__book__key=book)
    found = []
    for one in _read(inside, as_at):
        loose = tuple(cited for cited in one.citations if not cited.is_resolved and cited.citation.is_explicit)
        if loose:
            found.append(CitingParagraph(one.version_id, one.book, one.section, one.path, loose))
    return found


Places = Mapping[str, Mapping[str, Mapping[str, int]]]
"""By section number, then book: the paths in force with their versions."""


def _read(found: Iterable[ParagraphVersion], as_at: date) -> list[CitingParagraph]:
    """The citations of many paragraphs, looked up at once."""
    rulebook = current_profile().get(profile.Rulebook)
    read = []
    for version in found:
        cited = find_citations(version.text, rulebook.grammar, rulebook.books, within=_in_hand(version.paragraph))
        read.append((version, tuple(one for one in cited if one.is_explicit)))
    places = _places({one.section for _, cited in read for one in cited}, as_at)
    ordered = sorted(
        read,
        key=lambda one: (
            one[0].paragraph.section.book.key,
            sort_key(one[0].paragraph.section.number),
            one[0].paragraph.sort_key,
        ),
    )
    return [
        CitingParagraph(
            version.pk,
            version.paragraph.section.book.key,
            version.paragraph.section.number,
            version.paragraph.path,
            tuple(_resolved(one, version.text, places, version.paragraph.section.book.key, as_at) for one in cited),
        )
        for version, cited in ordered
    ]


def _in_hand(paragraph: Paragraph) -> Within | None:
    """What “paragraph (2) above” is said in; the labels inside an attachment are its own, and no other's."""
    if paragraph.sort_key.startswith(ATTACHMENT_SORTS):
        return None
    return Within(paragraph.section.number, paragraph.path.split("~")[0])


def _places(numbers: set[str], as_at: date) -> Places:
    return _places_on(numbers, {as_at})[as_at]


def _places_on(numbers: set[str], days: set[date]) -> Mapping[date, Places]:
    """What these sections held on each of the days."""
    places: dict[date, dict[str, dict[str, dict[str, int]]]] = {
        day: defaultdict(lambda: defaultdict(dict)) for day in days
    }
    if not numbers or not days:
        return places
    standing = SectionVersion.objects.filter(
        section__number__in=numbers, pending_request="", effective_from__lte=max(days)
    ).exclude(effective_to__lte=min(days))
    for number, book, begins, ends in standing.values_list(
        "section__number", "section__book__key", "effective_from", "effective_to"
    ):
        for day in _within(days, begins, ends):
            places[day][number].setdefault(book, {})
    texts = ParagraphVersion.objects.filter(
        paragraph__section__number__in=numbers, pending_request="", effective_from__lte=max(days)
    ).exclude(effective_to__lte=min(days))
    for pk, number, book, path, begins, ends in texts.values_list(
        "pk",
        "paragraph__section__number",
        "paragraph__section__book__key",
        "paragraph__path",
        "effective_from",
        "effective_to",
    ):
        for day in _within(days, begins, ends):
            places[day][number][book][path] = pk
    return places


def _within(days: Iterable[date], begins: date, ends: date | None) -> list[date]:
    return [day for day in days if begins <= day and (ends is None or day < ends)]


def _resolved(citation: Citation, text: str, places: Places, book: str | None, as_at: date) -> Resolved:
    words = text[citation.start : citation.end]
    held = places.get(citation.section, {})
    home, problem = _book_among(citation, held, book, as_at)
    if home is None:
        return Resolved(citation, words, citation.book, citation.section, citation.path, None, problem)
    paths = held[home]
    if not citation.path:
        return Resolved(citation, words, home, citation.section, "", paths.get(""))
    if citation.path in paths:
        return Resolved(citation, words, home, citation.section, citation.path, paths[citation.path])
    nearest = next((path for path in ancestors(citation.path)[1:] if path in paths), "")
    problem = f"Section {citation.section} has no paragraph {citation.path} on {as_at}."
    return Resolved(citation, words, home, citation.section, nearest, paths.get(nearest), problem)


def _book_among(
    citation: Citation, held: Mapping[str, object], preferred: str | None, as_at: date
) -> tuple[str | None, str]:
    """The book meant: the one named, else the one in hand, else the only one with such a section."""
    meant = citation.book or preferred
    for named in current_profile().get(profile.Rulebook).meant_by(meant) if meant else ():
        if named in held:
            return named, ""
    where = f" in {_name(citation.book)}" if citation.book else ""
    if citation.book is not None or not held:
        return None, f"Section {citation.section} is not in force{where} on {as_at}."
    if len(held) > 1:
        return None, f"Section {citation.section} stands in {_listed(sorted(held))}; no book is named."
    return next(iter(held)), ""


def _name(book: str) -> str:
    listed = {one.key: one.name for one in current_profile().get(profile.Rulebook).books}
    return listed.get(book, book)


def _listed(books: Sequence[str]) -> str:
    return " and in ".join(_name(book) for book in books)
