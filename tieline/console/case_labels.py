"""Putting labels on a case and taking them off."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tieline.console.case_pages import visible_case
from tieline.console.pages import wants_delete
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.console.undoing import Undo, show_undoable
from tieline.desk.actions.labels import LONGEST, label_case, label_of, unlabel_case


class LabelForm(forms.Form):
    """One label."""

    label = forms.CharField(max_length=LONGEST)


@require_http_methods(["POST", "DELETE"])
def labels(request: Request, number: int) -> HttpResponse:
    """POST and DELETE /cases/<number>/labels"""
    case = visible_case(request, number)
    label = label_of(read(LabelForm(request.POST))["label"])
    address = reverse("case-labels", args=[number])
    if wants_delete(request):
        unlabel_case(case, label=label, by=request.actor, at=request.at)
        return show_undoable(request, number, Undo(f"Took off “{label}”", address, {"label": label}))
    label_case(case, label=label, by=request.actor, at=request.at)
    back = {"label": label, "_method": "delete"}
    return show_undoable(request, number, Undo(f"Put on “{label}”", address, back))
