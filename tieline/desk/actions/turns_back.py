"""Taking the turn back from the client: what was waiting for them is ours to do again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tieline.desk.actions.cases import AlreadyClosed
from tieline.desk.actions.clocking import refresh_due, run_again
from tieline.desk.actions.locking import locked
from tieline.desk.models import Case, CaseState
from tieline.identity.permissions import require
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile


@transaction.atomic
def take_turn(case: Case, *, profile: Profile, by: Actor, at: datetime) -> Case:
    """It is our turn again; clocks that stood still run. Refuses AlreadyClosed."""
    require(by, "desk.reply")
    case = locked(case)
    if case.is_closed:
        raise AlreadyClosed(case)
    if case.state == CaseState.WAITING:
        run_again(case, reason="it is our turn", profile=profile, by=by, at=at)
        case.last_activity_at = at
        case.save(update_fields=["state", "last_activity_at"])
        refresh_due(case)
    return case
