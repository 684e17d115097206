"""Finding the paragraph that answers, in a page of its own and in the case's rule pane."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from tieline.console.pages import is_fragment, show
from tieline.console.requests import Request
from tieline.console.rule_days import as_at, day_said
from tieline.identity.permissions import require
from tieline.rulebook import queries
from tieline.rulebook.reading import boxed

SHOWN = 8
LONGEST_QUESTION = 400


@dataclass(frozen=True)
class Question:
    """What is sought, where and when; `since` asks only for text in force since that day or later."""

    text: str
    as_at: date
    book: str | None
    since: date | None
    with_boxed: bool
    case_number: int | None


@require_GET
def index(request: Request) -> HttpResponse:
    """GET /rules/search?q=&as_at=&book=&since=&boxed=&case="""
    require(request.actor, "rulebook.see")
    books = queries.books()
    question = _question(request, {one.key for one in books})
    context = {"question": question, "books": books, "text": question.text, "as_at": question.as_at}
    context |= {"case_number": question.case_number} | _found(question)
    return show(request, f"console/rules/{'_hits' if is_fragment(request) else 'search'}.html", context)


def _question(request: Request, books: set[str]) -> Question:
    book, case_number = request.GET.get("book", ""), request.GET.get("case", "")
    return Question(
        text=request.GET.get("q", "").replace("\0", " ").strip()[:LONGEST_QUESTION],
        as_at=as_at(request),
        book=book if book in books else None,
        since=day_said(request, "since"),
        with_boxed=request.GET.get("boxed") == "yes",
        case_number=int(case_number) if case_number.isdecimal() and len(case_number) < 10 else None,
    )


def _found(question: Question) -> dict[str, object]:
    """What answers: text in force, and apart from it what only stands in a grey box."""
    if not question.text:
        return {"hits": [], "boxed": [], "found": None, "instead": ""}
    found = queries.search(
        question.text, as_at=question.as_at, book=question.book, limit=SHOWN, changed_since=question.since
    )
    return {"hits": found.hits, "boxed": _in_boxes(question), "found": found, "instead": _instead(question, found)}


def _in_boxes(question: Question) -> list[boxed.BoxedHit]:
    if not question.with_boxed:
        return []
    return boxed.find_boxed(
        question.text, as_at=question.as_at, book=question.book, limit=SHOWN, printed_since=question.since
    )


def _instead(question: Question, found: queries.Search) -> str:
    """The same search for the text as it was probably meant, as the query of a link; empty without one."""
    if not found.instead:
        return ""
    asked = {
        "q": found.instead,
        "as_at": question.as_at.isoformat(),
        "book": question.book,
        "since": question.since.isoformat() if question.since else None,
        "boxed": "yes" if question.with_boxed else None,
        "case": question.case_number,
    }
    return urlencode({name: value for name, value in asked.items() if value})
