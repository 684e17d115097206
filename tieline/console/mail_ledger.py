"""What became of every message that arrived? Each has exactly one outcome."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from tieline.console.pages import show
from tieline.console.requests import Request
from tieline.identity.permissions import require
from tieline.mail.models import Outcome
from tieline.mail.queries import UNDECIDED, ledger

SHOWN = 100


@require_GET
def index(request: Request) -> HttpResponse:
    """GET /mail/ledger?outcome=&before="""
    require(request.actor, "mail.ledger")
    outcome, before = request.GET.get("outcome", ""), request.GET.get("before", "")
    if outcome not in {"", UNDECIDED, *Outcome.values} or not (before == "" or before.isdigit()):
        raise Http404
    page = ledger(outcome=outcome, before=int(before) if before else None, limit=SHOWN)
    context = {
        "mails": page.mails,
        "outcome": outcome,
        "outcomes": [("", "All"), *Outcome.choices, (UNDECIDED, "not decided yet")],
        "older": page.older,
    }
    return show(request, "console/mail/ledger.html", context)
