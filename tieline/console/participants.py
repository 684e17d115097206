"""Who we serve: the list of organisations and the card of each."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from tieline.console.pages import show
from tieline.console.requests import Request
from tieline.identity.permissions import require
from tieline.participants.models import Participant
from tieline.participants.profile import Registrations
from tieline.participants.queries import card

SHOWN = 200


@require_GET
def index(request: Request) -> HttpResponse:
    """GET /participants?q="""
    require(request.actor, "participants.see")
    text = " ".join(request.GET.get("q", "").split())[:100]
    seen = Participant.objects.visible_to(request.actor)
    wanted = Q(name__icontains=text) | Q(registrations__identifier__startswith=text) | Q(people__name__icontains=text)
    found = seen.filter(wanted).distinct() if text else seen
    shown = found.select_related("account_manager").prefetch_related("registrations").order_by("name")[:SHOWN]
    context = {"text": text, "participants": list(shown), "kinds": _kinds(request), "limit": SHOWN}
    return show(request, "console/participants/index.html", context)


@require_GET
def show_card(request: Request, participant_id: int) -> HttpResponse:
    """GET /participants/<id>"""
    require(request.actor, "participants.see")
    seen = Participant.objects.visible_to(request.actor).select_related("account_manager")
    participant = get_object_or_404(seen, pk=participant_id)
    on = request.at.astimezone(request.profile.time_zone).date()
    roles = {role.key: role for role in request.profile.get(Registrations).contact_roles}
    context = {"card": card(participant, on=on), "kinds": _kinds(request), "roles": roles}
    return show(request, "console/participants/show.html", context)


def _kinds(request: Request) -> dict[str, object]:
    return {kind.key: kind for kind in request.profile.get(Registrations).kinds}
