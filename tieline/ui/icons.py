"""Which picture stands for what? Icons are inlined into the page, so they take the colour of the text."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

FOLDER = Path(__file__).parent / "static" / "ui" / "vendor" / "icons"
_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_SVG = (
    '<svg class="icon" viewBox="0 0 24 24" width="16" height="16" fill="none" stroke="currentColor"'
    ' stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>'
)


@cache
def icon(name: str) -> Markup:
    """The drawing of this name, hidden from screen readers: the words beside it speak."""
    found = _DRAWING.search((FOLDER / f"{name}.svg").read_text(encoding="utf-8"))
    assert found is not None, f"icons/{name}.svg holds no drawing"
    lines = " ".join(found.group(1).split())
    return Markup(_SVG.format(lines))  # our own file, not a visitor's text
