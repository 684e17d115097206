"""What are the owners of tasks called: a team, a member of staff, or nobody yet?"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from tieline.console.requests import Request
from tieline.identity.profile import Teams
from tieline.identity.queries import active_staff
from tieline.kernel.profile import Profile

NOBODY = "No owner named"


def owner_names(profile: Profile, owners: Collection[str]) -> Mapping[str, str]:
    """By owner as tasks write it (`team:retail`, `staff:12`), its name; staff are looked up only if any is named."""
    teams = {f"team:{team.key}": team.name for team in profile.get(Teams).teams}
    is_personal = any(one.startswith("staff:") for one in owners)
    staff = {f"staff:{user.pk}": user.name for user in active_staff()} if is_personal else {}
    known = teams | staff | {"": NOBODY}
    return {one: known.get(one, one.partition(":")[2]) for one in owners}


def team_names(profile: Profile) -> Mapping[str, str]:
    """The teams' names by key."""
    return {team.key: team.name for team in profile.get(Teams).teams}


def owned_by(request: Request) -> tuple[str, ...]:
    """The owners that stand for whoever is signed in: the person and the person's team."""
    team = (f"team:{request.staff.team.key}",) if request.staff.team else ()
    return (f"staff:{request.staff.pk}", *team)
