"""Through which wordings and numbers did one paragraph go?

A version follows the one it moved from, else the one that stood at its place until it came, unless that one
moved elsewhere itself. Grey-boxed versions take no part: they are nobody's past.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from tieline.rulebook.models import ParagraphVersion, VersionQuerySet


@dataclass(frozen=True)
class Moment:
    """One wording of a paragraph: where it stood, from when until when, and how certain it is that it is the
    same paragraph as the one before (1 where it never moved).
    """

    version_id: int
    section: str
    path: str
    text: str
    effective_from: date
    effective_to: date | None
    certainty: float
    has_moved: bool


def timeline(version_id: int) -> tuple[Moment, ...]:
    """Every wording of the paragraph that this version is one of, the oldest first."""
    start = versions().filter(pk=version_id).first()
    if start is None:
        return ()
    past, at = [start], start
    while (before := predecessors([at]).get(at.pk)) is not None and before not in past:
        past.append(before)
        at = before
    future, at = [], start
    while (after := followers([at]).get(at.pk)) is not None and after not in future:
        future.append(after)
        at = after
    return tuple(_moment(one) for one in (*reversed(past), *future))


def predecessors(of: Collection[ParagraphVersion]) -> dict[int, ParagraphVersion]:
    """The version before each of these, by id; one that is new has none."""
    moved = {one.pk: one.moved_from_id for one in of if one.moved_from_id is not None}
    origins = versions().in_bulk(set(moved.values()))
    found = {pk: origins[origin] for pk, origin in moved.items()}
    stayed = [one for one in of if one.pk not in moved and not one.pending_request]
    before = {
        (one.paragraph_id, one.effective_to): one
        for one in versions().filter(paragraph__in={one.paragraph_id for one in stayed}, effective_to__isnull=False)
    }
    gone_elsewhere = _moved_away(before.values())
    for one in stayed:
        earlier = before.get((one.paragraph_id, one.effective_from))
        if earlier is not None and earlier.pk not in gone_elsewhere:
            found[one.pk] = earlier
    return found


def followers(of: Collection[ParagraphVersion]) -> dict[int, ParagraphVersion]:
    """The version after each of these, by id; one that still stands, or is gone, has none."""
    ended = [one for one in of if one.effective_to is not None]
    moved = {
        one.moved_from_id: one
        for one in versions().filter(moved_from__in=[one.pk for one in ended])
        if one.moved_from_id is not None
    }
    later = versions().filter(
        paragraph__in={one.paragraph_id for one in ended},
        effective_from__in={one.effective_to for one in ended},
    )
    at_place = {(one.paragraph_id, one.effective_from): one for one in later if one.moved_from_id is None}
    found: dict[int, ParagraphVersion] = {}
    for one in ended:
        after = moved.get(one.pk) or at_place.get((one.paragraph_id, one.effective_to or one.effective_from))
        if after is not None:
            found[one.pk] = after
    return found


def successors(of: Collection[ParagraphVersion], *, as_at: date) -> dict[int, ParagraphVersion]:
    """The version in force on a day that each of these became, by id."""
    reached = {one.pk: one for one in of}
    going = set(reached)
    while going:
        after = followers([reached[pk] for pk in going])
        going = {pk for pk in going if (now := after.get(reached[pk].pk)) is not None and now.effective_from <= as_at}
        reached |= {pk: after[reached[pk].pk] for pk in going}
    start = {one.pk for one in of}
    return {
        pk: one
        for pk, one in reached.items()
        if pk in start and one.pk != pk and (one.effective_to is None or one.effective_to > as_at)
    }


def versions() -> VersionQuerySet:
    """Versions of text in force, with the places they stand at."""
    found = ParagraphVersion.objects.filter(pending_request="")
    return found.defer("words").select_related("paragraph__section__book")


def _moved_away(ended: Iterable[ParagraphVersion]) -> set[int]:
    """Those of these versions whose text moved to another place."""
    found = versions().filter(moved_from__in=[one.pk for one in ended])
    return {one.moved_from_id for one in found if one.moved_from_id is not None}


def _moment(version: ParagraphVersion) -> Moment:
    return Moment(
        version_id=version.pk,
        section=version.paragraph.section.number,
        path=version.paragraph.path,
        text=version.text,
        effective_from=version.effective_from,
        effective_to=version.effective_to,
        certainty=certainty_of(version),
        has_moved=version.moved_from_id is not None,
    )


def certainty_of(version: ParagraphVersion) -> float:
    """How certain it is that a version is the same paragraph as the one before it."""
    if version.moved_from_id is None or version.moved_certainty is None:
        return 1.0
    return version.moved_certainty
