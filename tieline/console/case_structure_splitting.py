"""Messages that belong elsewhere: some of them become a case of their own, or one is moved to another case."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tieline.console.case_pages import visible_case
from tieline.console.case_structure import case_named
from tieline.console.pages import is_fragment, see_other, show, wants_delete
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions.moving import NothingToUndo, move_message, standing_move, undo_move
from tieline.desk.actions.splitting import split_case, standing_split, undo_split
from tieline.desk.merging_preview import cases_to_move_into
from tieline.identity.permissions import require

LONGEST = 200


class SplitForm(forms.Form):
    """Which messages, and what the new case is about ("" for the letter's own subject)."""

    messages = forms.TypedMultipleChoiceField(coerce=int, choices=())
    subject = forms.CharField(max_length=500, required=False)


class MoveForm(forms.Form):
    """Into which case."""

    into = forms.CharField(max_length=40)


@require_http_methods(["GET", "POST", "DELETE"])
def splitting(request: Request, number: int) -> HttpResponse:
    """GET, POST and DELETE /cases/<number>/splitting"""
    if request.method == "GET":
        return choose_messages(request, number)
    return undo_splitting(request, number) if wants_delete(request) else create(request, number)


def choose_messages(request: Request, number: int) -> HttpResponse:
    """The messages, each with a box to tick."""
    case = visible_case(request, number)
    require(request.actor, "desk.arrange")
    said = case.messages.filter(thread=None).order_by("at", "pk")
    chosen = {int(one) for one in request.GET.getlist("message") if one.isdigit()}
    return show(request, "console/structure/splitting.html", {"case": case, "said": said, "chosen": chosen})


def create(request: Request, number: int) -> HttpResponse:
    """Split; the new case is shown."""
    case = visible_case(request, number)
    form = SplitForm(request.POST)
    ids = case.messages.values_list("pk", flat=True)
    form.fields["messages"].choices = [(one, one) for one in ids]  # type: ignore[attr-defined]  # a choice field
    chosen = read(form)
    made = split_case(
        case, chosen["messages"], subject=chosen["subject"], profile=request.profile, by=request.actor, at=request.at
    )
    return see_other(reverse("case", args=[made.number]))


def undo_splitting(request: Request, number: int) -> HttpResponse:
    """Lay the messages back where the case came from, and show that."""
    step = standing_split(visible_case(request, number))
    if step is None:
        raise NothingToUndo
    source = undo_split(step, by=request.actor, at=request.at)
    return see_other(reverse("case", args=[source.number]))


@require_http_methods(["GET", "POST", "DELETE"])
def moving(request: Request, number: int, message_id: int) -> HttpResponse:
    """GET, POST and DELETE /cases/<number>/messages/<message id>/moving?q="""
    if request.method == "GET":
        return choose_case(request, number, message_id)
    return put_back(request, number, message_id) if wants_delete(request) else move(request, number, message_id)


def choose_case(request: Request, number: int, message_id: int) -> HttpResponse:
    """Cases the message could lie in."""
    case = visible_case(request, number)
    require(request.actor, "desk.arrange")
    message = get_object_or_404(case.messages.select_related("case", "incoming"), pk=message_id)
    words = request.GET.get("q", "")[:LONGEST]
    found = cases_to_move_into(message, words, actor=request.actor)
    context = {"case": case, "message": message, "words": words, "found": found, "is_moving": True}
    return show(request, f"console/structure/{'_found' if is_fragment(request) else 'moving'}.html", context)


def move(request: Request, number: int, message_id: int) -> HttpResponse:
    """Move it; the case it lies in now is shown."""
    message = get_object_or_404(visible_case(request, number).messages.select_related("case"), pk=message_id)
    target = case_named(request, read(MoveForm(request.POST))["into"])
    move_message(message, target, profile=request.profile, by=request.actor, at=request.at)
    return see_other(f"{reverse('case', args=[target.number])}#message-{message_id}")


def put_back(request: Request, number: int, message_id: int) -> HttpResponse:
    """Lay it back, and show the case it came from."""
    case = visible_case(request, number)
    step = standing_move(case, message_id)
    undo_move(step, profile=request.profile, by=request.actor, at=request.at)
    return see_other(reverse("case", args=[step.source.number]))
