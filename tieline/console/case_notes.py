"""Writing an internal note, which no client ever sees."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from tieline.console.case_pages import show_change, visible_case
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions import add_note


class NoteForm(forms.Form):
    """The words."""

    text = forms.CharField(required=False, strip=False, max_length=500_000)


@require_POST
def create(request: Request, number: int) -> HttpResponse:
    """POST /cases/<number>/notes"""
    case = visible_case(request, number)
    add_note(case, text=read(NoteForm(request.POST))["text"], by=request.actor, at=request.at)
    return show_change(request, number)
