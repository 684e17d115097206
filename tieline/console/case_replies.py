"""Writing to the client: once, not past what one has not seen, and back again while it is held."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from tieline.console.case_pages import recipient, show_change, visible_case
from tieline.console.pages import is_fragment, show, wants_delete
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions import Composed, DraftConflict, StaleSend, reply, save_draft, take_back_reply
from tieline.desk.models import Case, CaseState, DraftKind


class ComposedForm(forms.Form):
    """The words, and what the page they were written on knew."""

    text = forms.CharField(required=False, strip=False, max_length=500_000)
    key = forms.UUIDField(required=False)
    seen = forms.IntegerField(required=False, min_value=0)
    draft = forms.IntegerField(required=False, min_value=0)


class ReplyForm(ComposedForm):
    """Whose turn it is afterwards; and how far was seen by who sends all the same."""

    then = forms.TypedChoiceField(
        choices=[(state.value, state.label) for state in (CaseState.WAITING, CaseState.OPEN)],
        coerce=CaseState,
        required=False,
        empty_value=CaseState.WAITING,
    )
    all_the_same = forms.IntegerField(required=False, min_value=0)


@require_POST
def create(request: Request, number: int) -> HttpResponse:
    """POST /cases/<number>/replies"""
    case = visible_case(request, number)
    form = read(ReplyForm(request.POST))
    try:
        reply(
            case, text=form["text"], then=form["then"], composed=composed(form), by=request.actor, at=request.at,
            hold=timedelta(seconds=settings.UNDO_SECONDS),
        )  # fmt: skip
    except StaleSend as stale:
        return _show_stale(request, case, form, stale)
    return show_change(request, number, template="console/cases/_sent.html")


@require_http_methods(["POST", "DELETE"])
def take_back(request: Request, number: int, message_id: int) -> HttpResponse:
    """DELETE /cases/<number>/replies/<message id>"""
    if not wants_delete(request):
        return HttpResponseNotAllowed(["DELETE"])
    message = get_object_or_404(visible_case(request, number).messages.select_related("case"), pk=message_id)
    take_back_reply(message, unsent=request.POST.get("text"), by=request.actor, at=request.at)
    return show_change(request, number, template="console/cases/_recomposed.html")


def composed(form: dict[str, Any]) -> Composed:
    """What the page knew; "send all the same" has seen what it was stopped for."""
    seen = form.get("all_the_same") if form.get("all_the_same") is not None else form["seen"]
    return Composed(key=form["key"], seen=seen, draft=form["draft"])


def _show_stale(request: Request, case: Case, form: dict[str, Any], stale: StaleSend) -> HttpResponse:
    """What came in between, and the choice; the words are kept in the page, and as a draft."""
    with suppress(DraftConflict):
        save_draft(
            case, kind=DraftKind.REPLY, text=form["text"], then=form["then"], version=form["draft"] or 0,
            key=form["key"], by=request.actor, at=request.at,
        )  # fmt: skip
    context = {"case": case, "stale": stale, "form": form, "recipient": recipient(case)}
    name = "_stale" if is_fragment(request) else "stale"
    response = show(request, f"console/cases/{name}.html", context, status=409)
    response["HX-Retarget"], response["HX-Reswap"] = "#stale", "innerHTML"
    return response
