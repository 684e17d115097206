"""How is tampering found? A background step chains events by hash; `verify` recomputes the chain.

Writers only insert; one sealer at a time (an advisory lock) takes what has been committed, in whatever order it was
committed, gives it the next positions and chains hash to hash. So a slow transaction is sealed later but never
skipped, and nobody waits for anybody. The head of the chain may be kept elsewhere to prove that the whole journal
was not rewritten.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from tieline.journal.models import Cursor, JournalEvent, JournalLink, PendingSeal, Seal
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as

GENESIS = hashlib.sha256(b"tieline journal").digest()
LOCK = 7_135_201


def fingerprint(
    previous: bytes, event: dict[str, Any], links: list[tuple[str, str, str]], sealed_at: datetime
) -> bytes:
    """The hash of an event chained to the one before: SHA-256 over a canonical JSON form of all that is kept of it."""
    body = json.dumps(
        [
            event["id"], event["kind"], _instant(event["at"]), _instant(event["recorded_at"]),
            event["actor"], event["actor_name"], event["facts"], sorted(links),
            _instant(sealed_at),
        ],
        sort_keys=True, separators=(",", ":"), ensure_ascii=False,
    )  # fmt: skip
    return hashlib.sha256(previous + body.encode("utf-8", "surrogatepass")).digest()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def seal(*, at: datetime, limit: int = 2000) -> int:
    """Seal up to `limit` waiting events; returns how many. Does nothing while another sealer is at work."""
    with viewing_as(SYSTEM):
        if not _only_sealer():
            return 0
        waiting = list(PendingSeal.objects.order_by("event_id").values_list("event_id", flat=True)[:limit])
        if not waiting:
            return 0
        head = Seal.objects.order_by("-position").first()
        position, previous = (head.position, bytes(head.hash)) if head else (0, GENESIS)
        seals = []
        for event, links in _read_events(waiting):
            position += 1
            previous = fingerprint(previous, event, links, at)
            seals.append(Seal(position=position, event_id=event["id"], hash=previous, sealed_at=at))
        Seal.objects.bulk_create(seals)
        PendingSeal.objects.filter(event_id__in=waiting).delete()
    return len(waiting)


def _only_sealer() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


COLUMNS = ("id", "kind", "at", "recorded_at", "actor", "actor_name", "facts")


def _read_events(ids: list[int]) -> Iterator[tuple[dict[str, Any], list[tuple[str, str, str]]]]:
    links: dict[int, list[tuple[str, str, str]]] = {}
    rows = JournalLink.objects.filter(event_id__in=ids)
    for event_id, role, kind, id_ in rows.values_list("event_id", "role", "object_kind", "object_id"):
        links.setdefault(event_id, []).append((role, kind, id_))
    for event in JournalEvent.objects.filter(id__in=ids).order_by("id").values(*COLUMNS):
        yield event, links.get(event["id"], [])


@dataclass(frozen=True)
class Verdict:
    """What verification found: how many events agree, the head of the chain, and every problem as a sentence."""

    sealed: int
    unsealed: int
    head: str
    problems: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found changed, missing or slipped in."""
        return not self.problems


def verify(*, batch: int = 2000) -> Verdict:
    """Recompute the whole chain and name every event that was changed, removed, reordered or slipped in."""
    with viewing_as(SYSTEM):
        return _verify(batch)


def _verify(batch: int) -> Verdict:
    problems: list[str] = []
    previous, expected, sealed = GENESIS, 1, 0
    last = 0
    while seals := list(Seal.objects.filter(position__gt=last).order_by("position")[:batch]):
        events = {event["id"]: (event, links) for event, links in _read_events([s.event_id for s in seals])}
        for seal_ in seals:
            problems += _problems_of(seal_, events.get(seal_.event_id), previous, expected)
            # going on from the stored hash finds each changed event once, not everything after the first
            previous, expected, last = bytes(seal_.hash), seal_.position + 1, seal_.position
            sealed += 1
    problems += _slipped_in()
    problems += _cut_off(head=last)
    return Verdict(sealed, PendingSeal.objects.count(), previous.hex(), tuple(problems))


def _problems_of(
    seal_: Seal, found: tuple[dict[str, Any], list[tuple[str, str, str]]] | None, previous: bytes, expected: int
) -> Iterator[str]:
    if seal_.position != expected:
        yield f"Position {expected} is missing from the chain (next found: {seal_.position})."
    if found is None:
        yield f"Event {seal_.event_id} (position {seal_.position}) was sealed but is gone."
        return
    event, links = found
    if fingerprint(previous, event, links, seal_.sealed_at) != bytes(seal_.hash):
        yield (
            f"Event {event['id']} ({event['kind']} at {_instant(event['at'])}, position {seal_.position}) does not "
            f"match its seal: it, its links or the seal before it was changed."
        )


NAMED = 1000


def _slipped_in() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id, e.kind, count(*) OVER () FROM journal_journalevent e WHERE NOT EXISTS "
            "(SELECT 1 FROM journal_seal s WHERE s.event_id = e.id) AND NOT EXISTS "
            "(SELECT 1 FROM journal_pendingseal p WHERE p.event_id = e.id) ORDER BY e.id LIMIT %s",
            [NAMED],
        )
        found = cursor.fetchall()
    for id_, kind, _ in found:
        yield f"Event {id_} ({kind}) is neither sealed nor waiting: it was slipped in or its seal removed."
    if found and found[0][2] > NAMED:
        yield f"{found[0][2] - NAMED} more events are neither sealed nor waiting."


def _cut_off(*, head: int) -> Iterator[str]:
    """A listener that has read further than the chain reaches remembers an end that was cut off."""
    furthest = Cursor.objects.order_by("-position").values_list("position", flat=True).first() or 0
    if furthest > head:
        yield f"The chain ends at position {head}, but position {furthest} was read before: its end was cut off."
