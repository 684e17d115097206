"""Does each word of a clause stand with the word that it stands with in the rule?

“By the end of the tenth Business Day after the Operating Day” has the same words when its days change places, and
says something else. So what follows a preposition, a word such as “each”, “only” or “unless”, or the verb of a duty
must follow the same word in the rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tieline.rulebook.retrieval.stemming import stem
from tieline.rulebook.retrieval.words import EVERYWHERE
from tieline.rulebook.rewording.guards import MODAL, PASSIVE
from tieline.rulebook.rewording.numerals import WRITTEN
from tieline.rulebook.rewording.vocabulary import ALIKE, JOINING

PREPOSITIONS = frozenset(
    "of to for from in on at after before by with within under against between during until through over than about "
    "without into onto per as concerning following".split()
)
BINDING = {
    **dict.fromkeys("each every all".split(), "each"),
    **{word: word for word in "any such no other another same".split()},
    **dict.fromkeys("only solely".split(), "only"),
    **dict.fromkeys("unless except excluding notwithstanding".split(), "unless"),
    **dict.fromkeys("if when where once whenever".split(), "if"),
}
FIGURE = "#"
ALIKE_PREPOSITIONS = {"concerning": "about", "following": "after"}
UNITS_OF = frozenset(map(stem, "day hour minute month week year receipt".split()))
ENDING = EVERYWHERE | PREPOSITIONS | frozenset(BINDING) | {"may", "must", "will", "might", "due"}
SAID_AGAIN = re.compile(r"(?<=[A-Za-z]) \(\d[\d.,]*\)|(?<=\d)(?:st|nd|rd|th)\b")
PIECE = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?|\$?\d[\d.,:]*%?|[,;:()]")


@dataclass(frozen=True)
class Bound:
    """A word that binds, and the words with a meaning that follow it at once; `#` stands for a figure."""

    word: str
    follow: tuple[str, ...]


def unbound(clause: str, rule: str) -> str:
    """Why a clause joins words otherwise than the rule; "" if it does not."""
    there = tuple(_bounds(rule))
    acting = set(_actors(rule))
    for one in _bounds(clause):
        if one.word == "by" and set(one.follow) & acting:
            continue
        if not any(_is_bound_so(one, other) for other in there):
            return f"It joins words otherwise than the rule does (after “{one.word}”)."
    if _owned(clause) - _owned(rule):
        return "It says of one thing what the rule says of another."
    objects = _objects(rule)
    for verb, what in _objects(clause).items():
        if verb in objects and not what <= objects[verb]:
            return "It does to one thing what the rule does to another."
    return ""


def _bounds(text: str) -> Iterator[Bound]:
    pieces = PIECE.findall(SAID_AGAIN.sub("", text))
    for place, piece in enumerate(pieces):
        word = piece.lower()
        if word in PREPOSITIONS or word in BINDING:
            follow = _following(pieces[place + 1 :])
            if word in BINDING or set(follow) - JOINING - {FIGURE}:
                yield Bound(BINDING.get(word, ALIKE_PREPOSITIONS.get(word, word)), follow)


def _following(pieces: list[str]) -> tuple[str, ...]:
    """The run of words with a meaning, after words such as “the”, up to the next word without one."""
    found: list[str] = []
    for piece in pieces:
        word = piece.lower()
        if word in {"the", "a", "an", "its", "their", "this", "that", "those", "these"} and not found:
            continue
        if word in ENDING or not (word[0].isalnum() or word[0] == "$"):
            break
        if word in WRITTEN or not word[0].isalpha():
            found.append(FIGURE)
        else:
            found.append(_alike(stem(word.removesuffix("'s").replace("’s", ""))))
    return tuple(found)


def _alike(word: str) -> str:
    return next((min(group) for group in ALIKE if word in group), word)


def _is_bound_so(one: Bound, other: Bound) -> bool:
    """Whether the rule binds the same words so; a figure is neither lost nor won."""
    apart = frozenset() if one.word in BINDING.values() else JOINING
    return one.word == other.word and set(one.follow) - apart == set(other.follow) - apart


def _actors(text: str) -> Iterator[str]:
    """The words right before a duty: who has it."""
    for match in MODAL.finditer(text):
        before = [word for word in re.findall(r"[A-Za-z]+", text[: match.start()].lower()) if word not in EVERYWHERE]
        if before:
            yield _alike(stem(before[-1]))


def _owned(text: str) -> set[str]:
    """What each “of” belongs to: the word right before it; of sums and figures the figures' own check speaks."""
    found = re.finditer(r"(?i)([a-z]+)\s+of\b(?! [$\d])", text)
    return {_alike(stem(one[1].lower())) for one in found} - UNITS_OF - {stem("because"), stem("instead")}


def _objects(text: str) -> dict[str, set[str]]:
    """What the verb of each active duty is done to."""
    found: dict[str, set[str]] = {}
    for match in MODAL.finditer(text):
        pieces = PIECE.findall(text[match.end() :])
        pieces = pieces[next((place for place, one in enumerate(pieces) if one.lower() not in EVERYWHERE), 0) :]
        if pieces and not PASSIVE.match(text, match.end()):
            what = _following([one for one in pieces[1:] if one.lower() not in {"each", "any", "every", "all"}])
            found.setdefault(_alike(stem(pieces[0].lower())), set()).update(what)
    return {verb: what for verb, what in found.items() if what}
