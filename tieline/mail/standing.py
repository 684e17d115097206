"""Does mail reach this address? It is marked when mail to it came back, until somebody clears it or mail proves it.

A delivery report is a stranger's claim: it marks an address only where it names a message of ours, by the identifier
nobody can guess, that we did send to that address. A mark stops nothing; whoever writes there is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.mail.bounce import FailedRecipient
from tieline.mail.events import AddressCleared, AddressMarked
from tieline.mail.models import AddressStanding
from tieline.mail.transport import RefusedRecipient

_GONE = re.compile(r"5\.1\.(?:[0-46]|10)\b|5\.2\.1\b|5\.4\.(?:4|310)\b")
_PERHAPS_GONE = re.compile(r"(?:5\.0\.0)?\Z")
_NOT_GONE = re.compile(
    r"quota|\bfull\b|over ?limit|storage|too (?:large|big)|spam|block|reputation|policy|grey|temporar|\brate\b",
    re.IGNORECASE,
)
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


class NotMarked(Refusal):
    """There is nothing to clear."""

    def __init__(self, address: str) -> None:
        super().__init__(f"Nothing stands against {address}; perhaps somebody has cleared it already.")


def note_failures(failed: Iterable[FailedRecipient], *, written_to: Iterable[str], at: datetime) -> None:
    """A report says whom a message of ours did not reach; only addresses it was written to count."""
    ours = {address.lower() for address in written_to}
    for one in failed:
        if one.address in ours and one.is_permanent:
            _mark(one.address, is_lasting=is_lasting(one.status, one.reason), reason=one.words, at=at)


def note_refusals(refused: Iterable[RefusedRecipient], *, at: datetime) -> None:
    """The next mail server would not take these addresses; what it puts off for later marks nothing."""
    for one in refused:
        if one.is_permanent:
            status = _STATUS.search(one.answer)
            lasting = is_lasting(status[0] if status else "", one.answer)
            _mark(one.address.lower(), is_lasting=lasting, reason=f"{one.code} {one.answer}", at=at)


def is_lasting(status: str, words: str) -> bool:
    """Whether the address itself is wrong (RFC 3463: 5.1.x, 5.4.4), rather than full, busy or averse to the message."""
    if _GONE.match(status):
        return True
    return bool(_PERHAPS_GONE.match(status)) and not _NOT_GONE.search(words)


def _mark(address: str, *, is_lasting: bool, reason: str, at: datetime) -> None:
    standing, is_new = AddressStanding.objects.select_for_update().get_or_create(
        address=address[:320],
        defaults={"is_lasting": is_lasting, "bounced_at": at, "reason": reason[:500]},
    )
    if not is_new:
        standing.times = standing.times + 1 if standing.cleared_at is None else 1
        standing.is_lasting, standing.bounced_at, standing.reason = is_lasting, at, reason[:500]
        standing.cleared_at, standing.cleared_by_name = None, ""
        standing.save()
    said = AddressMarked(address=standing.address, is_lasting=is_lasting, reason=reason[:300])
    record(said, about=_reference(standing), by=SYSTEM, at=at)


@transaction.atomic
def clear_standing(address: str, *, by: Actor, at: datetime) -> AddressStanding:
    """Say that mail to an address arrives again. Refuses NotMarked."""
    require(by, "mail.clear_standing")
    marked = (
        AddressStanding.objects.select_for_update().filter(address=address.strip().lower(), cleared_at=None).first()
    )
    if marked is None:
        raise NotMarked(address)
    return _clear(marked, by=by, why="by hand", at=at)


def clear_by_proof(address: str, *, at: datetime) -> None:
    """Mail arrived that is proved to come from the address, so somebody reads there again."""
    marked = AddressStanding.objects.select_for_update().filter(address=address.lower(), cleared_at=None).first()
    if marked is not None:
        _clear(marked, by=SYSTEM, why="mail that is proved came from it", at=at)


def _clear(standing: AddressStanding, *, by: Actor, why: str, at: datetime) -> AddressStanding:
    standing.cleared_at, standing.cleared_by_name = at, by.name[:200]
    standing.save(update_fields=["cleared_at", "cleared_by_name"])
    record(AddressCleared(address=standing.address, why=why), about=_reference(standing), by=by, at=at)
    return standing


def _reference(standing: AddressStanding) -> Reference:
    return Reference("address", str(standing.pk))
