"""A section on two days, word by word."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from tieline.console.pages import show
from tieline.console.requests import Request
from tieline.console.rule_days import compared_days, known_book
from tieline.identity.permissions import require
from tieline.rulebook import queries
from tieline.rulebook.history.changes import UnfitSpan
from tieline.rulebook.reading import comparisons, contents

LOOKS = {"inline": "Inline", "side": "Side by side"}


@require_GET
def redline(request: Request, book: str, number: str) -> HttpResponse:
    """GET /rules/<book>/<number>/redline?from=&to=&path=&look=&show="""
    require(request.actor, "rulebook.see")
    days = contents.edition_days(book)
    from_day, to_day = compared_days(request, changes=list(contents.change_days(book, number)), editions=days)
    path, look = request.GET.get("path", "")[:160], request.GET.get("look", "inline")
    asked: dict[str, object] = {
        "book": known_book(book), "number": number, "from_day": from_day, "to_day": to_day, "path": path,
        "look": look if look in LOOKS else "inline", "looks": LOOKS, "only": request.GET.get("show") != "all",
        "days": days,
    }  # fmt: skip
    try:
        compared = comparisons.compare_section(book, number, from_day=from_day, to_day=to_day, path=path)
    except (UnfitSpan, queries.NotInTheRules) as refusal:
        status = 409 if isinstance(refusal, UnfitSpan) else 404
        return show(request, "console/rules/redline.html", asked | {"sentence": str(refusal)}, status=status)
    return show(request, "console/rules/redline.html", asked | {"compared": compared})
