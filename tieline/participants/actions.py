"""What changes participants: here, the import of a whole market from four CSV files."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from tieline.identity.models import User
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.reference import Reference
from tieline.participants.events import ParticipantsImported
from tieline.participants.imports import Row, check_market, domains_in, read_market
from tieline.participants.models import ContactRole, MailDomain, Participant, Person, Registration
from tieline.participants.profile import Registrations


@transaction.atomic
def import_market(directory: Path, *, kinds: Registrations, by: Actor, at: datetime) -> dict[str, int]:
    """Bring participants, registrations, people and contact roles in from the CSV files of a directory.

    All or nothing: refuses with ImportRefused naming file, row, column and expectation. Rows already there are
    brought up to date, so importing the same files twice changes nothing. Returns rows by file.
    """
    require(by, "participants.import")
    market = read_market(directory)
    managers = {user.username: user for user in User.objects.all()}
    check_market(market, kinds=kinds, staff=set(managers))
    participants = {row["key"]: _participant(row, managers) for row in market["organisations.csv"]}
    registrations = {
        (row["kind"], row["identifier"]): _registration(row, participants) for row in market["registrations.csv"]
    }
    people = {(row["organisation"], row["email"].lower()): _person(row, participants) for row in market["people.csv"]}
    for row in market["contact_roles.csv"]:
        _contact_role(row, registrations, people)
    rows = {name.removesuffix(".csv"): len(found) for name, found in market.items()}
    about = Reference("import", directory.resolve().name[:80] or "/")
    record(ParticipantsImported(rows=rows), about=about, by=by, at=at)
    return rows


def _participant(row: Row, managers: dict[str, User]) -> Participant:
    participant, _ = Participant.objects.update_or_create(
        key=row["key"],
        defaults={
            "name": row["name"],
            "company_kind": row["kind_of_company"],
            "account_manager": managers.get(row["account_manager"]),
            "notes": row["notes"],
        },
    )
    for domain in domains_in(row["domains"]):
        MailDomain.objects.update_or_create(domain=domain, defaults={"participant": participant})
    return participant


def _registration(row: Row, participants: dict[str, Participant]) -> Registration:
    registration, _ = Registration.objects.update_or_create(
        kind=row["kind"],
        identifier=row["identifier"],
        defaults={
            "participant": participants[row["organisation"]],
            "name": row["name"],
            "status": row["status"] or "active",
            "effective_from": date.fromisoformat(row["effective_from"]),
            "effective_to": _date(row["effective_to"]),
        },
    )
    return registration


def _person(row: Row, participants: dict[str, Participant]) -> Person:
    person, _ = Person.objects.update_or_create(
        participant=participants[row["organisation"]],
        email=row["email"].lower(),
        defaults={"name": row["name"], "phone": row["phone"], "is_verified": row["verified"] == "yes"},
    )
    return person


def _contact_role(
    row: Row, registrations: dict[tuple[str, str], Registration], people: dict[tuple[str, str], Person]
) -> None:
    ContactRole.objects.update_or_create(
        person=people[row["organisation"], row["email"].lower()],
        registration=registrations[row["registration_kind"], row["identifier"]],
        role=row["role"],
        effective_from=date.fromisoformat(row["from"]),
        defaults={"is_backup": row["backup"] == "yes", "effective_to": _date(row["to"])},
    )


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
