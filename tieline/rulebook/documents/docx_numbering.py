"""Which label does Word show before a paragraph that it numbers by itself?

The label is not in the paragraph's text: it follows from the numbering definitions, the paragraph's style and
every numbered paragraph before it. This module counts along, as Word does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from docx.document import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from lxml import etree

ROMANS = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
DEEPEST_STYLE = 12
BULLETS = ("bullet", "none")


@dataclass(frozen=True)
class ListLevel:
    """One level of a Word list: how it counts, what it shows (`%1.%2`), where it starts."""

    counting: str
    shows: str
    start: int


@dataclass
class Numbering:
    """The lists of one document, and how far each has counted."""

    levels: dict[str, dict[int, ListLevel]]
    styles: dict[str, tuple[str, int]]
    counts: defaultdict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def label(self, paragraph: Paragraph) -> str:
        """The label shown before this paragraph, or nothing; call once for each paragraph, in order."""
        placed = self._place(paragraph)
        if placed is None:
            return ""
        list_id, depth = placed
        level = self.levels.get(list_id, {}).get(depth)
        if level is None or level.counting in BULLETS:
            return ""
        counts = self.counts[list_id]
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        return re.sub(r"%(\d)", lambda shown: self._count(list_id, int(shown[1]) - 1), level.shows).strip()

    def _place(self, paragraph: Paragraph) -> tuple[str, int] | None:
        """In which list and how deep; the paragraph's own setting goes before its style's."""
        style = self.styles.get(paragraph.style.style_id) if paragraph.style is not None else None
        own = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if own is None:
            return style
        list_id = _value(own, "w:numId") or (style[0] if style else "")
        depth = _value(own, "w:ilvl") or (str(style[1]) if style else "0")
        return (list_id, int(depth)) if list_id not in ("", "0") else None

    def _count(self, list_id: str, depth: int) -> str:
        level = self.levels[list_id].get(depth)
        count = self.counts[list_id].get(depth, level.start if level else 1)
        return written(count, level.counting if level else "decimal")


def written(count: int, counting: str) -> str:
    """A count in one of Word's ways: 3, c, iii, C, III."""
    if counting.endswith("Letter"):
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter.upper() if counting.startswith("upper") else letter
    if counting.endswith("Roman"):
        return _roman(count).upper() if counting.startswith("upper") else _roman(count)
    return str(count)


def read_numbering(document: Document) -> Numbering:
    """The lists a document defines and the styles that use them."""
    return Numbering(_lists(document), _styles(document))


def _roman(count: int) -> str:
    letters = ""
    for worth, letter in ROMANS:
        times, count = divmod(count, worth)
        letters += letter * times
    return letters


def _lists(document: Document) -> dict[str, dict[int, ListLevel]]:
    part = next((r.target_part for r in document.part.rels.values() if r.reltype.endswith("/numbering")), None)
    if part is None:
        return {}
    root = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
    abstract = {one.get(qn("w:abstractNumId")): _levels(one) for one in root.findall(qn("w:abstractNum"))}
    return {
        one.get(qn("w:numId"), ""): {**abstract.get(_value(one, "w:abstractNumId"), {}), **_overrides(one)}
        for one in root.findall(qn("w:num"))
    }


def _levels(list_: etree._Element) -> dict[int, ListLevel]:
    return {int(one.get(qn("w:ilvl"), "0")): _level(one) for one in list_.findall(qn("w:lvl"))}


def _overrides(list_: etree._Element) -> dict[int, ListLevel]:
    changed = [one.find(qn("w:lvl")) for one in list_.findall(qn("w:lvlOverride"))]
    return {int(one.get(qn("w:ilvl"), "0")): _level(one) for one in changed if one is not None}


def _level(level: etree._Element) -> ListLevel:
    start = _value(level, "w:start")
    return ListLevel(
        counting=_value(level, "w:numFmt") or "decimal",
        shows=_value(level, "w:lvlText") or "",
        start=int(start) if start else 1,
    )


def _styles(document: Document) -> dict[str, tuple[str, int]]:
    """For each paragraph style the list and depth it carries, its own or inherited."""
    placed: dict[str, tuple[str, int]] = {}
    for style in document.styles:
        step, list_id, depth = style.element, None, None
        for _ in range(DEEPEST_STYLE):
            numbers = step.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            if numbers is not None:
                list_id = list_id or _value(numbers, "w:numId")
                depth = depth or _value(numbers, "w:ilvl")
            parent = _value(step, "w:basedOn")
            found = document.styles.element.get_by_id(parent) if parent else None
            if found is None:
                break
            step = found
        if list_id and list_id != "0":
            placed[style.style_id] = (list_id, int(depth or 0))
    return placed


def _value(parent: etree._Element, name: str) -> str | None:
    child = parent.find(qn(name))
    return child.get(qn("w:val")) if child is not None else None
