"""My list: what waits for me, why, and what I laid aside."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from tieline.console.pages import show
from tieline.console.requests import Request
from tieline.desk.later import tray_count
from tieline.desk.personal import my_list, to_do_count
from tieline.identity.permissions import require


@require_GET
def index(request: Request) -> HttpResponse:
    """GET /cases/mine"""
    return show(request, "console/mine/index.html", _context(request))


@require_GET
def sections(request: Request) -> HttpResponse:
    """GET /cases/mine/sections"""
    return show(request, "console/mine/_sections.html", _context(request))


@require_GET
def count(request: Request) -> HttpResponse:
    """GET /cases/mine/count"""
    require(request.actor, "desk.see")
    waiting = to_do_count(request.staff, profile=request.profile, at=request.at)
    context = {"to_do": waiting, "in_tray": tray_count(request.actor)}
    return show(request, "console/mine/_count.html", context)


def _context(request: Request) -> dict[str, object]:
    require(request.actor, "desk.see")
    return {"mine": my_list(request.staff, profile=request.profile, at=request.at)}
