"""A section for reading as at a day, deep links into it, and what cites it."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from tieline.console.pages import is_fragment, see_other, show
from tieline.console.requests import Request
from tieline.console.rule_changes import KINDS
from tieline.console.rule_days import as_at, known_book, today_of
from tieline.identity.permissions import require
from tieline.rulebook import queries
from tieline.rulebook.reading import cited_by, contents, histories, sections


@require_GET
def section(request: Request, book: str, number: str) -> HttpResponse:
    """GET /rules/<book>/<number>?as_at=&sought="""
    require(request.actor, "rulebook.see")
    try:
        found = sections.read_section(book, number, as_at=as_at(request))
    except queries.NotInTheRules as missing:
        return _missing(request, book, number, str(missing))
    sought = request.GET.get("sought", "")
    context = {
        "section": found,
        "exhibits": found.exhibits,
        "book_names": _names_beside(book, {one.book for one in found.cites}),
        "as_at": found.as_at,
        "today": today_of(request),
        "unfound": sought if sought and sought not in found.paths else "",
    }
    return show(request, "console/rules/section.html", context)


@require_GET
def paragraph(request: Request, book: str, number: str, path: str) -> HttpResponse:
    """GET /rules/<book>/<number>/<path>?as_at="""
    require(request.actor, "rulebook.see")
    day = as_at(request)
    place = sections.place_of(book, number, path, as_at=day)
    address = reverse("section", args=[book, number])
    asked = {"as_at": day.isoformat()} if "as_at" in request.GET else {}
    if place is None or place.path != path:
        asked |= {"sought": path}
    return see_other(_address(address, asked, place.version_id if place else None))


@require_GET
def version(request: Request, version_id: int) -> HttpResponse:
    """GET /rules/versions/<id>"""
    require(request.actor, "rulebook.see")
    cited, today = queries.cited_version(version_id), today_of(request)
    day = histories.day_to_read(cited, today)
    asked = {} if day == today else {"as_at": day.isoformat()}
    return see_other(_address(reverse("section", args=[cited.book, cited.section]), asked, version_id))


@require_GET
def citing(request: Request, book: str, number: str) -> HttpResponse:
    """GET /rules/<book>/<number>/citing?as_at="""
    require(request.actor, "rulebook.see")
    day = as_at(request)
    reach = cited_by.reach_of(book, number, as_at=day)
    context = {
        "book": known_book(book),
        "number": number,
        "as_at": day,
        "reach": reach,
        "book_names": _names_beside(book, {cites for cites, _ in reach.rules}),
        "kinds": KINDS,
    }
    return show(request, f"console/rules/{'_citing' if is_fragment(request) else 'citing'}.html", context)


def _missing(request: Request, book: str, number: str, sentence: str) -> HttpResponse:
    """The section is not there on this day: when it is, and where to go."""
    context = {
        "book": known_book(book),
        "number": number,
        "sentence": sentence,
        "spans": contents.spans(book, number),
        "as_at": as_at(request),
    }
    return show(request, "console/rules/missing.html", context, status=404)


def _names_beside(book: str, others: Collection[str | None]) -> dict[str, str]:
    """What the books are called, by key, when there are others than the one that is read."""
    return {one.key: one.name for one in queries.books()} if set(others) - {book, None} else {}


def _address(address: str, asked: dict[str, str], version_id: int | None) -> str:
    query = f"?{urlencode(asked)}" if asked else ""
    return f"{address}{query}{f'#p{version_id}' if version_id else ''}"
