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
from tieline.rulebook.reach.profile import Procedure, Procedures
from tieline.rulebook.reach.texts import CitingText, resting_of
from tieline.rulebook.standing import Resting

REPLY_TEMPLATE, SERVICE_LEVEL, PROCEDURE, PROFILE_VALUE = (
    "reply_template", "service_level", "procedure", "profile_value",
)  # fmt: skip
KNOWN_BY_KIND = (ServiceLevels, Procedures)
"""Sections of the profile that have a kind of their own here."""
BETWEEN = " \n\n"


def reply_templates(on: Collection[int] | None, *, as_at: date) -> Iterator[Resting]:
    """The approved texts that cite rules."""
    replies = read_replies(current_profile()).values()
    texts = [
        CitingText(Reference(REPLY_TEMPLATE, one.key), one.title + BETWEEN + one.body, one.title) for one in replies
    ]
    return resting_of(texts, on, as_at=as_at)


def service_levels(on: Collection[int] | None, *, as_at: date) -> Iterator[Resting]:
    """The service levels that a rule sets, as they hold on the day."""
    return resting_of(_service_levels(current_profile(), as_at), on, as_at=as_at)


def procedures(on: Collection[int] | None, *, as_at: date) -> Iterator[Resting]:
    """The procedures with the rules they follow."""
    listed = current_profile().get(Procedures).procedures
    return resting_of([procedure_text(one) for one in listed], on, as_at=as_at)


def profile_values(on: Collection[int] | None, *, as_at: date) -> Iterator[Resting]:
    """Every other row of the profile that says which rule it comes from."""
    return resting_of(_cited_rows(current_profile()), on, as_at=as_at)


def _service_levels(profile: Profile, day: date) -> list[CitingText]:
    policies = profile.get(ServiceLevels).policies
    in_force = [
        as_at((one for one in policies if one.key == key), day) for key in dict.fromkeys(one.key for one in policies)
    ]
    return [
        CitingText(Reference(SERVICE_LEVEL, one.key), one.citation + BETWEEN + one.text, one.text or one.key)
        for one in in_force
        if one is not None
    ]


def procedure_text(one: Procedure) -> CitingText:
    """A procedure as a text that cites rules."""
    words = BETWEEN.join((*one.citations, *one.steps))
    return CitingText(Reference(PROCEDURE, one.key), words, one.name, owner=f"team:{one.team}")


def _cited_rows(profile: Profile) -> Iterator[CitingText]:
    for file, schema in schemas().items():
        if schema in KNOWN_BY_KIND or schema not in profile.sections:
            continue
        section = profile.sections[schema]
        yield from _cited(section, file, file)
        for declared in fields(schema):
            rows = getattr(section, declared.name)
            for row in rows if isinstance(rows, tuple) else ():
                yield from _cited(row, f"{file}:{declared.name}.{getattr(row, 'key', '')}", file)


def _cited(row: object, key: str, file: str) -> Iterator[CitingText]:
    """A row as a text, when it says where it comes from."""
    citation = getattr(row, "citation", "")
    if isinstance(citation, str) and citation:
        name = f"{getattr(row, 'name', file)} ({file})"
        team = getattr(row, "team", "")
        yield CitingText(Reference(PROFILE_VALUE, key), citation, name, owner=f"team:{team}" if team else "")
