"""Writing to the client."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from tieline.console.case_pages import show_change, visible_case
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions import reply
from tieline.desk.models import CaseState


class ReplyForm(forms.Form):
    """The words, and whose turn it is afterwards."""

    text = forms.CharField(required=False, strip=False, max_length=500_000)
    then = forms.TypedChoiceField(
        choices=[(state.value, state.label) for state in (CaseState.WAITING, CaseState.OPEN)],
        coerce=CaseState,
        required=False,
        empty_value=CaseState.WAITING,
    )


@require_POST
def create(request: Request, number: int) -> HttpResponse:
    """POST /cases/<number>/replies"""
    case = visible_case(request, number)
    form = read(ReplyForm(request.POST))
    reply(case, text=form["text"], then=form["then"], by=request.actor, at=request.at)
    return show_change(request, number)
