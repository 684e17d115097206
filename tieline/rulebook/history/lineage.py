"""What was each paragraph of a later day on an earlier one, through every edition between?

`timeline` follows one paragraph through its versions; here all that began or ended between two days are read at
once, as plain rows, and followed by the same rule: a version follows the one it moved from, else the one that stood
at its place until it came, unless that one moved elsewhere itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from tieline.rulebook.models import Book, ParagraphVersion

COLUMNS = (
    "pk", "paragraph_id", "text", "text_digest", "effective_from", "effective_to", "moved_from_id", "moved_certainty",
    "paragraph__path", "paragraph__sort_key", "paragraph__section__number", "paragraph__section__sort_key",
)  # fmt: skip


class Row(NamedTuple):
    """A paragraph version and the place it stands at."""

    pk: int
    paragraph_id: int
    text: str
    text_digest: str
    effective_from: date
    effective_to: date | None
    moved_from_id: int | None
    moved_certainty: float | None
    path: str
    sort_key: str
    section: str
    section_sort_key: str

    @property
    def certainty(self) -> float:
        """How certain it is that this is the same paragraph as the one before it."""
        is_certain = self.moved_from_id is None or self.moved_certainty is None
        return 1.0 if is_certain or self.moved_certainty is None else self.moved_certainty


@dataclass(frozen=True)
class Span:
    """What does not read on both of two days as it is: old rows, new ones, and what the new ones were."""

    old: Mapping[int, Row]
    new: Mapping[int, Row]
    origins: Mapping[int, tuple[Row, float]]


def between(book: Book, from_day: date, to_day: date) -> Span:
    """Versions of a book that held on only one of two days; grey-boxed text held on none."""
    moving = Q(effective_from__gt=from_day, effective_from__lte=to_day)
    moving |= Q(effective_from__lte=to_day, effective_to__gt=from_day, effective_to__lte=to_day)
    read = ParagraphVersion.objects.filter(moving, paragraph__section__book=book, pending_request="")
    rows = [Row(*one) for one in read.values_list(*COLUMNS).iterator(chunk_size=5000)]
    old = {one.pk: one for one in rows if one.effective_from <= from_day}
    new = {one.pk: one for one in rows if one.effective_to is None or one.effective_to > to_day}
    return Span(old, new, _origins(new.values(), old, _before(rows)))


def _before(rows: Iterable[Row]) -> dict[int, Row]:
    """The row before each, by id; one that is new has none."""
    known = {one.pk: one for one in rows}
    ended = {(one.paragraph_id, one.effective_to): one for one in known.values() if one.effective_to is not None}
    gone_elsewhere = {one.moved_from_id for one in known.values() if one.moved_from_id is not None}
    found = {}
    for one in known.values():
        if one.moved_from_id is not None:
            earlier = known.get(one.moved_from_id)
        else:
            earlier = ended.get((one.paragraph_id, one.effective_from))
            earlier = None if earlier is not None and earlier.pk in gone_elsewhere else earlier
        if earlier is not None:
            found[one.pk] = earlier
    return found


def _origins(new: Iterable[Row], old: Mapping[int, Row], before: Mapping[int, Row]) -> dict[int, tuple[Row, float]]:
    """What each new row was on the earlier day, and how certain that is after every move between."""
    found = {}
    for start in new:
        at: Row | None = start
        certainty, seen = 1.0, set[int]()
        while at is not None and at.pk not in old and at.pk not in seen:
            seen.add(at.pk)
            certainty = min(certainty, at.certainty)
            at = before.get(at.pk)
        if at is not None and at.pk in old:
            found[start.pk] = (at, certainty)
    return found
