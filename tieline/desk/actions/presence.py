"""Saying that one is at a case, and that one has left it: a passing state, of which the journal is not told.

Open pages hear of it (`kernel.news`) only when something others see has changed, not at every word that renews it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from tieline.desk.models import Case, Doing, Presence
from tieline.desk.presence import PAST_AFTER, is_idle
from tieline.desk.writing import writer_id
from tieline.identity.permissions import require
from tieline.kernel.actor import Actor
from tieline.kernel.chores import chore
from tieline.kernel.news import tell

NEWS = "presence"
LONGEST_REST = timedelta(days=1)
SWEPT_AT_ONCE = 500


@transaction.atomic
def be_present(case: Case, *, doing: Doing, rested: timedelta, by: Actor, at: datetime) -> None:
    """Somebody has the case open and looks or writes; their hands have rested for so long."""
    require(by, "desk.see")
    active_at = at - min(max(rested, timedelta()), LONGEST_REST)
    mine = Presence(case=case, user_id=writer_id(by), doing=doing, active_at=active_at, said_at=at)
    before = Presence.objects.filter(case=case, user_id=mine.user_id).first()
    Presence.objects.bulk_create(
        [mine], update_conflicts=True, unique_fields=["case", "user"], update_fields=["doing", "active_at", "said_at"]
    )
    if before is None or _looks(before, at) != _looks(mine, at):
        tell(NEWS, case.number)


def _looks(one: Presence, at: datetime) -> tuple[str, bool, bool]:
    """What others see of it."""
    return one.doing, is_idle(one.active_at, one.said_at), one.said_at <= at - PAST_AFTER


@transaction.atomic
def leave(case: Case, *, by: Actor) -> None:
    """Somebody's page of the case is closed or shows another."""
    require(by, "desk.see")
    gone, _ = Presence.objects.filter(case=case, user_id=writer_id(by)).delete()
    if gone:
        tell(NEWS, case.number)


@chore("desk.presence")
def sweep(at: datetime) -> int:
    """Rows whose page has fallen silent go, and open pages hear of it."""
    with transaction.atomic():
        silent = Presence.objects.select_for_update(of=("self",), skip_locked=True).select_related("case")
        past = list(silent.filter(said_at__lte=at - PAST_AFTER).order_by("said_at")[:SWEPT_AT_ONCE])
        Presence.objects.filter(pk__in=[one.pk for one in past]).delete()
        for number in {one.case.number for one in past}:
            tell(NEWS, number)
    return len(past)
