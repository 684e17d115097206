"""Opening a case by hand: what was asked on the telephone or in a meeting is taken down."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tieline.console.pages import see_other, show
from tieline.console.requests import Request
from tieline.desk.actions.opening import CHANNELS, TakenDown, take_down
from tieline.desk.profile import Taxonomy
from tieline.identity.permissions import require
from tieline.kernel.refusal import Refusal


class OpeningForm(forms.Form):
    """What was asked, by whom, when and how."""

    subject = forms.CharField(required=False, max_length=500)
    text = forms.CharField(required=False, strip=False, max_length=500_000)
    name = forms.CharField(required=False, max_length=300)
    address = forms.CharField(required=False, max_length=320)
    channel = forms.ChoiceField(choices=list(CHANNELS.items()))
    topic = forms.CharField(max_length=60)
    urgency = forms.CharField(max_length=40)
    received_at = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    key = forms.UUIDField()


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """GET and POST /cases/new"""
    require(request.actor, "desk.open")
    if request.method == "GET":
        return _show(request, {"key": uuid4(), "received_at": _local(request)})
    form = OpeningForm(request.POST)
    if not form.is_valid():
        faults = [f"{name.replace('_', ' ')}: {' '.join(map(str, why))}" for name, why in form.errors.items()]
        return _show(request, request.POST, problem=" ".join(faults))
    told = form.cleaned_data
    try:
        case = take_down(
            TakenDown(
                subject=told["subject"], text=told["text"], name=told["name"], address=told["address"].strip(),
                channel=told["channel"], topic=told["topic"], urgency=told["urgency"],
                received_at=_instant(request, told["received_at"]),
            ),
            page_key=told["key"], profile=request.profile, by=request.actor, at=request.at,
        )  # fmt: skip
    except Refusal as refused:
        return _show(request, request.POST, problem=str(refused))
    return see_other(reverse("case", args=[case.number]))


def _local(request: Request) -> str:
    return request.at.astimezone(request.profile.time_zone).strftime("%Y-%m-%dT%H:%M")


def _instant(request: Request, typed: datetime | None) -> datetime:
    """The time typed in, in the market's zone; nothing typed, or the minute that runs, is now."""
    if typed is None or typed.strftime("%Y-%m-%dT%H:%M") == _local(request):
        return request.at
    return typed.replace(tzinfo=request.profile.time_zone)


def _show(request: Request, typed: object, *, problem: str = "") -> HttpResponse:
    context = {"typed": typed, "problem": problem, "taxonomy": request.profile.get(Taxonomy), "channels": CHANNELS}
    return show(request, "console/openings/new.html", context, status=400 if problem else 200)
