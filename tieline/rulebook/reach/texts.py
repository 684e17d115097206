"""On which paragraphs does a text rest that only names them in words?

Many texts are read at once: their citations are found, and every section they name is looked up with two
questions to the database. A citation of a whole section, or of a paragraph with others below it, rests on all of
them; one of a chapter without text of its own rests on what stands below the chapter.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from tieline.kernel.profile import current_profile
from tieline.kernel.reference import Reference
from tieline.rulebook import profile
from tieline.rulebook.citing.citations import Citation, find_citations
from tieline.rulebook.citing.resolution import resolve_each
from tieline.rulebook.models import Edition, ParagraphVersion
from tieline.rulebook.standing import Resting, Unresolved

NOT_READ_IN = "has not been read in."
PART_OF_LIST = re.compile(r"(?i)[\d(§]|(?:sections|subsections|paragraphs|through|thru|to|and|or)\b|[–—-]")
"""How words begin that cite a rule only together with others, as the “6” of “Sections 4 and 6” does."""


@dataclass(frozen=True)
class CitingText:
    """Words that cite rules, the object that carries them, what people call it and who answers for it."""

    holder: Reference
    words: str
    name: str
    owner: str = ""


@dataclass(frozen=True)
class _Standing:
    """A paragraph in force: where it stands, its place in the section, its version."""

    number: str
    path: str
    order: tuple[str, str]
    version_id: int


def resting_of(texts: Iterable[CitingText], on: Collection[int] | None, *, as_at: date) -> Iterator[Resting]:
    """What these texts rest on, read as at a day.

    Asked about certain versions, each citation yields all of them that it covers; asked about any, only the first.
    """
    wanted = None if on is None else frozenset(on)
    told: set[tuple[Reference, int]] = set()
    for text, citation, covered in _covered(texts, as_at, _Beginnings if wanted is None else _Sections):
        for version_id in covered[:1] if wanted is None else [one for one in covered if one in wanted]:
            if (text.holder, version_id) not in told:
                told.add((text.holder, version_id))
                label = _label(text, citation)
                yield Resting(text.holder, version_id, label, owner=text.owner, name=text.name)


def covered_by(texts: Iterable[CitingText], *, as_at: date) -> set[int]:
    """Every version that these texts rest on, whole chapters included."""
    return {version_id for _, _, covered in _covered(texts, as_at, _Sections) for version_id in covered}


def leading_nowhere(texts: Iterable[CitingText], *, as_at: date) -> Iterator[Unresolved]:
    """The citations of these texts that lead to no paragraph on a day, each once with what is wrong."""
    told: set[tuple[Reference, str]] = set()
    read = [
        (text, one) for text, one, covered in _covered(texts, as_at, _Beginnings) if not covered and not one.is_implied
    ]
    problems = _problems({text.words for text, _ in read}, as_at)
    unread = _unread_books(as_at)
    for text, citation in read:
        label = _label(text, citation)
        if (text.holder, label) not in told:
            told.add((text.holder, label))
            says = unread.get(citation.book or "") or problems.get((text.words, citation.start, str(citation)))
            says = says or f"{label} has no text on {as_at}."
            yield Unresolved(text.holder.kind, text.holder, label, says, owner=text.owner, name=text.name)


def _label(text: CitingText, citation: Citation) -> str:
    """How the text cites the rule; one of a list is written out, so that it can be read alone."""
    said = " ".join(text.words[citation.start : citation.end].split())
    return f"Section {citation}" if PART_OF_LIST.match(said) else said


def _unread_books(as_at: date) -> Mapping[str, str]:
    """What to say of the profile's books that no edition of has been read in by a day."""
    known = set(Edition.objects.filter(effective_on__lte=as_at).values_list("book__key", flat=True))
    listed = current_profile().get(profile.Rulebook).books
    known |= {one.in_place_of for one in listed if one.key in known}
    return {one.key: f"{one.name} {NOT_READ_IN}" for one in listed if one.key not in known and not one.in_place_of}


def _problems(words: Collection[str], as_at: date) -> Mapping[tuple[str, int, str], str]:
    """What is wrong with each citation, by the words it stands in, its place and where it points."""
    ordered = sorted(words)
    read = zip(ordered, resolve_each([(one, as_at) for one in ordered]), strict=True)
    return {
        (text, one.citation.start, str(one.citation)): one.problem for text, found in read for one in found.citations
    }


def _covered(
    texts: Iterable[CitingText], as_at: date, reading: type[_Sections]
) -> Iterator[tuple[CitingText, Citation, Sequence[int]]]:
    rulebook = current_profile().get(profile.Rulebook)
    read = [(text, one) for text in texts for one in find_citations(text.words, rulebook.grammar, rulebook.books)]
    read = [(text, one) for text, one in read if one.is_explicit]
    sections = reading({one.section for _, one in read}, as_at)
    for text, citation in read:
        yield text, citation, sections.covered_by(citation)


class _Sections:
    """The paragraphs in force on a day in the sections that texts cite, by number and book."""

    def __init__(self, numbers: set[str], as_at: date) -> None:
        self._held: dict[str, dict[str, list[_Standing]]] = defaultdict(lambda: defaultdict(list))
        self._keep(numbers, ParagraphVersion.objects.in_force(as_at).filter(paragraph__section__number__in=numbers))
        chapters = {number for number in numbers if number not in self._held}
        if chapters:
            below = [Q(paragraph__section__number__startswith=f"{number}.") for number in sorted(chapters)]
            self._keep(chapters, self._below(reduce(or_, below), as_at))

    def _below(self, inside: Q, as_at: date) -> QuerySet[ParagraphVersion]:
        return ParagraphVersion.objects.in_force(as_at).filter(inside)

    def _keep(self, numbers: set[str], found: QuerySet[ParagraphVersion]) -> None:
        columns = ("paragraph__section__number", "paragraph__section__book__key", "paragraph__path",
                   "paragraph__section__sort_key", "paragraph__sort_key", "pk")  # fmt: skip
        for number, book, path, section_order, order, pk in found.values_list(*columns):
            cited = number if number in numbers else _above(number, numbers)
            self._held[cited][book].append(_Standing(number, path, (section_order, order), pk))

    def covered_by(self, citation: Citation) -> Sequence[int]:
        """The versions a citation covers, in the order of the book; none when it leads nowhere, or to two books."""
        books = self._held.get(citation.section, {})
        if citation.book is not None:
            meant = current_profile().get(profile.Rulebook).meant_by(citation.book)
            standing = next((books[key] for key in meant if key in books), [])
        else:
            standing = next(iter(books.values())) if len(books) == 1 else []
        return [one.version_id for one in sorted(standing, key=lambda one: one.order) if _covers(citation, one)]


class _Beginnings(_Sections):
    """The same, but of a chapter only where each of its sections begins: enough to know where it leads."""

    def _below(self, inside: Q, as_at: date) -> QuerySet[ParagraphVersion]:
        ordered = super()._below(inside, as_at).order_by("paragraph__section", "paragraph__sort_key")
        return ordered.distinct("paragraph__section")


def _above(number: str, numbers: set[str]) -> str:
    """The cited chapter that a section below it belongs to; the nearest, when there are several."""
    while number and number not in numbers:
        number = number.rpartition(".")[0]
    return number


def _covers(citation: Citation, one: _Standing) -> bool:
    path = one.path.split("~")[0]
    return not citation.path or path == citation.path or path.startswith(citation.path + "(")
