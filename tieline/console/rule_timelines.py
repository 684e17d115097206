"""The wordings of a paragraph in time, and correcting what an import took for a move."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tieline.console.pages import see_other, show, wants_delete
from tieline.console.requests import Request
from tieline.console.rule_days import today_of
from tieline.identity.permissions import require
from tieline.rulebook.actions import correct_move
from tieline.rulebook.reading import histories


@require_GET
def timeline(request: Request, version_id: int) -> HttpResponse:
    """GET /rules/versions/<id>/timeline"""
    require(request.actor, "rulebook.see")
    today = today_of(request)
    context = {"history": histories.history(version_id, as_at=today), "version_id": version_id, "today": today}
    return show(request, "console/rules/timeline.html", context)


@require_http_methods(["POST", "DELETE"])
def origin(request: Request, version_id: int) -> HttpResponse:
    """DELETE /rules/versions/<id>/origin"""
    if not wants_delete(request):
        return HttpResponseNotAllowed(["DELETE"])
    correct_move(version_id, came_from=None, by=request.actor, at=request.at)
    return see_other(reverse("rule-timeline", args=[version_id]))
