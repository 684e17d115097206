"""What matches these words, newest first, that the viewer may see?"""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchQuery

from tieline.kernel.actor import Actor
from tieline.search.models import Entry

WORD = re.compile(r"[^\W_]+", re.UNICODE)


def find(text: str, *, viewer: Actor, kind: str | None = None, limit: int = 20) -> list[Entry]:
    """Objects holding all the words (the last may be unfinished), the most recently active first."""
    words = [word.lower() for word in WORD.findall(text)][:12]
    if not words:
        return []
    entries = Entry.objects.defer("words")
    if not viewer.may("desk.see"):
        kind_, _, id_ = viewer.viewer.partition(":")
        own = int(id_) if kind_ == "participant" and id_.isdigit() else -1
        entries = entries.filter(participant_id=own)
    if kind is not None:
        entries = entries.filter(object_kind=kind)
    raw = " & ".join([*words[:-1], f"{words[-1]}:*"])
    matches = SearchQuery(raw, config="english", search_type="raw") | SearchQuery(
        raw, config="simple", search_type="raw"
    )
    return list(entries.filter(words=matches).order_by("-at")[:limit])
