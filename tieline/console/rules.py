"""The rule books: reading them as at a day, and finding the paragraph that answers."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from tieline.console.pages import is_fragment, show
from tieline.console.requests import Request
from tieline.identity.permissions import require
from tieline.kernel.refusal import Refusal
from tieline.rulebook import queries
from tieline.rulebook.profile import Rulebook

SHOWN = 8


class UnreadableDay(Refusal):
    """A day that no calendar has."""

    def __init__(self, written: str) -> None:
        super().__init__(f"“{written}” is not a day; write it as 2026-09-01.")


@require_GET
def index(request: Request) -> HttpResponse:
    """GET /rules"""
    require(request.actor, "rulebook.see")
    read_in = {one.key: one.name for one in queries.books()}
    named = request.profile.get(Rulebook).books
    context = {
        "read_in": read_in,
        "unread": [one for one in named if one.key not in read_in],
        "as_at": _as_at(request),
    }
    return show(request, "console/rules/index.html", context)


@require_GET
def book(request: Request, book: str) -> HttpResponse:
    """GET /rules/<book>?as_at="""
    require(request.actor, "rulebook.see")
    as_at = _as_at(request)
    context = {"book": _book(book), "rows": _sections(book, as_at), "as_at": as_at}
    return show(request, "console/rules/book.html", context)


@require_GET
def section(request: Request, book: str, number: str) -> HttpResponse:
    """GET /rules/<book>/<number>?as_at="""
    require(request.actor, "rulebook.see")
    as_at = _as_at(request)
    try:
        found = queries.section(book, number, as_at)
    except queries.NotInTheRules as missing:
        context = {"book": _book(book), "number": number, "sentence": str(missing), "as_at": as_at}
        return show(request, "console/rules/missing.html", context, status=404)
    context = {"book": _book(book), "section": found, "as_at": as_at}
    return show(request, "console/rules/section.html", context)


@require_GET
def search(request: Request) -> HttpResponse:
    """GET /rules/search?q=&as_at=&case="""
    require(request.actor, "rulebook.see")
    text, as_at = request.GET.get("q", "").strip()[:400], _as_at(request)
    case_number = request.GET.get("case", "")
    context = {
        "text": text,
        "as_at": as_at,
        "hits": queries.find(text, as_at=as_at, limit=SHOWN) if text else [],
        "case_number": int(case_number) if case_number.isdigit() else None,
    }
    return show(request, f"console/rules/{'_hits' if is_fragment(request) else 'search'}.html", context)


def _as_at(request: Request) -> date:
    written = request.GET.get("as_at", "")
    if not written:
        return request.at.astimezone(request.profile.time_zone).date()
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise UnreadableDay(written) from None


def _sections(book: str, as_at: date) -> list[queries.SectionRow]:
    """The book's contents; none while no edition has been read in."""
    try:
        return queries.sections(book, as_at)
    except queries.NotInTheRules:
        return []


def _book(key: str) -> queries.BookRow:
    found = next((one for one in queries.books() if one.key == key), None)
    if found is None:
        raise Http404
    return found
