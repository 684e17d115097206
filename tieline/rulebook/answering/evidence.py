"""What do the rules themselves say at the places that were found, and around them?

Everything is read again from the versions in force on the day: a search may be wrong about what is in force, a
quotation must not. Around a place stand the words that lead a list in, its items, and the grey boxes that will
change it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from tieline.rulebook.citing.citations import ancestors
from tieline.rulebook.models import ParagraphVersion, VersionQuerySet
from tieline.rulebook.queries import Hit


@dataclass(frozen=True)
class Passage:
    """A paragraph version in force on the day; `place` sorts as the book does, `standing` is how well it was found."""

    version_id: int
    paragraph_id: int
    section_id: int
    book: str
    section: str
    path: str
    title: str
    label: str
    text: str
    effective_from: date
    effective_to: date | None
    place: tuple[str, str, str]
    standing: float = 0.0
    why: str = ""


def passages(hits: Sequence[Hit], *, as_at: date) -> list[Passage]:
    """The versions behind the hits that are in force on the day, in the order of the hits."""
    versions = _in_force(as_at).in_bulk([hit.version_id for hit in hits])
    best = max((hit.score for hit in hits), default=0.0) or 1.0
    return [
        _passage(versions[hit.version_id], hit.title, standing=hit.score / best, why=hit.why)
        for hit in hits
        if hit.version_id in versions
    ]


def around(chosen: Iterable[Passage], *, as_at: date) -> list[Passage]:
    """The paragraphs above the chosen ones, and those right below one that ends with a colon."""
    wanted, titles = Q(pk__in=[]), {}
    for one in chosen:
        titles[one.section_id] = one.title
        above = ancestors(one.path)[1:] if one.path.startswith("(") else ()
        if above:
            wanted |= Q(paragraph__section=one.section_id, paragraph__path__in=above)
        if leads_in(one.text):
            wanted |= Q(paragraph__section=one.section_id, paragraph__path__startswith=f"{one.path}(")
    if not wanted.children[1:]:
        return []
    found = [_passage(one, titles[one.paragraph.section_id]) for one in _in_force(as_at).filter(wanted)]
    return sorted(found, key=lambda one: one.place)


def pending_requests(paragraphs: Collection[int], *, as_at: date) -> Mapping[int, tuple[str, ...]]:
    """The requests whose grey-boxed text will change these paragraphs, by paragraph."""
    boxes = ParagraphVersion.objects.standing(as_at).exclude(pending_request="").filter(paragraph__in=paragraphs)
    found: dict[int, tuple[str, ...]] = {}
    for paragraph, request in boxes.order_by("pending_request").values_list("paragraph_id", "pending_request"):
        found[paragraph] = (*found.get(paragraph, ()), request)
    return found


def leads_in(text: str) -> bool:
    """Whether a paragraph ends by opening a list."""
    return text.rstrip().endswith(":")


def is_right_below(path: str, above: str) -> bool:
    """Whether a path is one label deeper than another."""
    return path.startswith(f"{above}(") and path.count("(") == above.count("(") + 1


def _in_force(as_at: date) -> VersionQuerySet:
    return ParagraphVersion.objects.in_force(as_at).defer("words").select_related("paragraph__section__book")


def _passage(version: ParagraphVersion, title: str, *, standing: float = 0.0, why: str = "") -> Passage:
    section = version.paragraph.section
    return Passage(
        version_id=version.pk,
        paragraph_id=version.paragraph_id,
        section_id=section.pk,
        book=section.book.key,
        section=section.number,
        path=version.paragraph.path,
        title=title or version.heading,
        label=f"{section.book.name} §{section.number}{version.paragraph.path}",
        text=version.text,
        effective_from=version.effective_from,
        effective_to=version.effective_to,
        place=(section.book.key, section.sort_key, version.paragraph.sort_key),
        standing=standing,
        why=why,
    )
