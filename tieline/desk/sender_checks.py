"""What does a case show of the check of a message's sender? One mark in words, and the reasons when asked for."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, QuerySet

from tieline.desk.models import Message
from tieline.mail.models import Proof

METHODS = {"dmarc": "DMARC", "dkim": "DKIM", "spf": "SPF", "arc": "ARC"}
NOT_KEPT = "it came before senders were checked"


@dataclass(frozen=True)
class SenderCheck:
    """The verdict's key and words, the results as our servers reported them, and the reasons."""

    key: str
    words: str
    results: tuple[str, ...]
    reasons: tuple[str, ...]


def with_sender_checks(messages: QuerySet[Message]) -> QuerySet[Message]:
    """The messages with what `sender_check` needs, in the same statement."""
    return messages.annotate(sender_proof=F("incoming__authenticity"), sender_facts=F("incoming__authenticity_facts"))


def sender_check(message: Message) -> SenderCheck | None:
    """The check of a message that came by mail; None for our own words, which nobody has to prove."""
    proof = getattr(message, "sender_proof", None)
    if proof is None:
        return None
    facts = getattr(message, "sender_facts", None) or {}
    return SenderCheck(
        key=proof,
        words=Proof(proof).label,
        results=tuple(f"{name} {facts[key]}" for key, name in METHODS.items() if facts.get(key)),
        reasons=tuple(facts.get("reasons", ())) or (NOT_KEPT,),
    )
