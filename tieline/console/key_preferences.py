"""One's own keys: every act with its key, to be changed, switched off or set back."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tieline.console.keys import ACTS, ALL_OFF, Screen, key_of, own_keys
from tieline.console.pages import see_other, show
from tieline.console.requests import Request
from tieline.identity.actions import prefer_keys
from tieline.kernel.refusal import Refusal


@require_http_methods(["GET", "POST"])
def keys(request: Request) -> HttpResponse:
    """GET and POST /preferences/keys"""
    if request.method == "GET":
        return _page(request, request.staff.keys, is_off=ALL_OFF in request.staff.keys)
    is_off = "off" in request.POST
    try:
        wanted = {} if "reset" in request.POST else own_keys(request.POST) | ({ALL_OFF: ""} if is_off else {})
    except Refusal as refused:
        return _page(request, request.POST.dict(), is_off=is_off, problem=str(refused))
    prefer_keys(request.staff, keys=wanted, by=request.actor)
    return see_other(f"{reverse('own-keys')}?kept=yes")


def _page(request: Request, own: Mapping[str, str], *, is_off: bool, problem: str = "") -> HttpResponse:
    screens = [(screen, [(act, key_of(act, own)) for act in ACTS if act.screen is screen]) for screen in Screen]
    context = {"screens": screens, "is_off": is_off, "problem_sentence": problem, "is_kept": "kept" in request.GET}
    return show(request, "console/keys/index.html", context, status=422 if problem else 200)
