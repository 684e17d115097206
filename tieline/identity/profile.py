"""Which teams and roles does this operator's staff have, and what may each role do?

Read from `teams.toml`. Rights are words such as "desk.reply"; every context declares its own here with one
sentence of meaning, so that a role which asks for a right nobody knows is refused when the profile is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tieline.kernel.profile import Doubt, Profile, not_one_of, section

_RIGHTS: dict[str, str] = {}


def declare_rights(rights: Mapping[str, str]) -> None:
    """A context says which rights it asks for: right -> what it allows."""
    _RIGHTS.update(rights)


def known_rights() -> Mapping[str, str]:
    """Every right a role may hold, with its meaning."""
    return dict(sorted(_RIGHTS.items()))


declare_rights(
    {
        "identity.manage": "invite staff, change their teams and roles, end their sessions",
        "identity.see": "see who the staff are, their teams and roles",
        "journal.see": "read the whole record of what happened",
        "journal.verify": "check the seal of the record",
    }
)


@dataclass(frozen=True)
class Role:
    """What a member of staff may do.

    key: short word for the role, used in imports and the journal
    name: what people read
    rights: the rights the role holds; see the list of rights below
    """

    key: str
    name: str
    rights: tuple[str, ...]


@dataclass(frozen=True)
class Team:
    """A group of staff that owns one or more business areas.

    key: short word for the team
    name: what people read
    areas: keys of the business areas (taxonomy.toml) the team looks after; empty for a team that owns none
    """

    key: str
    name: str
    areas: tuple[str, ...] = ()


@section("teams.toml")
@dataclass(frozen=True)
class Teams:
    """The staff's roles and teams.

    roles: the roles a member of staff can hold
    teams: the teams a member of staff can belong to
    """

    roles: tuple[Role, ...]
    teams: tuple[Team, ...]

    def role(self, key: str) -> Role:
        return next(role for role in self.roles if role.key == key)

    def team(self, key: str) -> Team:
        return next(team for team in self.teams if team.key == key)

    def check(self, profile: Profile) -> Iterator[Doubt]:
        for place, role in enumerate(self.roles):
            for number, right in enumerate(role.rights):
                if right not in _RIGHTS:
                    yield not_one_of(f"roles[{place}].rights[{number}]", "the rights", known_rights())
