"""The glossary: every term and acronym that the rule books explain on a day, and where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from tieline.console.pages import show
from tieline.console.requests import Request
from tieline.console.rule_days import as_at
from tieline.identity.permissions import require
from tieline.rulebook import queries
from tieline.rulebook.glossary import DefinedTerm, terms_in_force

MOST_AT_ONCE = 300
OTHER = "#"


@dataclass(frozen=True)
class Asked:
    """What the reader wants to see of the glossary; empty: all of it."""

    contains: str
    book: str
    letter: str


@require_GET
def index(request: Request) -> HttpResponse:
    """GET /rules/glossary?as_at=&contains=&book=&letter="""
    require(request.actor, "rulebook.see")
    day, asked = as_at(request), _asked(request)
    books = {one.key: one.name for one in queries.books()}
    found = [one for one in terms_in_force(day) if _answers(one, asked)]
    letters = sorted({letter_of(one) for one in found})
    letter = asked.letter if asked.letter in letters else ""
    if len(found) > MOST_AT_ONCE and not letter:
        letter = letters[0]
    context = {
        "as_at": day,
        "asked": asked,
        "books": books,
        "found": len(found),
        "letters": letters,
        "may_show_all": len(found) <= MOST_AT_ONCE,
        "letter": letter,
        "groups": _by_letter(found, [letter] if letter else letters),
    }
    return show(request, "console/rules_glossary/index.html", context)


def letter_of(term: DefinedTerm) -> str:
    """Under which letter a term stands."""
    first = term.name[:1].upper()
    return first if first.isalpha() else OTHER


def _asked(request: Request) -> Asked:
    def said(name: str) -> str:
        return request.GET.get(name, "").strip()[:100]

    return Asked(contains=said("contains"), book=said("book"), letter=said("letter").upper())


def _answers(term: DefinedTerm, asked: Asked) -> bool:
    """Whether a term is of the book and holds every word of what is sought, in its name or its meaning."""
    if asked.book and term.book != asked.book:
        return False
    text = f"{term.name} {term.meaning}".casefold()
    words: Iterable[str] = asked.contains.casefold().split()
    return all(word in text for word in words)


def _by_letter(terms: Sequence[DefinedTerm], letters: Sequence[str]) -> dict[str, list[DefinedTerm]]:
    return {letter: [one for one in terms if letter_of(one) == letter] for letter in letters}
