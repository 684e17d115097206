"""Is something in this reply that ought not to leave, or missing from it? Pure: words and facts in, findings out.

Each guard says what it found in one sentence, where it stands, and whether it asks or stops. What quotes somebody
(lines that begin with ">") is not looked at.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tieline.desk.profile import GuardWords

LONGEST_ACCIDENT = 40
"""So many letters in a row that stand in a note as well are no accident."""
BLOCK = LONGEST_ACCIDENT // 2
LONG_ANSWER = 40
"""A reply of so many words answers; a shorter one may only say that somebody looks into it."""


class Weight(StrEnum):
    """Whether the writer may send all the same."""

    ASKS = "asks"
    STOPS = "stops"


@dataclass(frozen=True)
class Finding:
    """What one guard found: its key, a sentence for the writer, the place in the text, and its weight."""

    key: str
    sentence: str
    start: int = 0
    end: int = 0
    words: str = ""
    weight: Weight = Weight.ASKS

    @property
    def token(self) -> str:
        """What "send anyway" says yes to: this finding, and no other."""
        return f"{self.key}-{hashlib.sha256(self.words.encode()).hexdigest()[:10]}"

    @property
    def stops(self) -> bool:
        """Whether it cannot leave so."""
        return self.weight == Weight.STOPS


@dataclass(frozen=True)
class OtherClient:
    """A participant's name or identifier that stands in the text, and is not this case's."""

    name: str
    participant: str
    start: int
    end: int


@dataclass(frozen=True)
class QuotedRule:
    """Words quoted from a rule in which they do not stand, and what is to be said of them."""

    words: str
    sentence: str
    start: int
    end: int
    stops: bool


@dataclass(frozen=True)
class Outgoing:
    """A reply about to leave, and what must be known to judge it."""

    text: str
    file_count: int = 0
    recipients: tuple[str, ...] = ()
    known_addresses: frozenset[str] = frozenset()
    bounced: tuple[str, ...] = ()
    requester: str = ""
    known_names: tuple[str, ...] = ()
    others: tuple[OtherClient, ...] = ()
    notes: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    is_rules_answer: bool = False
    has_citation: bool = False
    stale_texts: tuple[str, ...] = ()
    misquoted: tuple[QuotedRule, ...] = ()
    lacks_second_pair: bool = False
    words: GuardWords = field(default_factory=GuardWords)


def look_over(outgoing: Outgoing) -> tuple[Finding, ...]:
    """Everything the guards find, what stops first."""
    own = without_quotes(outgoing.text)
    found = [finding for guard in GUARDS for finding in guard(outgoing, own)]
    return tuple(sorted(found, key=lambda one: (not one.stops, one.start)))


def without_quotes(text: str) -> str:
    """The writer's own words, each where it stood."""
    return re.sub(r"^>.*$", lambda line: " " * len(line[0]), text, flags=re.MULTILINE)


def _phrases(phrases: Sequence[str]) -> re.Pattern[str] | None:
    if not phrases:
        return None
    either = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in phrases)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


THEIR_FILE = re.compile(r"\b(?:you|your|yours|their)\b[^.!?\n]{0,24}$", re.IGNORECASE)
NO_FILE = re.compile(r"\b(?:not|no|without|nothing)\b[^.!?\n]{0,20}$", re.IGNORECASE)
OF_THEIRS = re.compile(r"^[^.!?\n]{0,12}\b(?:to|in|with|of) (?:your|their)\b", re.IGNORECASE)


def _attachment(outgoing: Outgoing, own: str) -> Iterator[Finding]:
    """The text speaks of a file of ours, and there is none."""
    pattern = _phrases(outgoing.words.attachment_words)
    if outgoing.file_count or pattern is None:
        return
    for found in pattern.finditer(own):
        before, after = own[: found.start()], own[found.end() :]
        if not (THEIR_FILE.search(before) or NO_FILE.search(before) or OF_THEIRS.match(after)):
            yield _at(found, "attachment", "The text speaks of an attached file, and nothing is attached.")
            return


def _other_client(outgoing: Outgoing, own: str) -> Iterator[Finding]:
    for one in outgoing.others:
        if own[one.start : one.end].strip():
            sentence = f"“{one.name}” is {one.participant}, another client, whom this one has not named."
            yield Finding("other_client", sentence, one.start, one.end, one.name)


def _address(outgoing: Outgoing, own: str) -> Iterator[Finding]:
    for address in outgoing.recipients:
        if address.lower() not in outgoing.known_addresses:
            yield Finding("address", f"{address} has had no part in this case.", words=address.lower())


def _bounced(outgoing: Outgoing, own: str) -> Iterator[Finding]:
    for address in outgoing.bounced:
        yield Finding("bounced", f"Mail to {address} came back the last time.", words=address)


def _internal_words(outgoing: Outgoing, own: str) -> Iterator[Finding]:
    pattern = _phrases(outgoing.words.internal_words)
    for found in pattern.finditer(own) if pattern else ():
        yield _at(found, "internal", f"“{found[0]}” marks what is not for clients.")


def _from_a_note(outgoing: Outgoing, own: str) -> Iterator[Finding]:
    """Words that stand in a note, and that neither the client nor we have said to each other."""
    flat, places = _flat(own)
    said = [_flat(text)[0] for text in outgoing.said]
    for note in outgoing.notes:
        shared = _shared(flat, _flat(note)[0])
        if shared is None or any(flat[shared[0] : shared[1]] in text for text in said):
            continue
        start, end = places[shared[0]], places[shared[1] - 1] + 1
        words = own[start:end]
        yield Finding("note", "These words stand in an internal note of this case.", start, end, words)
        return


