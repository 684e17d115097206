"""What do the rules answer to what the client asks? Sentences quoted as at the case's day, and a draft of them.

The question is made of this case's own words only; nothing of the answer is kept until somebody puts it into the
reply, which cites each quotation in the case.
"""

from __future__ import annotations

import re
from datetime import date

from django.db import transaction
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from tieline.console.case_pages import recipient, show_change, visible_case
from tieline.console.case_rewordings import offered
from tieline.console.pages import is_fragment, show
from tieline.console.requests import Request
from tieline.console.rule_days import day_said
from tieline.desk.actions import cite
from tieline.desk.models import Case, MessageKind
from tieline.identity.permissions import require
from tieline.kernel.refusal import Refusal
from tieline.rulebook.answering import answer, draft

LONGEST_PREFILLED, LONGEST_ASKED = 400, 1000
MOST_QUOTES = 12
ANSWERED_BEFORE = re.compile(r"^(?:\s*(?:re|fwd?|aw|wg)\s*:)+\s*", re.IGNORECASE)


class UnreadableQuotes(Refusal):
    """The form's paragraph versions and quotations do not go together."""

    def __init__(self) -> None:
        super().__init__("The quotations of this answer cannot be read; ask the rules again.")


@require_http_methods(["GET", "HEAD", "POST"])
def show_answer(request: Request, number: int) -> HttpResponse:
    """GET /cases/<number>/answer?q=&as_at= ; POST puts its quotations into the case as citations"""
    case = visible_case(request, number)
    require(request.actor, "rulebook.see")
    if request.method == "POST":
        return _cite(request, case)
    as_at = _as_at(request, case)
    asked = request.GET.get("q", "").strip()[:LONGEST_ASKED] or _own_words(case)
    found = answer(asked, as_at=as_at)
    context = {
        "case": case,
        "asked": asked,
        "as_at": as_at,
        "answer": found,
        "draft": draft(found),
        "may_reply": request.actor.may("desk.reply") and not case.is_closed,
        "recipient": recipient(case),
        "seen": offered(case) if found.is_answered and request.actor.may("desk.reply") else "",
        "in_case": is_fragment(request),
    }
    return show(request, f"console/answers/{'_panel' if is_fragment(request) else 'show'}.html", context)


def _cite(request: Request, case: Case) -> HttpResponse:
    """Cite every quotation or none."""
    with transaction.atomic():
        for version_id, quote in _quotes(request):
            cite(case, version_id=version_id, quote=quote, by=request.actor, at=request.at)
    return show_change(request, case.number)


def _quotes(request: Request) -> list[tuple[int, str]]:
    versions, quotes = request.POST.getlist("version_id"), request.POST.getlist("quote")
    is_fit = 0 < len(versions) == len(quotes) <= MOST_QUOTES
    if not is_fit or not all(re.fullmatch(r"[0-9]{1,18}", version) for version in versions):
        raise UnreadableQuotes
    return [(int(version), quote) for version, quote in zip(versions, quotes, strict=True)]


def _own_words(case: Case) -> str:
    """The case's subject and what its client last wrote himself, without what he quoted."""
    written = (
        case.messages.filter(kind=MessageKind.CLIENT, thread=None).order_by("-at", "-pk").values_list("text", flat=True)
    )
    subject = ANSWERED_BEFORE.sub("", case.subject).strip()
    words = " ".join(f"{subject}{'' if subject.endswith(('.', '?', '!')) else '.'} {written.first() or ''}".split())
    if len(words) <= LONGEST_PREFILLED:
        return words
    return words[:LONGEST_PREFILLED].rsplit(" ", 1)[0]


def _as_at(request: Request, case: Case) -> date:
    return day_said(request, "as_at") or case.received_at.astimezone(request.profile.time_zone).date()
