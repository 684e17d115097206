"""Which paragraphs in force on a day speak of these words, the best first, by the database alone?

It stands in wherever the search by meaning is not ready or not installed, and decides what "quoted" and -excluded
words demand. PostgreSQL's full-text search finds the paragraphs. A rare word says more than a common one, a word in
a heading more than one in the text, and a second occurrence adds little; the last word may be unfinished. Only the
paragraphs that hold the rarer words are ranked, so that a common word does not make a search slow.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

MOST_WORDS = 24
MOST_RANKED = 2000
FEWEST_TELLING = 6
"""So many of the rarest words choose at least; with more, common ones crowd the right paragraphs out of MOST_RANKED."""
COUNTED_UP_TO = 4000
WEIGHTS = [0.1, 0.1, 0.1, 0.2]
ENOUGH = 0.05
WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
STRICT = re.compile(r'"[^"]+"|(?<!\S)-\w+')


@dataclass(frozen=True)
class Word:
    """A word sought: as typed, as the query the index understands, and how much finding it tells."""

    typed: str
    query: str
    weight: float = 0.0


@dataclass(frozen=True)
class Ranked:
    """A paragraph version that was found: how well, by which words, which of them in its heading."""

    version_id: int
    score: float
    words: tuple[str, ...]
    in_heading: tuple[str, ...]


READ_WORDS = """
SELECT typed, lexeme FROM unnest(%s::text[]) WITH ORDINALITY AS given (typed, place),
  unnest(tsvector_to_array(to_tsvector('english', typed))) AS lexeme ORDER BY place
"""

IN_FORCE = """
v.effective_from <= %(day)s AND (v.effective_to IS NULL OR v.effective_to > %(day)s)
  AND v.pending_request = '' AND (%(book)s::text IS NULL OR b.key = %(book)s)
  AND (%(since)s::date IS NULL OR v.effective_from >= %(since)s)
"""

TABLES = """
rulebook_paragraphversion v JOIN rulebook_paragraph p ON p.id = v.paragraph_id
  JOIN rulebook_section s ON s.id = p.section_id JOIN rulebook_book b ON b.id = s.book_id
"""

COUNT = """
SELECT (SELECT count(*) FROM (SELECT 1 FROM rulebook_paragraphversion v
                              WHERE v.words @@ q AND v.pending_request = '' LIMIT %(most)s) AS few)
FROM unnest(%(queries)s::tsquery[]) WITH ORDINALITY AS given (q, place) ORDER BY place
"""

SIZE = "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'rulebook_paragraphversion'::regclass"

RANK = f"""
WITH sought AS (
  SELECT q, weight, place FROM unnest(%(queries)s::tsquery[], %(weights)s::float8[]) WITH ORDINALITY
    AS given (q, weight, place)),
found AS MATERIALIZED (
  SELECT v.id, v.words FROM {TABLES}
  WHERE v.words @@ %(any)s::tsquery AND {IN_FORCE}
    AND (%(strict)s = '' OR v.words @@ websearch_to_tsquery('english', %(strict)s))
  ORDER BY v.effective_from DESC LIMIT %(most)s)
SELECT found.id, scored.score, scored.places, scored.above
FROM found CROSS JOIN LATERAL (
  SELECT sum(weight * rank / (rank + %(enough)s)) AS score, array_agg(place) AS places,
         array_agg(place) FILTER (WHERE ts_filter(found.words, '{{a}}') @@ q) AS above
  FROM (SELECT *, ts_rank(%(letters)s::real[], found.words, q, 1) AS rank
        FROM sought WHERE found.words @@ q) AS matched
) AS scored
WHERE scored.score IS NOT NULL ORDER BY scored.score DESC, found.id LIMIT %(limit)s
"""

MEETING = f"SELECT v.id FROM {TABLES} WHERE {IN_FORCE} AND v.words @@ websearch_to_tsquery('english', %(strict)s)"


def rank(text: str, *, day: date, book: str | None, limit: int, changed_since: date | None = None) -> list[Ranked]:
    """Paragraph versions in force on the day that speak of the text's words, best first, scored 0 to 1; only those in
    force since `changed_since` or later.
    """
    words = _weighed(_read(text))
    if not words:
        return []
    best = sum(word.weight for word in words)
    rows = _rows(
        RANK,
        {
            "queries": [word.query for word in words],
            "weights": [word.weight for word in words],
            "any": " | ".join(word.query for word in _telling(words)),
            "strict": strictly(text),
            "letters": WEIGHTS,
            "enough": ENOUGH,
            "day": day,
            "book": book,
            "since": changed_since,
            "most": MOST_RANKED,
            "limit": limit,
        },
    )
    return [_ranked(row, words, best) for row in rows]


def strictly(text: str) -> str:
    """What a text demands: its "quoted words" and its -excluded ones; empty when it demands nothing."""
    return " ".join(STRICT.findall(text))


def asked(text: str) -> str:
    """The text without its excluded words and without the marks around its quoted ones."""
    return re.sub(r"(?<!\S)-\w+", " ", text).replace('"', " ")


def meeting(demands: str, *, day: date, book: str | None) -> frozenset[int]:
    """The paragraph versions in force on the day that meet what a text demands."""
    rows = _rows(MEETING, {"strict": demands, "day": day, "book": book, "since": None})
    return frozenset(int(str(version_id)) for (version_id,) in rows)


def _read(text: str) -> list[Word]:
    """The words of a text that the index knows, each once; the last also as the start of a longer word."""
    typed = list(dict.fromkeys(WORD.findall(re.sub(r"(?<!\S)-\w+", " ", text))))[:MOST_WORDS]
    queries: dict[str, Word] = {}
    for shown, lexeme in _rows(READ_WORDS, [typed]):
        quoted = "'" + str(lexeme).replace("\\", "\\\\").replace("'", "''") + "'"
        is_last = bool(typed) and shown == typed[-1] and len(str(lexeme)) > 2
        queries.setdefault(str(lexeme), Word(str(shown), quoted + (":*" if is_last else "")))
    return list(queries.values())


def _weighed(words: Sequence[Word]) -> list[Word]:
    """The words that occur anywhere, with how much each tells."""
    if not words:
        return []
    counts = _rows(COUNT, {"queries": [word.query for word in words], "most": COUNTED_UP_TO})
    ((size,),) = _rows(SIZE, [])
    occurring = [(word, int(str(count))) for word, (count,) in zip(words, counts, strict=True) if count]
    total = max([int(str(size)), *(2 * count for _, count in occurring)])
    return [
        Word(word.typed, word.query, math.log(1 + (total - count + 0.5) / (count + 0.5))) for word, count in occurring
    ]


def _telling(words: Sequence[Word]) -> list[Word]:
    """The words that choose what is ranked: the rarest few, and at least half of what there is to tell."""
    chosen: list[Word] = []
    needed = sum(word.weight for word in words) / 2
    for word in sorted(words, key=lambda word: -word.weight):
        chosen.append(word)
        if len(chosen) >= FEWEST_TELLING and sum(one.weight for one in chosen) >= needed:
            break
    return chosen


def _ranked(row: tuple[object, ...], words: Sequence[Word], best: float) -> Ranked:
    version_id, score, places, above = row
    return Ranked(int(str(version_id)), float(str(score)) / best, _typed(places, words), _typed(above, words))


def _typed(places: object, words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(words[place - 1].typed for place in sorted(places)) if isinstance(places, list) else ()


def _rows(query: str, values: Mapping[str, object] | Sequence[object]) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)  # type: ignore[arg-type]  # the stubs know no lists, which become arrays
        return [tuple(row) for row in cursor.fetchall()]
