"""How do open pages hear of what is no event? A word on the live channel, heard when the transaction commits.

The live-update process passes on the kind and the number, never content: the page fetches what it may see.
"""

from __future__ import annotations

from django.db import connection

CHANNEL = "tieline_live"
"""PostgreSQL's channel, on which the worker also tells of events (see `tieline.project.live`)."""


def tell(kind: str, number: int) -> None:
    """Let pages that show the case of this number know that something of this kind moved in it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{kind} {number}"])
