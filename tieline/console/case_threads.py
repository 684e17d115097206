"""Writing to somebody beside the client: a thread of its own, and a message sent on into one."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tieline.console.case_pages import case_context, visible_case
from tieline.console.case_replies import ComposedForm, composed
from tieline.console.pages import see_other, show
from tieline.console.reading import read
from tieline.console.recipients import addresses_in
from tieline.console.requests import Request
from tieline.desk.actions import reply
from tieline.desk.actions.forwarding import forward_message, refuse_forwarding
from tieline.desk.actions.threads import start_thread
from tieline.desk.models import CaseState, CaseThread, ThreadKind
from tieline.desk.people import People
from tieline.identity.permissions import require


class LetterForm(forms.Form):
    """To whom, and the words."""

    to = forms.CharField(max_length=2000)
    text = forms.CharField(required=False, strip=False, max_length=500_000)
    key = forms.UUIDField(required=False)


class ThreadForm(LetterForm):
    """What they are to the case, and about what it is."""

    kind = forms.TypedChoiceField(choices=ThreadKind.choices, coerce=ThreadKind)
    subject = forms.CharField(required=False, max_length=500)


@require_http_methods(["GET", "POST"])
def threads(request: Request, number: int) -> HttpResponse:
    """GET and POST /cases/<number>/threads"""
    case = visible_case(request, number)
    require(request.actor, "desk.reply")
    if request.method == "GET":
        context = {"case": case, "kinds_of_thread": list(ThreadKind), "sending_key": uuid4()}
        return show(request, "console/threads/new.html", context)
    form = read(ThreadForm(request.POST))
    begun = start_thread(
        case, kind=form["kind"], people=addresses_in(form["to"]), subject=form["subject"], text=form["text"],
        key=form["key"], by=request.actor, at=request.at,
    )  # fmt: skip
    return _to_thread(number, begun.thread_id)


@require_http_methods(["GET", "POST"])
def thread(request: Request, number: int, thread_id: int) -> HttpResponse:
    """GET and POST /cases/<number>/threads/<thread id>"""
    case = visible_case(request, number)
    found = get_object_or_404(case.threads, pk=thread_id)
    if request.method == "GET":
        return show(request, "console/threads/show.html", _thread_context(request, found))
    form = read(ComposedForm(request.POST))
    reply(
        case, text=form["text"], then=CaseState(case.state), thread=found, composed=composed(form), by=request.actor,
        at=request.at,
    )  # fmt: skip
    return _to_thread(number, thread_id)


@require_http_methods(["GET", "POST"])
def forward(request: Request, number: int, message_id: int) -> HttpResponse:
    """GET and POST /cases/<number>/messages/<message id>/forward"""
    case = visible_case(request, number)
    message = get_object_or_404(case.messages.select_related("case", "thread", "incoming"), pk=message_id)
    refuse_forwarding(message, by=request.actor)
    if request.method == "GET":
        mail = message.incoming
        context = {
            "case": case, "message": message, "sending_key": uuid4(), "files": mail.attachments.all() if mail else (),
            "is_disproved": mail is not None and mail.is_disproved,
        }  # fmt: skip
        return show(request, "console/threads/forward.html", context)
    form = read(LetterForm(request.POST))
    sent = forward_message(
        message, to=addresses_in(form["to"]), text=form["text"], files=request.POST.getlist("files"),
        key=form["key"], by=request.actor, at=request.at,
    )  # fmt: skip
    return _to_thread(number, sent.thread_id)


def _thread_context(request: Request, found: CaseThread) -> dict[str, object]:
    context = case_context(request, visible_case(request, found.case.number))
    known = context["people"]
    assert isinstance(known, People)
    on_it = next((one.people for one in known.threads if one.id == found.pk), ())
    return {**context, "thread": found, "thread_people": on_it}


def _to_thread(number: int, thread_id: int | None) -> HttpResponse:
    return see_other(reverse("case-thread", args=[number, thread_id]))
