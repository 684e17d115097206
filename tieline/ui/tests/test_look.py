"""Does the look keep its own rules: sizes, words, contrast, and what is vendored?"""

from __future__ import annotations

import hashlib
import re
import statistics
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tieline.ui import words
from tieline.ui.icons import icon

PACKAGE = Path(__file__).parent.parent.parent
STATIC = PACKAGE / "ui" / "static" / "ui"
TEMPLATES = sorted([*PACKAGE.glob("ui/templates/**/*.html"), *PACKAGE.glob("console/templates/**/*.html")])
ZONE = ZoneInfo("America/Chicago")
NOON = datetime(2026, 11, 16, 18, 0, tzinfo=UTC)


def test_templates_are_short() -> None:
    lengths = [len(path.read_text().splitlines()) for path in TEMPLATES]

    assert statistics.median(lengths) <= 20
    assert max(lengths) <= 120


@pytest.mark.parametrize("path", sorted(STATIC.glob("js/*.js")), ids=lambda path: path.name)
def test_a_behaviour_is_one_short_file(path: Path) -> None:
    text = path.read_text()

    assert len(text.splitlines()) <= 60
    assert text.startswith("//")
    assert not re.search(r"innerHTML\s*\+?=[^=]|insertAdjacentHTML|document\.write|eval\(", text)
    assert "import " not in text, "each file is loaded once, by the page"


def test_icons_that_templates_name_are_there() -> None:
    named = {
        name
        for path in [*TEMPLATES, PACKAGE / "console" / "palette.py"]
        for name in re.findall(r'icon\("([a-z0-9-]+)"', path.read_text())
    }

    assert len(named) > 20
    for name in named:
        assert 'aria-hidden="true"' in icon(name)


def test_what_is_vendored_is_what_the_lock_says() -> None:
    vendor = STATIC / "vendor"
    listed = dict(
        reversed(line.split())
        for line in (vendor / "LOCK.txt").read_text().partition("files\n")[2].splitlines()
        if line
    )
    there = {path for pattern in ("*.js", "fonts/*.woff2", "icons/*.svg") for path in vendor.glob(pattern)}

    assert {str(path.relative_to(vendor)) for path in there} == set(listed)
    for path in there:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == listed[str(path.relative_to(vendor))]


def _tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", block))


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


LIGHT, DARK = (_tokens(block) for block in (STATIC / "css/tokens.css").read_text().split(":root")[1:3])
GROUNDS = ("canvas", "panel", "sunken", "hover", "chosen")
PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-soft", "ink-faint") for ground in GROUNDS),
    *(("ink-faint", ground) for ground in ("side", "side-chosen", "ours")),
    *(("accent", ground) for ground in ("canvas", "panel", "ours")),
    *((tone, f"{tone}-soft") for tone in ("red", "amber", "green", "violet")),
    *((tone, ground) for tone in ("red", "amber", "violet") for ground in ("panel", "chosen", "hover")),
    ("accent-strong", "accent-soft"), ("on-accent", "accent"), ("note-ink", "note"),
    ("note", "note-strong"), ("ink", "note"),
    ("ink-faint", "note"),
]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(theme: str, ink: str, ground: str) -> None:
    tokens = LIGHT if theme == "light" else DARK

    assert _contrast(tokens[ink], tokens[ground]) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_edges_of_fields_are_seen(tokens: dict[str, str]) -> None:
    assert _contrast(tokens["edge"], tokens["panel"]) >= 3


def test_a_moment_is_told_in_the_markets_zone_and_stands_in_full_in_the_title() -> None:
    assert words.moment(NOON, ZONE, "%H:%M") == (
        '<time datetime="2026-11-16T18:00:00+00:00" title="Monday 16 November 2026, 12:00:00 CST">12:00</time>'
    )


@pytest.mark.parametrize(
    ("earlier", "shown"),
    [
        (timedelta(hours=1), "11:00"),
        (timedelta(days=3), "13 Nov 12:00"),
        (timedelta(days=400), "12 Oct 2025"),
    ],
)
def test_a_stream_shows_as_much_of_a_date_as_is_needed(earlier: timedelta, shown: str) -> None:
    assert f">{shown}<" in words.since(NOON - earlier, NOON, ZONE)


@pytest.mark.parametrize(
    ("name", "letters"), [("Dana Voss", "DV"), ("kit@x.example", "KE"), ("", "?"), ("<b>", "?"), ("Ana", "A")]
)
def test_initials(name: str, letters: str) -> None:
    assert words.initials(name) == letters


@pytest.mark.parametrize(
    ("count", "shown"), [(12, "12 B"), (1_500, "1.5 kB"), (18_400, "18 kB"), (2_500_000, "2.5 MB")]
)
def test_sizes(count: int, shown: str) -> None:
    assert words.size(count) == shown


def test_elapsed_time_is_a_share_of_the_whole() -> None:
    start = NOON - timedelta(hours=1)

    assert words.elapsed_percent(start, NOON + timedelta(hours=1), NOON) == 50
    assert words.elapsed_percent(start, NOON - timedelta(minutes=1), NOON) == 100
    assert words.elapsed_percent(start, None, NOON) == 100
