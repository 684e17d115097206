"""What kind of answer does a question expect: a time, an amount, somebody, a permission, a duty, a meaning?

A few plain words of English; no market's own words are needed, as a rule says “within ten days” everywhere alike.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache


class Expectation(StrEnum):
    """What a sentence that answers should hold."""

    TIME = "a time"
    AMOUNT = "an amount"
    PERSON = "who acts"
    MEANING = "a meaning"
    PERMISSION = "a permission"
    DUTY = "a duty"


COUNT = (
    r"(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|sixty|ninety)"
)
ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\w+(?:teenth|tieth|ty-\w+)"
    r"|\d+(?:st|nd|rd|th))"
)
MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
UNIT = r"(?:second|minute|hour|day|week|month|quarter|year)s?"
ASKED = (
    (
        Expectation.TIME,
        r"\bhow (?:long|soon|late|early|quickly|often)\b|\bwhen\b|\b(?:by|until|on) (?:what|which) (?:date|day|time)\b"
        rf"|\bhow many (?:\w+ )?{UNIT}\b|\b(?:deadlines?|time ?(?:line|frame|limit)s?|window|due|period|schedule)\b",
    ),
    (
        Expectation.AMOUNT,
        r"\bhow (?:much|many|large|big|high)\b|\bwhat (?:\w+ )?(?:fee|amount|limit|threshold|share)\b",
    ),
    (Expectation.PERSON, r"^\W*who\b|\bwho(?:m|se)?\b|\bwhich (?:party|person|entity|company)\b"),
    (Expectation.MEANING, r"\bmeans?\b|\bmeaning\b|\bdefin(?:e[ds]?|ition)\b|^\W*what (?:is|are) (?:an? )?[\w -]+\?*$"),
    (Expectation.PERMISSION, r"\b(?:may|can|could|allowed|permitted|possible|able)\b"),
    (Expectation.DUTY, r"\b(?:must|shall|should|required?|requirements?|need(?:s|ed)?|ha(?:ve|s) to|obliged)\b"),
)
HELD = {
    Expectation.TIME: rf"\b{COUNT}(?:\s*\(\d+\))?\s+(?:\w+\s+){{0,2}}{UNIT}\b|\bno later than\b|\b\d{{4}} hours?\b"
    rf"|\b{ORDINAL} (?:\w+ ){{0,2}}{UNIT}\b|\b{MONTH} \d{{1,2}}\b|\b\d{{1,2}} {MONTH}\b"
    r"|\b(?:at|by|before|until|from|after) \d{4}\b"
    r"|\b\d{1,2}(?::\d\d)? ?[ap]\.?m\b",
    Expectation.AMOUNT: rf"[$€£%]\s?\d|\d\s?%|\b{COUNT}\b",
    Expectation.PERSON: r"\b(?:shall|must|may|will)\b",
    Expectation.MEANING: r"\b(?:means?|is defined|refers? to|is an?|are)\b",
    Expectation.PERMISSION: r"\b(?:may|shall not|must not|can|cannot|permitted|prohibited|allowed)\b",
    Expectation.DUTY: r"\b(?:shall|must|requires?|required|responsible)\b",
}
ASKED_PATTERNS = tuple((what, re.compile(pattern, re.IGNORECASE)) for what, pattern in ASKED)
HELD_PATTERNS = {what: re.compile(pattern, re.IGNORECASE) for what, pattern in HELD.items()}
MOST = 2
BETWEEN = r"(?:(?!\b(?:if|because|when|where|that|who|unless)\b)[^.?!,;])*"
ASKS_WHAT_IS_NOT = re.compile(
    rf"\b(?:which|what|who|when|where)\b{BETWEEN}\b(?:is|are|was|were|may|must|can|need|shall|should|will|do|does|has|have)"
    rf"(?:\s+\w+){{0,3}}?(?:\s+(?:not|never)\b|n['’]t\b)|\b(?:which|when|where)\b{BETWEEN}\bno\b",
    re.IGNORECASE,
)
ASKS_WHAT_IS = re.compile(r"\b(?:which|what)\b", re.IGNORECASE)
DENIES = re.compile(r"\b(?:not|no|never|nor|neither|none|without|except|other than)\b|n['’]t\b", re.IGNORECASE)


def expected(question: str) -> tuple[Expectation, ...]:
    """What a question expects, the most telling first; often nothing in particular."""
    return tuple(what for what, pattern in ASKED_PATTERNS if pattern.search(question))[:MOST]


def held(expectations: tuple[Expectation, ...], sentence: str) -> tuple[Expectation, ...]:
    """Those of the expectations that a sentence holds."""
    return tuple(what for what in expectations if HELD_PATTERNS[what].search(sentence))


def fit(expectations: tuple[Expectation, ...], met: tuple[Expectation, ...]) -> float:
    """How far what is expected is met, from 0 to 1; the first expectation counts twice the second."""
    weights = {what: 1.0 / (place + 1) for place, what in enumerate(expectations)}
    return sum(weights[what] for what in met) / sum(weights.values()) if weights else 0.0


def is_contrary(question: str, sentence: str) -> bool:
    """Whether a question asks which things are not so and the sentence denies nothing, or the other way round.

    Whether something is so may be answered by a denial; which things are so may not.
    """
    wanted = _denial_wanted(question)
    return wanted is not None and wanted != bool(DENIES.search(sentence))


@lru_cache(maxsize=64)
def _denial_wanted(question: str) -> bool | None:
    """Whether a question asks for what is not so, or for what is; None where either may answer."""
    if ASKS_WHAT_IS_NOT.search(question):
        return True
    return False if ASKS_WHAT_IS.search(question) and not DENIES.search(question) else None
