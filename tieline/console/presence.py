"""Who else is here? Pages say that they show a case, and ask who else has it open."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods

from tieline.console.pages import show
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions.presence import be_present, leave
from tieline.desk.models import Case, Doing
from tieline.desk.presence import present_at
from tieline.desk.writing import staff_id
from tieline.identity.permissions import require

LEFT = "left"
MOST_ROWS = 400


class PresenceForm(forms.Form):
    """What one does at the case ("left": no longer anything), and for how many seconds one's hands have rested."""

    doing = forms.ChoiceField(choices=[*Doing.choices, (LEFT, "has left")])
    rested = forms.IntegerField(min_value=0, max_value=10**6, required=False)


@require_http_methods(["GET", "POST"])
def presence(request: Request, number: int) -> HttpResponse:
    """GET and POST /cases/<number>/presence"""
    case = get_object_or_404(Case.objects.visible_to(request.actor), number=number)
    if request.method == "GET":
        require(request.actor, "desk.see")
        present = present_at([number], but=staff_id(request.actor), at=request.at)
        return show(request, "console/presence/_people.html", {"present": present.get(number, ())})
    form = read(PresenceForm(request.POST))
    if form["doing"] == LEFT:
        leave(case, by=request.actor)
    else:
        rested = timedelta(seconds=form["rested"] or 0)
        be_present(case, doing=Doing(form["doing"]), rested=rested, by=request.actor, at=request.at)
    return HttpResponse(status=204)


@require_GET
def in_rows(request: Request) -> HttpResponse:
    """GET /cases/presence?number=&number= : who is at which of the cases of a list"""
    require(request.actor, "desk.see")
    asked = [int(one) for one in request.GET.getlist("number")[:MOST_ROWS] if one.isdecimal() and len(one) < 16]
    seen = Case.objects.visible_to(request.actor).filter(number__in=asked).values_list("number", flat=True)
    present = present_at(seen, but=staff_id(request.actor), at=request.at)
    return show(request, "console/presence/_rows.html", {"present": present})
