"""What does the record say about an object? The reads that history panels and sheets share."""

from __future__ import annotations

from django.db.models import QuerySet

from tieline.journal.models import JournalEvent
from tieline.kernel.reference import Reference


def about(reference: Reference, *, limit: int = 500) -> QuerySet[JournalEvent]:
    """The newest `limit` events in which the object plays any role, oldest first when iterated by the caller."""
    return (
        JournalEvent.objects.filter(links__object_kind=reference.kind, links__object_id=reference.id)
        .distinct()
        .order_by("-at", "-id")[:limit]
    )
