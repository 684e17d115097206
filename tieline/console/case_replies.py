"""Writing to the client: looked over, once, not past what one has not seen, now or later, and back while it is held."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from tieline.console.case_pages import recipient, show_change, visible_case
from tieline.console.composing import AFTER_SENDING, CLOSES, DONE
from tieline.console.pages import is_fragment, show, wants_delete
from tieline.console.reading import read
from tieline.console.recipients import copies_in
from tieline.console.requests import Request
from tieline.console.upload_keys import UploadKeys
from tieline.desk.actions import Composed, DraftConflict, Guarded, StaleSend, Wish, save_draft, send, take_back_reply
from tieline.desk.later import moments_for
from tieline.desk.models import Case, CaseState, DraftKind
from tieline.desk.snoozing import instant_of
from tieline.identity.actions import remember_choice

OWN_TIME = "own"
RECOMPOSED = "console/cases/_recomposed.html"
SENT = "console/cases/_sent.html"


class ComposedForm(forms.Form):
    """The words, and what the page they were written on knew."""

    text = forms.CharField(required=False, strip=False, max_length=500_000)
    key = forms.UUIDField(required=False)
    seen = forms.IntegerField(required=False, min_value=0)
    draft = forms.IntegerField(required=False, min_value=0)
    files = UploadKeys(required=False)  # type: ignore[assignment]  # a field, taken off the class by the form


class ReplyForm(ComposedForm):
    """What happens afterwards, when it leaves, and what its writer sends past, having seen it."""

    then = forms.RegexField(rf"^(?:waiting|open|{CLOSES}[\w-]+)$", required=False, empty_value="waiting", max_length=80)
    done = forms.RegexField(rf"^{CLOSES}[\w-]+$", required=False, max_length=80)
    all_the_same = forms.IntegerField(required=False, min_value=0)
    anyway = forms.CharField(required=False, max_length=4000)
    now = forms.BooleanField(required=False)
    when = forms.SlugField(required=False)
    own_time = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M"])
    unless_they_write = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """The button that sends now says no to what an earlier act asked for; what leaves later closes nothing."""
        kept: dict[str, Any] = super().clean() or self.cleaned_data
        if kept.get("now"):
            return kept | {"when": "", "done": ""}
        if kept.get("when"):
            return kept | {
                "done": "",
                "then": CaseState.OPEN if kept.get("then") == CaseState.OPEN else CaseState.WAITING,
            }
        return kept

    def clean_own_time(self) -> datetime | None:
        """As it stands on the wall: Django has put its own zone to it."""
        written: datetime | None = self.cleaned_data["own_time"]
        return written.replace(tzinfo=None) if written else None


@require_POST
def create(request: Request, number: int) -> HttpResponse:
    """POST /cases/<number>/replies"""
    case = visible_case(request, number)
    form = read(ReplyForm(request.POST))
    hold = timedelta(seconds=settings.UNDO_SECONDS)
    try:
        send(
            case, wish_of(request, case, form), composed=composed(form), hold=hold, profile=request.profile,
            by=request.actor, at=request.at,
        )  # fmt: skip
    except (StaleSend, Guarded) as stop:
        return _show_stop(request, case, form, stop)
    _remember(request, form)
    return show_change(request, number, template=RECOMPOSED if _is_another_composer(form) else SENT)


def _remember(request: Request, form: dict[str, Any]) -> None:
    """What a person chose is offered first the next time; what "send and done" did is no choice of what Send does.

    Nor is it what a reply for later is left with.
    """
    if form["when"]:
        return
    name, value = (DONE, form["done"]) if form["done"] else (AFTER_SENDING, form["then"])
    remember_choice(request.staff, name=name, value=value, by=request.actor)


def _is_another_composer(form: dict[str, Any]) -> bool:
    """Whether a reply waits above it now, or the case is closed."""
    return bool(form["when"] or form["done"] or form["then"].startswith(CLOSES))


@require_http_methods(["POST", "DELETE"])
def take_back(request: Request, number: int, message_id: int) -> HttpResponse:
    """DELETE /cases/<number>/replies/<message id>"""
    if not wants_delete(request):
        return HttpResponseNotAllowed(["DELETE"])
    case = visible_case(request, number)
    message = get_object_or_404(case.messages.select_related("case"), pk=message_id)
    take_back_reply(message, unsent=request.POST.get("text"), by=request.actor, at=request.at)
    return show_change(request, number, template=RECOMPOSED)


def composed(form: dict[str, Any]) -> Composed:
    """What the page knew; "send all the same" has seen what it was stopped for."""
    seen = form.get("all_the_same") if form.get("all_the_same") is not None else form["seen"]
    return Composed(key=form["key"], seen=seen, draft=form["draft"])


def then_of(form: dict[str, Any]) -> CaseState:
    """Whose turn it is after sending; a case that is closed waits for nobody."""
    return CaseState.OPEN if form["then"] == CaseState.OPEN.value else CaseState.WAITING


def wish_of(request: Request, case: Case, form: dict[str, Any]) -> Wish:
    """What the form asks for."""
    closes = form["done"] or form["then"]
    return Wish(
        text=form["text"],
        then=then_of(form),
        outcome=closes.removeprefix(CLOSES) if closes.startswith(CLOSES) else "",
        send_at=_send_at(request, case, form),
        unless_they_write=form["unless_they_write"],
        agreed=frozenset(form["anyway"].split()),
        files=tuple(form["files"]),
        **_extras(request, case),
    )


def _extras(request: Request, case: Case) -> dict[str, Any]:
    """To whom else and with what: what the parts of the composer beside the words say."""
    return {"cc": copies_in(request)}


def _send_at(request: Request, case: Case, form: dict[str, Any]) -> datetime | None:
    """The instant chosen; a choice that is not offered any more is a time that has passed, which the act refuses."""
    if not form["when"]:
        return None
    if form["when"] == OWN_TIME and form["own_time"]:
        return instant_of(form["own_time"].date(), form["own_time"].time(), request.profile)
    offered = {one.key: one.at for one in moments_for(case, profile=request.profile, at=request.at)}
    return offered.get(form["when"], request.at)


def _show_stop(request: Request, case: Case, form: dict[str, Any], stop: StaleSend | Guarded) -> HttpResponse:
    """What came in between or what the guards found, and the choice; the words stay in the page, and as a draft."""
    with suppress(DraftConflict):
        save_draft(
            case, kind=DraftKind.REPLY, text=form["text"], then=then_of(form), version=form["draft"] or 0,
            key=form["key"], by=request.actor, at=request.at,
        )  # fmt: skip
    name = "stale" if isinstance(stop, StaleSend) else "guarded"
    context = {"case": case, "stale": stop, "form": form, "recipient": recipient(case)}
    part = f"_{name}" if is_fragment(request) else name
    response = show(request, f"console/cases/{part}.html", context, status=409)
    response["HX-Retarget"], response["HX-Reswap"] = "#stale", "innerHTML"
    return response
