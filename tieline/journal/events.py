"""What can be said to have happened? Frozen dataclasses, each with a kind such as `case.opened`.

Contexts declare theirs in `<context>/events.py`; the registry turns stored facts back into the dataclass.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar


@dataclasses.dataclass(frozen=True)
class Event:
    """Something that happened, said in the past tense. Fields are the facts that are not references."""

    kind: ClassVar[str] = ""

    def facts(self) -> dict[str, Any]:
        """The event's fields as JSON-ready values."""
        return dataclasses.asdict(self)


E = TypeVar("E", bound=type[Event])
_kinds: dict[str, type[Event]] = {}


class UnknownEvent(LookupError):
    """A stored event whose kind no loaded context declares."""


def event(kind: str) -> Callable[[E], E]:
    """Declare an event class under its kind, `<object>.<past participle>`; a kind may be declared once."""

    def declare(cls: E) -> E:
        if kind in _kinds:
            raise ValueError(f"event kind {kind!r} is declared twice")
        if not cls.__doc__:
            raise ValueError(f"event {cls.__name__} needs a docstring")
        cls.kind = kind
        _kinds[kind] = cls
        return cls

    return declare


def kinds() -> Mapping[str, type[Event]]:
    """All declared events by kind."""
    return dict(sorted(_kinds.items()))


def read(kind: str, facts: Mapping[str, Any]) -> Event:
    """The event that was stored as kind and facts; facts this version does not know are left out."""
    try:
        cls = _kinds[kind]
    except KeyError:
        raise UnknownEvent(kind) from None
    known = {field.name for field in dataclasses.fields(cls)}
    return cls(**{name: value for name, value in facts.items() if name in known})
