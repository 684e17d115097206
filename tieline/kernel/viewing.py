"""On whose behalf does this transaction look? The database is told, and row-level security does the rest.

`viewing_as(actor)` opens (or joins) a transaction and sets `tieline.viewer` for it. Where nobody has said who is
looking, the setting is empty and every protected table is empty too: a forgotten step shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tieline.kernel.actor import Actor


def _viewer() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('tieline.viewer', true), '')")
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _set_viewer(words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tieline.viewer', %s, true)", [words])


@contextmanager
def viewing_as(actor: Actor) -> Iterator[None]:
    """Run the block in one transaction seen through the actor's eyes; an enclosing viewer is restored after it."""
    joins = connection.in_atomic_block
    with transaction.atomic():
        before = _viewer() if joins else ""
        _set_viewer(actor.viewer)
        yield
        # a block that is to be rolled back takes the setting back with everything else
        if joins and not transaction.get_rollback():
            _set_viewer(before)
