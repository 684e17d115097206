"""On which paragraphs does a text rest that only names them in words?

Many texts are read at once: their citations are found, and every section they name is looked up with two
questions to the database. A citation of a whole section, or of a paragraph with others below it, rests on all of
them; one of a chapter without text of its own rests on what stands below the chapter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q

from tieline.kernel.profile import current_profile
from tieline.kernel.reference import Reference
from tieline.rulebook import profile
from tieline.rulebook.citations import Citation, find_citations
from tieline.rulebook.models import ParagraphVersion
from tieline.rulebook.standing import Resting


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
    for text, citation, covered in _covered(texts, as_at):
        for version_id in covered[:1] if wanted is None else [one for one in covered if one in wanted]:
            if (text.holder, version_id) not in told:
                told.add((text.holder, version_id))
                label = " ".join(text.words[citation.start : citation.end].split())
                yield Resting(text.holder, version_id, label, owner=text.owner, name=text.name)


def covered_by(texts: Iterable[CitingText], *, as_at: date) -> set[int]:
    """Every version that these texts rest on, whole chapters included."""
    return {version_id for _, _, covered in _covered(texts, as_at) for version_id in covered}


def _covered(texts: Iterable[CitingText], as_at: date) -> Iterator[tuple[CitingText, Citation, Sequence[int]]]:
    rulebook = current_profile().get(profile.Rulebook)
    read = [(text, one) for text in texts for one in find_citations(text.words, rulebook.grammar, rulebook.books)]
    read = [(text, one) for text, one in read if one.is_explicit]
    sections = _Sections({one.section for _, one in read}, as_at)
    for text, citation in read:
        yield text, citation, sections.covered_by(citation)


class _Sections:
    """The paragraphs in force on a day in the sections that texts cite, by number and book."""

    def __init__(self, numbers: set[str], as_at: date) -> None:
        self._held: dict[str, dict[str, list[_Standing]]] = defaultdict(lambda: defaultdict(list))
        self._read(numbers, Q(paragraph__section__number__in=numbers), as_at)
        chapters = {number for number in numbers if number not in self._held}
        if chapters:
            below = [Q(paragraph__section__number__startswith=f"{number}.") for number in sorted(chapters)]
            self._read(chapters, reduce(or_, below), as_at)

    def _read(self, numbers: set[str], inside: Q, as_at: date) -> None:
        found = ParagraphVersion.objects.in_force(as_at).filter(inside)
        columns = ("paragraph__section__number", "paragraph__section__book__key", "paragraph__path",
                   "paragraph__section__sort_key", "paragraph__sort_key", "pk")  # fmt: skip
        for number, book, path, section_order, order, pk in found.values_list(*columns):
            cited = number if number in numbers else _above(number, numbers)
            self._held[cited][book].append(_Standing(number, path, (section_order, order), pk))

    def covered_by(self, citation: Citation) -> Sequence[int]:
        """The versions a citation covers, in the order of the book; none when it leads nowhere, or to two books."""
        books = self._held.get(citation.section, {})
        if citation.book is not None:
            standing = books.get(citation.book, [])
        else:
            standing = next(iter(books.values())) if len(books) == 1 else []
        return [one.version_id for one in sorted(standing, key=lambda one: one.order) if _covers(citation, one)]


def _above(number: str, numbers: set[str]) -> str:
    """The cited chapter that a section below it belongs to; the nearest, when there are several."""
    while number and number not in numbers:
        number = number.rpartition(".")[0]
    return number


def _covers(citation: Citation, one: _Standing) -> bool:
    path = one.path.split("~")[0]
    return not citation.path or path == citation.path or path.startswith(citation.path + "(")
