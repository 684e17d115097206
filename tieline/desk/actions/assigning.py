"""How a case finds its owner by the rule of its area, and how it is handed to another area."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tieline.desk.absences import candidates, covered_by, members, owners
from tieline.desk.actions.cases import AlreadyClosed, UnknownChoice, assign, locked, reroute
from tieline.desk.events import CaseHandedOver, CaseLeftUnassigned
from tieline.desk.models import Case, Turn
from tieline.desk.profile import Assignment, Taxonomy
from tieline.desk.turns import Choice, choose
from tieline.identity.models import Team
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile


@transaction.atomic
def assign_by_rule(case: Case, *, profile: Profile, by: Actor, at: datetime) -> Choice:
    """Give a case nobody has to whoever the rule of its area chooses; says why, also where it finds nobody.

    What has an owner, is closed, or lies in an area whose cases are given by hand stays as it is.
    """
    require(by, "desk.assign")
    case = locked(case)
    mode = _mode(case, profile)
    if case.is_closed or case.owner_id is not None or mode is Assignment.HAND:
        return Choice(None, "nothing is to be assigned by a rule")
    turn = _locked_turn(profile.get(Taxonomy).area(case.area).team)
    choice = _chosen(case, mode, turn, profile, at)
    if choice.user_id is None:
        record(CaseLeftUnassigned(why=choice.why[:300]), about=case.reference, by=by, at=at)
        return choice
    turn.last_id = choice.turn_of
    turn.save(update_fields=["last"])
    assign(case, owner=owners().get(pk=choice.user_id), reason=choice.why, by=by, at=at)
    return choice


def _mode(case: Case, profile: Profile) -> Assignment:
    """The rule of the case's area; by hand where the profile has the area no longer."""
    areas = {area.key: area.assignment for area in profile.get(Taxonomy).areas}
    return areas.get(case.area, Assignment.HAND)


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
