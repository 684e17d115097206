"""Which tables, formulas and pictures does a part of a web page show, and what do they say in words?

A picture counts only if the page itself holds it (a `data:` address); one that is kept elsewhere is told by its
description and its address, and never fetched.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from lxml import etree

from tieline.rulebook.documents.html_formulas import is_formula, linear
from tieline.rulebook.documents.html_styles import StyleSheet, is_hidden
from tieline.rulebook.documents.lines import ExhibitText
from tieline.rulebook.models.exhibits import ExhibitKind

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table"
    " tbody td tfoot th thead tr ul".split()
)
NO_TEXT = frozenset(
    "script style template noscript iframe object embed svg canvas head title button select textarea datalist"
    " audio video map".split()
)
DELETED = frozenset(("del", "s", "strike"))
LABEL_CELL = re.compile(r"^(?:\(\w{1,5}\)|\w{1,3}[.)])$")
KEPT_PICTURE = re.compile(r"(?is)^\s*data:(?P<type>image/(?:png|jpe?g|gif))(?P<packed>(?:;[\w=.-]+)*),(?P<content>.*)")
BEGINS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8"}
SMALLEST_PICTURE = 24
WIDEST_TABLE = 200
HIGHEST_SPAN = 5_000
LONGEST_ADDRESS = 500


def words(element: etree._Element, styles: StyleSheet, *, is_all: bool = False) -> str:
    """What an element says in one line; hidden and deleted parts of it only if all is asked for."""
    return " ".join("".join(_pieces(element, styles, is_all=is_all)).split())


def own_rows(table: etree._Element) -> list[list[etree._Element]]:
    """The cells of a table, row by row, without those of tables inside it."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    return [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]


def is_layout(table: etree._Element, rows: list[list[str]]) -> bool:
    """Whether the table only puts labels beside their paragraphs; `rows` are those with text."""
    if table.get("role") in ("presentation", "none"):
        return True
    return all(LABEL_CELL.match(next(cell for cell in row if cell)) and sum(map(bool, row)) == 2 for row in rows)


def table_shown(table: etree._Element, styles: StyleSheet) -> ExhibitText:
    """A table with its cells; a merged cell's text stands once, in its upper left corner."""
    grid: list[list[str]] = []
    reaching: dict[int, int] = {}
    for cells in own_rows(table):
        row: list[str] = []
        for cell in cells:
            _leave_room(row, reaching)
            high = _span(cell, "rowspan", HIGHEST_SPAN)
            for place in range(_span(cell, "colspan", max(1, WIDEST_TABLE - len(row)))):
                if high > 1 and len(row) < WIDEST_TABLE:
                    reaching[len(row)] = high - 1
                row.append("" if place else words(cell, styles))
        _leave_room(row, reaching)
        grid.append(row)
    widest = max(map(len, grid), default=0)
    rows = tuple((*row, *[""] * (widest - len(row))) for row in grid if any(row))
    return ExhibitText(ExhibitKind.TABLE, caption=caption_of(table, styles), rows=rows)


def pictures_in(element: etree._Element, styles: StyleSheet) -> Iterator[ExhibitText]:
    """The pictures that stand somewhere in an element and can be seen."""
    walk = etree.iterwalk(element, events=("start",))
    for _, inner in walk:
        if _is_silent(inner, styles, is_all=False):
            walk.skip_subtree()
        elif inner.tag == "img" and (found := picture_shown(inner, styles)):
            yield found


def picture_shown(image: etree._Element, styles: StyleSheet) -> ExhibitText | None:
    """A picture; nothing for one that only decorates."""
    said, address = " ".join(image.get("alt", "").split()), image.get("src", "").strip()
    caption = caption_of(image, styles)
    kept = KEPT_PICTURE.match(address)
    if _is_small(image) or not (kept or said or caption or (address and image.get("alt") is None)):
        return None
    if kept and (content := _content(kept)):
        media_type = kept["type"].lower().replace("jpg", "jpeg")
        if content.startswith(BEGINS[media_type]):
            return ExhibitText(ExhibitKind.FIGURE, caption, said, picture=content, media_type=media_type)
    if not address.lower().startswith("data:") and address:
        said = f"{said} ({address[:LONGEST_ADDRESS]})" if said else address[:LONGEST_ADDRESS]
    return ExhibitText(ExhibitKind.FIGURE, caption, said)


def formula_shown(formula: etree._Element) -> ExhibitText:
    """A formula in one line."""
    return ExhibitText(ExhibitKind.FORMULA, text=linear(formula))


def caption_of(element: etree._Element, styles: StyleSheet) -> str:
    """The caption of a table, or of the figure that the element stands in."""
    caption = element.find("caption") if element.tag == "table" else None
    if caption is None:
        figure = next(element.iterancestors("figure"), None)
        caption = next(figure.iter("figcaption"), None) if figure is not None else None
    return words(caption, styles) if caption is not None else ""


def _leave_room(row: list[str], reaching: dict[int, int]) -> None:
    """Empty cells where a cell of a row above reaches down."""
    while reaching.get(len(row), 0):
        reaching[len(row)] -= 1
        row.append("")


def _span(cell: etree._Element, name: str, most: int) -> int:
    said = cell.get(name, "1").strip()
    return min(max(1, int(said)), most) if said.isascii() and said.isdigit() and len(said) < 6 else 1


def _is_small(image: etree._Element) -> bool:
    sides = [image.get(side, "").removesuffix("px") for side in ("width", "height")]
    return any(side.isascii() and side.isdigit() and int(side[:6]) < SMALLEST_PICTURE for side in sides)


def _content(kept: re.Match[str]) -> bytes:
    raw = unquote_to_bytes(kept["content"])
    if "base64" not in kept["packed"].lower():
        return raw
    try:
        return base64.b64decode(b"".join(raw.split()), validate=True)
    except binascii.Error:
        return b""


def _pieces(element: etree._Element, styles: StyleSheet, *, is_all: bool) -> Iterator[str]:
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        if event == "end":
            yield " " if inner.tag in BLOCKS else ""
            yield (inner.tail or "") if inner is not element else ""
        elif _is_silent(inner, styles, is_all=is_all):
            walk.skip_subtree()
        elif is_formula(inner):
            yield linear(inner)
            walk.skip_subtree()
        else:
            yield " " if inner.tag in BLOCKS or inner.tag == "br" else ""
            yield inner.text or ""


def _is_silent(element: etree._Element, styles: StyleSheet, *, is_all: bool) -> bool:
    if not isinstance(element.tag, str) or element.tag in NO_TEXT:
        return True
    return not is_all and (element.tag in DELETED or is_hidden(element, styles.of(element)))
