"""What is shown of a file without opening it in another program? Asked of the confined process, page by page."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from tieline.mail.confining import ask_apart


@dataclass(frozen=True)
class SheetShown:
    """The first rows of one sheet of a table."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    is_cut: bool


@dataclass(frozen=True)
class Preview:
    """What is shown: `kind` is pages, picture, table, mail, text, or none; `problem` says why nothing is."""

    kind: str
    pages: int = 0
    sheets: tuple[SheetShown, ...] = ()
    heads: tuple[tuple[str, str], ...] = ()
    text: str = ""
    is_cut: bool = False
    problem: str = ""


def preview_of(content: bytes, *, name: str, content_type: str) -> Preview:
    """The preview of a file, but for its pictures."""
    found = ask_apart("look", content, name=name, content_type=content_type)
    if "problem" in found:
        return Preview("none", problem=found["problem"])
    sheets = tuple(
        SheetShown(one["name"], tuple(map(tuple, one["rows"])), one["is_cut"]) for one in found.get("sheets", ())
    )
    return Preview(
        kind=found["kind"],
        pages=found.get("pages", 0),
        sheets=sheets,
        heads=tuple((name, said) for name, said in found.get("heads", ())),
        text=found.get("text", ""),
        is_cut=found.get("is_cut", False),
    )


def picture_of(content: bytes, *, name: str, content_type: str, page: int) -> bytes | None:
    """One page as a PNG drawn anew, or None where none can be drawn."""
    found = ask_apart("draw", content, name=name, content_type=content_type, page=page)
    return base64.b64decode(found["picture"]) if "picture" in found else None
