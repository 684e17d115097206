"""Which acts on many cases did somebody ask for?"""

from __future__ import annotations

from tieline.desk.models import BulkAct

SHOWN = 50


def bulk_acts_of(user_id: int) -> list[BulkAct]:
    """The latest of them, newest first."""
    return list(BulkAct.objects.filter(asked_by=user_id).order_by("-pk")[:SHOWN])
