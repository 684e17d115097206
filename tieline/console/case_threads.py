"""Writing to somebody beside the client: a thread of its own, and a message sent on into one."""

from __future__ import annotations

from typing import Any
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
from tieline.desk.actions import Guarded
from tieline.desk.actions.forwarding import refuse_forwarding
from tieline.desk.actions.letters import begin_thread, send_on, write_in_thread
from tieline.desk.models import Case, CaseThread, ThreadKind
from tieline.desk.people import People
from tieline.identity.permissions import require


class LetterForm(forms.Form):
    """To whom, and the words."""

    to = forms.CharField(max_length=2000)
    text = forms.CharField(required=False, strip=False, max_length=500_000)
    key = forms.UUIDField(required=False)
    anyway = forms.CharField(required=False, max_length=4000)


class ThreadLetterForm(ComposedForm):
    """A letter in a thread, and what its writer sends past."""

    anyway = forms.CharField(required=False, max_length=4000)


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
    try:
        begun = begin_thread(
            case, kind=form["kind"], people=addresses_in(form["to"]), subject=form["subject"], text=form["text"],
            key=form["key"], agreed=_agreed(form), profile=request.profile, by=request.actor, at=request.at,
        )  # fmt: skip
    except Guarded as guarded:
        return _show_guarded(request, case, guarded, form)
    return _to_thread(number, begun.thread_id)


@require_http_methods(["GET", "POST"])
def thread(request: Request, number: int, thread_id: int) -> HttpResponse:
    """GET and POST /cases/<number>/threads/<thread id>"""
    case = visible_case(request, number)
    found = get_object_or_404(case.threads, pk=thread_id)
    if request.method == "GET":
        return show(request, "console/threads/show.html", _thread_context(request, found))
    form = read(ThreadLetterForm(request.POST))
    try:
        write_in_thread(
            case, found, text=form["text"], composed=composed(form), agreed=_agreed(form), profile=request.profile,
            by=request.actor, at=request.at,
        )  # fmt: skip
    except Guarded as guarded:
        return _show_guarded(request, case, guarded, form)
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
    try:
        sent = send_on(
            message, to=addresses_in(form["to"]), text=form["text"], files=request.POST.getlist("files"),
            key=form["key"], agreed=_agreed(form), profile=request.profile, by=request.actor, at=request.at,
        )  # fmt: skip
    except Guarded as guarded:
        return _show_guarded(request, case, guarded, form)
    return _to_thread(number, sent.thread_id)


def _agreed(form: dict[str, Any]) -> frozenset[str]:
    return frozenset(form["anyway"].split())


def _show_guarded(request: Request, case: Case, guarded: Guarded, form: dict[str, Any]) -> HttpResponse:
    """What the guards found in a letter, and the choice; every field of the form stays as it was."""
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "anyway", "text")
        for value in values
    ]
    context = {"case": case, "stale": guarded, "form": form, "kept": kept}
    return show(request, "console/threads/guarded.html", context, status=409)


def _thread_context(request: Request, found: CaseThread) -> dict[str, object]:
    context = case_context(request, visible_case(request, found.case.number))
    known = context["people"]
    assert isinstance(known, People)
    on_it = next((one.people for one in known.threads if one.id == found.pk), ())
    return {**context, "thread": found, "thread_people": on_it}


def _to_thread(number: int, thread_id: int | None) -> HttpResponse:
    return see_other(reverse("case-thread", args=[number, thread_id]))
