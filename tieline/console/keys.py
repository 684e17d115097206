"""Which keys are there, on which screen, and what has somebody made of them? The one list of all of them.

A page marks what answers to a key by `data-key` and `data-key-name`; an act here knows all such names of its own. Keys
of one's own are kept with the user, by the act's name; "" means none, and ALL_OFF switches single keys off.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tieline.identity.models import User
from tieline.kernel.refusal import Refusal

ALL_OFF = "*"
KEY = re.compile(r"(?:shift\+[a-z]|g [a-z]|[a-fh-z0-9]|[!-/:-@\[-`{-~])")
SHAPE = "one letter but g, a digit or sign, Shift and a letter, or g and a letter"


class Screen(StrEnum):
    """Where a key works; the list and the case stand side by side, so that no key can be used in both."""

    EVERYWHERE = "Everywhere"
    LIST = "Lists of cases"
    CASE = "A case"
    RULES = "Rules"


@dataclass(frozen=True)
class KeyAct:
    """One act that a key does: its name in the profile, its usual key, its words, where it works, and its marks."""

    name: str
    key: str
    words: str
    screen: Screen
    marks: tuple[str, ...] = ()

    @property
    def all_marks(self) -> tuple[str, ...]:
        """Every `data-key-name` that means this act."""
        return self.marks or (self.words,)


def _acts(screen: Screen, *rows: tuple[str, str, str] | tuple[str, str, str, tuple[str, ...]]) -> Iterator[KeyAct]:
    for name, key, words, *marks in rows:
        yield KeyAct(name, key, words, screen, marks[0] if marks else ())


ACTS: tuple[KeyAct, ...] = (
    *_acts(
        Screen.EVERYWHERE,
        ("help", "?", "Keys of this screen"),
        ("search", "/", "Search", ("Search or jump", "Search the list", "Ask for cases")),
        ("new", "c", "New case"),
        ("theme", "d", "Dark or light"),
        ("undo", "z", "Undo the last act", ("Undo", "Undo sending")),
        ("fold-left", "[", "Fold the left pane", ("Fold the views",)),
        ("to-inbox", "g i", "Go to inbox"),
        ("to-mine", "g m", "Go to my list and mentions", ("Go to my list",)),
        ("to-views", "g v", "Go to saved views"),
        ("to-clients", "g c", "Go to clients"),
        ("to-participants", "g p", "Go to participants"),
        ("to-board", "g d", "Go to the board"),
        ("to-supervision", "g s", "Go to the live board"),
        ("to-consultations", "g a", "Go to consultations"),
        ("to-team", "g t", "Go to the team"),
        ("to-rules", "g r", "Go to rules"),
        ("to-ledger", "g l", "Go to mail ledger"),
        ("to-quarantine", "g q", "Go to quarantine"),
    ),
    *_acts(
        Screen.LIST,
        ("next", "j", "Next in the list"),
        ("previous", "k", "Previous in the list"),
        ("choose", "x", "Choose the row (with Shift: up to this one)"),
    ),
    *_acts(
        Screen.CASE,
        ("back", "u", "Back to the list", ("Back to the list", "Back to the case")),
        ("reply", "r", "Reply"),
        ("reply-all", "a", "Reply to all"),
        ("forward", "f", "Forward the last message"),
        ("note", "n", "Internal note"),
        ("texts", "m", "Approved texts"),
        ("elsewhere", "y", "Write to somebody else"),
        ("done", "e", "Done for me", ("Done for me", "Back to To do")),
        ("later", "h", "Put off"),
        ("take", "i", "Assign to me"),
        ("give", "shift+i", "Assign to somebody"),
        ("state", "s", "State: close or reopen", ("Close with an outcome", "Reopen")),
        ("urgency", "p", "Urgency"),
        ("topic", "t", "Topic, by areas", ("Topic",)),
        ("area", "q", "Ask another area"),
        ("label", "l", "Put on a label"),
        ("follow", "w", "Follow"),
        ("rule", "b", "Find and cite a rule"),
        ("unread", "o", "Jump to the first unread"),
        ("next-case", ">", "Next case from inside a case"),
        ("previous-case", "<", "Previous case from inside a case"),
        ("copy", ".", "Copy the number; twice with its title, three times with the link"),
        ("fold-right", "]", "Fold the rail"),
    ),
    *_acts(
        Screen.RULES,
        ("rule-search", "b", "Find a rule"),
        ("rule-filter", "f", "Filter the contents", ("Filter the contents", "Filter the glossary")),
        ("rule-next", "j", "Next section or page", ("Next section", "Next page")),
        ("rule-previous", "k", "Previous section or page", ("Previous section", "Previous page")),
        ("rule-next-change", "n", "Next change"),
        ("rule-previous-change", "p", "Previous change"),
        ("rule-next-paragraph", "]", "Next changed paragraph"),
        ("rule-previous-paragraph", "[", "Previous changed paragraph"),
        ("rule-before", ",", "Read before the last change"),
        ("rule-after", ".", "Read after the next change"),
        ("rule-redline", "w", "Show the last change word by word"),
    ),
)
BY_NAME = {act.name: act for act in ACTS}


class UnfitKey(Refusal):
    """What was typed is no key that can be given to an act."""

    def __init__(self, act: KeyAct, typed: str) -> None:
        super().__init__(f"“{typed}” cannot be the key for “{act.words}”: {SHAPE}. Alt is never used.")


class KeyTaken(Refusal):
    """Two acts of one screen would answer to the same key."""

    def __init__(self, key: str, first: KeyAct, second: KeyAct) -> None:
        super().__init__(f"“{key}” is wanted for “{first.words}” and for “{second.words}”, which share a screen.")


def key_of(act: KeyAct, own: Mapping[str, str]) -> str:
    """The key an act has for somebody."""
    return own.get(act.name, act.key)


def own_keys(typed: Mapping[str, str]) -> dict[str, str]:
    """What differs from the usual keys, checked. Refuses UnfitKey, KeyTaken."""
    wanted = {act.name: _key(act, typed[act.name]) for act in ACTS if act.name in typed}
    _refuse_doubles(wanted)
    return {name: key for name, key in wanted.items() if key != BY_NAME[name].key}


def _key(act: KeyAct, typed: str) -> str:
    key = " ".join(typed.split()).lower() if len(typed.strip()) > 1 else typed.strip().lower()
    key = re.sub(r"\s*\+\s*(?=[a-z]$)", "+", key) if key.startswith("shift") else key
    if key and not KEY.fullmatch(key):
        raise UnfitKey(act, typed)
    return key


def _refuse_doubles(own: Mapping[str, str]) -> None:
    for place, first in enumerate(ACTS):
        for second in ACTS[place + 1 :]:
            key = key_of(first, own)
            # keys that were given twice by us (a section's own brackets) are nobody's mistake
            is_usual = key_of(first, own) == first.key and key_of(second, own) == second.key
            if key and key == key_of(second, own) and _meet(first, second) and not is_usual:
                raise KeyTaken(key, first, second)


def _meet(first: KeyAct, second: KeyAct) -> bool:
    """Whether both can be on one page; on pages of rules the list's and the case's keys are free."""
    screens = {first.screen, second.screen}
    return len(screens) == 1 or Screen.EVERYWHERE in screens or Screen.RULES not in screens


def marked(user: User) -> str:
    """Somebody's own keys for the scripts: by the marks of the pages, as JSON."""
    own = {name: key for name, key in user.keys.items() if name in BY_NAME}
    by_mark = {mark: key for name, key in own.items() for mark in BY_NAME[name].all_marks}
    return json.dumps(by_mark | ({ALL_OFF: ""} if ALL_OFF in user.keys else {}))
