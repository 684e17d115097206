"""How does a web page show an element: hidden, bold, on a coloured ground, counted in which way?

Only the few declarations that change what a rule says are read: those of the element itself and those that the
page's own style sheet gives to a tag or a class. A style sheet kept elsewhere is not fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SELECTOR = re.compile(r"(?P<tag>[a-z][a-z0-9]*)?(?:\.(?P<class>[\w-]+))?", re.IGNORECASE)
READ = frozenset(
    "display visibility font-weight background background-color list-style list-style-type mso-hide".split()
)
PAPER = frozenset(
    "white transparent none inherit initial unset #fff #ffffff rgb(255,255,255) rgba(0,0,0,0) window".split()
)
BOLD_TAGS = frozenset(("b", "strong", "dt"))
BOLD_WEIGHT = 600
COUNTINGS = {
    "decimal": "1",
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
    "none": "",
}

Declared = Mapping[str, str]


@dataclass(frozen=True)
class StyleSheet:
    """What a page declares for a tag, a class, or a tag with a class."""

    declared: Mapping[tuple[str, str], Declared] = field(default_factory=dict)

    def of(self, element: etree._Element) -> Declared:
        """What holds for an element: its tag's, then its classes', then its own."""
        tag, classes = str(element.tag), element.get("class", "").split()
        own: dict[str, str] = dict(self.declared.get((tag, ""), {}))
        for name in classes:
            own.update(self.declared.get(("", name), {}))
            own.update(self.declared.get((tag, name), {}))
        return {**own, **_declarations(element.get("style", ""))}


def read_styles(root: etree._Element) -> StyleSheet:
    """The declarations of the page's own style sheets that are made without conditions."""
    declared: dict[tuple[str, str], dict[str, str]] = {}
    for sheet in root.iter("style"):
        if sheet.get("media", "all") not in ("all", "screen"):
            continue
        for selectors, body in _rules(sheet.text or ""):
            for selector in selectors.split(","):
                found = SELECTOR.fullmatch(selector.strip())
                if found and (found["tag"] or found["class"]):
                    place = ((found["tag"] or "").lower(), found["class"] or "")
                    declared.setdefault(place, {}).update(_declarations(body))
    return StyleSheet(declared)


def is_hidden(element: etree._Element, declared: Declared) -> bool:
    """Whether no reader sees the element."""
    return (
        element.get("hidden") is not None
        or declared.get("display") == "none"
        or declared.get("visibility") in ("hidden", "collapse")
        or declared.get("mso-hide") == "all"
    )


def is_bold(element: etree._Element, declared: Declared, *, above: bool) -> bool:
    """Whether the element's letters are bold, given what they are above it."""
    weight = declared.get("font-weight", "")
    if weight.isdigit():
        return int(weight) >= BOLD_WEIGHT
    if weight in ("bold", "bolder"):
        return True
    return False if weight == "normal" else above or element.tag in BOLD_TAGS


def has_ground(element: etree._Element, declared: Declared) -> bool:
    """Whether the element lies on a ground of another colour than paper."""
    said = declared.get("background-color") or declared.get("background") or element.get("bgcolor", "")
    ground = re.sub(r",\s+", ",", said.lower()).split(" ")[0]
    return bool(ground) and ground not in PAPER and not ground.startswith("url(")


def counting_of(element: etree._Element, declared: Declared) -> str:
    """In what a numbered list counts: 1, a, A, i or I; nothing if it shows no labels."""
    said = declared.get("list-style-type") or declared.get("list-style", "")
    for word in said.lower().split():
        if word in COUNTINGS:
            return COUNTINGS[word]
    written = element.get("type", "1")
    return written if written in ("1", "a", "A", "i", "I") else "1"


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of each rule that stands outside of an at-rule."""
    depth = 0
    for part in COMMENT.sub("", sheet).replace("<!--", "").replace("-->", "").split("}"):
        opened = part.count("{")
        if depth == 0 and opened == 1 and not part.lstrip().startswith("@"):
            selectors, _, body = part.partition("{")
            yield selectors.rpartition(";")[2], body
        depth = max(0, depth + opened - 1)


def _declarations(body: str) -> Declared:
    return dict(_read(body))


def _read(body: str) -> Iterator[tuple[str, str]]:
    for declaration in body.split(";"):
        name, _, value = declaration.partition(":")
        if (name := name.strip().lower()) in READ:
            yield name, re.sub(r"\s*!important\s*$", "", value).strip().lower()
