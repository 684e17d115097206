"""Which sign does a Word file mean that names it by a symbol font and a number? “≥” is one of them.

The signs are those of the fonts Symbol and Wingdings that rule texts use; another one is marked as unknown, not lost.
"""

from __future__ import annotations

from lxml import etree

from tieline.rulebook.documents.docx_exhibits import WORD

UNKNOWN = "\ufffd"
PRIVATE = range(0xF000, 0xF100)
CAPITALS, SMALL = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", "αβχδεφγηιϕκλμνοπθρστυϖωξψζ"
SIGNS = {
    0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB3: "≥",
    0xB4: "×", 0xB5: "∝", 0xB6: "∂", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xC7: "∩",
    0xC8: "∪", 0xCE: "∈", 0xCF: "∉", 0xD1: "∇", 0xD5: "∏", 0xD6: "√", 0xD7: "⋅", 0xD8: "¬", 0xD9: "∧", 0xDA: "∨",
    0xDB: "⇔", 0xDE: "⇒", 0xE5: "∑", 0xF2: "∫",
}  # fmt: skip
SYMBOL = {
    **{code: chr(code) for code in range(0x20, 0x40)},
    **{0x41 + place: sign for place, sign in enumerate(CAPITALS)},
    **{0x61 + place: sign for place, sign in enumerate(SMALL)},
    **SIGNS,
}
WINGDINGS = {0x6C: "●", 0x6E: "■", 0x6F: "☐", 0x71: "☐", 0x76: "❖", 0xA7: "▪", 0xA8: "☐", 0xD8: "➢", 0xE0: "→",
             0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑"}  # fmt: skip
FONTS = {"symbol": SYMBOL, "wingdings": WINGDINGS}


def symbol(node: etree._Element) -> str:
    """The sign that a `w:sym` stands for."""
    font, number = node.get(f"{WORD}font", ""), node.get(f"{WORD}char", "")
    try:
        code = int(number, 16)
    except ValueError:
        return UNKNOWN
    if font.casefold() in FONTS:
        return FONTS[font.casefold()].get(code & 0xFF, UNKNOWN)
    return UNKNOWN if code in PRIVATE or not 0x20 <= code < 0xD800 else chr(code)
