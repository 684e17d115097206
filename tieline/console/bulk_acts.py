"""One act on many cases: choosing what to do, seeing what would happen, its progress, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tieline.console.pages import is_fragment, see_other, show, wants_delete
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions.bulk import begin_bulk, left, may_be_undone, restored, undo_bulk
from tieline.desk.actions.bulk_verbs import VERBS, BulkVerb, Facts, Frame, effects
from tieline.desk.actions.labels import LONGEST, label_of
from tieline.desk.matching import Chosen, NothingChosen, matching
from tieline.desk.models import BulkAct, Case
from tieline.desk.profile import Taxonomy
from tieline.desk.queries import bulk_acts_of
from tieline.desk.snoozing import choices, instant_of
from tieline.identity.permissions import require
from tieline.identity.queries import active_staff
from tieline.kernel.refusal import Refusal

FAILURES_SHOWN = 200


class NothingSaid(Refusal):
    """The act needs something more: whom, what, until when."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Say {what} first.")


class BulkForm(forms.Form):
    """Which cases, which act, and what it needs."""

    act = forms.ChoiceField(choices=[(key, verb.name) for key, verb in VERBS.items()])
    view = forms.CharField(max_length=80, required=False)
    query = forms.CharField(max_length=2000, required=False)
    all = forms.BooleanField(required=False)
    owner = forms.RegexField(r"^(none|\d{1,15})?$", required=False)
    topic = forms.CharField(max_length=60, required=False)
    urgency = forms.CharField(max_length=40, required=False)
    label = forms.CharField(max_length=LONGEST, required=False)
    outcome = forms.CharField(max_length=60, required=False)
    until = forms.CharField(max_length=40, required=False)
    day = forms.DateField(required=False)
    time = forms.TimeField(required=False)
    text = forms.CharField(max_length=20_000, required=False)


@require_POST
def plan(request: Request) -> HttpResponse:
    """POST /bulk/plan : what would happen; nothing is changed"""
    form = read(BulkForm(request.POST))
    verb, chosen = VERBS[form["act"]], _chosen(request.POST, form)
    require(request.actor, verb.right)
    cases = matching(chosen, request.actor, profile=request.profile, at=request.at)
    first = cases.order_by("pk").first()
    if first is None:
        raise NothingChosen
    facts, foreseen = _facts_so_far(request, verb, form), None
    if facts is not None:
        foreseen = effects(verb, cases, facts, Frame(request.actor, request.at, request.profile))
    context = {
        **_offered(request, first),
        "verb": verb, "verbs": VERBS.values(), "chosen": chosen, "form": form, "effects": foreseen,
        "total": foreseen.total if foreseen else cases.count(),
    }  # fmt: skip
    return show(request, f"console/bulk/{'_plan' if is_fragment(request) else 'plan'}.html", context)


@require_http_methods(["GET", "POST"])
def acts(request: Request) -> HttpResponse:
    """GET and POST /bulk"""
    require(request.actor, "desk.see")
    if request.method == "GET":
        return show(request, "console/bulk/index.html", {"acts": bulk_acts_of(request.staff.pk)})
    form = read(BulkForm(request.POST))
    verb = VERBS[form["act"]]
    facts = _facts(request, verb, form)
    bulk = begin_bulk(
        verb, chosen=_chosen(request.POST, form), facts=facts, said=_said(verb, facts, request),
        profile=request.profile, by=request.actor, at=request.at,
    )  # fmt: skip
    return _show_act(request, bulk) if is_fragment(request) else see_other(reverse("bulk-act", args=[bulk.pk]))


@require_http_methods(["GET", "POST", "DELETE"])
def act(request: Request, bulk_id: int) -> HttpResponse:
    """GET and DELETE /bulk/<id>"""
    require(request.actor, "desk.see")
    bulk = get_object_or_404(BulkAct, pk=bulk_id)
    if request.method != "GET":
        if wants_delete(request):
            bulk = undo_bulk(bulk, by=request.actor, at=request.at)
        if not is_fragment(request):
            return see_other(reverse("bulk-act", args=[bulk.pk]))
    return _show_act(request, bulk)


