"""Under whose eyes, when and with which names is a query understood?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches

from tieline.desk.asking.reading import Misread, Term
from tieline.desk.profile import Taxonomy
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile

CLOSE = 0.6
PART = re.compile(r"[^\W_]{3,}")
FEW = 5


@dataclass(frozen=True)
class Directory:
    """Who is meant by the names in queries: ids by the name as written, and what there is besides."""

    staff: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    participants: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    known_staff: tuple[str, ...] = ()
    close_participants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Scope:
    """Everything a query's words depend on."""

    profile: Profile
    actor: Actor
    at: datetime
    directory: Directory = field(default_factory=Directory)

    @property
    def taxonomy(self) -> Taxonomy:
        """The profile's topics, areas, kinds and urgencies."""
        return self.profile.get(Taxonomy)

    @property
    def me(self) -> int | None:
        """The staff user who asks, or None."""
        reference = self.actor.reference
        return int(reference.id) if reference.kind == "staff" else None

    @property
    def is_staff(self) -> bool:
        """Whether inner matters may be asked for at all."""
        return self.actor.may("desk.see")


def close_to(written: str, known: Iterable[str]) -> tuple[str, ...]:
    """What may have been meant: what begins alike, then what is spelt alike in whole or in a part."""
    words = list(dict.fromkeys(known))
    lowered = {word.lower(): word for word in words}
    begun = [word for low, word in lowered.items() if written and low.startswith(written.lower())]
    parts = {part: word for word in reversed(words) for part in PART.findall(word.lower())} | lowered
    spelt = [parts[one] for one in get_close_matches(written.lower(), list(parts), FEW, CLOSE)]
    return tuple(dict.fromkeys([*begun, *spelt]))[:FEW]


def not_known(term: Term, written: str, noun: str, known: Iterable[str]) -> Misread:
    """A value that the field does not have, with those that may have been meant."""
    words = list(known)
    near = close_to(written, words) or tuple(words[:FEW])
    return Misread(term.value_position, f"There is no {noun} “{written}”.", tuple(quoted(word) for word in near))


def quoted(word: str) -> str:
    """A value as a query writes it."""
    return f'"{word}"' if any(one.isspace() or one in "(),:" for one in word) else word
