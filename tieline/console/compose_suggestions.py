"""What does the composer offer while one types "/", "::", "??", "@@", "§" or "#"? One list for each, with previews."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from tieline.console.case_pages import visible_case
from tieline.console.pages import show
from tieline.console.requests import Request
from tieline.desk.approved_texts import filled_in_doubt, offered
from tieline.desk.models import Case
from tieline.identity.queries import active_staff
from tieline.rulebook import queries as rulebook
from tieline.rulebook.reach.profile import Procedures
from tieline.search.queries import find

MOST = 8
LONGEST = 200


@dataclass(frozen=True)
class Suggestion:
    """One line: what it says, what it puts into the field, or what else it does.

    `presses` names the control of the page that is pressed, `opens` the address whose answer is shown instead, and
    `version_id` the paragraph that is cited along with it.
    """

    name: str
    detail: str = ""
    inserts: str = ""
    preview: str = ""
    picture: str = "quote"
    presses: str = ""
    opens: str = ""
    version_id: int = 0
    quote: str = ""


@require_GET
def index(request: Request, number: int, kind: str) -> HttpResponse:
    """GET /cases/<number>/compose/<kind>?q="""
    case = visible_case(request, number)
    if kind not in KINDS:
        raise Http404
    text = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:LONGEST]
    name, suggest = KINDS[kind]
    context = {"case": case, "kind": kind, "name": name, "found": tuple(islice(suggest(request, case, text), MOST))}
    return show(request, "console/compose/_suggestions.html", context)


def _acts(request: Request, case: Case, text: str) -> Iterator[Suggestion]:
    may_reply = request.actor.may("desk.reply") and not case.is_closed
    acts = [
        (may_reply, "Approved texts", "put one into the reply", "templates-open", "file-text"),
        (may_reply, "Send later", "choose a time", "later-open", "clock"),
        (may_reply and request.actor.may("desk.close"), "Send and close", "and be done", "send-done", "circle-check"),
        (True, "Ask a colleague to look", "share this draft", "share-open", "users"),
        (request.actor.may("desk.note"), "Write a note instead", "only staff will read it", "note-mode", "sticky-note"),
        (request.actor.may("rulebook.see"), "Find a rule", "in the pane beside", "rule-q", "scale"),
    ]
    for is_offered, name, detail, presses, picture in acts:
        if is_offered and _fits(text, name, detail):
            yield Suggestion(name, detail, preview=f"{name}: {detail}.", presses=presses, picture=picture)


def _texts(request: Request, case: Case, text: str) -> Iterator[Suggestion]:
    if not request.actor.may("desk.reply"):
        return
    for one in offered(request.profile, as_at=_today(request)):
        if not _fits(text, one.title, one.first_words):
            continue
        if one.doubts:
            address = reverse("case-template", args=[case.number, one.key])
            yield Suggestion(one.title, "a rule under it has changed", preview=one.first_words, opens=address)
            continue
        words = filled_in_doubt(case, one.key, profile=request.profile, by=request.actor).words
        yield Suggestion(one.title, one.first_words[:90], words, words, "file-text")


def _procedures(request: Request, case: Case, text: str) -> Iterator[Suggestion]:
    for one in request.profile.get(Procedures).procedures if text else ():
        if _fits(text, one.name, *one.steps):
            steps = "\n".join(f"{number}. {step}" for number, step in enumerate(one.steps, 1))
            rests = "; ".join(one.citations)
            yield Suggestion(one.name, "procedure", rests or one.name, f"{steps}\n\n{rests}".strip(), "list-checks")


def _knowledge(request: Request, case: Case, text: str) -> Iterator[Suggestion]:
    yield from islice(_texts(request, case, text), 3)
    yield from islice(_procedures(request, case, text), 2)
    yield from _rules(request, case, text)


def _people(request: Request, case: Case, text: str) -> Iterator[Suggestion]:
    if not request.actor.may("desk.see"):
        return
    for user in active_staff().filter(Q(name__icontains=text) | Q(username__icontains=text))[:MOST]:
        team = user.team.name if user.team else ""
        yield Suggestion(user.name, team, f"@{user.username} ", f"{user.name}, {team}\n{user.email}", "user")


def _rules(request: Request, case: Case, text: str) -> Iterator[Suggestion]:
    if len(text) < 2 or not request.actor.may("rulebook.see"):
        return
    for hit in rulebook.find(text, as_at=_today(request), limit=MOST):
        said = f"“{first_sentence(hit.text)}” ({hit.label}, in force since {hit.effective_from:%d %B %Y})"
        cited = hit.version_id if request.actor.may("desk.cite") else 0
        name = f"{hit.section}{hit.paragraph} {hit.title}"
        yield Suggestion(name, hit.text[:90], said, hit.text, "scale", version_id=cited, quote=first_sentence(hit.text))


def _cases(request: Request, case: Case, text: str) -> Iterator[Suggestion]:
    for one in _found_cases(request, text):
        who = f"{one.participant.name if one.participant else one.requester_address}"
        preview = f"{one.subject}\n{who}, {one.get_state_display().lower()}\n\n{one.excerpt}"
        yield Suggestion(f"{one.label} {one.subject}", who, f"{one.label} ", preview, "message-square")


def _found_cases(request: Request, text: str) -> list[Case]:
    if not text:
        return []
    visible = Case.objects.visible_to(request.actor).select_related("participant")
    digits = text.rpartition("-")[2]
    if digits.isdecimal() and len(digits) < 16:
        return list(visible.filter(number=int(digits)))
    numbers = [int(one.object_id) for one in find(text, viewer=request.actor, kind="case", limit=MOST)]
    return sorted(visible.filter(number__in=numbers), key=lambda one: numbers.index(one.number))


def first_sentence(text: str) -> str:
    """The first sentence of a rule that says something; the whole where there is none."""
    words = " ".join(text.split())
    ends = [place for end in (". ", "; ", ": ") if (place := words.find(end, 30)) > 0]
    return words[: min(ends) + 1] if ends else words


def _fits(text: str, *said: str) -> bool:
    whole = " ".join(said).casefold()
    return all(word in whole for word in text.casefold().split())


def _today(request: Request) -> date:
    return request.at.astimezone(request.profile.time_zone).date()


Suggest = Callable[[Request, Case, str], Iterator[Suggestion]]
KINDS: dict[str, tuple[str, Suggest]] = {
    "actions": ("Acts", _acts),
    "texts": ("Approved texts", _texts),
    "knowledge": ("Knowledge", _knowledge),
    "people": ("Colleagues", _people),
    "rules": ("Rules in force", _rules),
    "cases": ("Cases", _cases),
}
