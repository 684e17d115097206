"""Which line names a table or a figure, and which line is a formula?"""

from __future__ import annotations

import re

CAPTION = re.compile(r"(?i)^(?:table|figure|exhibit|chart|diagram|map|equation|formula)\s+[A-Z]{0,2}[-.]?\d[\w.-]*\b")
LONGEST_CAPTION = 300
LONGEST_FORMULA = 240
MOST_PLAIN_WORDS = 2
EQUATION = re.compile(r"[=≤≥≠≈∑Σ∫√∏]")
OPERATION = re.compile(r"[+*/×·÷−^∑Σ∫√∏]|\s[-–]\s|\(-1\)|\bmax\b|\bmin\b", re.IGNORECASE)
SENTENCE_END = re.compile(r"[a-z]{2,}[.;:]$")


def is_caption(text: str) -> bool:
    """Whether a line reads “Table 3 …” or “Figure 2-1: …”."""
    return len(text) <= LONGEST_CAPTION and bool(CAPTION.match(text))


def is_formula(text: str) -> bool:
    """Whether a line calculates: an equation with at least one operation and hardly a plain word."""
    if len(text) > LONGEST_FORMULA or not EQUATION.search(text) or not OPERATION.search(text):
        return False
    if "://" in text or SENTENCE_END.search(text):
        return False
    return len(re.findall(r"(?<![\w-])[a-z]{4,}(?![\w-])", text)) <= MOST_PLAIN_WORDS
