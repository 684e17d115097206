"""How is something written down? By `record`, in the transaction of the action that did it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import connection

from tieline.journal.events import Event
from tieline.journal.models import JournalEvent, JournalLink
from tieline.kernel import clock
from tieline.kernel.actor import Actor
from tieline.kernel.reference import Reference

Links = Mapping[str, Reference | None]
"""The other objects an event concerns, by the role they have in it."""

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
    links: Links | None = None,
) -> JournalEvent:
    """Write an event down: what it is `about`, who did it, when, and (by role) which other objects it concerns."""
    (written,) = record_all([(event, links or {})], about=about, by=by, at=at)
    return written


def record_all(
    events: Sequence[tuple[Event, Links]], *, about: Reference, by: Actor, at: datetime
) -> list[JournalEvent]:
    """Write down several events of one act about one object, in their order, each with its own links."""
    if not connection.in_atomic_block:
        raise NotInTransaction(", ".join(event.kind for event, _ in events))
    act, recorded_at = _larger_act.get(), clock.now()
    written = JournalEvent.objects.bulk_create(
        JournalEvent(
            kind=event.kind, at=at, recorded_at=recorded_at, actor=str(by.reference), actor_name=by.name[:200],
            facts=event.facts(),
        )
        for event, _ in events
    )  # fmt: skip
    JournalLink.objects.bulk_create(
        JournalLink(event=one, role=role, object_kind=reference.kind, object_id=reference.id)
        for one, (_, links) in zip(written, events, strict=True)
        for role, reference in {"about": about, "part_of": act, **links}.items()
        if reference is not None
    )
    return written
