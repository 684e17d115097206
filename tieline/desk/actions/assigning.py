"""How a case finds its owner by the rule of its area, at once or when somebody is free, and goes to another area."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast

from tieline.desk.absences import candidates, covered_by, members, owners
from tieline.desk.actions.cases import AlreadyClosed, UnknownChoice, assign, reroute
from tieline.desk.actions.locking import locked
from tieline.desk.events import CaseHandedOver, CaseLeftUnassigned
from tieline.desk.models import Case, Turn
from tieline.desk.profile import Assignment, Taxonomy
from tieline.desk.turns import Choice, choose
from tieline.identity.models import Team
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.journal.models import JournalLink
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.chores import chore
from tieline.kernel.profile import Profile, current_profile

MOST_AT_ONCE = 20
LOOKED_AGAIN_AFTER = timedelta(seconds=15)
LEFT, GIVEN = "case.left_unassigned", "case.assigned"


@transaction.atomic
def assign_by_rule(case: Case, *, profile: Profile, by: Actor, at: datetime) -> Choice:
    """Give a case nobody has to whoever the rule of its area chooses; says why, also where it finds nobody.

    What has an owner, is closed, or lies in an area whose cases are given by hand stays as it is.
    """
    require(by, "desk.assign")
    case = locked(case)
    mode = _rule(case.area, profile)
    if case.is_closed or case.owner_id is not None or mode is Assignment.HAND:
        return Choice(None, "nothing is to be assigned by a rule")
    choice = _give(case, mode, profile=profile, by=by, at=at)
    if choice.user_id is None:
        record(CaseLeftUnassigned(why=choice.why[:300]), about=case.reference, by=by, at=at)
    return choice


def _give(case: Case, mode: Assignment, *, profile: Profile, by: Actor, at: datetime) -> Choice:
    """Give a locked case to whoever the rule chooses, if anybody is free."""
    turn = _locked_turn(profile.get(Taxonomy).area(case.area).team)
    choice = _chosen(case, mode, turn, profile, at)
    if choice.user_id is not None:
        turn.last_id = choice.turn_of
        turn.save(update_fields=["last"])
        assign(case, owner=owners().get(pk=choice.user_id), reason=choice.why, by=by, at=at)
    return choice


def is_given_by_rule(area: str, profile: Profile) -> bool:
    """Whether the cases of an area are given by a rule, not by hand."""
    return _rule(area, profile) is not Assignment.HAND


def _rule(area: str, profile: Profile) -> Assignment:
    """By hand where the profile has the area no longer."""
    return next((one.assignment for one in profile.get(Taxonomy).areas if one.key == area), Assignment.HAND)


def _locked_turn(key: str) -> Turn:
    """The team's turn, locked: of two cases that come at once the second sees what the first was given."""
    team = Team.objects.get(key=key)
    Turn.objects.bulk_create([Turn(team=team)], ignore_conflicts=True)
    return Turn.objects.select_for_update(of=("self",)).get(team=team)


def _chosen(case: Case, mode: Assignment, turn: Turn, profile: Profile, at: datetime) -> Choice:
    team = list(members(profile, case.area))
    covers = owners().filter(covered_by([one.pk for one in team], at))
    return choose(
        mode,
        candidates(team, profile=profile, at=at),
        last=turn.last_id,
        wanted=(case.topic, case.area),
        covers=candidates(covers, profile=profile, at=at) if mode is Assignment.TURNS else (),
    )


@dataclass
class Looking:
    """When a worker may look again whether somebody has become free for what waits."""

    next_at: datetime | None = None


LOOKING = Looking()


@chore("desk.assign_waiting")
def assign_waiting_now_and_then(at: datetime) -> int:
    """Give what waits while anybody is free, and then look again after a while."""
    if LOOKING.next_at is not None and at < LOOKING.next_at:
        return 0
    given = assign_waiting(profile=current_profile(), at=at)
    LOOKING.next_at = None if given else at + LOOKED_AGAIN_AFTER
    return given


def assign_waiting(*, profile: Profile, at: datetime) -> int:
    """Cases that were left unassigned because nobody was free go to whoever is free now; a few in each round.

    Nobody needs to say that they are back, that a case was closed or that their shift began: the rule asks again. A
    case from which somebody took its owner by hand is nobody's until a person gives it.
    """
    given = 0
    for area in profile.get(Taxonomy).areas:
        if area.assignment is not Assignment.HAND:
            while given < MOST_AT_ONCE and _give_next(area.key, area.assignment, profile=profile, at=at):
                given += 1
    return given


@transaction.atomic
def _give_next(area: str, mode: Assignment, *, profile: Profile, at: datetime) -> bool:
    """The soonest due of an area that waits; False where none does, others hold it, or still nobody is free."""
    ordered = _waiting(area).order_by("due_at", "number")
    case = ordered.select_for_update(skip_locked=True, of=("self",)).first()
    return case is not None and _give(case, mode, profile=profile, by=SYSTEM, at=at).user_id is not None


def _waiting(area: str) -> QuerySet[Case]:
    """Open cases of an area that a rule left without an owner, and nobody has given or taken since."""
    told = JournalLink.objects.filter(object_kind="case", object_id=Cast(OuterRef("number"), CharField()), role="about")
    last = told.filter(event__kind__in=(LEFT, GIVEN)).order_by("-event_id").values("event__kind")[:1]
    nobodys = Case.objects.unclosed().filter(owner=None, merged_into=None, area=area)
    return nobodys.annotate(last_given=Subquery(last)).filter(last_given=LEFT)


@transaction.atomic
def hand_to_area(case: Case, *, topic: str, reason: str, profile: Profile, by: Actor, at: datetime) -> Case:
    """Hand a case to the area of a topic: it is rerouted and nobody's; the area's own rule then finds its owner.

    Refuses AlreadyClosed, UnknownChoice.
    """
    require(by, "desk.assign")
    require(by, "desk.route")
    case = locked(case)
    if case.is_closed:
        raise AlreadyClosed(case)
    taxonomy = profile.get(Taxonomy)
    known = {one.key: one for one in taxonomy.topics}
    if topic not in known:
        raise UnknownChoice("topic", topic)
    names = {area.key: area.name for area in taxonomy.areas}
    before = case.owner.name if case.owner else names.get(case.area, case.area)
    if case.owner_id is not None:
        assign(case, owner=None, reason=reason, by=by, at=at)
    case = reroute(case, topic=topic, urgency=case.urgency, profile=profile, by=by, at=at)
    handed = CaseHandedOver(from_name=before, to_name=names[known[topic].area], reason=reason.strip()[:300])
    record(handed, about=case.reference, by=by, at=at)
    return case
