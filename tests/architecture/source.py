"""Which files make up the project, and what is in them? Shared by the tests of this folder."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "tieline"
FOLDERS = (".ci", "bench", "bin", "docs", "profiles", "requirements", "tests", "tieline")
MADE = {"__pycache__", "node_modules"}
DOORS = ("console", "portal", "api")
SURFACES = {"cli", "project", "ui", *DOORS}


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project: those of its folders and those at the top; nothing made by tools."""
    found = [path for path in ROOT.iterdir() if path.is_file()]
    for folder in FOLDERS:
        found += [path for path in (ROOT / folder).rglob("*") if path.is_file() and not _is_made(path)]
    return tuple(sorted(found))


def _is_made(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts[1:]
    return any(part in MADE or part.endswith("_cache") for part in parts)


@cache
def modules() -> tuple[Path, ...]:
    """The package's own modules, without tests and migrations."""
    aside = {"tests", "migrations"}
    return tuple(
        path
        for path in files()
        if path.is_relative_to(PACKAGE) and path.suffix == ".py" and not aside & set(path.parts)
    )


@cache
def tree(path: Path) -> ast.Module:
    """The module as a syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def short(path: Path) -> str:
    """The path as people write it."""
    return str(path.relative_to(ROOT))


def package_of(path: Path) -> str:
    """The package a module belongs to, such as `desk`; "" for modules of the top."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


@cache
def lines() -> tuple[tuple[str, ...], ...]:
    """The packages from the top line down, as the import contract in pyproject.toml draws them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    drawing = next(contract for contract in contracts if contract["name"] == "Layers point down")
    return tuple(tuple(name.strip() for name in line.split("|")) for line in drawing["layers"])


def height(package: str) -> int:
    """How high a package stands; 0 is the ground."""
    for number, line in enumerate(reversed(lines())):
        if package in line:
            return number
    raise LookupError(f"{package} is not in the drawing")


def packages() -> list[str]:
    """Every package there is."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def contexts() -> list[str]:
    """The packages that hold the field's nouns: neither surfaces nor the kernel."""
    return [name for name in packages() if name not in SURFACES | {"kernel"}]


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """The functions of a module that stand at its top."""
    yield from (node for node in tree(path).body if isinstance(node, ast.FunctionDef))
