"""The team: who takes how much, when, who is away; laid down by a lead, one's own absence by oneself."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tieline.console.pages import see_other, show, wants_delete
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.absences import coming_absences, teams
from tieline.desk.actions.absences import cancel_absence, note_absence, set_capacity, set_hours
from tieline.desk.profile import Taxonomy
from tieline.identity.models import User
from tieline.identity.permissions import require
from tieline.identity.queries import active_staff


class AbsenceForm(forms.Form):
    """Whole days, the last one included; who covers is a member of staff or nobody."""

    user = forms.RegexField(r"^\d{1,15}$")
    first = forms.DateField()
    last = forms.DateField()
    cover = forms.RegexField(r"^\d{0,15}$", required=False)
    reason = forms.CharField(max_length=200, required=False)


class CapacityForm(forms.Form):
    """How many cases, in what skilled, when."""

    most_cases = forms.IntegerField(min_value=0, max_value=500)
    takes_cases = forms.BooleanField(required=False)
    skills = forms.CharField(max_length=2000, required=False)
    hours = forms.CharField(max_length=500, required=False)


@require_GET
def index(request: Request) -> HttpResponse:
    """GET /team"""
    require(request.actor, "identity.see")
    context = {
        "teams": teams(profile=request.profile, at=request.at),
        "staff_people": active_staff(),
        "today": request.at.astimezone(request.profile.time_zone).date(),
        "taxonomy": request.profile.get(Taxonomy),
    }
    return show(request, "console/team/index.html", context)


@require_http_methods(["POST"])
def absences(request: Request) -> HttpResponse:
    """POST /team/absences"""
    require(request.actor, "identity.see")
    form = read(AbsenceForm(request.POST))
    user = _person(int(form["user"]))
    zone = request.profile.time_zone
    note_absence(
        user,
        begins_at=max(datetime.combine(form["first"], time(), zone), request.at),
        ends_at=datetime.combine(form["last"] + timedelta(days=1), time(), zone),
        cover=_person(int(form["cover"])) if form["cover"] else None,
        reason=form["reason"],
        by=request.actor,
        at=request.at,
    )
    return see_other(reverse("team"))


@require_http_methods(["POST", "DELETE"])
def absence(request: Request, absence_id: int) -> HttpResponse:
    """DELETE /team/absences/<id>"""
    require(request.actor, "identity.see")
    found = get_object_or_404(coming_absences(request.at), pk=absence_id)
    if wants_delete(request):
        cancel_absence(found, by=request.actor, at=request.at)
    return see_other(reverse("team"))


@require_http_methods(["POST"])
def capacity(request: Request, user_id: int) -> HttpResponse:
    """POST /team/<id>/capacity"""
    require(request.actor, "desk.lead")
    user = _person(user_id)
    form = read(CapacityForm(request.POST))
    skills = form["skills"].replace(",", " ").split()
    set_capacity(
        user, most_cases=form["most_cases"], skills=skills, takes_cases=form["takes_cases"],
        profile=request.profile, by=request.actor, at=request.at,
    )  # fmt: skip
    set_hours(user, hours=form["hours"], by=request.actor, at=request.at)
    return see_other(reverse("team"))


def _person(user_id: int) -> User:
    return get_object_or_404(active_staff(), pk=user_id)
