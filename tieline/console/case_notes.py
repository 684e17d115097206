"""Writing an internal note, which no client ever sees."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from tieline.console.case_pages import show_change, visible_case
from tieline.console.case_replies import ComposedForm, composed
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions import add_note


@require_POST
def create(request: Request, number: int) -> HttpResponse:
    """POST /cases/<number>/notes"""
    case = visible_case(request, number)
    form = read(ComposedForm(request.POST))
    add_note(case, text=form["text"], composed=composed(form), by=request.actor, at=request.at, files=form["files"])
    return show_change(request, number, template="console/cases/_kept.html")
