"""The small market everybody tests with, the same people as in the demonstration.

Bluestem is a retailer (Sam writes for it), Prickly Pear its rival (Kit, who must never see Sam's things). Ana is an
account manager, Ravi her lead, Mara an expert, Lena the administrator.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from tieline.identity.actions import add_staff, load_teams
from tieline.identity.models import User
from tieline.identity.profile import Teams
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.profile import Profile, current_profile
from tieline.kernel.reference import Reference
from tieline.participants.models import MailDomain, Participant, Person, Registration

PASSWORD = "a-long-enough-secret"
MONDAY = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
"""Monday 16 November 2026, 09:00 in the market's zone."""


@dataclass(frozen=True)
class Cast:
    """Everybody, by first name; `profile` is the one they work under."""

    profile: Profile
    ana: User
    ravi: User
    mara: User
    lena: User
    bluestem: Participant
    prickly_pear: Participant
    sam: Person
    kit: Person


def assemble() -> Cast:
    """Create the cast in the database, as the system."""
    profile = current_profile()
    load_teams(profile.get(Teams), by=SYSTEM)
    bluestem = _participant("bluestem", "Bluestem Retail Energy", "bluestem-energy.example", "410220011")
    prickly_pear = _participant("prickly-pear", "Prickly Pear Power & Light", "pricklypear.example", "410220022")
    return Cast(
        profile=profile,
        ana=_staff("ana.ortiz", "Ana Ortiz", "agent"),
        ravi=_staff("ravi.menon", "Ravi Menon", "lead"),
        mara=_staff("mara.lind", "Mara Lind", "expert"),
        lena=_staff("lena.fox", "Lena Fox", "administrator"),
        bluestem=bluestem,
        prickly_pear=prickly_pear,
        sam=_person(bluestem, "Sam Doyle", "sam.doyle@bluestem-energy.example"),
        kit=_person(prickly_pear, "Kit Arden", "kit.arden@pricklypear.example"),
    )


def viewer_of(participant: Participant) -> Actor:
    """Somebody who looks with a participant's eyes."""
    reference = Reference("participant", str(participant.pk))
    return Actor(reference, participant.name, viewer=f"participant:{participant.pk}")


def _staff(username: str, name: str, role: str) -> User:
    return add_staff(
        username, name=name, email=f"{username}@gridoperator.example", password=PASSWORD,
        role=role, team="client_services", by=SYSTEM, at=MONDAY,
    )  # fmt: skip


def _participant(key: str, name: str, domain: str, identifier: str) -> Participant:
    participant = Participant.objects.create(key=key, name=name, company_kind="retailer")
    MailDomain.objects.create(participant=participant, domain=domain)
    Registration.objects.create(
        participant=participant, kind="rep", identifier=identifier, effective_from=date(2019, 3, 1)
    )
    return participant


def _person(participant: Participant, name: str, email: str) -> Person:
    return Person.objects.create(participant=participant, name=name, email=email, is_verified=True)
