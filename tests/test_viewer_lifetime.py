"""Is the viewer forgotten with the transaction, on the very connection the next request will get?"""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as
from tieline.participants.models import Participant


def rows(sql: str) -> list[tuple[object, ...]]:
    """What a raw query answers on the application's own connection."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def test_the_viewer_is_forgotten_when_the_transaction_ends(committed: str) -> None:
    with viewing_as(SYSTEM):
        Participant.objects.create(key="somebody", name="Somebody")
        inside = rows("SELECT count(*) FROM participants_participant")
    kept = connection.connection

    after = rows("SELECT count(*), current_setting('tieline.viewer', true) FROM participants_participant")

    assert inside == [(1,)]
    assert after == [(0, "")]
    assert connection.connection is kept


def test_the_viewer_is_forgotten_when_the_transaction_fails(committed: str) -> None:
    with pytest.raises(ZeroDivisionError), viewing_as(SYSTEM):
        raise ZeroDivisionError

    assert rows("SELECT current_setting('tieline.viewer', true)") == [("",)]


def test_a_connection_that_never_said_who_it_is_sees_nothing(committed: str) -> None:
    with viewing_as(SYSTEM):
        Participant.objects.create(key="somebody", name="Somebody")

    with psycopg.connect(committed) as fresh:
        count = fresh.execute("SELECT count(*) FROM participants_participant").fetchone()
        role = fresh.execute("SELECT current_user").fetchone()

    assert (count, role) == ((0,), ("tieline_app",))
