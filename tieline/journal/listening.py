"""Who reacts to what happened, and how does no reaction get lost or doubled?

A listener is a function marked `@on(Event, ...)`. It is driven in the journal's sealed order by a cursor of its own;
its changes and its cursor move in one transaction, so after a crash at any point it goes on exactly where it was.
An event it cannot digest is tried again with growing pauses and finally parked for a person, never dropped.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from tieline.journal.events import Event, read
from tieline.journal.models import Cursor, JournalEvent, JournalLink, Parked, Seal
from tieline.kernel import clock
from tieline.kernel.actor import SYSTEM
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.kernel.viewing import viewing_as

log = logging.getLogger(__name__)
ATTEMPTS = 6


class UnknownListener(Refusal):
    """No listener of that name is registered."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no listener “{name}”; there are {', '.join(listeners())}.")


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
        batch = list(_following(listener, start, limit))
        if _is_digested_together(listener, batch, cursor):
            cursor.position, passed = batch[-1].position, len(batch)
        else:
            for stored in batch:
                if stored.event is not None and not _digest(listener, stored, cursor):
                    break
                cursor.position = stored.position
                passed += 1
        if cursor.position != start:
            cursor.save(update_fields=["position"])
    return passed


def _is_digested_together(listener: Listener, batch: list[_Stored], cursor: Cursor) -> bool:
    """Whether the listener could digest the whole batch in one piece; if not, nothing of it happened.

    One by one is for finding the event it stumbles over: a savepoint for each costs as much as a small reaction.
    """
    wanted = [stored for stored in batch if stored.event is not None]
    if cursor.attempts or len(wanted) < 2:
        return False
    try:
        with transaction.atomic():
            for stored in wanted:
                listener.reaction(stored.happened())
    except Exception:  # told one by one, by the event it belongs to
        return False
    return True


def _digest(listener: Listener, stored: _Stored, cursor: Cursor) -> bool:
    """Whether the listener is done with the event (digested or parked)."""
    problem = _problem_with(listener, stored)
    if problem is not None:
        return _stumble(listener, stored, cursor, problem)
    if cursor.attempts:
        cursor.attempts, cursor.retry_at = 0, None
        cursor.save(update_fields=["attempts", "retry_at"])
    return True


def _problem_with(listener: Listener, stored: _Stored) -> str | None:
    """Let the listener react; None when it could, else the traceback, with its changes undone.

    Reading the event is part of it: one that this version cannot read must not stop the other listeners.
    """
    try:
        with transaction.atomic():
            listener.reaction(stored.happened())
    except Exception:  # the one boundary where any fault of any listener must not stop the others
        return traceback.format_exc()
    return None


def _stumble(listener: Listener, stored: _Stored, cursor: Cursor, problem: str) -> bool:
    cursor.attempts += 1
    log.warning("%s stumbled over event %s (attempt %s)", listener.name, stored.event_id, cursor.attempts)
    is_parked = cursor.attempts >= ATTEMPTS
    if is_parked:
        Parked.objects.get_or_create(
            listener=listener.name,
            event_id=stored.event_id,
            defaults={"position": stored.position, "problem": _told(problem), "parked_at": clock.now()},
        )
        cursor.attempts, cursor.retry_at = 0, None
    else:
        cursor.retry_at = clock.now() + timedelta(seconds=2**cursor.attempts / 4)
    cursor.save(update_fields=["attempts", "retry_at"])
    return is_parked


def _told(problem: str) -> str:
    return problem[-4000:].replace("\x00", "")


def retry_parked(name: str) -> int:
    """Let a listener try again, oldest first, what was parked; returns how many it digested now.

    Nothing it has digested before is repeated, and what it still cannot digest stays parked with its new problem.
    Refuses UnknownListener.
    """
    listener = listeners().get(name)
    if listener is None:
        raise UnknownListener(name)
    with viewing_as(SYSTEM):
        waiting = list(Parked.objects.filter(listener=name).order_by("position").values_list("pk", flat=True))
    return sum(_retry(listener, id_) for id_ in waiting)


def _retry(listener: Listener, id_: int) -> bool:
    with viewing_as(SYSTEM):
        parked = Parked.objects.select_for_update(skip_locked=True).filter(pk=id_).first()
        if parked is None:
            return False
        (stored,) = _read_stored([(parked.position, parked.event_id)], JournalEvent.objects.all())
        problem = _problem_with(listener, stored)
        if problem is None:
            parked.delete()
            return True
        parked.problem = _told(problem)
        parked.save(update_fields=["problem"])
    return False


@dataclass(frozen=True)
class _Stored:
    """A sealed position with its event as stored; None for the event where the listener does not want it."""

    position: int
    event_id: int
    event: JournalEvent | None
    references: dict[str, Reference]

    def happened(self) -> Happened:
        """The event as listeners receive it; LookupError and TypeError when this version cannot read it."""
        if self.event is None:
            raise LookupError(f"event {self.event_id} is not in the journal")
        return Happened(
            event_id=self.event_id,
            position=self.position,
            event=read(self.event.kind, self.event.facts),
            at=self.event.at,
            by=Reference.parse(self.event.actor),
            by_name=self.event.actor_name,
            references=self.references,
        )


def _following(listener: Listener, after: int, limit: int) -> Iterator[_Stored]:
    seals = Seal.objects.filter(position__gt=after).order_by("position").values_list("position", "event_id")
    events = JournalEvent.objects.all()
    if listener.kinds:
        events = events.filter(kind__in=listener.kinds)
    return _read_stored(list(seals[:limit]), events)


def _read_stored(seals: list[tuple[int, int]], events: QuerySet[JournalEvent]) -> Iterator[_Stored]:
    wanted = {event.pk: event for event in events.filter(id__in=[event_id for _, event_id in seals])}
    links: dict[int, dict[str, Reference]] = {}
    for link in JournalLink.objects.filter(event_id__in=list(wanted)):
        links.setdefault(link.event_id, {})[link.role] = Reference(link.object_kind, link.object_id)
    for position, event_id in seals:
        yield _Stored(position, event_id, wanted.get(event_id), links.get(event_id, {}))


def lag() -> dict[str, int]:
    """For each listener, how many sealed positions it has not passed yet."""
    head = Seal.objects.order_by("-position").values_list("position", flat=True).first() or 0
    read_to = dict(Cursor.objects.values_list("listener", F("position")))
    return {name: head - read_to.get(name, 0) for name in listeners()}
