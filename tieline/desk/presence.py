"""Who has a case open just now, and who of them is writing? Read from what their pages last said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tieline.desk.models import Doing, Presence

PAST_AFTER = timedelta(seconds=45)
"""A page says every 15 seconds that it is there; three words missed, and nobody is."""
IDLE_AFTER = timedelta(seconds=60)


@dataclass(frozen=True)
class Present:
    """Somebody at a case: who, and whether they look, write, or have let their hands rest for a minute."""

    user_id: int
    name: str
    initials: str
    is_typing: bool
    is_idle: bool

    @property
    def words(self) -> str:
        """What a pointer on the picture says."""
        if self.is_typing:
            return f"{self.name} is typing"
        return f"{self.name} has it open, idle" if self.is_idle else f"{self.name} is looking"


def present_at(numbers: Iterable[int], *, but: int | None, at: datetime) -> Mapping[int, tuple[Present, ...]]:
    """Who is at each of these cases, by its number; oneself is left out. One statement."""
    rows = Presence.objects.filter(case__number__in=list(numbers), said_at__gt=at - PAST_AFTER)
    found: dict[int, list[Present]] = {}
    for row in rows.exclude(user_id=but or 0).select_related("user", "case").order_by("pk"):
        found.setdefault(row.case.number, []).append(_present(row, at))
    return {number: tuple(people) for number, people in found.items()}


def _present(row: Presence, at: datetime) -> Present:
    idle = is_idle(row.active_at, at)
    return Present(row.user_id, row.user.name, row.user.initials, row.doing == Doing.TYPING and not idle, idle)


def is_idle(active_at: datetime, at: datetime) -> bool:
    """Whether neither a key nor the pointer moved for a minute."""
    return at - active_at >= IDLE_AFTER
