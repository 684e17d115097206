"""Which figures does a text hold? Numbers with their units, dates, times, however they are spelled.

“10 Business Days”, “ten business days” and “ten (10) Business Days” are one figure; “10 days” is another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen".split()
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth".split()
)
TENTHS = "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth".split()
LARGE = {"hundred": "100", "thousand": "1000", "million": "1000000", "billion": "1000000000"}
LARGE_ORDINALS = {"hundredth": "100", "thousandth": "1000"}
FRACTIONS = frozenset(
    "half halves halfway quarter quarters thirds fourths fifths once twice thrice double doubled triple tripled dozen "
    "dozens pair couple several few both single noon midnight midday today tomorrow yesterday tonight fortnight decade "
    "hourly daily weekly biweekly monthly quarterly annually annual yearly weekend weekday weekdays overnight".split()
)
MONTHS = "january february march april may june july august september october november december".split()
WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
UNITS = frozenset(
    "business calendar operating trading banking settlement working retail clock consecutive day hour minute second "
    "week month year quarter mw mwh kw kwh gw gwh mva mvar kv hz percent pct dollar usd cent per basis point mile "
    "million billion thousand hundred am pm degree time interval".split()
)
OTHER_MONTHS = "|".join(month for month in MONTHS if month != "may")
MONTH = rf"(?P<month>May|(?i:{OTHER_MONTHS}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec))\.?"
DATES = (
    re.compile(r"(?<![\d-])(?P<year>\d{4})-(?P<number>\d{1,2})-(?P<day>\d{1,2})(?![\d-])"),
    re.compile(r"(?<![\d/])(?P<number>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4}|\d{2})(?![\d/])"),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}(?:,?\s+(?P<year>\d{{4}}))?\b"),
    re.compile(rf"\b{MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(?P<year>\d{{4}}))?\b"),
    re.compile(rf"\b{MONTH}\s+(?P<year>\d{{4}})\b"),
)
TIME = re.compile(
    r"(?i)\b(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?::\d{2})?\s*(?P<half>[ap]\.?\s?m\b\.?)|\b(?P<h>\d{1,2}):(?P<m>\d{2})(?::\d{2})?\b"
)
TOKEN = re.compile(r"\$|%|\d[\d,]*(?:\.\d+)*|[A-Za-z]+(?:['’][a-z]+)?|[^\sA-Za-z\d]")
MIXED = re.compile(
    r"(?<![\w.])(?=[\w.+-]*\d)(?=[\w.+-]*[A-Za-z])[A-Za-z\d][\w.+-]*[A-Za-z\d]|(?<![\w.])\d+(?:\.\d+){2,}"
)
SUFFIXED = re.compile(r"(?i)\b(\d+)(?:st|nd|rd|th)\b")


@dataclass(frozen=True)
class Figure:
    """A number as read, its kind, and the unit words right after it."""

    value: str
    kind: str
    unit: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join([self.value, *self.unit])


def _spelled() -> Mapping[str, tuple[int, str]]:
    words = {word: (value, "cardinal") for value, word in enumerate(ONES)}
    words |= {word: (20 + 10 * place, "cardinal") for place, word in enumerate(TENS)}
    words |= {word: (value, "ordinal") for value, word in enumerate(ORDINALS)}
    words |= {word: (20 + 10 * place, "ordinal") for place, word in enumerate(TENTHS)}
    words |= {word: (int(value), "large") for word, value in LARGE.items()}
    return words | {word: (int(value), "ordinal") for word, value in LARGE_ORDINALS.items()}


SPELLED = _spelled()
WRITTEN = frozenset({*SPELLED, *MONTHS, *WEEKDAYS, *FRACTIONS, "percent", "pct"})
"""Words that are figures, not words."""


def figures_of(text: str) -> frozenset[Figure]:
    """Every figure of a text."""
    found: set[Figure] = set()
    rest = text
    for pattern in DATES:
        rest = pattern.sub(lambda match: _taken(found, _date(match)), rest)
    rest = TIME.sub(lambda match: _taken(found, _time(match)), rest)
    return frozenset(found | set(_months(rest)) | set(_numbers(rest)) | set(_rough(text)) | set(_mixed(rest)))


def is_told(figure: Figure, told: frozenset[Figure]) -> bool:
    """Whether a figure stands among others; a date may leave out the year that they give."""
    if figure in told:
        return True
    return (
        figure.kind == "date"
        and len(figure.value) == 5
        and any(one.kind == "date" and one.value.endswith(f"-{figure.value}") for one in told)
    )


def _taken(found: set[Figure], figure: Figure) -> str:
    found.add(figure)
    return " ; "


def _date(match: re.Match[str]) -> Figure:
    parts = match.groupdict()
    month = int(parts["number"]) if parts.get("number") else _month_number(parts["month"])
    day = f"-{int(parts['day']):02}" if parts.get("day") else ""
    year = f"{parts['year']}-" if parts.get("year") else ""
    return Figure(f"{year}{month:02}{day}", "date")


def _month_number(word: str) -> int:
    return next(place for place, month in enumerate(MONTHS, 1) if month.startswith(word.lower()[:3]))


def _time(match: re.Match[str]) -> Figure:
    hour, minute = int(match["hour"] or match["h"]), int(match["minute"] or match["m"] or 0)
    half = (match["half"] or "").lower()[:1]
    hour = hour % 12 + 12 if half == "p" else hour % 12 if half == "a" else hour
    return Figure(f"{hour:02}:{minute:02}", "time")


def _months(text: str) -> Iterator[Figure]:
    """Months and days of the week by name; “May” only where it is no verb."""
    for found in re.finditer(r"[A-Za-z]+", text):
        word = found[0].lower().removesuffix("s")
        is_name = word not in {"may", "march"} or (found[0][0] == "M" and found.start() > 0)
        if word in WEEKDAYS or (word in MONTHS and is_name):
            yield Figure(word, "name")


def _rough(text: str) -> Iterator[Figure]:
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in FRACTIONS:
            yield Figure(word, "word")


def _mixed(text: str) -> Iterator[Figure]:
    """Identifiers: words with digits in them, and numbers with several dots."""
    for found in MIXED.finditer(text):
        if not SUFFIXED.fullmatch(found[0]):
            yield Figure(found[0].upper(), "identifier")


def _numbers(text: str) -> Iterator[Figure]:
    text = MIXED.sub(lambda match: match[0] if SUFFIXED.fullmatch(match[0]) else " ; ", text)
    tokens = TOKEN.findall(SUFFIXED.sub(r"\1 th", text.replace("-", " ").replace("/", " / ")))
    place = 0
    while place < len(tokens):
        read = _number(tokens, place)
        if read is None:
            place += 1
            continue
        value, kind, after = read
        again = _repeated(tokens, after, value)
        unit = _unit(tokens, again)
        if place and tokens[place - 1] == "$":
            unit = ("dollar", *unit)
        yield Figure(value, kind, unit)
        place = again


def _number(tokens: list[str], place: int) -> tuple[str, str, int] | None:
    """The number that begins here: its value, kind, and the place after it."""
    token = tokens[place]
    if token[0].isdigit():
        value = _value(token)
        is_ordinal = place + 1 < len(tokens) and tokens[place + 1] == "th"
        return value, "ordinal" if is_ordinal else "cardinal", place + (2 if is_ordinal else 1)
    return _spelled_number(tokens, place)


def _value(digits: str) -> str:
    whole, dot, decimals = digits.replace(",", "").partition(".")
    decimals = decimals.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{decimals}" if dot and decimals else "")


def _spelled_number(tokens: list[str], place: int) -> tuple[str, str, int] | None:
    """“twenty-five”, “one hundred and five”, “third”: read as far as it is one number."""
    total = current = 0
    kind, start = "", place
    while place < len(tokens) and tokens[place].lower() in SPELLED and kind != "ordinal":
        value, word_kind = SPELLED[tokens[place].lower()]
        if word_kind == "large":
            current = max(current, 1) * value
            total, current = (total + current, 0) if value >= 1000 else (total, current)
        elif place > start and current % 100 and (current % 100 < 20 or value > 9):
            break
        else:
            current += value
        kind = "ordinal" if word_kind == "ordinal" else "cardinal"
        place += 1
        follows = tokens[place + 1].lower() if place + 1 < len(tokens) else ""
        if (
            place < len(tokens)
            and tokens[place].lower() == "and"
            and current % 100 == 0
            and current
            and follows in SPELLED
        ):
            place += 1
    return (str(total + current), kind, place) if kind else None


def _repeated(tokens: list[str], place: int, value: str) -> int:
    """The place after “(10)” that says “ten” again, if it does."""
    if tokens[place : place + 1] == ["("] and tokens[place + 2 : place + 3] == [")"]:
        again = _number(tokens, place + 1)
        if again and again[0] == value and again[2] == place + 2:
            return place + 3
    return place


def _unit(tokens: list[str], place: int) -> tuple[str, ...]:
    found: list[str] = []
    for token in tokens[place : place + 3]:
        word = {"%": "percent", "pct": "percent", "usd": "dollar"}.get(token.lower(), token.lower())
        singular = word[:-1] if word.endswith("s") and word[:-1] in UNITS else word
        if singular not in UNITS:
            break
        found.append(singular)
    return tuple(found)
