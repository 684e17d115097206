"""Go anywhere, find anything: what Ctrl-K shows for the words typed so far.

`#` asks for a case by its number, `@` for a person, `client:` for participants, `rule:` for rules; without any of
them everything is asked. What a page can do itself (`>`) its own scripts know, as they know the keys.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from tieline.console.keys import BY_NAME, key_of
from tieline.console.pages import is_fragment, show
from tieline.console.requests import Request
from tieline.desk.models import Case
from tieline.desk.queries import VIEWS
from tieline.identity.queries import active_staff
from tieline.participants.models import Participant
from tieline.rulebook import queries as rulebook
from tieline.search.queries import find

FEW = 6
MORE = 12


@dataclass(frozen=True)
class Choice:
    """One line of the palette: where it leads, what it says, and its picture."""

    address: str
    name: str
    detail: str
    picture: str
    keys: str = ""


Group = tuple[str, list[Choice]]


@require_GET
def show_palette(request: Request) -> HttpResponse:
    """GET /palette?q="""
    text = " ".join(request.GET.get("q", "").split())[:200]
    context = {"text": text, "groups": [group for group in _groups(request, text) if group[1]]}
    return show(request, f"console/palette/{'_results' if is_fragment(request) else 'page'}.html", context)


def _groups(request: Request, text: str) -> list[Group]:
    """The groups for what was typed; a sign at its beginning asks for one kind only."""
    kinds: dict[str, tuple[str, Callable[[Request, str, int], list[Choice]]]] = {
        "#": ("Cases by number", _numbered), "@": ("People", _people),
        "client:": ("Participants", _participants), "rule:": ("Rules", _rules),
    }  # fmt: skip
    for sign, (name, ask) in kinds.items():
        if text.lower().startswith(sign):
            return [(name, ask(request, text[len(sign) :].strip(), MORE))]
    return [
        ("Go to", _places(request, text)),
        ("Cases", _cases(request, text)),
        ("Participants", _participants(request, text, FEW) if len(text) > 1 else []),
        ("People", _people(request, text, 3) if len(text) > 1 else []),
        ("Rules", _rules(request, text, FEW)),
    ]


def _places(request: Request, text: str) -> list[Choice]:
    own = request.staff.keys
    key = {name: key_of(act, own) for name, act in BY_NAME.items()}
    desk = [
        Choice(f"{reverse('cases')}?view=open", "Inbox", "all open cases", "inbox", key["to-inbox"]),
        Choice(reverse("my-list"), "My list", "mine, mentions, later", "user", key["to-mine"]),
        *(Choice(f"{reverse('cases')}?view={view}", name, "view", "list-filter") for view, name in VIEWS.items()),
        Choice(reverse("saved-views"), "Saved views", "queries with a name", "list-filter", key["to-views"]),
        Choice(reverse("case-board"), "Board", "columns of cases", "columns-3", key["to-board"]),
    ]
    places = [
        *(desk if request.actor.may("desk.see") else []),
        *_others(request, key),
        Choice(reverse("own-keys"), "Keys", "your own keys", "keyboard"),
        Choice(reverse("password"), "Change password", "your account", "key-round"),
    ]
    words = text.lower().split()
    return [place for place in places if all(word in f"{place.name} {place.detail}".lower() for word in words)][:FEW]


def _others(request: Request, key: dict[str, str]) -> list[Choice]:
    participants, rules, ledger = reverse("participants"), reverse("rules"), reverse("mail-ledger")
    rights = {
        "participants.see": Choice(
            participants, "Participants", "organisations and people", "users", key["to-participants"]
        ),
        "rulebook.see": Choice(rules, "Rules", "the rule books", "book-open", key["to-rules"]),
        "mail.ledger": Choice(ledger, "Mail ledger", "what became of every message", "mail", key["to-ledger"]),
    }
    return [choice for right, choice in rights.items() if request.actor.may(right)]


def _cases(request: Request, text: str) -> list[Choice]:
    found = find(text, viewer=request.actor, kind="case", limit=FEW) if text else []
    return [Choice(reverse("case", args=[one.object_id]), one.title, one.detail, "message-square") for one in found]


def _numbered(request: Request, text: str, few: int) -> list[Choice]:
    """Cases whose number or label this is, or begins with it; the exact one first."""
    digits = "".join(letter for letter in text if letter.isdigit())[-15:]
    if not digits:
        return []
    # a number's beginning, as ranges of the index: 12, 120-129, 1200-1299, ...
    number, begins = int(digits), Q()
    for more in range(5):
        begins |= Q(number__gte=number * 10**more, number__lt=(number + 1) * 10**more)
    found = Case.objects.visible_to(request.actor).filter(begins).order_by("number")[:few]
    return [
        Choice(
            reverse("case", args=[one.number]), f"{one.label} {one.subject}", one.get_state_display(), "message-square"
        )
        for one in found
    ]


def _people(request: Request, text: str, few: int) -> list[Choice]:
    """Colleagues, each leading to the open cases they have."""
    if not request.actor.may("desk.see"):
        return []
    named = Q(name__icontains=text) | Q(username__icontains=text)
    return [
        Choice(
            f"{reverse('cases')}?{urlencode({'q': f'is:open owner:{one.username}'})}",
            one.name, f"{one.team.name if one.team else 'staff'} · open cases", "user",
        )
        for one in active_staff().filter(named)[:few]
    ]  # fmt: skip


def _participants(request: Request, text: str, few: int) -> list[Choice]:
    seen = Participant.objects.visible_to(request.actor)
    found = seen.filter(name__icontains=text).order_by("name")[:few]
    return [Choice(reverse("participant", args=[one.pk]), one.name, one.company_kind, "building-2") for one in found]


def _rules(request: Request, text: str, few: int) -> list[Choice]:
    if len(text) < 3 or not request.actor.may("rulebook.see"):
        return []
    today = request.at.astimezone(request.profile.time_zone).date()
    hits = rulebook.find(text, as_at=today, limit=few)
    return [
        Choice(
            f"{reverse('section', args=[hit.book, hit.section])}#{hit.paragraph}",
            f"{hit.section}{hit.paragraph} {hit.title}", hit.text[:90], "scale",
        )
        for hit in hits
    ]  # fmt: skip
