"""What is searched by meaning on a day? Every paragraph in force, in the order of its book, with the titles above it.

Days between two editions share one text. A passage's key is its paragraph, which stays when a version changes; a
paragraph that moved is followed by `successors`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from weakref import WeakValueDictionary

from tieline.rulebook.models import Edition, ParagraphVersion
from tieline.rulebook.retrieval.passages import Passage

COLUMNS = (
    "pk", "paragraph_id", "text", "heading", "above", "paragraph__path", "paragraph__sort_key",
    "paragraph__section__number", "paragraph__section__sort_key", "paragraph__section__book__key", "effective_from",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class TextInForce:
    """Passages in order, and for each its paragraph version, its book and since when it reads so."""

    passages: tuple[Passage, ...]
    version_ids: tuple[int, ...]
    books: tuple[str, ...]
    since: tuple[date, ...]


def editions_in_force(as_at: date) -> tuple[int, ...]:
    """The edition of each book that a day goes by."""
    newest = Edition.objects.filter(effective_on__lte=as_at).order_by("book", "-effective_on").distinct("book")
    return tuple(newest.values_list("pk", flat=True))


def text_in_force(as_at: date) -> TextInForce:
    """Everything in force on a day; texts that another day has as well are held once."""
    rows = ParagraphVersion.objects.in_force(as_at).values_list(*COLUMNS)
    ordered = sorted(rows.iterator(chunk_size=5000), key=lambda row: (row[9], row[8], row[6], row[5]))
    return TextInForce(
        passages=tuple(_shared(_passage(row)) for row in ordered),
        version_ids=tuple(row[0] for row in ordered),
        books=tuple(row[9] for row in ordered),
        since=tuple(row[10] for row in ordered),
    )


def searched_texts(after: int = 0) -> Iterable[str]:
    """What the model reads of every version that is or was in force, the latest first."""
    rows = ParagraphVersion.objects.filter(pending_request="", pk__gt=after)
    rows = rows.order_by("-effective_to", "pk")  # those without an end sort first
    for row in rows.values_list(*COLUMNS).iterator(chunk_size=5000):
        yield _passage(row).searched


def successors() -> Mapping[str, str]:
    """For each paragraph that moved, where its text stands now."""
    moves = ParagraphVersion.objects.filter(pending_request="").exclude(moved_from=None)
    moves = moves.order_by("effective_from", "pk")
    moved = {
        str(was): str(now) for was, now in moves.values_list("moved_from__paragraph_id", "paragraph_id") if was != now
    }
    return {was: _end_of(was, moved) for was in moved}


def _end_of(key: str, moved: Mapping[str, str]) -> str:
    passed = {key}
    while (following := moved.get(key)) is not None and following not in passed:
        key = following
        passed.add(key)
    return key


def _passage(row: tuple[object, ...]) -> Passage:
    _, paragraph, text, heading, above, path, _, number, _, book, _ = (str(value) for value in row)
    return Passage(
        key=paragraph,
        document=f"{book} {number.partition('.')[0]}",
        section=f"{number}{path}",
        text=text,
        heading=" > ".join(title for title in (above, heading) if title),
    )


_passages: WeakValueDictionary[Passage, Passage] = WeakValueDictionary()


def _shared(passage: Passage) -> Passage:
    """The same passage as another day's text holds it, so that it is in memory once."""
    return _passages.setdefault(passage, passage)
