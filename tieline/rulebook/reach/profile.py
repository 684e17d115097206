"""By which procedures does the operator's staff work, and on which rules do they rest?

Read from `procedures.toml`. A procedure names its team, its tools, its steps and the rules it follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tieline.identity.profile import Teams, declare_rights
from tieline.kernel.profile import Doubt, Profile, not_one_of, section
from tieline.rulebook.citing.citations import find_citations
from tieline.rulebook.profile import Rulebook

declare_rights({"rulebook.decide": "say of an object that a change of the rules reaches: still right, or amended"})


@dataclass(frozen=True)
class Procedure:
    """A piece of work that is always done in the same steps.

    key: short word for the procedure
    name: what people read
    team: key of the team (teams.toml) that does it
    tools: the systems and forms it is done with
    steps: what is done, one sentence each, in order
    citations: the rules it follows, each written as in a letter
    verified: whether the team has confirmed the procedure
    """

    key: str
    name: str
    team: str
    tools: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    verified: bool = False


@section("procedures.toml")
@dataclass(frozen=True)
class Procedures:
    """The staff's procedures.

    procedures: the procedures, each with its team, tools, steps and rules
    """

    procedures: tuple[Procedure, ...] = ()

    def check(self, profile: Profile) -> Iterator[Doubt]:
        teams = [team.key for team in profile.get(Teams).teams] if profile.has(Teams) else None
        for place, procedure in enumerate(self.procedures):
            if teams is not None and procedure.team not in teams:
                yield not_one_of(f"procedures[{place}].team", "the teams", teams)
            if profile.has(Rulebook):
                yield from _unread_citations(procedure, place, profile.get(Rulebook))

    def unsaid(self, profile: Profile) -> Iterator[str]:
        for key in (one.key for one in self.procedures if not one.citations):
            yield f"procedure {key!r} names no rule it follows"


def _unread_citations(procedure: Procedure, place: int, rulebook: Rulebook) -> Iterator[Doubt]:
    for number, citation in enumerate(procedure.citations):
        found = find_citations(citation, rulebook.grammar, rulebook.books)
        if not any(one.is_explicit for one in found):
            where = f"procedures[{place}].citations[{number}]"
            yield Doubt(where, "a rule as it is cited in a letter, such as 'Section 9.14.2(6)'")
