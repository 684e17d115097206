"""Does the journal only ever grow, and is nothing written outside the change it speaks of?"""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tieline.journal.actions import NotInTransaction
from tieline.journal.events import UnknownEvent, event, kinds, read
from tieline.journal.models import JournalEvent, PendingSeal
from tieline.journal.queries import about
from tieline.journal.sealing import seal
from tieline.journal.tests.bells import AT, BellRang, ring
from tieline.kernel.actor import SYSTEM
from tieline.kernel.reference import Reference

GROWING = ["journal_journalevent", "journal_journallink", "journal_seal"]
CHANGES = {
    "journal_journalevent": "UPDATE journal_journalevent SET actor_name = 'somebody else'",
    "journal_journallink": "UPDATE journal_journallink SET role = 'another'",
    "journal_seal": "UPDATE journal_seal SET position = position + 1",
}


def refused(statement: str, *, alias: str = "default") -> str:
    """The words with which the database refuses; fails the test when it does not."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(using=alias):
        connections[alias].cursor().execute(statement)
    return str(refusal.value)


@pytest.mark.parametrize("table", GROWING)
def test_the_application_can_neither_change_nor_remove_what_is_written(db: None, table: str) -> None:
    ring(1)
    seal(at=AT)

    changed, removed = refused(CHANGES[table]), refused(f"DELETE FROM {table}")

    assert f"{table} only grows: update is refused" in changed
    assert f"{table} only grows: delete is refused" in removed
    assert "permission denied" in refused(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", GROWING)
def test_not_even_the_owner_changes_removes_or_empties(committed: str, table: str) -> None:
    ring(1)
    seal(at=AT)

    words = [
        refused(statement, alias="owner")
        for statement in (CHANGES[table], f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE")
    ]

    assert [word.split(": ")[1].split("\n")[0] for word in words] == [
        "update is refused",
        "delete is refused",
        "truncate is refused",
    ]


def test_nothing_is_recorded_outside_a_transaction(committed: str) -> None:
    from tieline.journal.actions import record

    with pytest.raises(NotInTransaction):
        record(BellRang(1), about=Reference("bell", "1"), by=SYSTEM, at=AT)

    assert not connection.in_atomic_block


def test_what_is_rolled_back_was_never_written(committed: str) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ring(1)
        raise ZeroDivisionError

    assert seal(at=AT) == 0


def test_every_event_waits_to_be_sealed_from_its_own_transaction_on(db: None) -> None:
    written = ring(7)

    assert list(PendingSeal.objects.values_list("event_id", flat=True)) == [written.pk]


def test_an_event_is_found_by_every_object_it_concerns_newest_first(db: None) -> None:
    first, second = ring(1), ring(2)

    of_bell, of_tower = about(Reference("bell", "1")), about(Reference("tower", "1"))

    assert [event.pk for event in of_bell] == [first.pk]
    assert [event.pk for event in of_tower] == [second.pk, first.pk]


def test_a_stored_event_is_read_back_and_later_facts_are_left_out() -> None:
    assert read("trial.rang", {"number": 3, "added_by_a_later_version": True}) == BellRang(3)


def test_a_kind_nobody_declares_cannot_be_read() -> None:
    with pytest.raises(UnknownEvent):
        read("trial.unheard_of", {})


def test_a_kind_is_declared_once_and_described() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        event("trial.rang")(BellRang)

    assert all(cls.__doc__ for cls in kinds().values())
    assert JournalEvent._meta.db_table == "journal_journalevent"
