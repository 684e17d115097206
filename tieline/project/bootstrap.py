"""How does a command come to a working instance? Database up, Django set up, tables in step, profile's roles loaded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from tieline.kernel import instance
from tieline.kernel.clock import SHIFT_VARIABLE
from tieline.kernel.database import PREPARING, serving

CLOCK_FILE = "clock-shift"


def set_up_django() -> None:
    """Point Django at the settings and load the apps; the database's address must be known by now."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tieline.project.settings")
    import django

    django.setup()


@contextmanager
def instance_ready() -> Iterator[None]:
    """Within the block the instance works: tables are in step with the code and the profile's roles are loaded."""
    _take_the_instances_clock()
    with serving():
        set_up_django()
        bring_tables_in_step()
        load_profile_roles()
        try:
            yield
        finally:
            _close_connections()


def _take_the_instances_clock() -> None:
    """A demonstration's clock stands at the end of its story; every command on that instance goes by it."""
    path = instance.home() / CLOCK_FILE
    if path.exists():
        os.environ.setdefault(SHIFT_VARIABLE, path.read_text())


def bring_tables_in_step() -> None:
    """Apply the migrations that are missing, as the owner of the tables; one process at a time, all of them or none.

    Django notes some migrations as applied only after their tables are committed: a process killed in between would
    leave tables that the next start makes again, and fails. In one transaction the note and the tables stand together.
    """
    from django.core.management import call_command
    from django.db import connections, transaction
    from django.db.migrations.executor import MigrationExecutor

    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
    executor = MigrationExecutor(owner)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        with transaction.atomic(using="owner"):
            call_command("migrate", database="owner", verbosity=0, interactive=False)
    owner.close()


def load_profile_roles() -> None:
    """Bring the profile's teams and roles into the database."""
    from tieline.identity.actions import load_teams
    from tieline.identity.profile import Teams
    from tieline.kernel.actor import SYSTEM
    from tieline.kernel.profile import current_profile
    from tieline.kernel.viewing import viewing_as

    profile = current_profile()
    if profile.has(Teams):
        with viewing_as(SYSTEM):
            load_teams(profile.get(Teams), by=SYSTEM)


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()
