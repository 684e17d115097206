"""Which grey-boxed text answers to words, and what would it change? None of it is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, Q

from tieline.rulebook.finding.ranking import MOST_WORDS, WORD, strictly
from tieline.rulebook.finding.requested import carried_by
from tieline.rulebook.models import ParagraphVersion, VersionQuerySet


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


def find_boxed(
    text: str, *, as_at: date, book: str | None = None, limit: int = 10, printed_since: date | None = None
) -> list[BoxedHit]:
    """Text printed in grey boxes on a day that holds the words (or one of the numbers), the best first; only that
    printed since `printed_since` or later. Where none holds all the words, what holds some of them.
    """
    sought = text.replace("\0", " ").strip()
    standing = ParagraphVersion.objects.standing(as_at).exclude(pending_request="")
    if book is not None:
        standing = standing.filter(paragraph__section__book__key=book)
    if printed_since is not None:
        standing = standing.filter(effective_from__gte=printed_since)
    found = _holding(standing, sought, sought)[:limit]
    if not found and not strictly(sought):
        found = _holding(standing, sought, " or ".join(WORD.findall(sought)[:MOST_WORDS]))[:limit]
    return [_hit(one) for one in found]


def _holding(standing: VersionQuerySet, sought: str, words: str) -> VersionQuerySet:
    """What holds the words or is of the very number or request, the best first."""
    query = SearchQuery(words, config="english", search_type="websearch")
    is_named = Q(paragraph__section__number=sought) | carried_by(sought)
    ranked = standing.filter(Q(words=query) | is_named).annotate(rank=SearchRank(F("words"), query))
    return ranked.order_by("-rank", "pk").defer("words").select_related("paragraph__section__book")


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
