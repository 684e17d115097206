"""`tieline docs`: write again those pages of the docs that are made from the code; a test keeps them fresh.

Some pages are made whole, some hold a made part between two marks. Written words are never touched.
"""

from __future__ import annotations

import argparse
import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tieline.kernel.refusal import Refusal
from tieline.project.bootstrap import set_up_django

ROOT = Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- made by `tieline docs` from here -->", "<!-- to here -->"
ASKED = re.compile(r'(?:require\([\w.]+, |\.may\()"([a-z_]+\.[a-z_]+)"')
LAYERS_CONTRACT = "Layers point down"


class NotACheckout(Refusal):
    """The docs are in the source, not in an installed package."""

    def __init__(self) -> None:
        super().__init__("`tieline docs` works in a checkout of the source, not in an installed package.")


class NoPlaceForPart(Refusal):
    """A page that should hold a made part has lost its marks."""

    def __init__(self, page: Path) -> None:
        super().__init__(f"{page} has no place for its made part; put back the marks “{BEGIN}” and “{END}”.")


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("docs", help="write again the pages of the docs that are made from the code")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Write what changed and name it; no database is needed."""
    for page, text in pages(chosen.parser).items():
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")
            print(page.relative_to(ROOT))
    return 0


def pages(parser: argparse.ArgumentParser) -> dict[Path, str]:
    """Every made page, with the text it should have; `parser` is that of the whole command line."""
    if not (ROOT / "pyproject.toml").exists():
        raise NotACheckout
    set_up_django()
    from tieline.cli.events import event_map
    from tieline.cli.reference import command_reference

    docs = ROOT / "docs"
    return {
        docs / "events.md": event_map(),
        docs / "contexts.md": context_page(),
        docs / "permissions.md": permission_page(),
        docs / "architecture.md": _with_part(docs / "architecture.md", layer_drawing()),
        docs / "cli.md": _with_part(docs / "cli.md", command_reference(parser)),
        docs / "operate" / "settings.md": _with_part(docs / "operate" / "settings.md", settings_table()),
    }


def _with_part(page: Path, part: str) -> str:
    """The page as it is, with the part between its marks replaced."""
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise NoPlaceForPart(page)
    return f"{before}{BEGIN}\n\n{part.strip()}\n\n{END}{after}"


def layers() -> list[list[str]]:
    """The packages from the top line down, as the import contract says; one line may hold several."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    drawing = next(contract for contract in contracts if contract["name"] == LAYERS_CONTRACT)
    return [[name.strip() for name in line.split("|")] for line in drawing["layers"]]


def layer_drawing() -> str:
    """The import contract as a drawing, with the first sentence of each package."""
    lines = ["```"]
    for line in layers():
        lines += [f"{name:13} {_docstring(name).split(chr(10))[0]}" for name in line]
        lines.append("─" * 78)
    return "\n".join([*lines[:-1], "```"])


def context_page() -> str:
    """Every package in the words of its own docstring, from the ground up."""
    lines = [
        "# Packages, from the ground up",
        "",
        "Made by `tieline docs` from the packages' own docstrings.",
        "",
    ]
    for line in reversed(layers()):
        for name in line:
            lines += [f"## {name}", "", _docstring(name), ""]
    return "\n".join(lines).strip() + "\n"


def _docstring(package: str) -> str:
    source = (ROOT / "tieline" / package / "__init__.py").read_text(encoding="utf-8")
    return ast.get_docstring(ast.parse(source)) or ""


def permission_page() -> str:
    """Every right, what it allows, where it is asked for, and which roles of the example profile hold it."""
    from tieline.identity.profile import Teams, known_rights
    from tieline.kernel.profile import load_profile
    from tieline.kernel.profile_places import find_profile, only_installed

    roles = load_profile(find_profile(only_installed())).get(Teams).roles
    asked = dict(_asked_for())
    lines = [
        "# Rights and roles", "",
        "Made by `tieline docs`. Rights are declared by the contexts; roles are data of a profile "
        "(`teams.toml`), here those of the example profile. A right that ends in `.see` also opens the rows "
        "of its context in the database.", "",
        f"| right | allows to | asked in | {' | '.join(role.name for role in roles)} |",
        f"|{'---|' * (3 + len(roles))}",
    ]  # fmt: skip
    for right, meaning in known_rights().items():
        held = " | ".join("yes" if right in role.rights else "" for role in roles)
        places = ", ".join(f"`{place}`" for place in asked.get(right, [])) or "–"
        lines.append(f"| `{right}` | {meaning} | {places} | {held} |")
    return "\n".join(lines) + "\n"


def _asked_for() -> Iterator[tuple[str, list[str]]]:
    """Each right with the modules that ask for it."""
    places: dict[str, set[str]] = {}
    for path in (ROOT / "tieline").rglob("*.py"):
        if "tests" not in path.parts:
            for right in ASKED.findall(path.read_text(encoding="utf-8")):
                places.setdefault(right, set()).add(str(path.relative_to(ROOT / "tieline")))
    yield from ((right, sorted(found)) for right, found in places.items())


def settings_table() -> str:
    """Every environment variable that the settings read."""
    from tieline.project.environment import VARIABLES

    lines = ["| variable | meaning | when not set |", "|---|---|---|"]
    for variable in VARIABLES.values():
        default = f"`{variable.default}`" if variable.default else "(empty)"
        lines.append(f"| `{variable.name}` | {variable.meaning} | {default} |")
    return "\n".join(lines)
