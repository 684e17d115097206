"""What could come next, while a query is typed? Fields and their values, as the profile knows them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from tieline.desk.asking.fields import BY_NAME, FIELDS, Field
from tieline.desk.asking.names import staff_names
from tieline.desk.asking.scope import Directory, Scope, close_to, quoted
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile

MOST = 8
LAST = re.compile(r"(?P<dash>-?)(?:(?P<name>[A-Za-z][A-Za-z_-]*)(?P<sign>>=|<=|!=|:|>|<|=))?(?P<rest>[^\s(]*)$")


@dataclass(frozen=True)
class Suggestion:
    """One choice: what it puts in, in place of what, and what that means."""

    insert: str
    start: int
    end: int
    meaning: str


def suggestions(text: str, *, caret: int, scope: Scope) -> tuple[Suggestion, ...]:
    """Choices for the word the caret stands behind."""
    before = text[: max(0, min(caret, len(text)))]
    if before.count('"') % 2:
        return ()
    last = LAST.search(before)
    if last is None or "(" in last["rest"]:
        return ()
    if last["name"]:
        field = BY_NAME.get(last["name"].lower())
        return _values(field, last, scope) if field and (scope.is_staff or not field.is_inner) else ()
    return _fields(last, scope)


def _fields(last: re.Match[str], scope: Scope) -> tuple[Suggestion, ...]:
    typed, at = last["rest"].lower(), last.start("rest")
    known = [field for field in FIELDS if scope.is_staff or not field.is_inner]
    fitting = [field for field in known if any(name.startswith(typed) for name in (field.name, *field.also))]
    return tuple(Suggestion(f"{field.name}:", at, last.end(), field.meaning) for field in fitting[:MOST])


def _values(field: Field, last: re.Match[str], scope: Scope) -> tuple[Suggestion, ...]:
    typed = last["rest"].rpartition(",")[2]
    at = last.end() - len(typed)
    known = list(field.values(scope))
    fitting = [value for value in known if value.lower().startswith(typed.lower())] or close_to(typed, known)
    return tuple(Suggestion(quoted(value), at, last.end(), field.meaning) for value in fitting[:MOST])


def suggestions_for(text: str, *, caret: int, profile: Profile, actor: Actor, at: datetime) -> tuple[Suggestion, ...]:
    """The same for an actor; who the staff are is looked up where an owner is being typed."""
    last = LAST.search(text[: max(0, caret)])
    asks_staff = last is not None and (last["name"] or "").lower() in ("owner", "assignee")
    directory = Directory(known_staff=staff_names()) if asks_staff and actor.may("desk.see") else Directory()
    return suggestions(text, caret=caret, scope=Scope(profile, actor, at, directory))
