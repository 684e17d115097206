"""What matches these words that the viewer may see? The newest few thousand, of these the fittest first."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BooleanField, F, Func, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from tieline.kernel.actor import Actor
from tieline.search.actions import words_of
from tieline.search.models import Entry, InnerEntry

MOST_WORDS = 12
LONGEST_WORD = 80
RARE = 4000
"""Words that this many objects hold are common: who asks looks at its own objects one by one then."""
MATCHING = "SELECT id FROM search_matching(%s, %s, %s, %s)"
HOLDING = "SELECT object_id FROM search_holding(%s, %s, %s)"


def find(text: str, *, viewer: Actor, kind: str | None = None, limit: int = 20) -> list[Entry]:
    """Objects holding all the words (the last may be unfinished), the fittest of the newest first."""
    words = _words(text)
    if not words:
        return []
    asked = [*words[:-1], f"{words[-1]}:*"]
    with connection.cursor() as cursor:
        cursor.execute(MATCHING, [asked, kind, _only_of(viewer), limit])
        places = {row[0]: place for place, row in enumerate(cursor.fetchall())}
    return sorted(Entry.objects.defer("words").filter(pk__in=places), key=lambda entry: places[entry.pk])


def _words(text: str) -> list[str]:
    return [word.lower()[:LONGEST_WORD] for word in words_of(text)][:MOST_WORDS]


def _only_of(viewer: Actor) -> int | None:
    """The participant whose entries alone the viewer may find (one that does not exist for others); None: all."""
    if viewer.may("desk.see"):
        return None
    kind, _, id_ = viewer.viewer.partition(":")
    return int(id_) if kind == "participant" and id_.isdigit() else -1


def phrase(text: str, *, is_unfinished: bool = False) -> str:
    """Words that stand side by side, as a question asks for them; "" where the text has no word."""
    words = [word.lower()[:LONGEST_WORD] for word in words_of(text)]
    return " <-> ".join(words) + (":*" if words and is_unfinished else "")


def holding(phrases: Sequence[str], *, kind: str) -> list[str] | None:
    """The ids of all objects that hold all phrases, for the transaction's viewer; None where they are too many."""
    with connection.cursor() as cursor:
        cursor.execute(HOLDING, [list(phrases), kind, RARE + 1])
        found = [str(row[0]) for row in cursor.fetchall()]
    return None if len(found) > RARE else found


def held(phrases: Sequence[str], *, viewer: Actor, kind: str, object_id: Combinable) -> Coalesce:
    """The same, asked of one object: the condition for phrases that are common.

    It is asked row by row, in the order of the list that asks: an EXISTS would be joined or hashed with all that hold
    the words, and a page of fifty would wait for half a million.
    """
    question = Func(
        Value(list(phrases), ArrayField(TextField())),
        function="search_question",
        # asked for in a query of its own, the question is read once and not for each row
        template="(SELECT %(function)s(%(expressions)s))",
    )
    matches = Func(F("words"), question, arg_joiner=" @@ ", template="(%(expressions)s)", output_field=BooleanField())
    if viewer.may("desk.see"):
        inner = InnerEntry.objects.filter(entry__object_kind=kind, entry__object_id=object_id)
        return _one_by_one(inner.filter(matches))
    return _one_by_one(Entry.objects.filter(object_kind=kind, object_id=object_id).filter(matches))


def _one_by_one(holding_it: QuerySet[Entry] | QuerySet[InnerEntry]) -> Coalesce:
    found = Subquery(holding_it.values_list(Value(True))[:1], output_field=BooleanField())
    return Coalesce(found, Value(False), output_field=BooleanField())
