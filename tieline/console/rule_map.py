"""Which work does a section govern, and which sections govern a piece of work? The map as a picture and as a table."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from tieline.console.owners import team_names
from tieline.console.pages import show
from tieline.console.requests import Request
from tieline.console.rule_changes import KINDS
from tieline.console.rule_map_drawing import draw
from tieline.identity.permissions import require
from tieline.rulebook.queries import books
from tieline.rulebook.reach.files import map_as_csv
from tieline.rulebook.reach.mapping import MapRow, rule_map
from tieline.rulebook.reach.profile import Procedures

MOST_ROWS = 300
ASKED = ("book", "section", "procedure")


@require_GET
def index(request: Request) -> HttpResponse:
    """GET /rules/map?book=&section=&procedure="""
    require(request.actor, "rulebook.see")
    rows = _rows(request)
    procedures = request.profile.get(Procedures).procedures
    tools_of = {f"procedure:{one.key}": one.tools for one in procedures}
    context = {
        "rows": rows[:MOST_ROWS],
        "left_out": len(rows[MOST_ROWS:]),
        "drawing": draw(rows, team_names(request.profile), tools_of),
        "books": books(),
        "procedures": procedures,
        "chosen": next((one for one in procedures if one.key == request.GET.get("procedure")), None),
        "asked": _asked(request),
        "teams": team_names(request.profile),
        "kinds": KINDS,
    }
    return show(request, "console/reach/map.html", context)


@require_GET
def download(request: Request) -> HttpResponse:
    """GET /rules/map.csv?book=&section=&procedure="""
    require(request.actor, "rulebook.see")
    rows = map_as_csv(_rows(request), team_names(request.profile))
    file = HttpResponse(rows, content_type="text/csv; charset=utf-8")
    file["Content-Disposition"] = 'attachment; filename="rule-map.csv"'
    return file


def _rows(request: Request) -> tuple[MapRow, ...]:
    today = request.at.astimezone(request.profile.time_zone).date()
    return rule_map(profile=request.profile, as_at=today, **_asked(request))


def _asked(request: Request) -> dict[str, str]:
    return {key: request.GET.get(key, "").replace("\0", "").strip()[:60] for key in ASKED}
