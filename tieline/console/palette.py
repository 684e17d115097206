"""Go anywhere, find anything: what Ctrl-K shows for the words typed so far."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from tieline.console.pages import is_fragment, show
from tieline.console.requests import Request
from tieline.desk.queries import VIEWS
from tieline.participants.models import Participant
from tieline.rulebook import queries as rulebook
from tieline.search.queries import find

FEW = 6


@dataclass(frozen=True)
class Choice:
    """One line of the palette: where it leads, what it says, and its picture."""

    address: str
    name: str
    detail: str
    picture: str
    keys: str = ""


@require_GET
def show_palette(request: Request) -> HttpResponse:
    """GET /palette?q="""
    text = " ".join(request.GET.get("q", "").split())[:200]
    groups = [
        ("Go to", _places(request, text)),
        ("Cases", _cases(request, text)),
        ("Participants", _participants(request, text)),
        ("Rules", _rules(request, text)),
    ]
    context = {"text": text, "groups": [(name, choices) for name, choices in groups if choices]}
    return show(request, f"console/palette/{'_results' if is_fragment(request) else 'page'}.html", context)


def _places(request: Request, text: str) -> list[Choice]:
    places = [
        Choice(f"{reverse('cases')}?view=open", "Inbox", "all open cases", "inbox", "g i"),
        Choice(reverse("participants"), "Participants", "organisations and people", "users", "g p"),
        Choice(reverse("rules"), "Rules", "the rule books", "book-open", "g r"),
        *(Choice(f"{reverse('cases')}?view={key}", name, "view", "list-filter") for key, name in VIEWS.items()),
        Choice(reverse("password"), "Change password", "your account", "key-round"),
    ]
    if request.actor.may("mail.ledger"):
        places.insert(3, Choice(reverse("mail-ledger"), "Mail ledger", "what became of every message", "mail", "g l"))
    words = text.lower().split()
    return [place for place in places if all(word in f"{place.name} {place.detail}".lower() for word in words)][:FEW]


def _cases(request: Request, text: str) -> list[Choice]:
    found = find(text, viewer=request.actor, kind="case", limit=FEW) if text else []
    return [Choice(reverse("case", args=[one.object_id]), one.title, one.detail, "message-square") for one in found]


def _participants(request: Request, text: str) -> list[Choice]:
    seen = Participant.objects.visible_to(request.actor)
    found = seen.filter(name__icontains=text).order_by("name")[:FEW] if len(text) > 1 else []
    return [Choice(reverse("participant", args=[one.pk]), one.name, one.company_kind, "building-2") for one in found]


def _rules(request: Request, text: str) -> list[Choice]:
    if len(text) < 3 or not request.actor.may("rulebook.see"):
        return []
    today = request.at.astimezone(request.profile.time_zone).date()
    hits = rulebook.find(text, as_at=today, limit=FEW)
    return [
        Choice(
            f"{reverse('section', args=[hit.book, hit.section])}#{hit.paragraph}",
            f"{hit.section}{hit.paragraph} {hit.title}", hit.text[:90], "scale",
        )
        for hit in hits
    ]  # fmt: skip
