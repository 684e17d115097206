"""What does every page of the console know? Who looks, when, and where live updates come from."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from tieline.console.keys import marked
from tieline.console.requests import Request


def show(request: Request, template: str, context: Mapping[str, object], *, status: int = 200) -> HttpResponse:
    """Render a page or fragment with what all of them share."""
    shared = {
        "actor": request.actor,
        "staff": request.staff,
        "profile": request.profile,
        "at": request.at,
        "live_address": settings.LIVE_ADDRESS,
        "own_keys": marked(request.staff),
    }
    response = render(request, template, {**shared, **context}, status=status)
    response["Vary"] = "HX-Request"
    return response


def is_fragment(request: Request) -> bool:
    """Whether a script of the page asks for a part; going back in the browser's history wants the whole."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def see_other(address: str) -> HttpResponseRedirect:
    """Go and look there, with a GET."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def wants_delete(request: Request) -> bool:
    """Whether something is to be taken away: by the method, or by a form that can only POST."""
    return request.method == "DELETE" or request.POST.get("_method") == "delete"
