"""The reach of a change: reports, what each asks of whom, and the answers."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tieline.console.owners import owned_by, owner_names
from tieline.console.pages import is_fragment, see_other, show
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.console.rule_days import today_of
from tieline.identity.permissions import require
from tieline.rulebook.models import ChangeTask
from tieline.rulebook.reach import queries
from tieline.rulebook.reach.actions import amend, confirm, confirm_several, confirm_wanted
from tieline.rulebook.reach.files import tasks_as_csv

KINDS = {
    "case_citation": "Case",
    "reply_template": "Reply template",
    "reply_draft": "Draft",
    "procedure": "Procedure",
    "service_level": "Service level",
    "profile_value": "Other profile value",
}
FAULTS = {"changed": "Text changed", "moved": "Moved elsewhere", "gone": "Taken out"}
LONGEST_PAGE = 7
FILTERS = ("kind", "owner", "fault", "state")
DECISIONS = {"confirm": confirm, "amend": amend}


class DecisionForm(forms.Form):
    """What the owner says, and why."""

    decision = forms.ChoiceField(choices=[(key, key) for key in DECISIONS])
    note = forms.CharField(required=False, max_length=4000)


class ChosenForm(forms.Form):
    """Which list was looked at, how many waited in it, and whether all of them are meant."""

    kind = forms.CharField(required=False, max_length=60)
    owner = forms.CharField(required=False, max_length=160)
    fault = forms.CharField(required=False, max_length=20)
    state = forms.CharField(required=False, max_length=20)
    seen = forms.IntegerField(required=False, min_value=0)
    every = forms.BooleanField(required=False)
    note = forms.CharField(required=False, max_length=4000)


@require_GET
def index(request: Request) -> HttpResponse:
    """GET /rules/changes/reports"""
    require(request.actor, "rulebook.see")
    listed = queries.reports()
    today = today_of(request)
    unresolved = queries.unresolved(today)
    owners = {share.owner for line in listed for share in line.shares} | {one.owner for one in unresolved}
    context = {
        "reports": [one for one in listed if one.total],
        "idle": [one for one in listed if not one.total],
        "owner_names": owner_names(request.profile, owners),
        "today": today,
        "unresolved": unresolved,
        "kinds": KINDS,
    }
    return show(request, "console/reach/reports.html", context)


@require_GET
def mine(request: Request) -> HttpResponse:
    """GET /rules/changes/mine"""
    require(request.actor, "rulebook.see")
    tasks = queries.open_tasks_of(owned_by(request))
    return show(request, "console/reach/mine.html", {"tasks": tasks} | _words(request, {one.owner for one in tasks}))


@require_GET
def report(request: Request, report_id: int) -> HttpResponse:
    """GET /rules/changes/reports/<id>?kind=&owner=&fault=&state=&page="""
    require(request.actor, "rulebook.see")
    wanted = queries.Wanted(**{key: request.GET.get(key, "") for key in FILTERS})
    page = request.GET.get("page", "")
    number = max(1, int(page)) if page.isdecimal() and len(page) < LONGEST_PAGE else 1
    try:
        found = queries.report_page(report_id, wanted, page=number)
    except queries.NoSuchReport as missing:
        raise Http404 from missing
    owners = {share.owner for share in found.line.shares} | {one.owner for one in found.tasks}
    context = {"page": found, "line": found.line, "tasks": found.tasks, "wanted": wanted, "states": queries.STATES}
    return show(request, "console/reach/report.html", context | _words(request, owners))


@require_GET
def download(request: Request, report_id: int) -> HttpResponse:
    """GET /rules/changes/reports/<id>/tasks.csv"""
    require(request.actor, "rulebook.see")
    try:
        line = queries.report(report_id)
    except queries.NoSuchReport as missing:
        raise Http404 from missing
    file = HttpResponse(tasks_as_csv(queries.tasks_of_report(line.id)), content_type="text/csv; charset=utf-8")
    file["Content-Disposition"] = f'attachment; filename="change-report-{line.id}.csv"'
    return file


@require_POST
def decide(request: Request, task_id: int) -> HttpResponse:
    """POST /rules/changes/tasks/<id>/decision"""
    require(request.actor, "rulebook.see")
    task = _task(task_id)
    form = read(DecisionForm(request.POST))
    DECISIONS[form["decision"]](task, note=form["note"], by=request.actor, at=request.at)
    if not is_fragment(request):
        return see_other(f"{reverse('change-report', args=[task.report_id])}#task-{task.pk}")
    shown = queries.task_view(task.pk)
    return show(request, "console/reach/_task.html", {"task": shown} | _words(request, {shown.owner}))


@require_POST
def confirm_chosen(request: Request, report_id: int) -> HttpResponse:
    """POST /rules/changes/reports/<id>/confirmations"""
    require(request.actor, "rulebook.see")
    try:
        found = queries.find_report(report_id)
    except queries.NoSuchReport as missing:
        raise Http404 from missing
    form = read(ChosenForm(request.POST))
    wanted = queries.Wanted(**{key: form[key] for key in FILTERS})
    if form["every"]:
        confirm_wanted(found, wanted, seen=form["seen"] or 0, note=form["note"], by=request.actor, at=request.at)
    else:
        chosen = [int(one) for one in request.POST.getlist("task") if one.isdecimal()]
        confirm_several(found, chosen, note=form["note"], by=request.actor, at=request.at)
    filters = urlencode({key: form[key] for key in FILTERS if form[key]})
    return see_other(f"{reverse('change-report', args=[report_id])}?{filters}".rstrip("?"))


def _task(task_id: int) -> ChangeTask:
    task = queries.find_task(task_id)
    if task is None:
        raise Http404
    return task


def _words(request: Request, owners: set[str]) -> dict[str, object]:
    return {"kinds": KINDS, "faults": FAULTS, "owner_names": owner_names(request.profile, owners)}
