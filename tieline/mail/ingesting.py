"""How is a file or folder of mail read in, so that a crash at any moment loses and doubles nothing?

Batches of deliveries are kept, then judged; the desk takes its part through the journal. A run that was interrupted
is resumed by the next one over the same path, and says of every message what became of it; a run that had finished
before finds nothing new.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tieline.journal.listening import drive
from tieline.journal.sealing import seal
from tieline.kernel import clock
from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import Profile
from tieline.kernel.refusal import Refusal
from tieline.kernel.viewing import viewing_as
from tieline.mail.actions import keep_all, quarantine_parked, sort
from tieline.mail.models import IncomingMail, IngestRun, Outcome
from tieline.mail.sources import BrokenSource, Delivery, deliveries

BATCH = 40
"""Deliveries kept in one transaction, fewer where they are large."""
BATCH_BYTES = 32_000_000
TOLD = ("key", "source", "run_id", "message_id", "outcome", "case_number", "reason")
PATIENCE = 120
"""How often the desk is given another chance to take what it stumbled over, with growing pauses between."""


class DeskIsBehind(Refusal):
    """Messages are kept and judged, but the desk has not taken them within our patience."""

    def __init__(self, waiting: int) -> None:
        super().__init__(
            f"{waiting} messages are kept, but the desk has not taken them yet; "
            "run the command again to see their outcome."
        )


@dataclass(frozen=True)
class Line:
    """One line of the ledger as the command line prints it."""

    source: str
    message_id: str
    outcome: str
    case: int | None
    reason: str

    def as_data(self) -> dict[str, str | int | None]:
        """The line as JSON-ready values."""
        return {
            "source": self.source, "message_id": self.message_id, "outcome": self.outcome,
            "case": self.case, "reason": self.reason,
        }  # fmt: skip


def ingest(path: Path, *, profile: Profile, skipped: Callable[[str, str], None]) -> Iterator[Line]:
    """Read every message under `path` and tell what became of each, in order, as soon as its batch is through.

    `skipped` is told of files that are not mail, with the reason.

    Raises NoRoomForFile when the disk refuses bytes and BrokenSource when the file ends in the middle; what was told
    before stays, the rest can be read again.
    """
    run = _run(path)
    for batch in _batches(deliveries(path, report=lambda one: skipped(one.source, one.reason))):
        yield from _take(batch, run, profile)
    while seal_and_drive():
        pass
    with viewing_as(SYSTEM):
        run.finished_at = clock.now()
        run.save(update_fields=["finished_at"])


def _batches(source: Iterable[Delivery]) -> Iterator[list[Delivery]]:
    """Deliveries in handfuls that fit in memory; where the source breaks, what it gave before is handed on first."""
    batch: list[Delivery] = []
    try:
        for delivery in source:
            batch.append(delivery)
            if len(batch) == BATCH or sum(len(one.raw) for one in batch) > BATCH_BYTES:
                yield batch
                batch = []
    except BrokenSource:
        yield batch
        raise
    if batch:
        yield batch


def _run(path: Path) -> IngestRun:
    """The interrupted run over this path, or a new one."""
    with viewing_as(SYSTEM):
        whole = str(path.resolve())
        unfinished = IngestRun.objects.filter(path=whole, finished_at=None).order_by("-pk").first()
        return unfinished or IngestRun.objects.create(path=whole, started_at=clock.now())


def _take(batch: list[Delivery], run: IngestRun, profile: Profile) -> list[Line]:
    at = clock.now()
    with viewing_as(SYSTEM):
        keep_all(batch, run=run, at=at)
    raw = {delivery.key: delivery.raw for delivery in batch}
    with viewing_as(SYSTEM):
        for mail in IncomingMail.objects.filter(key__in=raw, sorted_at=None).order_by("pk"):
            sort(mail, profile=profile, at=at, raw=raw[mail.key])
    _let_the_desk_take(list(raw))
    with viewing_as(SYSTEM):
        settled = IncomingMail.objects.filter(key__in=raw).only(*TOLD)
        known = {mail.key: mail for mail in settled}
    return [_line(delivery, known[delivery.key], run) for delivery in batch]


def _let_the_desk_take(keys: list[str]) -> None:
    """Drive the journal until every message of the batch has its outcome."""
    for attempt in range(PATIENCE):
        seal_and_drive()
        with viewing_as(SYSTEM):
            quarantine_parked(at=clock.now())
            waiting = IncomingMail.objects.filter(key__in=keys, outcome="").count()
        if not waiting:
            return
        time.sleep(min(0.02 * 2**attempt, 1.0))
    raise DeskIsBehind(waiting)


def seal_and_drive() -> int:
    """Seal what is waiting and let every listener digest it; returns the positions passed."""
    seal(at=clock.now())
    return drive()


def _line(delivery: Delivery, mail: IncomingMail, run: IngestRun) -> Line:
    if mail.run_id != run.pk:
        already = f"taken in before from {mail.source}: {Outcome(mail.outcome).label if mail.outcome else 'undecided'}"
        return Line(delivery.source, mail.message_id, Outcome.DUPLICATE.value, mail.case_number, already)
    return Line(delivery.source, mail.message_id, mail.outcome, mail.case_number, mail.reason)


def count(lines: Iterable[Line]) -> dict[str, int]:
    """How many messages had each outcome."""
    totals = {outcome.value: 0 for outcome in Outcome}
    for line in lines:
        totals[line.outcome] += 1
    return totals
