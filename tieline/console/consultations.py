"""Asking other business areas: the card of a case, the lists, one question with its answer, the answer in a reply."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tieline.console.case_pages import visible_case
from tieline.console.pages import is_fragment, see_other, show
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions.consulting import (
    answer_consultation,
    ask,
    decline_consultation,
    remind_of_consultation,
    withdraw_consultation,
)
from tieline.desk.actions.drafts import add_to_draft
from tieline.desk.consulting import NAMES, Which, consultations, line_of, listed, of_case, quoted
from tieline.desk.models import Consultation
from tieline.identity.models import User
from tieline.identity.permissions import require
from tieline.identity.profile import Teams
from tieline.identity.queries import active_staff
from tieline.kernel.deadline import Duration, parse_duration
from tieline.kernel.refusal import Refusal

WITHIN = ("1 business hour", "4 business hours", "1 business day", "2 business days", "5 business days")
ACTS = ("answer", "decline", "withdraw", "remind", "use")


class AskForm(forms.Form):
    """Whom: a team (its key) or one of its people (`staff:<id>`); what; and in which time, else the profile's."""

    whom = forms.RegexField(r"^(team:[\w-]{1,60}|staff:\d{1,15})$")
    question = forms.CharField(max_length=20_000)
    within = forms.ChoiceField(choices=[("", "")] + [(one, one) for one in WITHIN], required=False)


class ActForm(forms.Form):
    """What is done with a question, with the words of the answer or the reason."""

    act = forms.ChoiceField(choices=[(one, one) for one in ACTS])
    text = forms.CharField(max_length=20_000, required=False)


class NobodyThere(Refusal):
    """The person chosen has no open account, or no team."""

    def __init__(self) -> None:
        super().__init__("There is no such person of any team among the active staff.")


@require_http_methods(["GET", "POST"])
def of_one_case(request: Request, number: int) -> HttpResponse:
    """GET and POST /cases/<number>/consultations"""
    case = visible_case(request, number)
    require(request.actor, "desk.see")
    if request.method == "POST":
        form = read(AskForm(request.POST))
        team, expert = _whom(form["whom"])
        ask(case, team=team, expert=expert, question=form["question"], within=_within(form["within"]),
            profile=request.profile, by=request.actor, at=request.at)  # fmt: skip
        if not is_fragment(request):
            return see_other(reverse("case", args=[number]))
    lines = of_case(case, request.staff, profile=request.profile, at=request.at)
    template = f"console/consultations/{'_card' if is_fragment(request) else 'card'}.html"
    response = show(request, template, {"case": case, "lines": lines, **_choices(request)})
    if request.method == "POST":
        response["HX-Trigger"] = "rows-changed"
    return response


@require_GET
def index(request: Request) -> HttpResponse:
    """GET /consultations?list="""
    require(request.actor, "desk.see")
    wanted = request.GET.get("list", Which.OF_ME.value)
    if wanted not in list(Which):
        raise Http404
    lines = listed(Which(wanted), request.staff, profile=request.profile, at=request.at)
    return show(request, "console/consultations/index.html", {"lines": lines, "names": NAMES, "which": wanted})


@require_http_methods(["GET", "POST"])
def one(request: Request, consultation_id: int) -> HttpResponse:
    """GET and POST /consultations/<id>"""
    require(request.actor, "desk.see")
    found = get_object_or_404(consultations(request.staff), pk=consultation_id)
    if request.method == "POST":
        _act(request, found)
        return _done(request, found)
    line = line_of(found, request.staff, profile=request.profile, at=request.at)
    return show(request, "console/consultations/show.html", {"line": line, "case": found.case})


@require_GET
def quotation(request: Request, consultation_id: int) -> HttpResponse:
    """GET /consultations/<id>/quotation : the answer as it goes into the reply"""
    require(request.actor, "desk.reply")
    found = get_object_or_404(consultations(request.staff), pk=consultation_id)
    return show(request, "console/consultations/_quotation.html", {"text": quoted(found)})


def _act(request: Request, found: Consultation) -> None:
    form = read(ActForm(request.POST))
    by, at, text = request.actor, request.at, form["text"]
    match form["act"]:
        case "answer":
            answer_consultation(found, text=text, by=by, at=at)
        case "decline":
            decline_consultation(found, reason=text, by=by, at=at)
        case "withdraw":
            withdraw_consultation(found, reason=text, by=by, at=at)
        case "remind":
            remind_of_consultation(found, by=by, at=at)
        case "use":
            add_to_draft(found.case, text=quoted(found), by=by, at=at)


def _done(request: Request, found: Consultation) -> HttpResponse:
    if not is_fragment(request):
        return see_other(reverse("case", args=[found.case.number]))
    response = HttpResponse(status=204)
    response["HX-Trigger"] = "rows-changed"
    return response


def _whom(chosen: str) -> tuple[str, User | None]:
    kind, _, id_ = chosen.partition(":")
    if kind == "team":
        return id_, None
    expert = active_staff().select_related("team", "role").filter(pk=int(id_)).first()
    if expert is None or expert.team is None:
        raise NobodyThere
    return expert.team.key, expert


def _within(chosen: str) -> Duration | None:
    return parse_duration(chosen) if chosen else None


def _choices(request: Request) -> dict[str, object]:
    experts = active_staff().filter(role__rights__contains=["desk.consult"]).exclude(pk=request.staff.pk)
    return {"team_choices": request.profile.get(Teams).teams, "experts": experts, "withins": WITHIN}
