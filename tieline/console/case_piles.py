"""My own desk: putting a case off, being done with it, taking it up, following it, and having seen it."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tieline.console.case_pages import case_context, visible_case
from tieline.console.pages import show, wants_delete
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.console.undoing import Undo, show_undoable
from tieline.desk.actions.piles import finish_for_me, follow, put_off, see, take_up, unfollow
from tieline.desk.models import Case, Pile
from tieline.desk.personal import desk_of
from tieline.desk.snoozing import instant_of
from tieline.identity.permissions import require
from tieline.kernel.refusal import Refusal


class NoTimeChosen(Refusal):
    """Later, but until when?"""

    def __init__(self) -> None:
        super().__init__("Choose until when the case is to be put off.")


class PileForm(forms.Form):
    """A pile; for Later an instant, or a day and a time of the market; the last message the page showed."""

    pile = forms.ChoiceField(choices=Pile.choices)
    until = forms.CharField(max_length=40, required=False)
    day = forms.DateField(required=False)
    time = forms.TimeField(required=False)
    seen = forms.IntegerField(required=False, min_value=0)


class SeenForm(forms.Form):
    """The last message shown."""

    upto = forms.IntegerField(min_value=1)


@require_http_methods(["GET", "POST"])
def pile(request: Request, number: int) -> HttpResponse:
    """GET and POST /cases/<number>/pile"""
    case = visible_case(request, number)
    require(request.actor, "desk.see")
    if request.method == "GET":
        return show(request, "console/piles/later.html", case_context(request, case))
    before = desk_of(case)
    said = _lay(request, case, read(PileForm(request.POST)))
    until = before.wakes_at.isoformat() if before.wakes_at else ""
    back = {"pile": before.pile.value, "until": until}
    return show_undoable(request, number, Undo(said, reverse("case-pile", args=[number]), back))


def _lay(request: Request, case: Case, form: dict[str, object]) -> str:
    seen = form["seen"] if isinstance(form["seen"], int) else None
    match form["pile"]:
        case Pile.LATER:
            until = _until(request, form)
            put_off(case, until=until, seen=seen, by=request.actor, at=request.at)
            return f"Put off until {until.astimezone(request.profile.time_zone):%a %d %b %H:%M}"
        case Pile.DONE:
            finish_for_me(case, seen=seen, by=request.actor, at=request.at)
            return "Done for you"
    take_up(case, by=request.actor, at=request.at)
    return "Back on your To do pile"


def _until(request: Request, form: dict[str, object]) -> datetime:
    if form["until"]:
        try:
            until = datetime.fromisoformat(str(form["until"]))
        except ValueError:
            raise NoTimeChosen from None
        if until.tzinfo is not None:
            return until
    day, wall_time = form["day"], form["time"]
    if day is None or wall_time is None:
        raise NoTimeChosen
    return instant_of(day, wall_time, request.profile)  # type: ignore[arg-type]  # cleaned by the form's fields


@require_http_methods(["POST", "DELETE"])
def following(request: Request, number: int) -> HttpResponse:
    """POST and DELETE /cases/<number>/following"""
    case = visible_case(request, number)
    address = reverse("case-following", args=[number])
    if wants_delete(request):
        unfollow(case, by=request.actor, at=request.at)
        return show_undoable(request, number, Undo("You no longer follow this case", address))
    follow(case, by=request.actor, at=request.at)
    return show_undoable(request, number, Undo("You follow this case", address, {"_method": "delete"}))


@require_POST
def seen(request: Request, number: int) -> HttpResponse:
    """POST /cases/<number>/seen"""
    case = visible_case(request, number)
    see(case, upto=read(SeenForm(request.POST))["upto"], by=request.actor, at=request.at)
    return HttpResponse(status=204)
