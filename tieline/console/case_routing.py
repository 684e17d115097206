"""Correcting what a case is about and how urgent it is."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from tieline.console.case_pages import show_change, visible_case
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions import reroute


class RoutingForm(forms.Form):
    """Keys of the profile's topics and urgencies."""

    topic = forms.CharField(max_length=60)
    urgency = forms.CharField(max_length=40)


@require_POST
def update(request: Request, number: int) -> HttpResponse:
    """POST /cases/<number>/routing"""
    case = visible_case(request, number)
    form = read(RoutingForm(request.POST))
    reroute(
        case,
        topic=form["topic"],
        urgency=form["urgency"],
        profile=request.profile,
        by=request.actor,
        at=request.at,
    )
    return show_change(request, number)
