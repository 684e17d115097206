"""Which rules does the conversation of a case name, and where does each lead on the day it was said?

The list is asked for by the page itself once the case is shown, so that a case opens without looking up any rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from tieline.console.case_pages import visible_case
from tieline.console.pages import is_fragment, see_other, show
from tieline.console.requests import Request
from tieline.console.rule_days import as_at
from tieline.desk.models import Case
from tieline.desk.quoted_rules import flags
from tieline.identity.permissions import require
from tieline.rulebook.citing.resolution import Reading, Resolved, resolve, resolve_each
from tieline.rulebook.profile import Rulebook

LONGEST_READ, LONGEST_ASKED = 60_000, 200


@dataclass(frozen=True)
class Named:
    """A rule that the conversation names, once for each day and place: as written, where it leads, or why nowhere."""

    words: str
    label: str
    address: str
    problem: str


@dataclass(frozen=True)
class References:
    """What a conversation names: rules that lead somewhere, rules that do not, requests, and other bodies' rules."""

    leading: tuple[Named, ...]
    loose: tuple[Named, ...]
    requests: tuple[str, ...]
    outside: tuple[str, ...]


@require_GET
def index(request: Request, number: int) -> HttpResponse:
    """GET /cases/<number>/references"""
    case = visible_case(request, number)
    require(request.actor, "rulebook.see")
    unsent = flags(case, by=request.actor, at=request.at) if request.actor.may("desk.reply") else ()
    context = {"case": case, "references": _references(request, case), "flags": unsent}
    return show(request, f"console/cases/{'_references' if is_fragment(request) else 'references'}.html", context)


@require_GET
def cited(request: Request) -> HttpResponse:
    """GET /rules/cited?q=&book=&as_at= : the rule itself, or the search where there is no such rule"""
    require(request.actor, "rulebook.see")
    asked, day = request.GET.get("q", "").strip()[:LONGEST_ASKED], as_at(request)
    found = resolve(asked, as_at=day, book=request.GET.get("book") or None).citations
    if found and found[0].is_resolved:
        return see_other(_address(found[0], day))
    return see_other(f"{reverse('rule-search')}?{urlencode({'q': asked, 'as_at': day.isoformat()})}")


def _references(request: Request, case: Case) -> References:
    said = [
        (text[:LONGEST_READ], at.astimezone(request.profile.time_zone).date())
        for text, at in case.messages.order_by("at", "pk").values_list("text", "at")
    ]
    readings = resolve_each(said)
    names = {book.key: book.name for book in request.profile.get(Rulebook).books}
    named = [
        _named(one, day, names) for reading, (_, day) in zip(readings, said, strict=True) for one in reading.citations
    ]
    return References(
        leading=tuple({one.address: one for one in named if not one.problem}.values()),
        loose=tuple({one.problem: one for one in named if one.problem}.values()),
        requests=_each_once(mention.request for reading in readings for mention in reading.requests),
        outside=_each_once(_outside(readings)),
    )


def _named(one: Resolved, day: date, names: dict[str, str]) -> Named:
    label = f"{names.get(one.book or '', one.book or '')} §{one.section}{one.path}".strip()
    words = str(one.citation) if one.citation.is_implied else " ".join(one.words.split())
    return Named(words, label, _address(one, day) if one.is_resolved else "", one.problem)


def _outside(readings: Iterable[Reading]) -> Iterable[str]:
    return (f"{mention.body}: {mention.rule}" for reading in readings for mention in reading.outside)


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _address(one: Resolved, day: date) -> str:
    mark = f"#p{one.version_id}" if one.version_id else ""
    return f"{reverse('section', args=[one.book, one.section])}?as_at={day.isoformat()}{mark}"
