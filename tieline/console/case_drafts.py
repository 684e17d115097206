"""One's own drafts, saved while one types; how others read them is in `case_draft_sharing`."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from tieline.console.case_pages import show_change, visible_case
from tieline.console.case_replies import ReplyForm, then_of
from tieline.console.pages import show, wants_delete
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions import DraftConflict, discard_draft, save_draft
from tieline.desk.models import DraftKind


class KindForm(forms.Form):
    """Which of the two drafts of a case."""

    kind = forms.TypedChoiceField(choices=DraftKind.choices, coerce=DraftKind)


class DraftForm(KindForm, ReplyForm):
    """The words so far, and the version the page knows."""


@require_http_methods(["POST", "DELETE"])
def own(request: Request, number: int) -> HttpResponse:
    """POST /cases/<number>/draft saves; DELETE throws away"""
    case = visible_case(request, number)
    if wants_delete(request):
        discard_draft(case, kind=read(KindForm(request.POST or request.GET))["kind"], by=request.actor)
        return show_change(request, number, template="console/cases/_recomposed.html")
    form = read(DraftForm(request.POST))
    try:
        draft = save_draft(
            case, kind=form["kind"], text=form["text"], then=then_of(form), version=form["draft"] or 0,
            key=form["key"], by=request.actor, at=request.at,
        )  # fmt: skip
    except DraftConflict as conflict:
        context = {"case": case, "draft": conflict.other, "sentence": str(conflict)}
        return show(request, "console/cases/_draft_conflict.html", context, status=409)
    return JsonResponse({"version": draft.version if draft else 0})
