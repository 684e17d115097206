"""Which approved text that is not in force does a revision request carry?"""

from __future__ import annotations

import re
from datetime import date

from django.db.models import Q

from tieline.kernel.profile import current_profile
from tieline.rulebook import profile
from tieline.rulebook.citing.citations import find_requests
from tieline.rulebook.finding.ranking import WORD
from tieline.rulebook.models import ParagraphVersion
from tieline.rulebook.retrieval.words import EVERYWHERE

MOST_NAMED = 12


def only_requests(text: str) -> tuple[str, ...]:
    """The revision requests, in small or capital letters, of a text that says nothing else; none when it does."""
    rulebook = current_profile().get(profile.Rulebook)
    rest = text.upper()
    found = find_requests(rest, rulebook.grammar, rulebook.books)
    for one in sorted(found, key=lambda one: one.start, reverse=True):
        rest = rest[: one.start] + " " + rest[one.end :]
    is_all = all(word.lower() in EVERYWHERE for word in WORD.findall(rest))
    return tuple(dict.fromkeys(one.request for one in found)) if is_all else ()


def carried_by(request: str) -> Q:
    """The grey-boxed versions that a request carries, alone or with others."""
    return Q(pending_request__iregex=rf"\y{re.escape(request)}\y")


def says(requests: tuple[str, ...], *, as_at: date, book: str | None) -> str:
    """Where the text of these requests is printed on a day; empty when it is nowhere."""
    return " ".join(filter(None, (_says(one, as_at, book) for one in requests)))


def _says(request: str, as_at: date, book: str | None) -> str:
    boxed = ParagraphVersion.objects.standing(as_at).filter(carried_by(request))
    if book is not None:
        boxed = boxed.filter(paragraph__section__book__key=book)
    boxed = boxed.order_by("paragraph__section__book", "paragraph__section__sort_key", "paragraph__sort_key")
    columns = ("paragraph__section__book__name", "paragraph__section__number", "paragraph__path")
    places: dict[str, list[str]] = {}
    for name, number, path in boxed.values_list(*columns):
        places.setdefault(name, []).append(f"{number}{path}")
    if not places:
        return ""
    where = "; ".join(f"{name} {_listed(found)}" for name, found in places.items())
    return f"{request} is approved and not in force on {as_at}; its text stands in grey boxes: {where}."


def _listed(places: list[str]) -> str:
    shown = ", ".join(places[:MOST_NAMED])
    more = len(places) - MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
