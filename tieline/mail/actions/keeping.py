"""Are a message's bytes kept? Unchanged, once, and before anything is read of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tieline.kernel import instance
from tieline.mail.models import IncomingMail, IngestRun
from tieline.mail.sources import Delivery


def keep(delivery: Delivery, *, run: IngestRun | None, at: datetime) -> IncomingMail | None:
    """Keep a delivery's bytes unchanged, before anything is read of them; None when it was kept before.

    Raises NoRoomForFile when the disk refuses; then nothing is kept and the delivery can be taken again.
    """
    return IncomingMail.objects.get(key=delivery.key) if keep_all([delivery], run=run, at=at) else None


def keep_all(batch: Iterable[Delivery], *, run: IngestRun | None, at: datetime) -> int:
    """Keep several deliveries as `keep` does, with two queries for all; returns how many were new."""
    wanted = {delivery.key: delivery for delivery in batch}
    known = set(IncomingMail.objects.filter(key__in=wanted).values_list("key", flat=True))
    store = instance.files()
    new = [
        IncomingMail(
            key=delivery.key,
            source=delivery.source[:500],
            run=run,
            file_key=store.put(delivery.raw),
            size_bytes=len(delivery.raw),
            received_at=at,
        )
        for delivery in wanted.values()
        if delivery.key not in known
    ]
    # a reader killed a moment ago may still be committing the same keys
    IncomingMail.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)
