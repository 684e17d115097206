"""Is every package in the drawing, and the drawing no bigger than the house?"""

from __future__ import annotations

from tests.architecture.source import PACKAGE, contexts, lines, packages

OBLIGATORY = ("__init__", "apps", "models")


def test_every_package_has_its_place_in_the_drawing() -> None:
    drawn = [name for line in lines() for name in line]

    assert sorted(drawn) == packages()


def test_no_package_is_drawn_twice() -> None:
    drawn = [name for line in lines() for name in line]

    assert len(drawn) == len(set(drawn))


def test_no_folder_of_code_is_without_an_init() -> None:
    folders = {path.parent for path in PACKAGE.rglob("*.py") if "tests" not in path.parts}
    bare = [folder for folder in folders if not (folder / "__init__.py").exists()]

    assert bare == []


def test_every_context_has_its_face() -> None:
    missing = [
        f"{context}/{name}"
        for context in contexts()
        for name in OBLIGATORY
        if not (PACKAGE / context / f"{name}.py").exists() and not (PACKAGE / context / name).is_dir()
    ]
    without_actions = [
        context
        for context in contexts()
        if not (PACKAGE / context / "actions.py").exists() and not (PACKAGE / context / "actions").is_dir()
    ]

    assert missing == []
    assert without_actions == []


def test_a_context_knows_no_page() -> None:
    held = [
        context
        for context in contexts()
        for name in ("views.py", "urls.py", "templates", "static")
        if (PACKAGE / context / name).exists()
    ]

    assert held == []
