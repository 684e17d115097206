"""Replies that wait for their time: sent now, written on, dropped; and the tray of everything written and not out."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from tieline.console.case_pages import show_change, visible_case
from tieline.console.pages import show
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions import (
    Composed,
    drop_later_reply,
    put_aside_reason,
    send_later_reply_now,
    take_up_later_reply,
)
from tieline.desk.later import tray
from tieline.identity.permissions import require

RECOMPOSED = "console/cases/_recomposed.html"


class MoveForm(forms.Form):
    """What is to become of the reply, and how far the page has shown the case."""

    move = forms.ChoiceField(choices=[(key, key) for key in ("send", "edit", "drop", "read")])
    seen = forms.IntegerField(required=False, min_value=0)


@require_POST
def move(request: Request, number: int, later_id: int) -> HttpResponse:
    """POST /cases/<number>/later-replies/<id> move=send|edit|drop|read"""
    later = get_object_or_404(visible_case(request, number).later_replies.select_related("author"), pk=later_id)
    form = read(MoveForm(request.POST))
    match form["move"]:
        case "send":
            hold, composed = timedelta(seconds=settings.UNDO_SECONDS), Composed(seen=form["seen"])
            send_later_reply_now(later, composed=composed, hold=hold, by=request.actor, at=request.at)
        case "edit":
            take_up_later_reply(later, by=request.actor, at=request.at)
        case "drop":
            drop_later_reply(later, by=request.actor, at=request.at)
        case _:
            put_aside_reason(later, by=request.actor)
    return show_change(request, number, template=RECOMPOSED)


@require_GET
def index(request: Request) -> HttpResponse:
    """GET /cases/waiting-replies?of=all"""
    require(request.actor, "desk.see")
    of_all = request.GET.get("of") == "all"
    context = {"tray": tray(request.actor, everybody=of_all), "of_all": of_all}
    return show(request, "console/cases/waiting_replies.html", context)
