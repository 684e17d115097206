"""Approved texts for a reply: the list, and one of them with its blanks filled."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from tieline.console.case_pages import fresh_page, recipient, visible_case
from tieline.console.pages import is_fragment, show
from tieline.console.requests import Request
from tieline.desk.actions import insert_in_doubt
from tieline.desk.approved_texts import TextInDoubt, filled, offered
from tieline.identity.permissions import require


@require_GET
def index(request: Request, number: int) -> HttpResponse:
    """GET /cases/<number>/templates"""
    case = visible_case(request, number)
    require(request.actor, "desk.reply")
    today = request.at.astimezone(request.profile.time_zone).date()
    context = {"case": case, "texts": offered(request.profile, as_at=today)}
    return show(request, f"console/reach/{'_templates' if is_fragment(request) else 'templates'}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: Request, number: int, key: str) -> HttpResponse:
    """GET /cases/<number>/templates/<key>; POST takes it although a rule under it has changed"""
    case = visible_case(request, number)
    context = {"case": case, "recipient": recipient(case), "key": key, **fresh_page(case)}
    part = "_" if is_fragment(request) else ""
    try:
        if request.method == "POST":
            text = insert_in_doubt(case, key, profile=request.profile, by=request.actor, at=request.at)
        else:
            text = filled(case, key, profile=request.profile, by=request.actor, at=request.at)
    except TextInDoubt as doubt:
        told = {"text": doubt.text, "sentence": str(doubt)}
        return show(request, f"console/reach/{part}template_doubt.html", context | told, status=409)
    return show(request, f"console/reach/{part}template.html", context | {"text": text})
