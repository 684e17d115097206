"""Do pages take pieces only from their own door and the look, and lead only where their own door leads?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.source import DOORS, PACKAGE, files, short

TEMPLATES = [path for path in files() if path.suffix == ".html" and "templates" in path.parts]
TAKEN = re.compile(r"{%-?\s*(?:include|extends|from|import)\s+[\"']([^\"']+)[\"']")
TAKEN_SOMEHOW = re.compile(r"{%-?\s*(?:include|extends|from|import)\s+(?![\"'])")
LED_TO = re.compile(r"\burl\(\s*[\"']([\w-]+)[\"']")
ADDRESS = re.compile(r"(?:href|action|src|hx-get|hx-post|hx-delete|formaction)=[\"'](/[^\"']*)")
LONGEST = 120


def door(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def names_of(door_: str) -> set[str]:
    addresses = PACKAGE / door_ / "urls.py"
    return set(re.findall(r'name="([\w-]+)"', addresses.read_text())) if addresses.exists() else set()


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_pieces_come_from_the_own_door_or_the_look(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert {name.split("/")[0] for name in TAKEN.findall(text)} <= {door(path), "ui"}
    assert not TAKEN_SOMEHOW.search(text), "a piece is named, not computed"


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_links_lead_through_the_own_door(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    own = names_of(door(path)) if door(path) in DOORS else set()

    assert set(LED_TO.findall(text)) <= own
    assert ADDRESS.findall(text) == [], "addresses are asked for by name"


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_nothing_is_shown_unescaped(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    cleaned = {"original_frame.html"}

    assert "autoescape false" not in text
    assert not re.search(r"\|\s*safe\b", text) or path.name in cleaned


def test_pages_read_like_outlines() -> None:
    long = [short(path) for path in TEMPLATES if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST]

    assert long == []


def test_scripts_are_small_and_one_behaviour_each() -> None:
    own = [path for path in files() if path.suffix == ".js" and "vendor" not in path.parts]

    assert [short(path) for path in own if len(path.read_text(encoding="utf-8").splitlines()) > 60] == []
