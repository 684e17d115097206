"""What matches these words, newest first, that the viewer may see?"""

from __future__ import annotations

from django.db.models.expressions import RawSQL

from tieline.kernel.actor import Actor
from tieline.search.actions import words_of
from tieline.search.models import Entry

MOST_WORDS = 12
LONGEST_WORD = 80
MATCHING = "SELECT id FROM search_matching(%s, %s, %s, %s)"


def find(text: str, *, viewer: Actor, kind: str | None = None, limit: int = 20) -> list[Entry]:
    """Objects holding all the words (the last may be unfinished), the most recently active first."""
    words = [word.lower()[:LONGEST_WORD] for word in words_of(text)][:MOST_WORDS]
    if not words:
        return []
    wanted = [*words[:-1], f"{words[-1]}:*"]
    matching = RawSQL(MATCHING, [wanted, kind, _only_of(viewer), limit])
    return list(Entry.objects.defer("words").filter(pk__in=matching).order_by("-at", "-pk"))


def _only_of(viewer: Actor) -> int | None:
    """The participant whose entries alone the viewer may find (one that does not exist for others); None: all."""
    if viewer.may("desk.see"):
        return None
    kind, _, id_ = viewer.viewer.partition(":")
    return int(id_) if kind == "participant" and id_.isdigit() else -1
