"""Who is on a case: its requester, who is in copy, who is on a thread; each change with its reason."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tieline.console.case_pages import case_context, visible_case
from tieline.console.pages import see_other, show, wants_delete
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions.people import add_person, change_requester, remove_person
from tieline.desk.actions.threads import ROLES
from tieline.desk.models import CaseRole, ThreadKind
from tieline.desk.people import People
from tieline.desk.queries import CasePage


class ReasonForm(forms.Form):
    """Why somebody comes or goes."""

    reason = forms.CharField(required=False, max_length=300)


class PersonForm(ReasonForm):
    """Whose address, and on which thread if not on the conversation itself."""

    address = forms.CharField(max_length=320)
    name = forms.CharField(required=False, max_length=300)
    thread = forms.IntegerField(required=False, min_value=1)


@require_http_methods(["GET", "POST"])
def people(request: Request, number: int) -> HttpResponse:
    """GET and POST /cases/<number>/people"""
    case = visible_case(request, number)
    if request.method == "GET":
        context = case_context(request, case)
        return show(request, "console/people/page.html", {**context, "offered": _offered(context)})
    form = read(PersonForm(request.POST))
    thread = get_object_or_404(case.threads, pk=form["thread"]) if form["thread"] else None
    role = ROLES[ThreadKind(thread.kind)] if thread else CaseRole.COPIED
    add_person(
        case, role=role, address=form["address"], name=form["name"], reason=form["reason"], thread=thread,
        by=request.actor, at=request.at,
    )  # fmt: skip
    return _back(number)


@require_http_methods(["POST", "DELETE"])
def person(request: Request, number: int, person_id: int) -> HttpResponse:
    """DELETE /cases/<number>/people/<person id>"""
    if not wants_delete(request):
        return HttpResponseNotAllowed(["DELETE"])
    found = get_object_or_404(visible_case(request, number).people.select_related("case"), pk=person_id)
    remove_person(found, reason=read(ReasonForm(request.POST))["reason"], by=request.actor, at=request.at)
    return _back(number)


@require_POST
def requester(request: Request, number: int) -> HttpResponse:
    """POST /cases/<number>/requester"""
    case = visible_case(request, number)
    form = read(PersonForm(request.POST))
    change_requester(
        case, address=form["address"], name=form["name"], reason=form["reason"], by=request.actor, at=request.at
    )
    return _back(number)


def _back(number: int) -> HttpResponse:
    return see_other(reverse("case-people", args=[number]))


def _offered(context: dict[str, object]) -> tuple[str, ...]:
    """Who was in copy of the client's letters and is not on the case: the sender was not proved."""
    page, known = context["page"], context["people"]
    assert isinstance(page, CasePage)
    assert isinstance(known, People)
    in_copy = [
        one for item in page.timeline if item.kind == "client" and not item.thread for one in item.addressed.copied
    ]
    return known.not_on_it(in_copy)
