"""Handing a case to another area: it goes there without an owner, with the reason in its timeline."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from tieline.console.case_pages import show_change, visible_case
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions.assigning import hand_to_area


class HandoverForm(forms.Form):
    """A topic of the other area, and why it goes there."""

    topic = forms.CharField(max_length=60)
    reason = forms.CharField(max_length=300, required=False)


@require_POST
def create(request: Request, number: int) -> HttpResponse:
    """POST /cases/<number>/handover"""
    case = visible_case(request, number)
    form = read(HandoverForm(request.POST))
    hand_to_area(
        case, topic=form["topic"], reason=form["reason"], profile=request.profile, by=request.actor, at=request.at
    )
    return show_change(request, number)
