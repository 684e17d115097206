"""Giving a case to somebody, to oneself, or to nobody."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from tieline.console.case_pages import case_context, show_change, visible_case
from tieline.console.pages import is_fragment, show
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions import assign
from tieline.identity.models import User
from tieline.identity.queries import active_staff
from tieline.kernel.refusal import Refusal

ME = "me"


class NobodyThere(Refusal):
    """The person chosen has no open account."""

    def __init__(self) -> None:
        super().__init__("There is no such person among the active staff.")


class AssignmentForm(forms.Form):
    """A staff member's id, "me", or nothing for nobody."""

    owner = forms.RegexField(r"^(me|\d{1,15})?$", required=False)


@require_http_methods(["GET", "POST"])
def assignment(request: Request, number: int) -> HttpResponse:
    """GET and POST /cases/<number>/assignment"""
    case = visible_case(request, number)
    if request.method == "GET":
        template = "_people.html" if is_fragment(request) else "assignment.html"
        context = {**case_context(request, case), "people": active_staff()}
        return show(request, f"console/cases/{template}", context)
    owner = _owner(request, read(AssignmentForm(request.POST))["owner"])
    assign(case, owner=owner, by=request.actor, at=request.at)
    return show_change(request, number)


def _owner(request: Request, chosen: str) -> User | None:
    if chosen in ("", ME):
        return request.staff if chosen else None
    owner = active_staff().filter(pk=int(chosen)).first()
    if owner is None:
        raise NobodyThere
    return owner
