"""Does every module keep the rules of the house that linters do not know?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, contexts, files, modules, package_of, short, tree

EMPTY_WORDS = {"utils", "util", "helpers", "helper", "base", "common", "manager", "managers"} | {
    "handler", "handlers", "services", "constants", "exceptions", "signals", "misc",
}  # fmt: skip
UNSAFE = {"pickle", "marshal", "shelve", "yaml", "dill"}
RUNS_TEXT = {"eval", "exec", "compile", "__import__"}
FAULTS_OF_OTHERS = {
    "tieline/journal/listening.py": "one listener's fault must not stop the others; a person gets the event"
}
LONGEST_FILE = 450
"""Past 400 lines a file asks to be cut by noun; a little past that it must be."""
LONGEST_FUNCTION = 50
MADE_BY_DJANGO = ("migrations/0001_first.py", "migrations/__init__.py")
WRITTEN = [path for path in files() if path.suffix == ".py" and not str(path).endswith(MADE_BY_DJANGO)]


@pytest.mark.parametrize("path", WRITTEN, ids=short)
def test_every_module_says_which_question_it_answers(path: Path) -> None:
    assert (ast.get_docstring(tree(path)) or "").strip()


@pytest.mark.parametrize("path", modules(), ids=short)
def test_every_class_and_public_function_says_what_it_is(path: Path) -> None:
    silent = [node.name for node in tree(path).body if _is_public(node) and not ast.get_docstring(node)]

    assert silent == []


def _is_public(node: ast.stmt) -> bool:
    return isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")


def test_no_file_is_named_for_nothing() -> None:
    named = [(path, {*path.relative_to(ROOT).parts[:-1], path.stem}) for path in WRITTEN]

    assert [short(path) for path, parts in named if parts & EMPTY_WORDS] == []


def test_files_stay_short() -> None:
    lengths = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}

    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_functions_stay_short() -> None:
    long = [
        f"{short(path)}:{node.name}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]

    assert long == []


def test_no_context_catches_everything() -> None:
    catching = {short(path) for path in modules() if package_of(path) in {*contexts(), "kernel"} and _catches_all(path)}

    assert catching == set(FAULTS_OF_OTHERS)


def _catches_all(path: Path) -> bool:
    handlers = [node for node in ast.walk(tree(path)) if isinstance(node, ast.ExceptHandler) and not _goes_on(node)]
    return any(one.type is None or _names(one.type) & {"Exception", "BaseException"} for one in handlers)


def _goes_on(handler: ast.ExceptHandler) -> bool:
    """Whether the fault is only passed on after something was tidied up."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _names(node: ast.expr) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def test_nothing_reads_data_as_code() -> None:
    found = [f"{short(path)}: {name}" for path in modules() for name in _unsafe(path)]

    assert found == []


def _unsafe(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
            yield from (name for name in names if name.split(".")[0] in UNSAFE)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RUNS_TEXT:
            yield node.func.id


def test_no_context_imports_inside_a_function_what_it_may_not_import_above() -> None:
    """A local import hides a direction; only the command line and the start of Django need any."""
    hidden = [
        f"{short(path)}:{node.lineno}"
        for path in modules()
        if package_of(path) in contexts()
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("tieline.")
        and not (node.module or "").startswith(f"tieline.{package_of(path)}.")
    ]

    assert hidden == []


def test_nobody_is_told_to_do_it_later() -> None:
    later = [short(path) for path in modules() if "TODO" in path.read_text(encoding="utf-8")]

    assert later == []
