"""The board: a query's cases in columns, moved by pointer, keys or a plain form."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tieline.console.list_queries import asked_of, query_of
from tieline.console.pages import is_fragment, see_other, show
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions.moving_cards import move_card as move
from tieline.desk.asking import Asked, parse
from tieline.desk.models import Case
from tieline.desk.queries.board import SORTS, Board, board, movable
from tieline.identity.permissions import require


class MoveForm(forms.Form):
    """A case, the column it goes to, and the board it is on."""

    number = forms.IntegerField(min_value=1, max_value=10**15)
    to = forms.CharField(max_length=40)
    by = forms.ChoiceField(choices=list(SORTS.items()))
    q = forms.CharField(max_length=2000, required=False)


@require_GET
def index(request: Request) -> HttpResponse:
    """GET /cases/board?q=&view=&by=&column=&page="""
    require(request.actor, "desk.see")
    asked, by = asked_of(request), request.GET.get("by", "state")
    column = request.GET.get("column", "")
    context = _context(asked, query_of(request), by, column, request.GET.get("page", ""))
    template = "_more.html" if column else "_board.html" if is_fragment(request) else "index.html"
    return show(request, f"console/board/{template}", context)


@require_POST
def move_card(request: Request) -> HttpResponse:
    """POST /cases/board/moves"""
    form = read(MoveForm(request.POST))
    case = get_object_or_404(Case.objects.visible_to(request.actor), number=form["number"])
    move(case, by_column=form["by"], to=form["to"], profile=request.profile, by=request.actor, at=request.at)
    if not is_fragment(request):
        return see_other(f"{reverse('case-board')}?{urlencode({'q': form['q'], 'by': form['by']})}")
    asked = parse(form["q"], profile=request.profile, actor=request.actor, at=request.at)
    return show(request, "console/board/_board.html", _context(asked, form["q"], form["by"], "", ""))


def _context(asked: object, query: str, by: str, column: str, page: str) -> dict[str, object]:
    """What the board's templates need; a query that is not understood has no columns."""
    if by not in SORTS:
        raise Http404
    return {
        "board": _board(asked, by, column, page) if isinstance(asked, Asked) else Board(by, (), 0),
        "fault": None if isinstance(asked, Asked) else asked,
        "q": query,
        "sorts": SORTS,
        "movable": movable(by),
        "column": column,
    }


def _board(asked: Asked, by: str, column: str, page: str) -> Board:
    try:
        return board(asked, by=by, column=column, page=page)
    except ValueError:
        raise Http404 from None
