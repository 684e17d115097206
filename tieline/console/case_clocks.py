"""The clock sheet: the printable proof of every deadline of a case, recomputed while you look."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from tieline.clocks.queries import ClockSheet, ProvedClock
from tieline.console.case_pages import visible_case
from tieline.console.pages import show
from tieline.console.requests import Request
from tieline.desk.models import Case
from tieline.desk.sentences import measure_name
from tieline.desk.structure import family_sheet
from tieline.identity.permissions import require
from tieline.kernel.calendar import CalendarYear
from tieline.rulebook.reach.queries import stale_holders


@require_GET
def sheet(request: Request, number: int) -> HttpResponse:
    """GET /cases/<number>/clocks?format=json"""
    case = visible_case(request, number)
    require(request.actor, "clocks.see")
    drawn = family_sheet(case, profile=request.profile, at=request.at)
    if request.GET.get("format") == "json":
        return JsonResponse(as_data(case, drawn), json_dumps_params={"indent": 2})
    context = {"case": case, "sheet": drawn, "measure_name": measure_name, "years_used": years_used}
    today = request.at.astimezone(request.profile.time_zone).date()
    context["doubts"] = stale_holders("service_level", today)
    return show(request, "console/cases/clocks.html", context)


def years_used(proved: ProvedClock) -> list[CalendarYear]:
    """The years of the calendar that the proof walks through."""
    days = [step.day.year for step in proved.deadline.steps] or [proved.clock.started_at.year]
    return [proved.calendar.years[year] for year in sorted(set(days)) if year in proved.calendar.years]


def as_data(case: Case, drawn: ClockSheet) -> dict[str, object]:
    """The sheet as JSON data."""
    return {
        "case": case.label,
        "received_at": case.received_at.isoformat(),
        "drawn_at": drawn.drawn_at.isoformat(),
        "clocks": [_clock(proved) for proved in drawn.clocks],
    }


def _clock(proved: ProvedClock) -> dict[str, object]:
    clock = proved.clock
    return {
        "measure": clock.measure,
        "state": clock.state,
        "started_at": clock.started_at.isoformat(),
        "stored_due": _instant(clock.due_at),
        "recomputed_due": _instant(proved.deadline.due),
        "agrees": proved.agrees,
        "policy": proved.terms.as_data(),
        "calendar": _calendar(proved),
        "moves": [
            {"move": move.move, "at": move.at.isoformat(), "reason": move.reason, "by": move.by_name}
            for move in proved.moves
        ],
        "steps": [step.as_data() for step in proved.deadline.steps],
    }


def _calendar(proved: ProvedClock) -> dict[str, object]:
    return {
        "key": proved.calendar.key,
        "name": proved.calendar.name,
        "zone": proved.calendar.zone.key,
        "version_when_started": proved.clock.calendar_version,
        "version_now": proved.calendar.version,
        "changed_since": proved.calendar_changed,
        "years": [{"year": year.year, "source": year.source, "verified": year.verified} for year in years_used(proved)],
    }


def _instant(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
