"""Which paragraphs answer a text on a day: those it cites, the one that defines its term, then by words and meaning?

The search by meaning is optional and may not be ready; the search by words stands in for it and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from importlib.util import find_spec

from django.db.models import Q

from tieline.rulebook.cited import Titles, as_cited, numbers_above, titles_with_above
from tieline.rulebook.finding import absent, exact, expanding, ranking, requested
from tieline.rulebook.finding.bands import Band, surer
from tieline.rulebook.finding.by_words import search_by_words
from tieline.rulebook.finding.hits import Expansion, Hit, Nearness, Search, Sighting, as_hit
from tieline.rulebook.models import ParagraphVersion

NO_ARRAYS = "The packages for the search by meaning are not installed (numpy is missing): found by words only."


def search(
    text: str, *, as_at: date, book: str | None = None, limit: int = 10, changed_since: date | None = None
) -> Search:
    """Paragraphs in force on a day that answer to a text, best first, and whether they are likely to answer it.

    With `changed_since` only those that read as they do since that day or a later one.
    """
    text = text.replace("\0", " ")
    every_cited, rest = exact.cited(text, as_at=as_at, book=book)
    cited = _changed(every_cited, changed_since)
    if not ranking.WORD.search(rest):
        says = "" if every_cited else absent.says(text, as_at=as_at, book=book)
        return Search(_hits(cited[:limit], as_at), _band_of(cited), says=says)
    if boxed := requested.says(requested.only_requests(rest), as_at=as_at, book=book):
        return Search(_hits(cited[:limit], as_at), _band_of(cited), says=boxed)
    expanded = expanding.expansions(rest, as_at=as_at, book=book)
    near = _near(rest, expanded, as_at=as_at, book=book, limit=limit, changed_since=changed_since)
    defining = _changed(expanding.defining(rest, as_at=as_at, book=book), changed_since)
    led = [*cited[: max(1, limit // 2)], *defining]
    found = {one.version.pk: one for one in reversed([*led, *near.sightings])}
    ordered = [found[pk] for pk in dict.fromkeys(one.version.pk for one in [*led, *near.sightings])]
    is_led = bool(defining) or _band_of(cited) is Band.ANSWERED
    return Search(
        hits=_hits(ordered[:limit], as_at),
        band=Band.ANSWERED if is_led else surer(near.band, _band_of(cited)),
        probability=near.probability,
        missing=near.missing,
        expanded=tuple(expanded),
        instead="" if is_led else near.instead,
        says="" if ordered or every_cited else absent.says(text, as_at=as_at, book=book),
    )


def asks_in_words(text: str, *, as_at: date, book: str | None = None) -> bool:
    """Whether a text says more than it cites, so that an index is needed."""
    _, rest = exact.cited(text.replace("\0", " "), as_at=as_at, book=book)
    return ranking.WORD.search(rest) is not None


def _changed(sightings: list[Sighting], since: date | None) -> list[Sighting]:
    return [one for one in sightings if since is None or one.version.effective_from >= since]


def _band_of(cited: Sequence[Sighting]) -> Band:
    if any(one.score == exact.EXACT for one in cited):
        return Band.ANSWERED
    return Band.NEAREST if cited else Band.NOT_FOUND


def _near(
    text: str,
    expanded: Sequence[Expansion],
    *,
    as_at: date,
    book: str | None,
    limit: int,
    changed_since: date | None,
) -> Nearness:
    """By words and meaning together; by words alone while that is not possible."""
    by_words = partial(
        search_by_words, text, as_at=as_at, book=book, limit=limit, expanded=expanded, changed_since=changed_since
    )
    if find_spec("numpy") is None:
        return replace(by_words(), missing=(NO_ARRAYS,))
    # arrays are optional and slow to load: only a process that searches loads them
    from tieline.rulebook.finding.meaning import Unready, search_by_meaning

    near = search_by_meaning(text, as_at=as_at, book=book, limit=limit, expanded=expanded, changed_since=changed_since)
    return replace(by_words(), missing=near.says) if isinstance(near, Unready) else near


def _hits(sightings: Sequence[Sighting], as_at: date) -> tuple[Hit, ...]:
    """Sightings with the titles they stand under and the approved text that will change them."""
    if not sightings:
        return ()
    versions = [one.version for one in sightings]
    titles = titles_with_above(versions, as_at)
    pending, followed = _pending(versions, as_at), _followed(versions)
    return tuple(
        as_hit(
            one,
            as_cited(one.version, titles),
            above=_above(one.version, titles),
            pending=tuple(pending.get(one.version.paragraph_id, ())),
            is_followed=one.version.pk in followed,
        )
        for one in sightings
    )


def _above(version: ParagraphVersion, titles: Titles) -> tuple[str, ...]:
    section = version.paragraph.section
    found = [titles.get((section.book.key, number), "") for number in numbers_above(section.number)]
    return tuple(title for title in found if title)


def _pending(versions: Sequence[ParagraphVersion], as_at: date) -> dict[int, list[str]]:
    """The requests in whose grey boxes these paragraphs stand, by paragraph."""
    boxed = ParagraphVersion.objects.standing(as_at).exclude(pending_request="")
    boxed = boxed.filter(paragraph__in={one.paragraph_id for one in versions}).order_by("pending_request")
    found: dict[int, list[str]] = {}
    for paragraph_id, request in boxed.values_list("paragraph_id", "pending_request"):
        found.setdefault(paragraph_id, []).append(request)
    return found


def _followed(versions: Sequence[ParagraphVersion]) -> frozenset[int]:
    """Those of which another version holds later on: at its place, or where it moved to."""
    ended = {(one.paragraph_id, one.effective_to): one.pk for one in versions if one.effective_to is not None}
    if not ended:
        return frozenset()
    at_place = Q(paragraph__in={paragraph for paragraph, _ in ended}, effective_from__in={day for _, day in ended})
    later = ParagraphVersion.objects.filter(at_place | Q(moved_from__in=ended.values()), pending_request="")
    rows = list(later.values_list("paragraph_id", "effective_from", "moved_from_id"))
    moved = {origin for _, _, origin in rows if origin is not None}
    return frozenset(pk for key, pk in ended.items() if pk in moved or key in {(row[0], row[1]) for row in rows})
