"""What does it mean to lay a card into another column? The acts that a case's own page has, with their refusals."""

from __future__ import annotations

from datetime import datetime

from tieline.desk.actions.cases import AlreadyClosed, assign, reroute
from tieline.desk.actions.closing import reopen_case
from tieline.desk.actions.messages import wait_for_client
from tieline.desk.models import Case, CaseState
from tieline.identity.queries import active_staff
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile
from tieline.kernel.refusal import Refusal


class NotByMoving(Refusal):
    """This change needs more than a place on the board."""


def move_card(case: Case, *, by_column: str, to: str, profile: Profile, by: Actor, at: datetime) -> Case:
    """Change a case as its new column says. Refuses NotByMoving, and whatever the act itself refuses."""
    match by_column:
        case "owner":
            return _give(case, to, by, at)
        case "urgency":
            return reroute(case, topic=case.topic, urgency=to, profile=profile, by=by, at=at)
        case "state":
            return _set_state(case, to, profile, by, at)
    raise NotByMoving("The area follows from the topic: correct the topic in the case.")


def _give(case: Case, to: str, by: Actor, at: datetime) -> Case:
    if to == "nobody":
        return assign(case, owner=None, by=by, at=at)
    owner = active_staff().filter(pk=int(to)).first() if to.isdecimal() and len(to) < 16 else None
    if owner is None:
        raise NotByMoving("There is no such person among the active staff.")
    return assign(case, owner=owner, by=by, at=at)


def _set_state(case: Case, to: str, profile: Profile, by: Actor, at: datetime) -> Case:
    if to == CaseState.WAITING:
        return wait_for_client(case, by=by, at=at)
    if to == CaseState.OPEN and case.is_closed:
        return reopen_case(case, reason="moved on the board", profile=profile, by=by, at=at)
    if to == CaseState.CLOSED:
        if case.is_closed:
            raise AlreadyClosed(case)
        raise NotByMoving(f"{case.label} needs an outcome to be closed: close it in the case.")
    raise NotByMoving("It becomes our turn when the client writes, or by a reply or note in the case.")
