"""Is a number in running text a rule at all, and does it say so beyond doubt?

Versions, addresses, dates, amounts and step numbers look like section numbers; another law has sections too.
The words around a number tell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tieline.rulebook.citing import spelling_words as words

EXPLICIT_DEPTH = 3
LOOK_BACK, LOOK_AHEAD = 60, 110
HIGHEST_PART = 200
DATED_YEARS = range(15, 46)


def is_telling(text: str, start: int, end: int, section: str, path: str) -> bool:
    """Whether a number by itself can only be a rule's."""
    if words.UNIT.match(text, end) and not path:
        return False
    if words.CUE.search(_before(text, start)):
        return "." in section
    is_marked = bool(path) and not words.MARK.fullmatch(path)
    is_deep = section.count(".") + 1 >= EXPLICIT_DEPTH or is_marked
    return is_deep and "." in section and not (_opens_line(text, start, end) and not path)


def is_cued(text: str, start: int) -> bool:
    """Whether words such as “see” or “pursuant to” lead up to a number."""
    return words.CUE.search(_before(text, start)) is not None


def is_no_rule(text: str, start: int, end: int, section: str, path: str) -> bool:
    """Whether the words around a number make it something else."""
    before, after = _before(text, start), text[end : end + LOOK_AHEAD]
    parts = section.split(".")
    if words.AMOUNT_BEFORE.search(before) or words.GOES_ON_OTHERWISE.match(after):
        return True
    if any(part.startswith("0") or int(part) >= HIGHEST_PART for part in parts if part.isdigit()):
        return True
    if words.CUE.search(before):
        return False
    if words.NO_RULE_BEFORE.search(before) or words.NO_RULE_AFTER.match(after):
        return True
    if path:
        return False
    if words.AMOUNT_LEADS.search(before) and len(parts) < EXPLICIT_DEPTH:
        return True
    is_address = len(parts) == 4 and words.ADDRESS_BEFORE.search(before)
    return bool(is_address) or _is_address(parts, f"{before} {after[:40]}") or _is_date(parts, before)


def is_other_law(text: str, start: int, end: int, elsewhere: re.Pattern[str] | None) -> bool:
    """Whether a section is another law's or document's: “18 C.F.R. § 35”, “Section 3 of our agreement”."""
    before, after = _before(text, start), text[end : end + LOOK_AHEAD]
    if words.OTHER_LAW_BEFORE.search(before) or words.OTHER_LAW_AFTER.match(after):
        return True
    return elsewhere is not None and elsewhere.search(before + text[start:end] + after) is not None


def _before(text: str, start: int) -> str:
    return text[max(0, start - LOOK_BACK) : start]


def _opens_line(text: str, start: int, end: int) -> bool:
    """Whether the number counts the lines of the text itself: “1.2.1 Open the file”."""
    is_first = not _before(text, start).rpartition("\n")[2].strip(" \t>*•-")
    return is_first and bool(words.TITLE.match(text, end))


def _is_address(parts: Sequence[str], around: str) -> bool:
    return len(parts) == 4 and bool(words.NETWORK_NEAR.search(around))


def _is_date(parts: Sequence[str], before: str) -> bool:
    if len(parts) != 3 or not all(part.isdigit() and len(part) <= 2 for part in parts):
        return False
    first, second, year = (int(part) for part in parts)
    is_day = min(first, second) <= 12 and max(first, second) <= 31
    return is_day and year in DATED_YEARS and bool(words.DATE_BEFORE.search(before))
