"""Is the record a record of the business? Every kind is a sentence in the past about one object."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.source import contexts, modules, package_of, short, tree
from tieline.journal.events import Event, kinds
from tieline.journal.listening import listeners

KIND = re.compile(r"^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$")
SAYS_NOTHING = {"updated", "changed", "saved", "modified", "processed", "handled"}
IRREGULAR = {
    "wrote",
    "taken",
    "came",
    "sent",
    "began",
    "went",
    "set",
    "waiting",
    "withdrawn",
    "broken",
    "split",
    "begun",
    "undone",
    "put",
}


@pytest.mark.parametrize("kind", list(kinds()))
def test_a_kind_is_an_object_and_what_happened_to_it(kind: str) -> None:
    assert KIND.match(kind)
    words = kind.partition(".")[2].split("_")
    assert any(word.endswith("ed") or word in IRREGULAR for word in words), "say it in the past"
    assert words[-1] not in SAYS_NOTHING or len(words) > 1, "say what was changed"


@pytest.mark.parametrize(("kind", "event"), list(kinds().items()))
def test_an_event_is_a_sentence_with_facts_only(kind: str, event: type[Event]) -> None:
    assert (event.__doc__ or "").strip().endswith(".")
    assert event.__dataclass_params__.frozen  # type: ignore[attr-defined]  # every event is a dataclass
    assert ".events" in event.__module__


def test_every_event_is_recorded_somewhere() -> None:
    told = {
        node.func.id
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }

    assert [kind for kind, event in kinds().items() if event.__name__ not in told] == []


def test_listeners_stand_with_the_subscribers_of_their_context() -> None:
    stray = [
        short(path)
        for path in modules()
        if package_of(path) in contexts()
        and path.stem != "subscribers"
        and any(_is_on(node) for node in ast.walk(tree(path)))
    ]

    assert stray == []
    assert listeners()


def _is_on(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "on"
        for one in node.decorator_list
    )
