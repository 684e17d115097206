"""What is laid down about the staff's time: capacity and skills, hours, absences; and what happens when one begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from tieline.desk.actions.cases import assign
from tieline.desk.events import AbsenceBegan, AbsenceCancelled, AbsenceNoted, CapacitySet, RotaSet
from tieline.desk.models import Absence, Case, RotaShift, WorkCapacity
from tieline.desk.profile import Taxonomy
from tieline.desk.turns import LONGEST_ABSENCE, NoHours, hours_in_words, overlaps, read_hours
from tieline.desk.writing import staff_id
from tieline.identity.models import User
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.journal.models import JournalLink
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.chores import chore
from tieline.kernel.profile import Profile, current_profile
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal

HANDED_AT_ONCE = 100
"""How many cases go to the cover in one round; the next round goes on."""


class NoAbsence(Refusal):
    """What was asked for is no absence, with the reason."""


class UnfitHours(Refusal):
    """Words that are no hours."""


class UnknownSkill(Refusal):
    """A word that is neither a topic nor an area of this profile."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(f"No topic or area of this profile: {', '.join(words)}.")


@transaction.atomic
def set_capacity(
    user: User, *, most_cases: int, skills: Sequence[str], takes_cases: bool, profile: Profile, by: Actor, at: datetime
) -> WorkCapacity:
    """Lay down how many open cases somebody takes and in what they are skilled. Refuses UnknownSkill."""
    require(by, "desk.lead")
    taxonomy = profile.get(Taxonomy)
    known = {one.key for one in taxonomy.topics} | {one.key for one in taxonomy.areas}
    if unknown := [one for one in skills if one not in known]:
        raise UnknownSkill(unknown)
    values = {"most_cases": most_cases, "skills": sorted(set(skills)), "takes_cases": takes_cases}
    capacity, _ = WorkCapacity.objects.update_or_create(user=user, defaults=values)
    told = CapacitySet(name=user.name, most_cases=most_cases, skills=capacity.skills, takes_cases=takes_cases)
    record(told, about=user.as_actor().reference, by=by, at=at)
    return capacity


@transaction.atomic
def set_hours(user: User, *, hours: str, by: Actor, at: datetime) -> tuple[RotaShift, ...]:
    """Lay down when somebody takes cases, in words; no words: always. Refuses UnfitHours."""
    require(by, "desk.lead")
    try:
        shifts = read_hours(hours)
    except NoHours as fault:
        raise UnfitHours(str(fault)) from None
    User.objects.select_for_update().get(pk=user.pk)
    RotaShift.objects.filter(user=user).delete()
    rows = RotaShift.objects.bulk_create(
        RotaShift(user=user, weekday=one.weekday, opens=one.opens, closes=one.closes) for one in shifts
    )
    record(RotaSet(name=user.name, hours=hours_in_words(shifts)), about=user.as_actor().reference, by=by, at=at)
    return tuple(rows)


@transaction.atomic
def note_absence(
    user: User,
    *,
    begins_at: datetime,
    ends_at: datetime,
    cover: User | None,
    reason: str,
    by: Actor,
    at: datetime,
) -> Absence:
    """Somebody will be away: oneself, or with `desk.lead` anybody. Refuses NoAbsence."""
    require(by, "desk.see" if staff_id(by) == user.pk else "desk.lead")
    User.objects.select_for_update().get(pk=user.pk)
    _refuse_unfit(user, begins_at, ends_at, cover, at)
    absence = Absence.objects.create(
        user=user, begins_at=begins_at, ends_at=ends_at, cover=cover, reason=reason.strip()[:200],
        noted_by_name=by.name,
    )  # fmt: skip
    noted = AbsenceNoted(
        name=user.name, begins=begins_at.isoformat(), ends=ends_at.isoformat(),
        cover=cover.name if cover else "", reason=absence.reason,
    )  # fmt: skip
    record(noted, about=_reference(absence), by=by, at=at, links={"staff": user.as_actor().reference})
    return absence


def _refuse_unfit(user: User, begins: datetime, ends: datetime, cover: User | None, at: datetime) -> None:
    if ends <= begins or ends <= at:
        raise NoAbsence("An absence ends after it begins, and not in the past.")
    if ends - begins > LONGEST_ABSENCE:
        raise NoAbsence("An absence lasts a year at most.")
    if cover == user:
        raise NoAbsence("Nobody covers themselves. Choose a colleague, or nobody.")
    people = {user.pk: user, **({cover.pk: cover} if cover else {})}
    for one in Absence.objects.filter(user__in=people, cancelled_at=None, ends_at__gt=begins):
        if overlaps(begins, ends, one.begins_at, one.ends_at):
            raise NoAbsence(f"{people[one.user_id].name} is noted as away in that time already.")


@transaction.atomic
def cancel_absence(absence: Absence, *, by: Actor, at: datetime) -> Absence:
    """Somebody is not away after all, or back earlier; cases that others took stay theirs. Refuses NoAbsence."""
    require(by, "desk.see" if staff_id(by) == absence.user_id else "desk.lead")
    absence = Absence.objects.select_for_update(of=("self",)).select_related("user").get(pk=absence.pk)
    if absence.cancelled_at is not None or absence.ends_at <= at:
        raise NoAbsence("This absence is over or was cancelled already.")
    absence.cancelled_at = at
    absence.save(update_fields=["cancelled_at"])
    record(AbsenceCancelled(name=absence.user.name), about=_reference(absence), by=by, at=at)
    return absence


@chore("desk.absences")
def begin_absences(at: datetime) -> int:
    """When an absence begins, its person's open cases go to the cover, once; without one they wait for a lead."""
    begun = JournalLink.objects.filter(
        object_kind="absence", object_id=Cast(OuterRef("pk"), CharField()), role="about", event__kind="absence.began"
    )
    due = Absence.objects.filter(cancelled_at=None, begins_at__lte=at, ends_at__gt=at).exclude(Exists(begun))
    absences = due.select_for_update(skip_locked=True, of=("self",)).select_related("user", "cover").order_by("pk")
    return sum(_begin(one, at) for one in absences)


@transaction.atomic
def _begin(absence: Absence, at: datetime) -> int:
    mine = Case.objects.unclosed().filter(owner=absence.user).order_by("number")
    cover = absence.cover if absence.cover and absence.cover.is_active else None
    handed = _hand_on(absence, cover, list(mine.select_for_update(skip_locked=True)[:HANDED_AT_ONCE]), at)
    waiting = mine.count()
    if cover is None or not waiting:
        began = AbsenceBegan(name=absence.user.name, cover=cover.name if cover else "", waiting=waiting)
        record(began, about=_reference(absence), by=SYSTEM, at=at, links={"staff": absence.user.as_actor().reference})
        return handed + 1
    return handed


def _hand_on(absence: Absence, cover: User | None, cases: Sequence[Case], at: datetime) -> int:
    """Give somebody's cases to who covers them; how many."""
    if cover is None:
        return 0
    until = absence.ends_at.astimezone(current_profile().time_zone)
    reason = f"{absence.user.name} is away until {until:%a %d %b %H:%M}; {cover.name} covers"
    for case in cases:
        assign(case, owner=cover, reason=reason, by=SYSTEM, at=at)
    return len(cases)


def _reference(absence: Absence) -> Reference:
    return Reference("absence", str(absence.pk))
