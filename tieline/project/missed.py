"""Which cases changed while a page heard nothing? Read from the journal's order, up to a bound."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import OperationalError

from tieline.journal.models import JournalLink, Seal
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as

MOST_EVENTS = 2000
MOST_NUMBERS = 200


@dataclass(frozen=True)
class Missed:
    """Where the journal stands, and the numbers of the cases that changed; None: too many, fetch everything."""

    head: int
    numbers: tuple[str, ...] | None


def missed_since(heard: int) -> Missed:
    """What happened after a position. A position ahead of the journal is another journal's: everything."""
    try:
        return _missed_since(heard)
    except OperationalError:  # the database is away: once it answers again everybody fetches everything
        return Missed(heard, None)


def _missed_since(heard: int) -> Missed:
    with viewing_as(SYSTEM):
        head = Seal.objects.order_by("-position").values_list("position", flat=True).first() or 0
        if not 0 <= head - heard <= MOST_EVENTS:
            return Missed(head, None)
        events = Seal.objects.filter(position__gt=heard, position__lte=head).values("event_id")
        links = JournalLink.objects.filter(event_id__in=events, object_kind="case")
        numbers = sorted(set(links.values_list("object_id", flat=True)[: MOST_NUMBERS * 20]))
    return Missed(head, tuple(numbers) if len(numbers) <= MOST_NUMBERS else None)