def _show_act(request: Request, bulk: BulkAct) -> HttpResponse:
    failures = bulk.targets.exclude(problem="").select_related("case").order_by("pk")[:FAILURES_SHOWN]
    is_over = bulk.state in ("done", "undone")
    context = {
        "bulk": bulk,
        "verb": VERBS[bulk.act],
        "failures": failures,
        "may_undo": may_be_undone(bulk, at=request.at) and bulk.asked_by_id == request.staff.pk,
        "restored": restored(bulk) if bulk.state in ("undoing", "undone") else 0,
        "left": left(bulk) if bulk.state in ("undoing", "undone") else 0,
        "is_over": is_over,
    }
    response = show(request, f"console/bulk/{'_act' if is_fragment(request) else 'act'}.html", context)
    if is_fragment(request) and is_over:
        response["HX-Trigger"] = "rows-changed"
    return response


def _chosen(posted: QueryDict, form: dict[str, str]) -> Chosen:
    numbers = tuple(int(one) for one in posted.getlist("number") if one.isdigit() and len(one) < 16)
    return Chosen(view=form["view"], query=form["query"], numbers=numbers, is_all=bool(form["all"]))


def _facts_so_far(request: Request, verb: BulkVerb, form: dict[str, object]) -> Facts | None:
    """What the act needs, or None while it has not been said."""
    try:
        return _facts(request, verb, form)
    except NothingSaid:
        return None


def _facts(request: Request, verb: BulkVerb, form: dict[str, object]) -> Facts:
    needed: dict[str, Callable[[], Facts]] = {
        "assign": lambda: {"owner": _owner(form)},
        "route": lambda: _route(request, form),
        "label": lambda: {"label": label_of(_given(form, "label", "which label"))},
        "unlabel": lambda: {"label": label_of(_given(form, "label", "which label"))},
        "close": lambda: {"outcome": _given(form, "outcome", "with which outcome")},
        "put_off": lambda: {"until": _until(request, form).isoformat()},
        "note": lambda: {"text": _given(form, "text", "what the note is to say")},
    }
    return needed[verb.key]() if verb.key in needed else {}


def _given(form: dict[str, object], name: str, what: str) -> str:
    value = str(form[name]).strip()
    if not value:
        raise NothingSaid(what)
    return value


def _owner(form: dict[str, object]) -> str:
    chosen = _given(form, "owner", "who is to have them")
    if chosen == "none":
        return ""
    if not active_staff().filter(pk=int(chosen)).exists():
        raise NothingSaid("who is to have them, among the active staff,")
    return chosen


def _route(request: Request, form: dict[str, object]) -> Facts:
    taxonomy = request.profile.get(Taxonomy)
    topic, urgency = str(form["topic"]), str(form["urgency"])
    known = topic in {"", *(one.key for one in taxonomy.topics)}
    if not known or urgency not in {"", *(one.key for one in taxonomy.urgencies)} or not (topic or urgency):
        raise NothingSaid("which topic or urgency")
    return {"topic": topic, "urgency": urgency}


def _until(request: Request, form: dict[str, object]) -> datetime:
    written, day, wall_time = str(form["until"]), form["day"], form["time"]
    if day is not None and wall_time is not None:
        return instant_of(day, wall_time, request.profile)  # type: ignore[arg-type]  # cleaned by the form's fields
    try:
        until = datetime.fromisoformat(written)
    except ValueError:
        raise NothingSaid("until when") from None
    if until.tzinfo is None or until <= request.at:
        raise NothingSaid("until when, later than now,")
    return until


def _offered(request: Request, first: Case) -> dict[str, object]:
    taxonomy = request.profile.get(Taxonomy)
    outcomes = {one.key: one for kind in taxonomy.kinds for one in kind.outcomes}
    return {
        "people": active_staff(),
        "taxonomy": taxonomy,
        "outcomes": outcomes.values(),
        "snoozes": choices(first, profile=request.profile, at=request.at),
    }


def _said(verb: BulkVerb, facts: Facts, request: Request) -> str:
    """The act in words, as it is kept."""
    match verb.key:
        case "assign":
            owner = active_staff().filter(pk=int(facts["owner"])).first() if facts["owner"] else None
            return f"Assign to {owner.name if owner else 'nobody'}"
        case "put_off":
            until = datetime.fromisoformat(facts["until"]).astimezone(request.profile.time_zone)
            return f"Put off until {until:%a %d %b %H:%M}"
        case "note":
            return "Add a note"
    values = ", ".join(value.replace("_", " ") for value in facts.values() if value)
    return f"{verb.name}: {values}" if values else verb.name
