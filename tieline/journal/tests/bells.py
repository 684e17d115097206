"""What do the journal's tests write down? One event of their own, and shortcuts to write, seal and look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from django.db import connections

from tieline.journal.actions import record
from tieline.journal.events import Event
from tieline.journal.models import JournalEvent
from tieline.kernel.actor import SYSTEM
from tieline.kernel.reference import Reference
from tieline.kernel.viewing import viewing_as

AT = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)


@dataclass(frozen=True)
class BellRang(Event):
    """A bell rang. For tests alone, and declared only while they run."""

    kind: ClassVar[str] = "trial.rang"
    number: int


def ring(number: int) -> JournalEvent:
    """Record one event about a bell, linked to a tower, as the system."""
    with viewing_as(SYSTEM):
        return _record(number)


def ring_many(count: int) -> list[int]:
    """Record events 1 to `count` in one transaction; returns their ids."""
    with viewing_as(SYSTEM):
        return [_record(number).pk for number in range(1, count + 1)]


def _record(number: int) -> JournalEvent:
    about, tower = Reference("bell", str(number)), Reference("tower", "1")
    return record(BellRang(number=number), about=about, by=SYSTEM, at=AT, links={"tower": tower})


def tamper(statement: str, *values: object) -> None:
    """Change the record behind its triggers' back, as only the owner of the tables can."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = origin")
