"""What does a formula of a web page (MathML) say in one line of text? (a+b)/c, x_i^2, ∑_(i=1)^n x_i, √(x).

Written in the same way as a Word formula (see `docx_formulas`); what has no way of its own is written as its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from tieline.rulebook.documents.docx_formulas import grouped

DEEPEST = 60
SILENT = frozenset(("annotation", "annotation-xml", "mphantom", "none", "mprescripts", "maligngroup", "malignmark"))
LETTERS = frozenset(("mi", "mn", "mtext", "ms"))
APART = frozenset("=≤≥≠≈<>+-−×·÷±∈→")
UNSEEN = dict.fromkeys(range(0x2061, 0x2065))
"""Signs such as the invisible times, which only a machine reads."""


def is_formula(element: etree._Element) -> bool:
    """Whether the element is a whole formula."""
    return isinstance(element.tag, str) and _name(element) == "math"


def linear(formula: etree._Element) -> str:
    """A formula in one line; one that nests deeper than any real one is written as its letters."""
    depth = max((sum(1 for _ in leaf.iterancestors()) for leaf in formula.iter() if not len(leaf)), default=0)
    depth -= sum(1 for _ in formula.iterancestors())
    return " ".join(("".join(formula.itertext()) if depth > DEEPEST else _written(formula)).split())


def _name(node: etree._Element) -> str:
    return str(node.tag).rpartition(":")[2].lower()


def _children(node: etree._Element) -> list[etree._Element]:
    return [child for child in node if isinstance(child.tag, str)]


def _written(node: etree._Element) -> str:
    name = _name(node)
    if name in SILENT:
        return ""
    if name in LETTERS:
        return " ".join("".join(node.itertext()).translate(UNSEEN).split())
    write = WAYS.get(name)
    return write(node) if write else _row(node)


def _row(node: etree._Element) -> str:
    return "".join(_written(child) for child in _children(node))


def _part(node: etree._Element, place: int) -> str:
    children = _children(node)
    return _written(children[place]).strip() if place < len(children) else ""


def _sign(node: etree._Element) -> str:
    """An operator; one that stands between two things stands apart from them."""
    text = "".join(node.itertext()).translate(UNSEEN).strip()
    is_between = node.getprevious() is not None and node.getnext() is not None
    return f" {text} " if text in APART and is_between else text


def _fraction(node: etree._Element) -> str:
    return f"{grouped(_part(node, 0))}/{grouped(_part(node, 1))}"


def _scripts(below: str, above: str) -> str:
    return (f"_{grouped(below)}" if below else "") + (f"^{grouped(above)}" if above else "")


def _lower(node: etree._Element) -> str:
    return _bottom(node) + _scripts(_part(node, 1), "")


def _upper(node: etree._Element) -> str:
    return _bottom(node) + _scripts("", _part(node, 1))


def _both(node: etree._Element) -> str:
    return _bottom(node) + _scripts(_part(node, 1), _part(node, 2)) + (" " if node.getnext() is not None else "")


def _bottom(node: etree._Element) -> str:
    text = _part(node, 0)
    return text if len(text.split()) == 1 else grouped(text)


def _root(node: etree._Element) -> str:
    return f"√({_row(node).strip()})"


def _deeper_root(node: etree._Element) -> str:
    return f"√[{_part(node, 1)}]({_part(node, 0)})"


def _fenced(node: etree._Element) -> str:
    between = node.get("separators", ",").strip()[:1]
    parts = (_written(child).strip() for child in _children(node))
    return f"{node.get('open', '(')}{f'{between} '.join(parts)}{node.get('close', ')')}"


def _table(node: etree._Element) -> str:
    rows = (", ".join(_row(cell).strip() for cell in _children(row)) for row in _children(node))
    return "[" + "; ".join(rows) + "]"


def _first(node: etree._Element) -> str:
    return _part(node, 0)


WAYS: Mapping[str, Callable[[etree._Element], str]] = {
    "mo": _sign,
    "mspace": lambda node: " ",
    "mfrac": _fraction,
    "msub": _lower,
    "munder": _lower,
    "msup": _upper,
    "mover": _upper,
    "msubsup": _both,
    "munderover": _both,
    "msqrt": _root,
    "mroot": _deeper_root,
    "mfenced": _fenced,
    "mtable": _table,
    "semantics": _first,
}
