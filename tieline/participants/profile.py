"""As what may an organisation be registered with this operator, and which contacts must it name?

Read from `registrations.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tieline.identity.profile import declare_rights
from tieline.kernel.profile import Doubt, Profile, not_one_of, section

declare_rights(
    {
        "participants.see": "see organisations, registrations and people",
        "participants.edit": "change organisations, registrations, people and account managers",
        "participants.import": "import organisations and people from CSV files",
    }
)


@dataclass(frozen=True)
class RegistrationKind:
    """One thing an organisation may be registered as.

    key: short word for the kind
    code: the operator's own abbreviation, as printed on cards and accepted in imports
    name: what people read
    identifier_label: what the registration's identifier is called
    identifier_pattern: regular expression the whole identifier must match
    required_roles: keys of the contact roles each registration of this kind must have
    may_represent: keys of the registration kinds one of this kind may act for
    citation: the rule that defines the kind
    verified: whether somebody has checked the row against its source
    """

    key: str
    code: str
    name: str
    identifier_label: str
    identifier_pattern: re.Pattern[str]
    required_roles: tuple[str, ...] = ()
    may_represent: tuple[str, ...] = ()
    citation: str = ""
    verified: bool = False


@dataclass(frozen=True)
class ContactRoleKind:
    """What a person may be to a registration.

    key: short word for the role
    name: what people read
    means: what the person decides or is called for
    backup_of: key of the role this one stands in for
    citation: the rule or form that names the role
    verified: whether somebody has checked the row against its source
    """

    key: str
    name: str
    means: str = ""
    backup_of: str = ""
    citation: str = ""
    verified: bool = False


@section("registrations.toml")
@dataclass(frozen=True)
class Registrations:
    """The kinds of registration and of contact.

    kinds: what an organisation may be registered as
    contact_roles: what a person may be to a registration
    """

    kinds: tuple[RegistrationKind, ...] = ()
    contact_roles: tuple[ContactRoleKind, ...] = ()

    def kind(self, key: str) -> RegistrationKind:
        return {kind.key: kind for kind in self.kinds}[key]

    def contact_role(self, key: str) -> ContactRoleKind:
        return {role.key: role for role in self.contact_roles}[key]

    def check(self, profile: Profile) -> Iterator[Doubt]:
        roles = [role.key for role in self.contact_roles]
        kinds = [kind.key for kind in self.kinds]
        for place, kind in enumerate(self.kinds):
            for number, role in enumerate(kind.required_roles):
                if role not in roles:
                    yield not_one_of(f"kinds[{place}].required_roles[{number}]", "the contact roles", roles)
            for number, key in enumerate(kind.may_represent):
                if key not in kinds:
                    where = f"kinds[{place}].may_represent[{number}]"
                    yield not_one_of(where, "the registration kinds", kinds)
        for place, contact_role in enumerate(self.contact_roles):
            if contact_role.backup_of and contact_role.backup_of not in roles:
                yield not_one_of(f"contact_roles[{place}].backup_of", "the contact roles", roles)
