"""Which paragraphs does a change touch, and what becomes of each?

An edition ends versions on its day; a revision request, known only from grey boxes, will end those that stand where
its text stands. Only ids are read: a report of a whole book must not carry its text around.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tieline.rulebook.citing.proof import Fault
from tieline.rulebook.models import Book, Edition, ParagraphVersion


@dataclass(frozen=True)
class Touch:
    """What becomes of one version: how it is touched, and the version that takes its place, if any."""

    fault: Fault
    now: int | None


@dataclass(frozen=True)
class Touched:
    """Every version that a change ends or will end, and how many paragraphs it adds beside."""

    versions: Mapping[int, Touch]
    added: int

    def counts(self) -> dict[str, int]:
        """Paragraphs by what happens to them."""
        faults = [one.fault for one in self.versions.values()]
        counted = {fault.value: faults.count(fault) for fault in (Fault.CHANGED, Fault.MOVED, Fault.GONE)}
        return {**counted, "added": self.added}


def by_edition(edition: Edition) -> Touched:
    """What the edition touches: the versions that ended on its day, and what followed each (see `timeline`)."""
    inside = ParagraphVersion.objects.filter(paragraph__section__book=edition.book, pending_request="")
    opened = list(inside.filter(effective_from=edition.effective_on).values_list("pk", "paragraph_id", "moved_from_id"))
    moved = {origin: (pk, paragraph) for pk, paragraph, origin in opened if origin is not None}
    at_place = {paragraph: (pk, paragraph) for pk, paragraph, origin in opened if origin is None}
    versions: dict[int, Touch] = {}
    for pk, paragraph in inside.filter(effective_to=edition.effective_on).values_list("pk", "paragraph_id"):
        versions[pk] = _touch(paragraph, moved.get(pk) or at_place.get(paragraph))
    followed = {one.now for one in versions.values()}
    return Touched(versions, added=sum(pk not in followed for pk, _, _ in opened))


def by_request(book: Book, request: str) -> Touched:
    """What a request will touch: the versions in force at the places where its grey-boxed text stands."""
    standing = ParagraphVersion.objects.filter(paragraph__section__book=book, effective_to=None)
    pending = dict(standing.filter(pending_request=request).values_list("paragraph_id", "pk"))
    in_force = standing.filter(pending_request="", paragraph__in=pending).values_list("pk", "paragraph_id")
    versions = {pk: Touch(Fault.CHANGED, pending[paragraph]) for pk, paragraph in in_force}
    return Touched(versions, added=len(pending) - len(versions))


def new_requests(edition: Edition) -> list[str]:
    """The requests whose grey-boxed text came, or changed, with an edition."""
    opened = ParagraphVersion.objects.filter(
        paragraph__section__book=edition.book, effective_from=edition.effective_on, effective_to=None
    )
    return sorted(set(opened.exclude(pending_request="").values_list("pending_request", flat=True)))


def standing_requests(book: Book) -> list[str]:
    """The requests whose text stands in grey boxes of the newest edition."""
    standing = ParagraphVersion.objects.filter(paragraph__section__book=book, effective_to=None)
    return sorted(set(standing.exclude(pending_request="").values_list("pending_request", flat=True)))


def day_of(book: Book) -> date:
    """The day of a book's newest edition."""
    return book.editions.latest("effective_on").effective_on


def _touch(paragraph: int, now: tuple[int, int] | None) -> Touch:
    if now is None:
        return Touch(Fault.GONE, None)
    return Touch(Fault.CHANGED if now[1] == paragraph else Fault.MOVED, now[0])
