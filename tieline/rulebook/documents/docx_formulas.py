"""What does a Word formula say in one line of text? (a+b)/c, x_i^2, ∑_(i=1)^n x_i, √(x).

Word keeps a formula as a tree (OMML): each kind of node has its own way of being written, and whatever has no way
of its own is written as its parts, so that no letter is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lxml import etree

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
FORMULA = f"{MATH}oMath"
PLAIN = re.compile(r"[\w.,%$]*")
ACCENTS = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0305": "bar", "\u20d7": "vec", "\u0307": "dot"}


def linear(formula: etree._Element) -> str:
    """A formula in one line."""
    return " ".join(_written(formula).split())


def _written(node: etree._Element) -> str:
    name = etree.QName(node).localname
    write = WAYS.get(name)
    return write(node) if write else _parts(node)


def _parts(node: etree._Element) -> str:
    return "".join(_written(child) for child in node if isinstance(child.tag, str))


def _part(node: etree._Element, name: str) -> str:
    child = node.find(f"{MATH}{name}")
    return _parts(child).strip() if child is not None else ""


def _set(node: etree._Element, name: str, default: str) -> str:
    """A property of a node, such as the sign of a sum; set but empty means none."""
    setting = node.find(f"*/{MATH}{name}")
    return setting.get(f"{MATH}val", default) if setting is not None else default


def grouped(text: str) -> str:
    """A part in parentheses, unless it is one word or number or has them already."""
    is_wrapped = text.startswith("(") and text.endswith(")") and text.count("(") == 1
    return text if PLAIN.fullmatch(text) or is_wrapped else f"({text})"


def _fraction(node: etree._Element) -> str:
    above, below = _part(node, "num"), _part(node, "den")
    return f"{grouped(above)}/{grouped(below)}"


def _scripts(node: etree._Element) -> str:
    below, above = _part(node, "sub"), _part(node, "sup")
    return (f"_{grouped(below)}" if below else "") + (f"^{grouped(above)}" if above else "")


def _scripted(node: etree._Element) -> str:
    text = _part(node, "e")
    return (text if len(text.split()) == 1 else grouped(text)) + _scripts(node)


def _before(node: etree._Element) -> str:
    return _scripts(node) + grouped(_part(node, "e"))


def _sum(node: etree._Element) -> str:
    """A sum, product or integral with its bounds; Word leaves the sign of an integral unsaid."""
    return f"{_set(node, 'chr', '∫')}{_scripts(node)} {grouped(_part(node, 'e'))}"


def _root(node: etree._Element) -> str:
    degree = _part(node, "deg")
    return f"√{f'[{degree}]' if degree else ''}({_part(node, 'e')})"


def _fenced(node: etree._Element) -> str:
    left, right, between = _set(node, "begChr", "("), _set(node, "endChr", ")"), _set(node, "sepChr", ",")
    parts = [_parts(child).strip() for child in node.findall(f"{MATH}e")]
    return left + f"{between} ".join(parts) + right


def _function(node: etree._Element) -> str:
    return f"{_part(node, 'fName')} {grouped(_part(node, 'e'))}"


def _limit(node: etree._Element) -> str:
    sign = "_" if etree.QName(node).localname == "limLow" else "^"
    return f"{_part(node, 'e')}{sign}{grouped(_part(node, 'lim'))}"


def _accented(node: etree._Element) -> str:
    accent = _set(node, "chr", "\u0302")
    return f"{ACCENTS.get(accent, accent)}({_part(node, 'e')})"


def _barred(node: etree._Element) -> str:
    return f"bar({_part(node, 'e')})"


def _matrix(node: etree._Element) -> str:
    rows = (", ".join(_parts(cell).strip() for cell in row.findall(f"{MATH}e")) for row in node.findall(f"{MATH}mr"))
    return "[" + "; ".join(rows) + "]"


def _lines(node: etree._Element) -> str:
    return "; ".join(_parts(child).strip() for child in node.findall(f"{MATH}e"))


def _letters(node: etree._Element) -> str:
    return node.text or ""


def _nothing(node: etree._Element) -> str:
    return ""


WAYS: Mapping[str, Callable[[etree._Element], str]] = {
    "f": _fraction,
    "sSub": _scripted,
    "sSup": _scripted,
    "sSubSup": _scripted,
    "sPre": _before,
    "nary": _sum,
    "rad": _root,
    "d": _fenced,
    "func": _function,
    "limLow": _limit,
    "limUpp": _limit,
    "acc": _accented,
    "bar": _barred,
    "m": _matrix,
    "eqArr": _lines,
    "t": _letters,
    "tab": lambda node: " ",
    "br": lambda node: " ",
    "delText": _nothing,
    "del": _nothing,
}
