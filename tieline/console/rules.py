"""The rule books: which there are, and what one consists of on a day."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from tieline.console.pages import show
from tieline.console.requests import Request
from tieline.console.rule_days import as_at, known_book, sections_of
from tieline.identity.permissions import require
from tieline.rulebook import queries
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.reading import contents


@require_GET
def index(request: Request) -> HttpResponse:
    """GET /rules"""
    require(request.actor, "rulebook.see")
    read_in = {one.key: one.name for one in queries.books()}
    named = request.profile.get(Rulebook).books
    context = {
        "read_in": read_in,
        "unread": [one for one in named if one.key not in read_in and not one.in_place_of],
        "as_at": as_at(request),
    }
    return show(request, "console/rules/index.html", context)


@require_GET
def book(request: Request, book: str) -> HttpResponse:
    """GET /rules/<book>?as_at=&contains="""
    require(request.actor, "rulebook.see")
    day, contains = as_at(request), request.GET.get("contains", "").strip()[:100]
    found, rows = known_book(book), sections_of(book, day)
    context = {
        "book": found,
        "rows": rows,
        "tree": contents.tree([row for row in rows if _answers(row, contains)]),
        "contains": contains,
        "paragraphs": sum(row.paragraphs for row in rows),
        "boxed": contents.boxed_places(book, day),
        "editions": contents.edition_days(book),
        "as_at": day,
    }
    return show(request, "console/rules/book.html", context)


def _answers(row: queries.SectionRow, contains: str) -> bool:
    """Whether a row's number begins with what is sought, or its title holds every word of it."""
    words: Iterable[str] = contains.casefold().split()
    return row.number.startswith(contains) or all(word in row.title.casefold() for word in words)
