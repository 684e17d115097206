"""Which values of the profile cite a rule?

Reply templates, service levels, procedures, and any other row that says where it comes from. Each is registered
with `standing` (see `subscribers`), under a kind of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import fields
from datetime import date

from tieline.clocks.profile import ServiceLevels
from tieline.kernel.profile import Profile, as_at, current_profile, schemas
from tieline.kernel.reference import Reference
from tieline.mail.profile import read_replies
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.reach.profile import Procedure, Procedures
from tieline.rulebook.reach.texts import CitingText, leading_nowhere, resting_of
from tieline.rulebook.standing import Resting, Unresolved

REPLY_TEMPLATE, SERVICE_LEVEL, PROCEDURE, PROFILE_VALUE = (
    "reply_template", "service_level", "procedure", "profile_value",
)  # fmt: skip
KNOWN_BY_KIND = (ServiceLevels, Procedures)
"""Sections of the profile that have a kind of their own here."""
BETWEEN = " \n\n"


def reply_templates(on: Collection[int] | None, *, as_at: date) -> Iterator[Resting]:
    """The approved texts that cite rules."""
    return resting_of(reply_texts(current_profile()), on, as_at=as_at)


def service_levels(on: Collection[int] | None, *, as_at: date) -> Iterator[Resting]:
    """The service levels that a rule sets, as they hold on the day."""
    return resting_of(service_level_texts(current_profile(), as_at), on, as_at=as_at)


def procedures(on: Collection[int] | None, *, as_at: date) -> Iterator[Resting]:
    """The procedures with the rules they follow."""
    return resting_of(procedure_texts(current_profile()), on, as_at=as_at)


def profile_values(on: Collection[int] | None, *, as_at: date) -> Iterator[Resting]:
    """Every other row of the profile that says which rule it comes from."""
    return resting_of(value_texts(current_profile()), on, as_at=as_at)


def unresolved(*, as_at: date) -> Iterator[Unresolved]:
    """The citations of all of these that lead nowhere."""
    profile = current_profile()
    texts = (
        reply_texts(profile), service_level_texts(profile, as_at), procedure_texts(profile), value_texts(profile),
    )  # fmt: skip
    return leading_nowhere([one for listed in texts for one in listed], as_at=as_at)


def reply_texts(profile: Profile) -> list[CitingText]:
    """The approved texts as texts that cite rules."""
    return [
        CitingText(
            Reference(REPLY_TEMPLATE, one.key), one.title + BETWEEN + one.body, one.title,
            owner=_keeper(profile, REPLY_TEMPLATE, one.key),
        )
        for one in read_replies(profile).values()
    ]  # fmt: skip


def service_level_texts(profile: Profile, day: date) -> list[CitingText]:
    """The service levels of a day as texts that cite rules."""
    policies = profile.get(ServiceLevels).policies
    in_force = [
        as_at((one for one in policies if one.key == key), day) for key in dict.fromkeys(one.key for one in policies)
    ]
    return [
        CitingText(
            Reference(SERVICE_LEVEL, one.key), one.citation + BETWEEN + one.text, one.text or one.key,
            owner=_keeper(profile, SERVICE_LEVEL, one.key),
        )
        for one in in_force
        if one is not None
    ]  # fmt: skip


def procedure_texts(profile: Profile) -> list[CitingText]:
    """The procedures as texts that cite rules."""
    return [procedure_text(one) for one in profile.get(Procedures).procedures]


def procedure_text(one: Procedure) -> CitingText:
    """A procedure as a text that cites rules."""
    words = BETWEEN.join((*one.citations, *one.steps))
    return CitingText(Reference(PROCEDURE, one.key), words, one.name, owner=f"team:{one.team}")


def value_texts(profile: Profile) -> Iterator[CitingText]:
    """Every other row that says which rule it comes from, as a text that cites it."""
    for file, schema in schemas().items():
        if schema in KNOWN_BY_KIND or schema not in profile.sections:
            continue
        section = profile.sections[schema]
        yield from _cited(section, file, file, profile)
        for declared in fields(schema):
            rows = getattr(section, declared.name)
            for row in rows if isinstance(rows, tuple) else ():
                yield from _cited(row, f"{file}:{declared.name}.{getattr(row, 'key', '')}", file, profile)


def _cited(row: object, key: str, file: str, profile: Profile) -> Iterator[CitingText]:
    """A row as a text, when it says where it comes from."""
    citation = getattr(row, "citation", "")
    if isinstance(citation, str) and citation:
        name = f"{getattr(row, 'name', file)} ({file})"
        team = getattr(row, "team", "")
        owner = f"team:{team}" if team else _keeper(profile, PROFILE_VALUE, key)
        yield CitingText(Reference(PROFILE_VALUE, key), citation, name, owner=owner)


def _keeper(profile: Profile, kind: str, key: str) -> str:
    """Who answers for a thing that names no team of its own, as tasks write it."""
    team = profile.get(Rulebook).keeper(kind, key)
    return f"team:{team}" if team else ""
