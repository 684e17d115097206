"""What do the words of a question find without any index but the database's, for when nothing else is ready?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from tieline.rulebook.cited import full
from tieline.rulebook.finding import ranking
from tieline.rulebook.finding.bands import Band
from tieline.rulebook.finding.hits import Expansion, Nearness, Sighting
from tieline.rulebook.models import ParagraphVersion
from tieline.rulebook.retrieval.words import terms

BEST = 0.8
ENOUGH = 0.8
"""The share of a question's words that one paragraph must hold to count as its answer."""


def search_by_words(
    text: str,
    *,
    as_at: date,
    book: str | None,
    limit: int,
    expanded: Sequence[Expansion] = (),
    changed_since: date | None = None,
) -> Nearness:
    """Paragraphs in force on the day that hold the words, best first."""
    besides = " ".join(one.meaning for one in expanded)
    ranked = ranking.rank(f"{besides} {text}".strip(), day=as_at, book=book, limit=limit, changed_since=changed_since)
    versions = full(ParagraphVersion.objects.filter(pk__in=[one.version_id for one in ranked])).in_bulk()
    asked = set(terms(ranking.asked(text)))
    sightings = tuple(
        Sighting(versions[one.version_id], one.score * BEST, held(one.words, one.in_heading))
        for one in ranked
        if one.version_id in versions
    )
    best = max((len(asked & set(terms(" ".join(one.words)))) for one in ranked), default=0)
    return Nearness(sightings, _band(best, len(asked), bool(sightings)))


def held(words: Iterable[str], in_heading: Iterable[str]) -> str:
    """Where a paragraph holds which words, as a reason; empty when it holds none."""
    above = tuple(in_heading)
    in_text = [word for word in words if word not in above]
    parts = [f"heading has {_listed(above)}"] if above else []
    if in_text:
        parts.append(f"text has {_listed(in_text)}")
    return "; ".join(parts)


def _band(held_at_best: int, asked: int, has_any: bool) -> Band:
    if asked and held_at_best >= ENOUGH * asked:
        return Band.ANSWERED
    return Band.NEAREST if has_any else Band.NOT_FOUND


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
