"""Can every step of the tables be taken back, and is every table closed to those who may not see it?"""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from tieline.kernel.actor import NOBODY, SYSTEM, Actor
from tieline.kernel.viewing import viewing_as

OPEN_TABLES = {
    "journal_pendingseal": "numbers of events only",
    "journal_seal": "numbers and hashes only",
    "journal_cursor": "names of listeners and how far they read",
    "rulebook_book": "rules are public",
    "rulebook_edition": "rules are public",
    "rulebook_section": "rules are public",
    "rulebook_sectionversion": "rules are public",
    "rulebook_paragraph": "rules are public",
    "rulebook_paragraphversion": "rules are public",
    "rulebook_term": "rules are public",
    "rulebook_exhibit": "rules are public",
}
ONLY_GROW = {"journal_journalevent", "journal_journallink", "journal_seal", "clocks_clockmove"}
OURS = [model for model in apps.get_models() if model.__module__.startswith("tieline.")]
TABLES = sorted(model._meta.db_table for model in OURS)


def our_operations() -> list[tuple[str, Operation]]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return [
        (f"{label}.{name} {number}", operation)
        for (label, name), migration in sorted(loader.disk_migrations.items())
        if migration.__module__.startswith("tieline.")
        for number, operation in enumerate(migration.operations)
    ]


def test_every_step_can_be_taken_back() -> None:
    assert [name for name, operation in our_operations() if not operation.reversible] == []


def test_no_step_changes_tables_and_data_at_once() -> None:
    mixed = {}
    for name, operation in our_operations():
        mixed.setdefault(name.split()[0], set()).add(isinstance(operation, migrations.RunPython))

    assert [name for name, kinds in mixed.items() if len(kinds) > 1] == []


def test_every_migration_is_named_for_its_purpose() -> None:
    assert [name for name, _ in our_operations() if "_auto_" in name] == []


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_closed_unless_it_is_said_why_not(db: None, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", [table])
        (is_closed,) = cursor.fetchone()

    assert is_closed is not (table in OPEN_TABLES)


def test_no_reason_outlives_its_table() -> None:
    assert set(OPEN_TABLES) - set(TABLES) == set()
    assert set(TABLES) >= ONLY_GROW


def test_who_has_not_said_who_they_are_sees_nothing(cast: object) -> None:
    closed = sorted(set(TABLES) - set(OPEN_TABLES))

    assert {table: rows for table in closed if (rows := rows_seen(table, by=NOBODY))} == {}
    assert rows_seen("participants_person", by=SYSTEM) == 2


def rows_seen(table: str, *, by: Actor) -> int:
    with viewing_as(by), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def test_the_application_owns_nothing_and_is_bound_by_row_security(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("table", sorted(ONLY_GROW))
def test_the_record_only_grows(db: None, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgname IN (%s, %s)",
            [table, f"{table}_only_grows", f"{table}_is_kept"],
        )
        assert cursor.fetchone() == (2,)
