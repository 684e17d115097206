"""One's own drafts, saved while one types; how others read them is in `case_draft_sharing`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from tieline.console.case_pages import show_change, visible_case
from tieline.console.case_replies import ReplyForm, then_of
from tieline.console.pages import show, wants_delete
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions import DraftConflict, discard_draft, save_draft
from tieline.desk.models import Case, DraftKind, ThreadKind
from tieline.desk.writing import NO_HEADING, Heading


class KindForm(forms.Form):
    """Which draft of a case; of letters, of which thread or message."""

    kind = forms.TypedChoiceField(choices=DraftKind.choices, coerce=DraftKind)
    thread = forms.IntegerField(required=False)
    about = forms.IntegerField(required=False)


class DraftForm(KindForm, ReplyForm):
    """The words so far, a letter's head, and the version the page knows."""

    to = forms.CharField(required=False, max_length=2000)
    subject = forms.CharField(required=False, max_length=500)
    thread_kind = forms.ChoiceField(required=False, choices=ThreadKind.choices)


@require_http_methods(["POST", "DELETE"])
def own(request: Request, number: int) -> HttpResponse:
    """POST /cases/<number>/draft saves; DELETE throws away"""
    case = visible_case(request, number)
    if wants_delete(request):
        form = read(KindForm(request.POST or request.GET))
        discard_draft(case, kind=form["kind"], by=request.actor, heading=heading_of(case, form))
        return show_change(request, number, template="console/cases/_recomposed.html")
    form = read(DraftForm(request.POST))
    try:
        draft = save_draft(
            case, kind=form["kind"], text=form["text"], then=then_of(form), version=form["draft"] or 0,
            key=form["key"], heading=heading_of(case, form), by=request.actor, at=request.at,
        )  # fmt: skip
    except DraftConflict as conflict:
        context = {"case": case, "draft": conflict.other, "sentence": str(conflict)}
        return show(request, "console/cases/_draft_conflict.html", context, status=409)
    return JsonResponse({"version": draft.version if draft else 0})


def heading_of(case: Case, form: dict[str, Any]) -> Heading:
    """Which letter it is, and to whom; a thread or message that is not of the case is not found."""
    if form["kind"] not in (DraftKind.LETTER, DraftKind.FORWARD):
        return NO_HEADING
    return Heading(
        thread=get_object_or_404(case.threads, pk=form["thread"]) if form["thread"] else None,
        about=get_object_or_404(case.messages, pk=form["about"]) if form["about"] else None,
        to=form.get("to", ""),
        subject=form.get("subject", ""),
        thread_kind=form.get("thread_kind", ""),
    )
