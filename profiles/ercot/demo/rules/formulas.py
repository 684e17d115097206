"""How does a formula of the Markdown become one of Word? Subscripts, fractions and sums, and plain runs between them.

X_{a} is X with the subscript a, \\frac{a}{b} a fraction, \\sum_{a}{b} the sum of b over a
"""

import re

from docx.oxml import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement

MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
SUM = re.compile(r"\\sum_")
FRACTION = re.compile(r"\\frac")
SUBSCRIPT = re.compile(r"(\w+)_(?=\{)")
PLAIN = re.compile(r"(?:(?!\\sum_|\\frac|\w+_\{).)+")
ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def formula(text: str) -> BaseOxmlElement:
    """The element of a formula, to be put into a paragraph."""
    element: BaseOxmlElement = parse_xml(f'<m:oMath xmlns:m="{MATH}">{_written(text)}</m:oMath>')
    return element


def _written(text: str) -> str:
    written = ""
    while text:
        piece, text = _piece(text)
        written += piece
    return written


def _piece(text: str) -> tuple[str, str]:
    """The first piece of a text as markup, and what follows it."""
    if opened := SUM.match(text):
        below, rest = _braced(text[opened.end() :])
        of, rest = _braced(rest)
        sign = '<m:naryPr><m:chr m:val="∑"/><m:supHide m:val="1"/></m:naryPr>'
        return f"<m:nary>{sign}{_part('sub', below)}<m:sup/>{_part('e', of)}</m:nary>", rest
    if opened := FRACTION.match(text):
        above, rest = _braced(text[opened.end() :])
        below, rest = _braced(rest)
        return f"<m:f>{_part('num', above)}{_part('den', below)}</m:f>", rest
    if opened := SUBSCRIPT.match(text):
        below, rest = _braced(text[opened.end() :])
        return f"<m:sSub>{_part('e', opened[1])}{_part('sub', below)}</m:sSub>", rest
    plain = PLAIN.match(text)
    if plain is None:
        raise ValueError(f"no formula: {text!r}")
    return f'<m:r><m:t xml:space="preserve">{plain[0].translate(ESCAPED)}</m:t></m:r>', text[plain.end() :]


def _part(name: str, text: str) -> str:
    return f"<m:{name}>{_written(text)}</m:{name}>"


def _braced(text: str) -> tuple[str, str]:
    """What stands between the braces a text opens with, and what follows them."""
    depth = 0
    for position, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        if depth == 0:
            return text[1:position], text[position + 1 :]
    raise ValueError(f"a brace stays open: {text!r}")
