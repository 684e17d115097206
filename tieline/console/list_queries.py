"""Which cases does an address mean? `?q=` is a query, `?view=` the name of one; all pages of lists ask here."""

from __future__ import annotations

from django.http import Http404

from tieline.console.requests import Request
from tieline.desk.asking import Asked, Misasked, parse
from tieline.desk.queries import view_named
from tieline.kernel.refusal import Refusal

DEFAULT_VIEW = "open"


class NotUnderstood(Refusal):
    """The query of the address says nothing that can be asked."""

    def __init__(self, fault: Misasked) -> None:
        super().__init__(f"{fault.sentence} (at character {fault.position + 1} of the query)")


def query_of(request: Request) -> str:
    """The query an address asks for; 404 for a view that there is not."""
    if "q" in request.GET:
        return request.GET["q"]
    try:
        return view_named(request.GET.get("view", DEFAULT_VIEW), request.actor, request.profile).query
    except KeyError:
        raise Http404 from None


def asked_of(request: Request) -> Asked | Misasked:
    """What that query asks."""
    return parse(query_of(request), profile=request.profile, actor=request.actor, at=request.at)


def understood(request: Request) -> Asked:
    """What that query asks; a refusal with its place where it says nothing."""
    asked = asked_of(request)
    if isinstance(asked, Misasked):
        raise NotUnderstood(asked)
    return asked
