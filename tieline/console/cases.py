"""The inbox and the case: lists on the left, one case on the right, each with an address of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from tieline.console.case_pages import case_context, visible_case
from tieline.console.list_queries import DEFAULT_VIEW, query_of
from tieline.console.pages import is_fragment, see_other, show
from tieline.console.requests import Request
from tieline.desk.asking import ORDERS, suggestions_for
from tieline.desk.models import Case
from tieline.desk.queries import MOST_COUNTED, Inbox, count_of, inbox
from tieline.identity.permissions import require


@require_GET
def home(request: Request) -> HttpResponse:
    """GET / : my list for those who work on cases, the inbox for those who only read"""
    if request.actor.may("desk.note"):
        return see_other(reverse("my-list"))
    return see_other(f"{reverse('cases')}?view={DEFAULT_VIEW}")


@require_GET
def index(request: Request) -> HttpResponse:
    """GET /cases?view=&q=&order=&page="""
    require(request.actor, "desk.see")
    return show(request, "console/cases/index.html", _list_context(request))


@require_GET
def rows(request: Request) -> HttpResponse:
    """GET /cases/rows?view=&q=&page= : the list and its counters, or only a further page of rows"""
    require(request.actor, "desk.see")
    template = "console/cases/_rows.html" if request.GET.get("page") else "console/cases/_fresh.html"
    return show(request, template, _list_context(request))


@require_GET
def count(request: Request) -> HttpResponse:
    """GET /cases/count?view=&q= : how many cases that is, for what is not counted beforehand"""
    require(request.actor, "desk.see")
    found = count_of(query_of(request), actor=request.actor, profile=request.profile, at=request.at)
    return show(request, "console/views/_count.html", {"count": found, "most": MOST_COUNTED})


@require_GET
def suggest(request: Request) -> HttpResponse:
    """GET /cases/suggestions?q=&caret= : what could come next in the query"""
    require(request.actor, "desk.see")
    text, caret = request.GET.get("q", ""), request.GET.get("caret", "")
    place = int(caret[:6]) if caret.isdecimal() else len(text)
    found = suggestions_for(text, caret=place, profile=request.profile, actor=request.actor, at=request.at)
    return show(request, "console/views/_suggestions.html", {"found": found})


@require_GET
def show_case(request: Request, number: int) -> HttpResponse:
    """GET /cases/<number>"""
    context = {**case_context(request, visible_case(request, number)), "asked": _asked(request, number)}
    if is_fragment(request):
        return show(request, "console/cases/_case.html", context)
    return show(request, "console/cases/show.html", {**context, **_list_context(request, number)})


@require_GET
def changes(request: Request, number: int) -> HttpResponse:
    """GET /cases/<number>/changes : everything of the case but the composer"""
    return show(request, "console/cases/_changed.html", case_context(request, visible_case(request, number)))


@dataclass(frozen=True)
class Asked:
    """What the address asks of the list: view or query, order, from which page on, and the case open beside it."""

    view: str
    page: str
    number: int | None
    q: str | None = None
    order: str = ""

    @property
    def query(self) -> str:
        """The part of an address that keeps the list as it is."""
        words = {"view": self.view} if self.q is None else {"q": self.q}
        return "?" + urlencode(words | ({"order": self.order} if self.order else {}))


def _asked(request: Request, number: int | None = None) -> Asked:
    asked = request.GET
    view, order = asked.get("view", DEFAULT_VIEW), asked.get("order", "")
    return Asked(view, asked.get("page", ""), number, asked.get("q"), order)


def _list_context(request: Request, number: int | None = None) -> dict[str, object]:
    """What the list's templates need; an empty list also says when the next clock is due."""
    found = _inbox(request)
    return {
        "asked": _asked(request, number),
        "inbox": found,
        "orders": ORDERS,
        "next_due": None if found.rows or found.is_asked else _next_due(request),
    }


def _next_due(request: Request) -> datetime | None:
    running = Case.objects.visible_to(request.actor).unclosed().filter(due_at__gte=request.at)
    return running.order_by("due_at").values_list("due_at", flat=True).first()


def _inbox(request: Request) -> Inbox:
    asked = _asked(request)
    try:
        return inbox(
            request.actor, view=asked.view, profile=request.profile, at=request.at, page=asked.page,
            q=asked.q, order=asked.order,
        )  # fmt: skip
    except (KeyError, ValueError):
        raise Http404 from None
