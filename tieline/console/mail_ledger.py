"""What became of every message that arrived? Each has exactly one outcome."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from tieline.console.pages import show
from tieline.console.requests import Request
from tieline.identity.permissions import require
from tieline.mail.models import IncomingMail, Outcome

SHOWN = 100
UNDECIDED = "undecided"


@require_GET
def index(request: Request) -> HttpResponse:
    """GET /mail/ledger?outcome=&before="""
    require(request.actor, "mail.ledger")
    outcome, before = request.GET.get("outcome", ""), request.GET.get("before", "")
    if outcome not in {"", UNDECIDED, *Outcome.values} or not (before == "" or before.isdigit()):
        raise Http404
    mails = IncomingMail.objects.defer("html", "own_text", "quoted_text", "signature_text")
    if outcome:
        mails = mails.filter(outcome="" if outcome == UNDECIDED else outcome)
    if before:
        mails = mails.filter(pk__lt=int(before))
    found = list(mails.order_by("-pk")[: SHOWN + 1])
    context = {
        "mails": found[:SHOWN],
        "outcome": outcome,
        "outcomes": [("", "All"), *Outcome.choices, (UNDECIDED, "not decided yet")],
        "older": found[SHOWN - 1].pk if len(found) > SHOWN else None,
    }
    return show(request, "console/mail/ledger.html", context)
