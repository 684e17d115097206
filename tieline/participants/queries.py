"""Who wrote this, and what do we know about them?

A sender is found by verified address, then by a known but unverified address, then by mail domain, then by an
identifier in the text; each way has its certainty, which is shown and never forgotten. A Reply-To never counts, and
an address that a letter only claims says neither who wrote nor anything certain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from tieline.kernel.profile import current_profile
from tieline.participants.models import ContactRole, MailDomain, Participant, Person, Registration
from tieline.participants.profile import Registrations

TOKEN = re.compile(r"(?<![\w.,$-])[A-Za-z0-9]{4,40}(?![\w-]|[.,]\d)")


@dataclass(frozen=True)
class Sender:
    """Who probably wrote: participant and person as far as known, how certain (0 to 1) and why in words."""

    participant: Participant | None
    person: Person | None
    certainty: float
    why: str


UNKNOWN = Sender(None, None, 0.0, "unknown sender")
CLAIMED = 0.3
"""The most that a sender is worth whose check failed; far too little to open anything to anybody."""


def find_sender(address: str, text: str, *, is_disproved: bool = False) -> Sender:
    """The most certain answer to "who wrote this?" from the sender's address and the words written.

    Where the check of the sender failed (`is_disproved`) nobody is taken for the writer, whatever address is claimed.
    """
    found = _find(address.strip().lower(), text)
    return _only_claimed(found) if is_disproved else found


def _find(address: str, text: str) -> Sender:
    return _by_address(address) or _by_domain(address) or _by_identifier(text) or UNKNOWN


def _only_claimed(sender: Sender) -> Sender:
    return Sender(sender.participant, None, min(sender.certainty, CLAIMED), f"sender not proved; claims: {sender.why}")


def _by_address(address: str) -> Sender | None:
    known = Person.objects.filter(email=address).select_related("participant").order_by("-is_verified", "pk")
    people = list(known[:3]) if address else []
    if not people:
        return None
    person = people[0]
    if len({other.participant_id for other in people}) > 1:
        why = f"{address} belongs to people of several participants; the first is shown"
        return Sender(person.participant, person, 0.5, why)
    if person.is_verified:
        return Sender(person.participant, person, 1.0, f"verified address of {person.name}")
    return Sender(person.participant, person, 0.85, f"address of {person.name}, not yet verified")


def _by_domain(address: str) -> Sender | None:
    _, at_sign, domain = address.rpartition("@")
    if not at_sign:
        return None
    labels = domain.split(".")
    candidates = [".".join(labels[i:]) for i in range(max(len(labels) - 1, 0))]
    found = MailDomain.objects.filter(domain__in=candidates).select_related("participant") if candidates else []
    best = max(found, key=lambda row: len(row.domain), default=None)
    return Sender(best.participant, None, 0.7, f"mail domain {best.domain}") if best else None


def _identifier_patterns() -> list[re.Pattern[str]]:
    """How the profile's kinds of registration write their identifiers, each way once."""
    profile = current_profile()
    kinds = profile.get(Registrations).kinds if profile.has(Registrations) else ()
    return list({kind.identifier_pattern.pattern: kind.identifier_pattern for kind in kinds}.values())


def _by_identifier(text: str) -> Sender | None:
    patterns = _identifier_patterns()
    tokens = dict.fromkeys(TOKEN.findall(text))
    written = [token for token in tokens if any(pattern.fullmatch(token) for pattern in patterns)][:20]
    if not written:
        return None
    found = Registration.objects.filter(identifier__in=written).select_related("participant")
    participants = {row.participant_id: row for row in found}
    if len(participants) != 1:
        return None
    row = next(iter(participants.values()))
    return Sender(row.participant, None, 0.5, f"identifier {row.identifier} in the text; the address is unknown")


@dataclass(frozen=True)
class Card:
    """What the desk shows of a participant: itself, registrations in force, contacts by role."""

    participant: Participant
    registrations: tuple[Registration, ...]
    contacts: tuple[ContactRole, ...]
    people: tuple[Person, ...]


def card(participant: Participant, *, on: date) -> Card:
    """The participant's card as on a day; three queries."""
    in_force = Q(effective_from__lte=on) & (Q(effective_to__isnull=True) | Q(effective_to__gt=on))
    return Card(
        participant=participant,
        registrations=tuple(participant.registrations.order_by("kind", "identifier")),
        contacts=tuple(
            ContactRole.objects.filter(in_force, registration__participant=participant)
            .select_related("person", "registration")
            .order_by("registration__kind", "role", "is_backup")
        ),
        people=tuple(participant.people.order_by("name")),
    )
