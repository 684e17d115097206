"""Closing a case with its outcome, and opening it again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from tieline.console.case_conflicts import SetMine, show_conflict
from tieline.console.case_pages import show_change, visible_case
from tieline.console.pages import is_fragment, show, wants_delete
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions import close_case, reopen_case
from tieline.desk.actions.closing import OpenParts
from tieline.desk.field_conflicts import FieldConflict
from tieline.desk.models import Case, CaseState

WHOLE = "console/cases/_case.html"


class ClosureForm(forms.Form):
    """The outcome's key, the state the page showed, and why all the same while parts of the case are open."""

    outcome = forms.CharField(max_length=60)
    was = forms.TypedChoiceField(choices=CaseState.choices, coerce=CaseState, required=False, empty_value=None)
    all_the_same = forms.BooleanField(required=False)
    despite = forms.CharField(max_length=300, required=False)


class ReopeningForm(forms.Form):
    """Why the case is opened again."""

    reason = forms.CharField(max_length=200, required=False)


@require_http_methods(["POST", "DELETE"])
def closure(request: Request, number: int) -> HttpResponse:
    """POST and DELETE /cases/<number>/closure"""
    return delete(request, number) if wants_delete(request) else create(request, number)


def create(request: Request, number: int) -> HttpResponse:
    """Close the case."""
    case = visible_case(request, number)
    form = read(ClosureForm(request.POST))
    outcome, was = form["outcome"], form["was"]
    try:
        close_case(
            case, outcome=outcome, profile=request.profile, by=request.actor, at=request.at, was=was,
            despite_parts=form["despite"] if form["all_the_same"] else "",
        )  # fmt: skip
    except FieldConflict as conflict:
        mine = {"outcome": outcome, "was": conflict.change.now}
        return show_conflict(request, case, conflict, SetMine(request.path, mine))
    except OpenParts as refusal:
        return _show_open_parts(request, case, refusal, form)
    return show_change(request, number, template=WHOLE)


def _show_open_parts(request: Request, case: Case, refusal: OpenParts, form: dict[str, Any]) -> HttpResponse:
    """409 with the parts that are open, and the form that closes the case all the same."""
    template = f"console/structure/{'_open_parts' if is_fragment(request) else 'open_parts'}.html"
    response = show(request, template, {"case": case, "refusal": refusal, "form": form}, status=409)
    response["HX-Retarget"], response["HX-Reswap"] = "#refusal", "innerHTML"
    return response


def delete(request: Request, number: int) -> HttpResponse:
    """Open it again."""
    case = visible_case(request, number)
    reason = read(ReopeningForm(request.POST))["reason"] or "more to do"
    reopen_case(case, reason=reason, profile=request.profile, by=request.actor, at=request.at)
    return show_change(request, number, template=WHOLE)
