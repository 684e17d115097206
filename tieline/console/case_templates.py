"""Approved texts for a reply: the list, and one of them with its blanks filled."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from tieline.console.case_pages import recipient, visible_case
from tieline.console.pages import is_fragment, show
from tieline.console.requests import Request
from tieline.desk.approved_texts import TextInDoubt, filled, filled_in_doubt, offered
from tieline.identity.permissions import require


@require_GET
def index(request: Request, number: int) -> HttpResponse:
    """GET /cases/<number>/templates"""
    case = visible_case(request, number)
    require(request.actor, "desk.reply")
    today = request.at.astimezone(request.profile.time_zone).date()
    context = {"case": case, "texts": offered(request.profile, as_at=today)}
    return show(request, f"console/reach/{'_templates' if is_fragment(request) else 'templates'}.html", context)


@require_GET
def fill(request: Request, number: int, key: str) -> HttpResponse:
    """GET /cases/<number>/templates/<key>?anyway=yes"""
    case = visible_case(request, number)
    context = {"case": case, "recipient": recipient(case), "key": key}
    part = "_" if is_fragment(request) else ""
    try:
        if request.GET.get("anyway") == "yes":
            text = filled_in_doubt(case, key, profile=request.profile, by=request.actor)
        else:
            text = filled(case, key, profile=request.profile, by=request.actor, at=request.at)
    except TextInDoubt as doubt:
        told = {"text": doubt.text, "sentence": str(doubt)}
        return show(request, f"console/reach/{part}template_doubt.html", context | told, status=409)
    return show(request, f"console/reach/{part}template.html", context | {"text": text})
