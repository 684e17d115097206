"""Who of the staff is there, how much do they have, and who is away? Asked by assignment and pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Count, Q, QuerySet

from tieline.desk.models import Absence, Case, RotaShift, WorkCapacity
from tieline.desk.profile import Taxonomy
from tieline.desk.turns import Candidate, Shift, hours_in_words, is_on_shift
from tieline.identity.models import User
from tieline.identity.profile import Teams
from tieline.kernel.profile import Profile

MOST = 25
"""How many open cases somebody takes for whom nothing was laid down."""


def members(profile: Profile, area: str) -> QuerySet[User]:
    """Who of the team that looks after an area can own cases."""
    team = profile.get(Taxonomy).area(area).team
    return owners().filter(team__key=team)


def owners() -> QuerySet[User]:
    """Staff who can own cases: who may write to clients."""
    return User.objects.filter(is_active=True, role__rights__contains=["desk.reply"])


def absences_now(users: Collection[int] | None, at: datetime) -> QuerySet[Absence]:
    """Who is away at an instant; of all staff where `users` is None."""
    absent = Absence.objects.filter(cancelled_at=None, begins_at__lte=at, ends_at__gt=at)
    return absent if users is None else absent.filter(user__in=users)


def coming_absences(at: datetime) -> QuerySet[Absence]:
    """Absences that last or are to come, soonest first."""
    open_ = Absence.objects.filter(cancelled_at=None, ends_at__gt=at)
    return open_.select_related("user", "cover").order_by("begins_at", "pk")


def open_counts(users: Collection[int]) -> dict[int, int]:
    """How many open cases each of some people has; one statement over the index of owners."""
    mine = Case.objects.unclosed().filter(owner__in=users).order_by()
    return dict(mine.values_list("owner").annotate(count=Count("pk")))


def capacities(users: Collection[int]) -> dict[int, WorkCapacity]:
    """What was laid down of each; who is missing takes what everybody takes."""
    return {one.user_id: one for one in WorkCapacity.objects.filter(user__in=users)}


def shifts_of(users: Collection[int]) -> dict[int, tuple[Shift, ...]]:
    """When each takes cases."""
    rows = RotaShift.objects.filter(user__in=users).order_by("user", "weekday", "opens")
    return {
        user: tuple(Shift(one.weekday, one.opens, one.closes) for one in some)
        for user, some in groupby(rows, key=lambda row: row.user_id)
    }


def candidates(users: Iterable[User], *, profile: Profile, at: datetime) -> list[Candidate]:
    """These people as the rules of assignment see them; four statements however many they are."""
    people = list(users)
    ids = [one.pk for one in people]
    counts, kept, shifts = open_counts(ids), capacities(ids), shifts_of(ids)
    away = {one.user_id: one for one in absences_now(ids, at)}
    return [
        Candidate(
            user_id=one.pk,
            name=one.name,
            open_cases=counts.get(one.pk, 0),
            most=capacity.most_cases if (capacity := kept.get(one.pk)) else MOST,
            skills=frozenset(capacity.skills) if capacity else frozenset(),
            takes_cases=capacity.takes_cases if capacity else True,
            is_on_shift=is_on_shift(shifts.get(one.pk, ()), at=at, zone=profile.time_zone),
            is_away=one.pk in away,
            cover_id=away[one.pk].cover_id if one.pk in away else None,
        )
        for one in people
    ]


@dataclass(frozen=True)
class Member:
    """One line of the team page."""

    user: User
    standing: Candidate
    hours: str
    is_away: Absence | None
    coming: tuple[Absence, ...]
    owns_cases: bool

    @property
    def filled(self) -> int:
        """How full they are, in percent, at most 100."""
        return min(100, round(100 * self.standing.load))


@dataclass(frozen=True)
class TeamLine:
    """A team with its people and how cases of its areas find their owners."""

    name: str
    areas: tuple[tuple[str, str], ...]
    members: tuple[Member, ...]


def teams(*, profile: Profile, at: datetime) -> tuple[TeamLine, ...]:
    """Every team with its members; six statements."""
    staff = list(User.objects.filter(is_active=True).select_related("team", "role").order_by("name"))
    coming = list(coming_absences(at))
    standing = {one.user_id: one for one in candidates(staff, profile=profile, at=at)}
    shifts = shifts_of([one.pk for one in staff])
    lines = [_member(one, standing[one.pk], shifts.get(one.pk, ()), coming, at) for one in staff]
    areas = profile.get(Taxonomy).areas
    found = [
        TeamLine(
            team.name,
            tuple((area.name, area.assignment.value) for area in areas if area.team == team.key),
            tuple(one for one in lines if one.user.team and one.user.team.key == team.key),
        )
        for team in profile.get(Teams).teams
    ]
    rest = tuple(one for one in lines if one.user.team is None)
    return (*(one for one in found if one.members), *((TeamLine("In no team", (), rest),) if rest else ()))


def _member(
    user: User, standing: Candidate, shifts: Sequence[Shift], coming: Iterable[Absence], at: datetime
) -> Member:
    own = tuple(one for one in coming if one.user_id == user.pk)
    away = next((one for one in own if one.begins_at <= at), None)
    return Member(user, standing, hours_in_words(shifts), away, own, "desk.reply" in user.role.rights)


def covered_by(users: Collection[int], at: datetime) -> Q:
    """A condition on people: whoever covers one of these who is away."""
    return Q(pk__in=absences_now(users, at).values("cover"))
