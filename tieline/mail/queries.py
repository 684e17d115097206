"""What became of the messages that came in, and does mail reach an address? The ledger, newest first; and marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tieline.mail.models import AddressStanding, IncomingMail

UNDECIDED = "undecided"
"""The outcome asked for when messages without one are meant."""


@dataclass(frozen=True)
class LedgerPage:
    """Some messages of the ledger without their texts, and the id before which the older ones begin (None: no more)."""

    mails: tuple[IncomingMail, ...]
    older: int | None


def ledger(*, outcome: str, before: int | None, limit: int) -> LedgerPage:
    """The newest `limit` messages with an outcome ("" for any), from before an id on; one query."""
    mails = IncomingMail.objects.defer("html", "own_text", "quoted_text", "signature_text")
    if outcome:
        mails = mails.filter(outcome="" if outcome == UNDECIDED else outcome)
    if before is not None:
        mails = mails.filter(pk__lt=before)
    found = list(mails.order_by("-pk")[: limit + 1])
    return LedgerPage(tuple(found[:limit]), found[limit - 1].pk if len(found) > limit else None)


def standing_of(addresses: Iterable[str]) -> Mapping[str, AddressStanding]:
    """Those of the addresses to which mail came back and which nobody cleared, by address in small letters."""
    wanted = {address.strip().lower() for address in addresses}
    marked = AddressStanding.objects.filter(address__in=wanted, cleared_at=None) if wanted else ()
    return {standing.address: standing for standing in marked}
