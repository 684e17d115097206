"""Are doors thin? A view finds what the actor may see, reads the form, makes one call, shows the result."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.source import DOORS, functions, modules, package_of, short, tree

VIEWS = [path for path in modules() if package_of(path) in DOORS]
LONGEST_VIEW = 20
WRITES = {
    "save",
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
}
LOOKS_UP_BY_ITSELF = {
    "tieline/console/requests.py": "who is signed in is found before anybody looks",
}
"""Modules of a door that ask the database otherwise than by `visible_to`, each with its reason."""
OWED: dict[str, str] = {}
"""Debts, each with what is to be done. The list only shrinks: one that is paid must be struck out."""


def is_view(function: ast.FunctionDef) -> bool:
    return bool(function.args.args) and function.args.args[0].arg == "request" and not function.name.startswith("_")


def views(path: Path) -> list[ast.FunctionDef]:
    return [function for function in functions(path) if is_view(function)]


@pytest.mark.parametrize("path", VIEWS, ids=short)
def test_a_view_is_short(path: Path) -> None:
    lengths = {function.name: _length(function) for function in views(path)}

    assert {name: length for name, length in lengths.items() if length > LONGEST_VIEW} == {}


def _length(function: ast.FunctionDef) -> int:
    """Lines without the docstring, each statement on one: however a formatter wraps them."""
    statements = function.body[1:] if ast.get_docstring(function) else function.body
    return sum(len(ast.unparse(statement).splitlines()) for statement in statements)


@pytest.mark.parametrize("path", VIEWS, ids=short)
def test_a_door_asks_only_for_what_the_actor_may_see(path: Path) -> None:
    looked = sorted(
        {f"{_owner(node)}.objects.{_next(path, node)}" for node in ast.walk(tree(path)) if _is_objects(node)}
    )
    unseen = [name for name in looked if not name.endswith(".visible_to")]

    if short(path) in OWED:
        assert unseen, f"{short(path)} is in order now: strike it out of OWED"
    elif short(path) not in LOOKS_UP_BY_ITSELF:
        assert unseen == []


def _is_objects(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "objects"


def _owner(node: ast.AST) -> str:
    assert isinstance(node, ast.Attribute)
    return node.value.id if isinstance(node.value, ast.Name) else "?"


def _next(path: Path, wanted: ast.AST) -> str:
    followers = [node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute) and node.value is wanted]
    return followers[0] if followers else ""


@pytest.mark.parametrize("path", VIEWS, ids=short)
def test_a_door_writes_nothing_by_itself(path: Path) -> None:
    written = [
        f"{node.func.attr} in line {node.lineno}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and _is_about_rows(node.func.value)
    ]

    assert written == [] or short(path) in OWED


def _is_about_rows(value: ast.expr) -> bool:
    """Whether the call hangs on a queryset or a row; dictionaries and hashes have an `update` too."""
    return any(_is_objects(node) for node in ast.walk(value)) or (
        isinstance(value, ast.Name) and value.id in {"case", "user"}
    )


def test_a_view_says_its_address() -> None:
    silent = [
        f"{short(path)}:{function.name}"
        for path in VIEWS
        for function in views(path)
        if path.stem not in {"errors", "requests", "pages", "case_pages"} and not ast.get_docstring(function)
    ]

    assert silent == []
