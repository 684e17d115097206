"""How is something written down? By `record`, in the transaction of the action that did it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import connection

from tieline.journal.events import Event
from tieline.journal.models import JournalEvent, JournalLink
from tieline.kernel import clock
from tieline.kernel.actor import Actor
from tieline.kernel.reference import Reference

_larger_act: ContextVar[Reference | None] = ContextVar("larger act", default=None)


@contextmanager
def part_of(act: Reference) -> Iterator[None]:
    """Whatever is recorded within the block carries a link to the larger act it is part of."""
    token = _larger_act.set(act)
    try:
        yield
    finally:
        _larger_act.reset(token)


class NotInTransaction(RuntimeError):
    """An event was to be recorded outside the transaction of the change it speaks of."""


def record(
    event: Event,
    *,
    about: Reference,
    by: Actor,
    at: datetime,
    links: Mapping[str, Reference | None] | None = None,
) -> JournalEvent:
    """Write an event down: what it is `about`, who did it, when, and (by role) which other objects it concerns."""
    if not connection.in_atomic_block:
        raise NotInTransaction(event.kind)
    written = JournalEvent.objects.create(
        kind=event.kind,
        at=at,
        recorded_at=clock.now(),
        actor=str(by.reference),
        actor_name=by.name[:200],
        facts=event.facts(),
    )
    roles = {"about": about, "part_of": _larger_act.get(), **(links or {})}
    JournalLink.objects.bulk_create(
        JournalLink(event=written, role=role, object_kind=reference.kind, object_id=reference.id)
        for role, reference in roles.items()
        if reference is not None
    )
    return written
