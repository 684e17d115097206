"""The supervisor's live board, and the same figures as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from tieline.console.export_files import safe_cell
from tieline.console.pages import is_fragment, show
from tieline.console.requests import Request
from tieline.console.supervision_drawing import age_bars, flow_drawing
from tieline.desk.supervision import Figure, LiveBoard, live_board
from tieline.identity.permissions import require


@require_GET
def index(request: Request) -> HttpResponse:
    """GET /supervision"""
    require(request.actor, "desk.lead")
    board = live_board(request.actor, profile=request.profile, at=request.at)
    drawings = [flow_drawing(one) for one in board.flows]
    context = {"board": board, "ages": age_bars(board.ages), "drawings": drawings}
    return show(request, f"console/supervision/{'_board' if is_fragment(request) else 'index'}.html", context)


@require_GET
def download(request: Request) -> HttpResponse:
    """GET /supervision.csv"""
    require(request.actor, "desk.lead")
    board = live_board(request.actor, profile=request.profile, at=request.at)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="desk-{request.at:%Y%m%d-%H%M}.csv"'
    csv.writer(response).writerows(
        [safe_cell(one) if isinstance(one, str) else one for one in row] for row in _rows(board)
    )
    return response


def _rows(board: LiveBoard) -> Iterator[list[str | int | float]]:
    """One row for each figure: what it is about, its name, the figure, the query behind it."""
    yield ["about", "name", "figure", "count", "query"]
    for queue in board.lines:
        figures = (queue.open, queue.unassigned, queue.at_risk, queue.overdue)
        yield from _figures("area", queue.name, ("open", "unassigned", "at risk", "overdue"), figures)
    for bar in board.ages:
        yield from _figures("age", bar.name, ("open",), (bar.figure,))
    for person in board.people:
        theirs = (person.open, person.waiting, person.closed_today)
        yield from _figures("person", person.name, ("open", "waiting", "closed today"), theirs)
        yield ["person", person.name, "capacity", person.most, ""]
    for flow in board.flows:
        for line in flow.hours:
            hour = f"{flow.name} {line.hour:02}:00"
            yield ["hour", hour, "today", "" if line.today is None else line.today, ""]
            yield ["hour", hour, "usual", line.usual, ""]


def _figures(
    about: str, name: str, names: Sequence[str], figures: Sequence[Figure]
) -> Iterator[list[str | int | float]]:
    for said, figure in zip(names, figures, strict=True):
        yield [about, name, said, figure.count, figure.query]
