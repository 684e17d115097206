"""Which grey-boxed text answers to words, and what would it change? None of it is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F

from tieline.rulebook.models import ParagraphVersion


@dataclass(frozen=True)
class BoxedHit:
    """A grey-boxed paragraph that holds the words sought."""

    version_id: int
    book: str
    book_name: str
    section: str
    title: str
    path: str
    text: str
    request: str
    note: str
    since: date


def find_boxed(text: str, *, as_at: date, book: str | None = None, limit: int = 10) -> list[BoxedHit]:
    """Text printed in grey boxes on a day that holds the words (or one of the numbers), the best first."""
    sought = text.replace("\0", " ").strip()
    query = SearchQuery(sought, config="english", search_type="websearch")
    standing = ParagraphVersion.objects.standing(as_at).exclude(pending_request="")
    if book is not None:
        standing = standing.filter(paragraph__section__book__key=book)
    by_words = standing.filter(words=query)
    found = by_words | standing.filter(paragraph__section__number=sought) | standing.filter(pending_request=sought)
    ranked = found.annotate(rank=SearchRank(F("words"), query)).order_by("-rank", "pk").defer("words")
    return [_hit(one) for one in ranked.select_related("paragraph__section__book")[:limit]]


def _hit(version: ParagraphVersion) -> BoxedHit:
    section = version.paragraph.section
    return BoxedHit(
        version_id=version.pk,
        book=section.book.key,
        book_name=section.book.name,
        section=section.number,
        title=version.heading,
        path=version.paragraph.path,
        text=version.text,
        request=version.pending_request,
        note=version.pending_note,
        since=version.effective_from,
    )
