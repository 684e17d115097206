"""What changed in a whole book between two days, kept for as long as it holds?

Turning the pages of a list asks for it again and again; to compare a large book takes seconds. What is kept hangs
on the editions read in and on every recorded move, so that an import or a correction is seen at once.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.db.models import Count, Sum

from tieline.rulebook.history.changes import ChangeList, changes
from tieline.rulebook.models import Edition, ParagraphVersion

KEPT = 4


def listed_changes(book: str, from_day: date, to_day: date) -> ChangeList:
    """The change list of a book; refuses UnfitSpan."""
    editions = Edition.objects.filter(book__key=book).order_by("pk")
    moved = ParagraphVersion.objects.filter(paragraph__section__book__key=book, moved_from__isnull=False)
    moves = moved.aggregate(many=Count("pk"), origins=Sum("moved_from"), certainty=Sum("moved_certainty"))
    return _listed(book, from_day, to_day, (*editions.values_list("pk", "file_digest"), *sorted(moves.items())))


@lru_cache(maxsize=KEPT)
def _listed(book: str, from_day: date, to_day: date, holds_while: tuple[object, ...]) -> ChangeList:
    return changes(book, from_day, to_day)
