"""How do the clocks of a case follow it? Those of the cases merged into it are acted on together with its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from tieline.clocks.actions import drawn_up, end_clocks, pause_clocks, resume_clocks, start_all, start_clock
from tieline.clocks.profile import OF_CASES, Measure, ServiceLevels
from tieline.clocks.queries import next_due
from tieline.desk.events import (
    TurnIsOurs,
)
from tieline.desk.models import Case, CaseState
from tieline.desk.structure import family, family_clocks
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.calendar import CalendarNotLoaded
from tieline.kernel.profile import Profile

WAITING = "waiting_on_client"


def start_clocks(case: Case, *, profile: Profile, by: Actor, at: datetime) -> None:
    """The service clocks of a case about to be opened, as the policies of its day and kind say."""
    levels = profile.get(ServiceLevels)
    day = case.received_at.astimezone(profile.time_zone).date()
    drawn = []
    for measure in OF_CASES:
        policy = levels.policy_for(case.kind, case.urgency, measure, day)
        if policy is None:
            continue
        with without_losing(case, f"no {measure.value} clock"):
            drawn.append(drawn_up(case.reference, policy, profile.calendars, case.received_at))
    clocks = start_all(drawn, by=by, at=at)
    case.due_at = next_due(clocks)


@contextmanager
def without_losing(case: Case, what: str) -> Iterator[None]:
    """An inquiry is never lost for want of a calendar: the case goes on without the clock and says why."""
    try:
        yield
    except CalendarNotLoaded as missing:
        case.routing_reasons = [*case.routing_reasons, f"{what}: {missing}"]


def refresh_due(case: Case) -> None:
    """Store the earliest due time of the running clocks of the case's family, by which lists are sorted."""
    case.due_at = None if case.is_closed else next_due(family_clocks(case))
    case.save(update_fields=["due_at", "routing_reasons"])


def stand_still(case: Case, *, by: Actor, at: datetime) -> None:
    """It is the client's turn: the clocks that pause for that stand still."""
    pause_family(case, by=by, at=at)
    case.state = CaseState.WAITING


def pause_family(case: Case, *, by: Actor, at: datetime) -> None:
    """The clocks of the case and of those merged into it that pause while the client is to act stand still."""
    for one in family(case):
        pause_clocks(one.reference, because=WAITING, reason="waiting on the client", by=by, at=at)


def run_again(case: Case, *, reason: str, profile: Profile, by: Actor, at: datetime) -> None:
    """It is our turn: clocks that stood still run again."""
    case.state = CaseState.OPEN
    resume_family(case, reason=reason, profile=profile, by=by, at=at)
    record(TurnIsOurs(), about=case.reference, by=by, at=at)


def resume_family(case: Case, *, reason: str, profile: Profile, by: Actor, at: datetime) -> None:
    """Every clock of the case and of those merged into it that stands still runs again."""
    for one in family(case):
        with without_losing(case, "the clocks stand still"):
            resume_clocks(one.reference, reason=reason, calendars=profile.calendars, by=by, at=at)


def end_family(case: Case, *, measure: str | None, reason: str, by: Actor, at: datetime) -> None:
    """End clocks of one measure (all when None) of the case and of those merged into it."""
    for one in family(case):
        end_clocks(one.reference, measure=measure, reason=reason, by=by, at=at)


def restart_resolution(case: Case, *, profile: Profile, by: Actor, at: datetime) -> None:
    """A new resolution clock counts from now."""
    day = at.astimezone(profile.time_zone).date()
    policy = profile.get(ServiceLevels).policy_for(case.kind, case.urgency, Measure.RESOLUTION, day)
    if policy is not None:
        with without_losing(case, "no resolution clock"):
            start_clock(case.reference, policy=policy, calendars=profile.calendars, by=by, at=at, started_at=at)
    refresh_due(case)
