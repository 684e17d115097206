"""How does the index keep up? Contexts say what is to be found of an object; this writes the rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from tieline.kernel.reference import Reference

LONGEST = 200_000
MOST_BYTES = 400_000
"""What PostgreSQL takes as the words of one object, even where no word is there twice."""
WORD = re.compile(r"[^\W_]+")
WORDS = (
    "setweight(to_tsvector('english', %s), 'A') || setweight(to_tsvector('simple', %s), 'B')"
    " || setweight(to_tsvector('english', %s), 'D')"
)


@dataclass(frozen=True)
class Findable:
    """What an object wants to be found by: title (weighs most), detail, body, and whose it is.

    `inner` is what staff find it by besides; no participant's search ever sees a word of it.
    """

    reference: Reference
    title: str
    detail: str
    body: str
    participant_id: int | None
    at: datetime
    inner: str = ""


def words_of(text: str) -> list[str]:
    """The words of a text or a question, cut alike: left to itself PostgreSQL would read "C-1042" as "c" and -1042."""
    return WORD.findall(text)


def index(findable: Findable) -> None:
    """Write or rewrite the rows of one object; repeating it changes nothing."""
    title, detail, body = _cut(findable.title), _cut(findable.detail), _cut(findable.body[:LONGEST])
    whole = _within(f"{body} {_cut(findable.inner[: 2 * LONGEST])}") if findable.inner else body
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO search_entry (object_kind, object_id, title, detail, words, participant_id, at) VALUES "
            f"(%s, %s, %s, %s, {WORDS}, %s, %s) "
            "ON CONFLICT (object_kind, object_id) DO UPDATE SET title = excluded.title, "
            "detail = excluded.detail, words = excluded.words, participant_id = excluded.participant_id, "
            "at = excluded.at RETURNING id",
            [
                findable.reference.kind, findable.reference.id, findable.title[:300], findable.detail[:300],
                title, detail, body, findable.participant_id, findable.at,
            ],
        )  # fmt: skip
        row = cursor.fetchone()
        cursor.execute(
            f"INSERT INTO search_innerentry (entry_id, object_kind, words, at) VALUES (%s, %s, {WORDS}, %s) "
            "ON CONFLICT (entry_id) DO UPDATE SET words = excluded.words, at = excluded.at",
            [row[0], findable.reference.kind, title, detail, whole, findable.at],
        )


def _cut(text: str) -> str:
    return " ".join(words_of(text))


def _within(text: str) -> str:
    return text.encode()[:MOST_BYTES].decode(errors="ignore")


def clear() -> None:
    """Forget every row, before rebuilding from nothing."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_innerentry")
        cursor.execute("DELETE FROM search_entry")
