"""Merging a case into another: the other is looked for, what would happen is shown, then it is done, or undone."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tieline.console.case_pages import visible_case
from tieline.console.case_structure import case_named
from tieline.console.pages import is_fragment, see_other, show, wants_delete
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions.merging import merge_cases, unmerge_case
from tieline.desk.merging_preview import cases_to_merge_into, preview_merge
from tieline.identity.permissions import require

LONGEST = 200


class MergeForm(forms.Form):
    """Into which case, and why."""

    into = forms.CharField(max_length=40)
    reason = forms.CharField(max_length=300, required=False)


@require_http_methods(["GET", "POST", "DELETE"])
def merging(request: Request, number: int) -> HttpResponse:
    """GET, POST and DELETE /cases/<number>/merging?q=&into="""
    if request.method == "GET":
        return choose(request, number)
    return delete(request, number) if wants_delete(request) else create(request, number)


def choose(request: Request, number: int) -> HttpResponse:
    """Cases it could go into, and what would happen with the chosen one."""
    case = visible_case(request, number)
    require(request.actor, "desk.arrange")
    words, into = request.GET.get("q", "")[:LONGEST], request.GET.get("into", "")
    context: dict[str, object] = {"case": case, "words": words, "into": into}
    if into:
        context["preview"] = preview_merge(case, case_named(request, into))
    else:
        context["found"] = cases_to_merge_into(case, words, actor=request.actor)
    name = "_found" if is_fragment(request) else "merging"
    return show(request, f"console/structure/{name}.html", {**context, "door": "case-merging", "field": "into"})


def create(request: Request, number: int) -> HttpResponse:
    """Merge; the survivor is shown."""
    case = visible_case(request, number)
    form = read(MergeForm(request.POST))
    target = case_named(request, form["into"])
    merge_cases(case, target, profile=request.profile, by=request.actor, at=request.at, reason=form["reason"])
    return see_other(reverse("case", args=[target.number]))


def delete(request: Request, number: int) -> HttpResponse:
    """Take the case out again, and show it."""
    unmerge_case(visible_case(request, number), profile=request.profile, by=request.actor, at=request.at)
    return see_other(reverse("case", args=[number]))
