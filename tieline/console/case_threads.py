"""Writing to somebody beside the client: a thread of its own, and a message sent on into one; and taking it back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tieline.console.case_pages import case_context, visible_case
from tieline.console.case_replies import ComposedForm, composed
from tieline.console.pages import see_other, show, wants_delete
from tieline.console.reading import read
from tieline.console.recipients import addresses_in
from tieline.console.requests import Request
from tieline.desk.actions import Composed, DraftConflict, Guarded, save_draft
from tieline.desk.actions.forwarding import forward_message, refuse_forwarding
from tieline.desk.actions.letters import take_back_letter
from tieline.desk.actions.threads import start_thread, write_in_thread
from tieline.desk.models import Case, CaseThread, Draft, DraftKind, ThreadKind
from tieline.desk.people import People
from tieline.desk.writing import NO_HEADING, Heading, own_draft
from tieline.identity.permissions import require


class LetterForm(forms.Form):
    """To whom, and the words."""

    to = forms.CharField(max_length=2000)
    text = forms.CharField(required=False, strip=False, max_length=500_000)
    key = forms.UUIDField(required=False)
    draft = forms.IntegerField(required=False, min_value=0)
    anyway = forms.CharField(required=False, max_length=4000)


class ThreadLetterForm(ComposedForm):
    """A letter in a thread, and what its writer sends past."""

    anyway = forms.CharField(required=False, max_length=4000)


class ThreadForm(LetterForm):
    """What they are to the case, and about what it is."""

    thread_kind = forms.TypedChoiceField(choices=ThreadKind.choices, coerce=ThreadKind)
    subject = forms.CharField(required=False, max_length=500)


@require_http_methods(["GET", "POST"])
def threads(request: Request, number: int) -> HttpResponse:
    """GET and POST /cases/<number>/threads"""
    case = visible_case(request, number)
    require(request.actor, "desk.reply")
    if request.method == "GET":
        letter = own_draft(case, DraftKind.LETTER, request.actor)
        context = {"case": case, "kinds_of_thread": list(ThreadKind), "sending_key": uuid4(), "letter": letter}
        return show(request, "console/threads/new.html", context)
    form = read(ThreadForm(request.POST))
    heading = Heading(to=form["to"], subject=form["subject"], thread_kind=form["thread_kind"])
    try:
        begun = start_thread(
            case, kind=form["thread_kind"], people=addresses_in(form["to"]), subject=form["subject"],
            text=form["text"], composed=_known(form), hold=_hold(), agreed=_agreed(form), profile=request.profile,
            by=request.actor, at=request.at,
        )  # fmt: skip
    except Guarded as guarded:
        return _show_guarded(request, case, guarded, form, kind=DraftKind.LETTER, heading=heading)
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
            case, found, text=form["text"], composed=composed(form), hold=_hold(), agreed=_agreed(form),
            profile=request.profile, by=request.actor, at=request.at,
        )  # fmt: skip
    except Guarded as guarded:
        heading = Heading(thread=found)
        return _show_guarded(request, case, guarded, form, kind=DraftKind.LETTER, heading=heading)
    return _to_thread(number, thread_id)


@require_http_methods(["GET", "POST"])
def forward(request: Request, number: int, message_id: int) -> HttpResponse:
    """GET and POST /cases/<number>/messages/<message id>/forward"""
    case = visible_case(request, number)
    message = get_object_or_404(case.messages.select_related("case", "thread", "incoming", "outgoing"), pk=message_id)
    refuse_forwarding(message, by=request.actor)
    heading = Heading(about=message)
    if request.method == "GET":
        mail = message.incoming
        context = {
            "case": case, "message": message, "sending_key": uuid4(), "files": mail.attachments.all() if mail else (),
            "is_disproved": mail is not None and mail.is_disproved,
            "letter": own_draft(case, DraftKind.FORWARD, request.actor, heading),
        }  # fmt: skip
        return show(request, "console/threads/forward.html", context)
    form = read(LetterForm(request.POST))
    try:
        sent = forward_message(
            message, to=addresses_in(form["to"]), text=form["text"], files=request.POST.getlist("files"),
            composed=_known(form), hold=_hold(), agreed=_agreed(form), profile=request.profile, by=request.actor,
            at=request.at,
        )  # fmt: skip
    except Guarded as guarded:
        heading = replace(heading, to=form["to"])
        return _show_guarded(request, case, guarded, form, kind=DraftKind.FORWARD, heading=heading)
    return _to_thread(number, sent.thread_id)


@require_http_methods(["POST", "DELETE"])
def take_back(request: Request, number: int, message_id: int) -> HttpResponse:
    """DELETE /cases/<number>/letters/<message id>"""
    if not wants_delete(request):
        return HttpResponseNotAllowed(["DELETE"])
    letters = visible_case(request, number).messages.filter(thread__isnull=False).select_related("case")
    message = get_object_or_404(letters, pk=message_id)
    draft = take_back_letter(message, by=request.actor, at=request.at)
    return see_other(_written_on(draft, number))


def _written_on(draft: Draft, number: int) -> str:
    """The page on which a letter that was taken back is written on."""
    if draft.about_id is not None:
        return reverse("case-forward", args=[number, draft.about_id])
    if draft.thread_id is not None:
        return reverse("case-thread", args=[number, draft.thread_id])
    return reverse("case-threads", args=[number])


def _known(form: dict[str, Any]) -> Composed:
    return Composed(key=form["key"], draft=form["draft"])


def _hold() -> timedelta:
    return timedelta(seconds=settings.UNDO_SECONDS)


def _agreed(form: dict[str, Any]) -> frozenset[str]:
    return frozenset(form["anyway"].split())


def _show_guarded(
    request: Request, case: Case, guarded: Guarded, form: dict[str, Any], *, kind: DraftKind,
    heading: Heading = NO_HEADING,
) -> HttpResponse:  # fmt: skip
    """What the guards found in a letter, and the choice; fields stay as they were, words are kept as a draft too."""
    with suppress(DraftConflict):
        save_draft(
            case, kind=kind, text=form["text"], version=form["draft"] or 0, key=form["key"], heading=heading,
            by=request.actor, at=request.at,
        )  # fmt: skip
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
    letter = own_draft(found.case, DraftKind.LETTER, request.actor, Heading(thread=found))
    return {**context, "thread": found, "thread_people": on_it, "letter": letter}


def _to_thread(number: int, thread_id: int | None) -> HttpResponse:
    return see_other(reverse("case-thread", args=[number, thread_id]))
