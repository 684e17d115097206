"""How does the index keep up? Contexts say what is to be found of an object; this writes the row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from tieline.kernel.reference import Reference

LONGEST = 200_000
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Findable:
    """What an object wants to be found by: title (weighs most), detail, body, and whose it is."""

    reference: Reference
    title: str
    detail: str
    body: str
    participant_id: int | None
    at: datetime


def words_of(text: str) -> list[str]:
    """The words of a text or a question, cut alike: left to itself PostgreSQL would read "C-1042" as "c" and -1042."""
    return WORD.findall(text)


def index(findable: Findable) -> None:
    """Write or rewrite the row of one object; repeating it changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_entry (object_kind, object_id, title, detail, words, participant_id, at) VALUES "
            "(%s, %s, %s, %s, setweight(to_tsvector('english', %s), 'A')"
            " || setweight(to_tsvector('simple', %s), 'B') || setweight(to_tsvector('english', %s), 'D'), %s, %s) "
            "ON CONFLICT (object_kind, object_id) DO UPDATE SET title = excluded.title, "
            "detail = excluded.detail, words = excluded.words, participant_id = excluded.participant_id, "
            "at = excluded.at",
            [
                findable.reference.kind, findable.reference.id, findable.title[:300], findable.detail[:300],
                _cut(findable.title), _cut(findable.detail), _cut(findable.body[:LONGEST]),
                findable.participant_id, findable.at,
            ],
        )  # fmt: skip


def _cut(text: str) -> str:
    return " ".join(words_of(text))


def clear() -> None:
    """Forget every row, before rebuilding from nothing."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_entry")
