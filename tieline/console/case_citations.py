"""Citing a rule in a case, and taking a citation out again."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from tieline.console.case_pages import show_change, visible_case
from tieline.console.pages import wants_delete
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions import cite, withdraw_citation


class CitationForm(forms.Form):
    """The paragraph's version, and words quoted from it."""

    version_id = forms.IntegerField(min_value=1)
    quote = forms.CharField(required=False, max_length=100_000)


@require_POST
def create(request: Request, number: int) -> HttpResponse:
    """POST /cases/<number>/citations"""
    case = visible_case(request, number)
    form = read(CitationForm(request.POST))
    cite(case, version_id=form["version_id"], quote=form["quote"], by=request.actor, at=request.at)
    return show_change(request, number)


@require_http_methods(["POST", "DELETE"])
def delete(request: Request, number: int, citation_id: int) -> HttpResponse:
    """DELETE /cases/<number>/citations/<id>"""
    if not wants_delete(request):
        return HttpResponseNotAllowed(["DELETE"])
    citation = get_object_or_404(visible_case(request, number).citations, pk=citation_id)
    withdraw_citation(citation, by=request.actor, at=request.at)
    return show_change(request, number)
