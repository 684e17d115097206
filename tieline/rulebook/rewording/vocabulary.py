"""Which words may a sentence use? Those of the rule it rests on, a few that say the same, and a few that join.

Every word with a meaning of its own must stand in the rule's sentence: a rewording that may use no other word
can put things in another order, and little else. So the share of words that must be supported is all of them,
where `ALIKE` counts as support and `JOINING` words may be one third at most.
"""

from __future__ import annotations

import re

from tieline.rulebook.retrieval.stemming import stem
from tieline.rulebook.retrieval.words import terms
from tieline.rulebook.rewording.numerals import WRITTEN

JOINING_SHARE = 1 / 3
FIGURES = frozenset(stem(word) for word in WRITTEN)
FEWEST_SUPPORTED = 2
ALIKE = tuple(
    frozenset(stem(word) for word in group.split())
    for group in (
        "post publish",
        "submit file",
        "notify inform",
        "notice notification",
        "begin start commence",
        "end close conclude",
        "provide give supply furnish",
        "obtain get",
        "use utilize",
        "require need obligate",
        "purchase buy",
        "show display",
        "pertain relate concern",
        "assist help",
        "contain include",
        "pay paid",
        "keep kept",
        "hold held",
        "send sent",
        "make made",
        "take taken",
        "write written",
        "bring brought",
        "buy bought",
    )
)
JOINING = frozenset(
    stem(word)
    for word in (
        "section paragraph rule according accordance thus therefore also however such that say says set sets out "
        "must may shall will can could might should would cannot required require requires needs has have able "
        "case event long soon later earlier latest earliest least most more less within before after prior following "
        "until since day date time"
    ).split()
)
CAPITAL = re.compile(r"(?<![\w'’])[A-Z][\w'’&-]*")


def support_of(clause: str, quoted: str) -> tuple[set[str], set[str]]:
    """The stems of a clause that the quoted words carry, and those that they do not, joining words aside."""
    known = set(terms(quoted))
    said = _said(clause)
    carried = {word for word in said if word in known or any(word in group and group & known for group in ALIKE)}
    return carried, {word for word in said - carried if word not in JOINING}


def _said(clause: str) -> set[str]:
    """The stems of a clause but its figures, which are judged as such."""
    return {word for word in terms(clause) if word not in FIGURES and not word[0].isdigit()}


def is_carried_enough(clause: str, quoted: str) -> bool:
    """Whether the words that only join are few."""
    carried, _ = support_of(clause, quoted)
    said = _said(clause)
    return len(carried) >= FEWEST_SUPPORTED and len(said - carried) <= max(1, len(said) * JOINING_SHARE)


def foreign_names(text: str, known: str) -> list[str]:
    """Capitalised words, the first word aside, that are nowhere written so."""
    written = {_singular(word) for word in CAPITAL.findall(known)}
    places = [(found.start(), found[0]) for found in CAPITAL.finditer(text)]
    return [word for start, word in places if start and _singular(word) not in written]


def _singular(word: str) -> str:
    return word.replace("’", "'").removesuffix("'s").removesuffix("s").casefold()
