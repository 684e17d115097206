"""Who reacts to what happened, and how does no reaction get lost or doubled?

A listener is a function marked `@on(Event, ...)`. It is driven in the journal's sealed order by a cursor of its own;
its changes and its cursor move in one transaction, so after a crash at any point it goes on exactly where it was.
An event it cannot digest is tried again with growing pauses and finally parked for a person, never dropped.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from tieline.journal.events import Event, read
from tieline.journal.models import Cursor, JournalEvent, JournalLink, Parked, Seal
from tieline.kernel import clock
from tieline.kernel.actor import SYSTEM
from tieline.kernel.reference import Reference
from tieline.kernel.viewing import viewing_as

log = logging.getLogger(__name__)
ATTEMPTS = 6


@dataclass(frozen=True)
class Happened:
    """An event as a listener receives it: what, when, by whom, about which objects, at which place in the order."""

    event_id: int
    position: int
    event: Event
    at: datetime
    by: Reference
    by_name: str
    references: dict[str, Reference]

    @property
    def about(self) -> Reference:
        """The object the event is about."""
        return self.references["about"]


Reaction = Callable[[Happened], None]


@dataclass(frozen=True)
class Listener:
    """A reaction, its name (module and function) and the kinds it wants; no kinds means every kind."""

    name: str
    reaction: Reaction
    kinds: frozenset[str]

    def wants(self, kind: str) -> bool:
        """Whether an event of this kind concerns the listener."""
        return not self.kinds or kind in self.kinds


_listeners: dict[str, Listener] = {}


def on(*events: type[Event]) -> Callable[[Reaction], Reaction]:
    """Let a function react to these events (all events when none is named), after commit, at least once each.

    The function runs as the system inside the transaction that moves its cursor. It must not call out of process.
    """

    def register(reaction: Reaction) -> Reaction:
        name = f"{reaction.__module__.removeprefix('tieline.')}.{reaction.__name__}"
        _listeners[name] = Listener(name, reaction, frozenset(event.kind for event in events))
        return reaction

    return register


def listeners() -> dict[str, Listener]:
    """All registered listeners by name."""
    return dict(sorted(_listeners.items()))


def drive(*, names: Iterable[str] | None = None, limit: int = 200) -> int:
    """Let each listener digest up to `limit` positions of the sealed journal; returns positions passed."""
    chosen = listeners()
    return sum(_drive_one(chosen[name], limit) for name in (names or chosen))


def _drive_one(listener: Listener, limit: int) -> int:
    Cursor.objects.get_or_create(listener=listener.name)
    passed = 0
    with viewing_as(SYSTEM):
        cursor = Cursor.objects.select_for_update(skip_locked=True).filter(pk=listener.name).first()
        if cursor is None or (cursor.retry_at and cursor.retry_at > clock.now()):
            return 0
        start = cursor.position
        for happened_at, happened in _following(listener, start, limit):
            if happened is not None and not _digest(listener, happened, cursor):
                break
            cursor.position = happened_at
            passed += 1
        if cursor.position != start:
            cursor.save(update_fields=["position"])
    return passed


def _digest(listener: Listener, happened: Happened, cursor: Cursor) -> bool:
    """Whether the listener is done with the event (digested or parked)."""
    try:
        with transaction.atomic():
            listener.reaction(happened)
    except Exception:  # the one boundary where any fault of any listener must not stop the others
        return _stumble(listener, happened, cursor, traceback.format_exc())
    if cursor.attempts:
        cursor.attempts, cursor.retry_at = 0, None
        cursor.save(update_fields=["attempts", "retry_at"])
    return True


def _stumble(listener: Listener, happened: Happened, cursor: Cursor, problem: str) -> bool:
    cursor.attempts += 1
    log.warning("%s stumbled over event %s (attempt %s)", listener.name, happened.event_id, cursor.attempts)
    is_parked = cursor.attempts >= ATTEMPTS
    if is_parked:
        Parked.objects.get_or_create(
            listener=listener.name,
            event_id=happened.event_id,
            defaults={"position": happened.position, "problem": problem[-4000:], "parked_at": clock.now()},
        )
        cursor.attempts, cursor.retry_at = 0, None
    else:
        cursor.retry_at = clock.now() + timedelta(seconds=2**cursor.attempts / 4)
    cursor.save(update_fields=["attempts", "retry_at"])
    return is_parked


def _following(listener: Listener, after: int, limit: int) -> Iterable[tuple[int, Happened | None]]:
    seals = list(
        Seal.objects.filter(position__gt=after).order_by("position").values_list("position", "event_id")[:limit]
    )
    ids = [event_id for _, event_id in seals]
    events = JournalEvent.objects.filter(id__in=ids)
    if listener.kinds:
        events = events.filter(kind__in=listener.kinds)
    wanted = {event.id: event for event in events}
    links: dict[int, dict[str, Reference]] = {}
    for link in JournalLink.objects.filter(event_id__in=list(wanted)):
        links.setdefault(link.event_id, {})[link.role] = Reference(link.object_kind, link.object_id)
    for position, event_id in seals:
        event = wanted.get(event_id)
        yield position, None if event is None else _happened(position, event, links.get(event_id, {}))


def _happened(position: int, event: JournalEvent, references: dict[str, Reference]) -> Happened:
    return Happened(
        event_id=event.id,
        position=position,
        event=read(event.kind, event.facts),
        at=event.at,
        by=Reference.parse(event.actor),
        by_name=event.actor_name,
        references=references,
    )


def lag() -> dict[str, int]:
    """For each listener, how many sealed positions it has not passed yet."""
    head = Seal.objects.order_by("-position").values_list("position", flat=True).first() or 0
    read_to = dict(Cursor.objects.values_list("listener", F("position")))
    return {name: head - read_to.get(name, 0) for name in listeners()}