def _flat(text: str) -> tuple[str, list[int]]:
    """The text in small letters with single spaces, and where each letter of it stands in the original."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        small = " " if letter.isspace() else letter.lower()[:1]
        if small != " " or (letters and letters[-1] != " "):
            letters.append(small)
            places.append(place)
    return "".join(letters), places


def _shared(text: str, note: str) -> tuple[int, int] | None:
    """The first stretch of the text that stands in the note, long enough to be no accident.

    A stretch of forty letters holds one of the note's blocks of twenty whole, so only those are looked for.
    """
    blocks: dict[str, list[int]] = {}
    for start in range(0, len(note) - BLOCK + 1, BLOCK):
        blocks.setdefault(note[start : start + BLOCK], []).append(start)
    for place in range(len(text) - BLOCK + 1):
        for start in blocks.get(text[place : place + BLOCK], ())[:20]:
            begin, end = _widened(text, place, note, start)
            if end - begin >= LONGEST_ACCIDENT:
                return begin, end
    return None


def _widened(text: str, place: int, note: str, start: int) -> tuple[int, int]:
    back = 0
    while back < min(place, start) and text[place - back - 1] == note[start - back - 1]:
        back += 1
    ahead = BLOCK
    while place + ahead < len(text) and start + ahead < len(note) and text[place + ahead] == note[start + ahead]:
        ahead += 1
    return place - back, place + ahead


BLANK = re.compile(r"\{\{[^{}\n]{0,60}\}\}")
PLACEHOLDER = re.compile(
    r"<[A-Za-z][A-Za-z _'-]{1,30}>|\[[A-Z][A-Z _]{2,30}\]|(?<!\w)X{3,}(?!\w)|(?<!\w)TBD(?!\w)|_{4,}"
)


def _placeholder(outgoing: Outgoing, own: str) -> Iterator[Finding]:
    for found in BLANK.finditer(own):
        yield _at(found, "blank", f"The blank {found[0]} is not filled.", Weight.STOPS)
    for found in PLACEHOLDER.finditer(own):
        yield _at(found, "placeholder", f"“{found[0]}” looks like a place that was to be filled.")


def _no_citation(outgoing: Outgoing, own: str) -> Iterator[Finding]:
    if outgoing.has_citation:
        return
    pattern = _phrases(outgoing.words.rule_words)
    if pattern and (found := pattern.search(own)):
        yield _at(found, "citation", "The text says what the rules are, and no rule is cited.")
    elif outgoing.is_rules_answer and len(own.split()) >= LONG_ANSWER:
        yield Finding("citation", "Answers on this topic rest on rules, and no rule is cited.")


GREETING = re.compile(
    r"\A\s*(?i:hello|hi|dear|hey|good (?:morning|afternoon|evening|day))[ ,]+"
    r"(?i:(?:mr|mrs|ms|mx|dr)\.? )?(?P<name>[^\W\d_][\w'’-]*(?: [A-Z][\w'’-]*){0,2})\s*[,!.:;\n—-]"
)
NOBODY_NAMED = frozenset(
    "all team colleague colleagues sir madam both there everyone everybody folks ladies client customer again".split()
)


def _greeting(outgoing: Outgoing, own: str) -> Iterator[Finding]:
    """Somebody is greeted who is neither the requester nor anybody who wrote in the case."""
    found = GREETING.match(own)
    known = {word for name in (outgoing.requester, *outgoing.known_names) for word in _name_words(name)}
    if found is None or not known or not found["name"][0].isupper():
        return
    greeted = _name_words(found["name"])
    if not greeted & known and not greeted & NOBODY_NAMED:
        start, end = found.span("name")
        sentence = f"The greeting names {found['name']}; this case is {outgoing.requester}'s."
        yield Finding("greeting", sentence, start, end, found["name"])


def _name_words(name: str) -> set[str]:
    """The words of a name, or of an address where there is no name."""
    return {word for word in re.findall(r"[^\W\d_]+", name.partition("@")[0].casefold()) if len(word) > 1}


def _stale_text(outgoing: Outgoing, own: str) -> Iterator[Finding]:
    for title in outgoing.stale_texts:
        sentence = f"The approved text “{title}” stands in it, and a rule under that has changed."
        yield Finding("stale_text", sentence, words=title)


def _misquoted(outgoing: Outgoing, own: str) -> Iterator[Finding]:
    """A quotation must be the rule's own words; where other words may be quoted, the writer is asked."""
    for one in outgoing.misquoted:
        if own[one.start : one.end].strip():
            weight = Weight.STOPS if one.stops else Weight.ASKS
            sentence = f"{one.sentence} Quote it exactly, or say it without quotation marks."
            yield Finding("misquoted", sentence, one.start, one.end, one.words, weight)


def _second_pair(outgoing: Outgoing, own: str) -> Iterator[Finding]:
    if outgoing.lacks_second_pair:
        sentence = "A colleague must approve this reply as it stands. Share the draft and let them look."
        yield Finding("second_pair", sentence, weight=Weight.STOPS)


def _at(found: re.Match[str], key: str, sentence: str, weight: Weight = Weight.ASKS) -> Finding:
    return Finding(key, sentence, found.start(), found.end(), found[0], weight)


Guard = Callable[[Outgoing, str], Iterator[Finding]]
GUARDS: tuple[Guard, ...] = (
    _placeholder, _second_pair, _attachment, _other_client, _address, _bounced, _internal_words, _from_a_note,
    _no_citation, _greeting, _stale_text, _misquoted,
)  # fmt: skip
