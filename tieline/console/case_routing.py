"""Correcting what a case is about and how urgent it is."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from tieline.console.case_conflicts import SetMine, show_conflict
from tieline.console.case_pages import show_change, visible_case
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions import reroute
from tieline.desk.field_conflicts import FieldConflict, Routing


class RoutingForm(forms.Form):
    """Keys of the profile's topics and urgencies, and those that the page showed."""

    topic = forms.CharField(max_length=60)
    urgency = forms.CharField(max_length=40)
    was_topic = forms.CharField(max_length=60, required=False)
    was_urgency = forms.CharField(max_length=40, required=False)


@require_POST
def update(request: Request, number: int) -> HttpResponse:
    """POST /cases/<number>/routing"""
    case = visible_case(request, number)
    form = read(RoutingForm(request.POST))
    was = Routing(form["was_topic"], form["was_urgency"]) if form["was_topic"] and form["was_urgency"] else None
    try:
        reroute(
            case, topic=form["topic"], urgency=form["urgency"], profile=request.profile, by=request.actor,
            at=request.at, was=was,
        )  # fmt: skip
    except FieldConflict as conflict:
        mine = {**form, f"was_{conflict.change.field}": conflict.change.now}
        return show_conflict(request, case, conflict, SetMine(request.path, mine))
    return show_change(request, number)
