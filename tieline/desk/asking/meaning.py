"""Which condition does a tree stand for? Built of the fields' conditions; words are asked of the index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from operator import and_, or_

from django.db.models import Q

from tieline.desk.asking.fields import BY_NAME, field_of
from tieline.desk.asking.reading import Both, Either, Misread, Not, Term, Tree, Words
from tieline.desk.asking.scope import Scope
from tieline.search.queries import phrase

Holding = Callable[[Sequence[str]], Q]
"""The condition that all of some phrases are found."""
OPEN_WORDS = frozenset({"open", "ours", "waiting", "overdue", "unassigned"})
OPEN_CLOCKS = frozenset({"overdue", "soon", "paused"})


def condition(tree: Tree, scope: Scope, *, holding: Holding) -> Q:
    """What the tree asks of a case. Misread where a term says what cannot be."""
    match tree:
        case Not():
            return ~condition(tree.part, scope, holding=holding)
        case Either():
            return reduce(or_, (_alone(part, scope, holding) for part in tree.parts))
        case Both():
            return _all(tree.parts, scope, holding)
    return _all((tree,), scope, holding)


def _alone(part: Tree, scope: Scope, holding: Holding) -> Q:
    """A condition that holds always is a Q like any other here: beside OR, Django would leave an empty one out."""
    found = condition(part, scope, holding=holding)
    return found if found else ~Q(pk__in=())


def _all(parts: Sequence[Tree], scope: Scope, holding: Holding) -> Q:
    """All parts at once; words beside each other are asked of the index together."""
    phrases = [said for part in parts for said in _phrases(part)]
    others = [_part(part, scope, holding) for part in parts if not _is_words(part)]
    whole = reduce(and_, others, Q())
    return whole & holding(phrases) if phrases else whole


def _part(part: Tree, scope: Scope, holding: Holding) -> Q:
    return _of_term(part, scope) if isinstance(part, Term) else condition(part, scope, holding=holding)


def _is_words(part: Tree) -> bool:
    return isinstance(part, Words) or (isinstance(part, Term) and _names_text(part))


def _names_text(term: Term) -> bool:
    field = BY_NAME.get(term.name)
    return field is not None and field.name == "text" and term.compared == ":"


def _phrases(part: Tree) -> list[str]:
    if isinstance(part, Words):
        said = [phrase(part.text, is_unfinished=part.is_unfinished)]
    elif isinstance(part, Term) and _names_text(part):
        said = [phrase(value.rstrip("*"), is_unfinished=value.endswith("*")) for value in part.values]
    else:
        said = []
    return [one for one in said if one]


def _of_term(term: Term, scope: Scope) -> Q:
    field = field_of(term, scope)
    if any(not value.strip() for value in term.values):
        raise Misread(term.value_position, f"Say what “{term.name}” should be.", tuple(field.values(scope))[:5])
    asked = replace(term, name=field.name, compared=":" if term.compared == "!=" else term.compared)
    found = reduce(or_, (field.condition(asked, value, scope) for value in term.values))
    return ~found if term.compared == "!=" else found


def within(tree: Tree) -> str:
    """In which part of all cases the answers lie: "open", "closed" or "any"; lists choose their order by it."""
    said = {_within_part(part) for part in (tree.parts if isinstance(tree, Both) else (tree,))}
    return next((part for part in ("open", "closed") if part in said), "any")


def _within_part(part: Tree) -> str:
    if not isinstance(part, Term) or part.compared == "!=":
        return "any"
    values = {value.lower() for value in part.values}
    match part.name:
        case "is" | "state" if values <= OPEN_WORDS:
            return "open"
        case "is" | "state" if values == {"closed"}:
            return "closed"
        case "clock" if values <= OPEN_CLOCKS:
            return "open"
        case "due" if not values & {"none", "nobody"}:
            return "open"
    return "any"
