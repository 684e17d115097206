"""How does a case end, open again, or stand as if it had never been closed?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tieline.clocks.actions import restore_clocks
from tieline.desk.actions.cases import AlreadyClosed, UnknownChoice
from tieline.desk.actions.clocking import end_family, refresh_due, restart_resolution
from tieline.desk.actions.locking import locked
from tieline.desk.events import (
    CaseClosed,
    CaseReopened,
    ClosingUndone,
)
from tieline.desk.field_conflicts import refuse_other_state
from tieline.desk.models import Case, CaseState, MessageKind
from tieline.desk.profile import Outcome, Taxonomy
from tieline.desk.structure import family, open_parts
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile
from tieline.kernel.refusal import Refusal
from tieline.mail.models import SendState


class OpenParts(Refusal):
    """Open cases are part of this one; it is closed all the same only for a reason."""

    def __init__(self, case: Case, parts: list[Case]) -> None:
        self.parts = tuple(parts)
        named = ", ".join(part.label for part in parts)
        super().__init__(f"{case.label} cannot be closed: still open, and part of it, {_is_or_are(parts)} {named}.")


def _is_or_are(parts: list[Case]) -> str:
    return "is" if len(parts) == 1 else "are"


class NotClosed(Refusal):
    """Only a closed case can be reopened."""

    def __init__(self, case: Case) -> None:
        super().__init__(f"{case.label} is not closed.")


class NotAnswered(Refusal):
    """The client has heard nothing from us yet, and the outcome says they have."""

    def __init__(self, case: Case, outcome: Outcome) -> None:
        super().__init__(f"{case.label} cannot be closed as “{outcome.name}”: the client has had no answer yet.")


@transaction.atomic
def close_case(
    case: Case, *, outcome: str, profile: Profile, by: Actor, at: datetime, was: CaseState | None = None,
    despite_parts: str = "",
) -> Case:  # fmt: skip
    """Close a case with an outcome of its kind and end its clocks; `was` is the state the page showed.

    `despite_parts` is the reason for closing it while cases that are part of it are open.
    Refuses with AlreadyClosed, NotAnswered when the outcome needs an answer and the client has had none,
    FieldConflict, or OpenParts.
    """
    require(by, "desk.close")
    case = locked(case)
    if case.is_closed:
        raise AlreadyClosed(case)
    refuse_other_state(case, wanted=CaseState.CLOSED, was=was)
    try:
        chosen = profile.get(Taxonomy).kind(case.kind).outcome(outcome)
    except KeyError:
        raise UnknownChoice("outcome", outcome) from None
    if chosen.needs_answer and not _was_answered(case):
        raise NotAnswered(case, chosen)
    parts, why = open_parts(case), despite_parts.strip()[:300]
    if parts and not why:
        raise OpenParts(case, parts)
    end_family(case, measure=None, reason=f"closed: {chosen.name}", by=by, at=at)
    case.state, case.outcome, case.closed_at, case.due_at = CaseState.CLOSED, chosen.key, at, None
    case.last_activity_at = at
    case.save(update_fields=["state", "outcome", "closed_at", "due_at", "last_activity_at"])
    closed = CaseClosed(outcome=chosen.key, despite=why if parts else "")
    record(closed, about=case.reference, by=by, at=at)
    return case


def _was_answered(case: Case) -> bool:
    """Whether anything of ours is with the client or on its way; what came back or could not be sent is no answer."""
    ours = case.messages.filter(kind=MessageKind.OURS, thread=None)
    return ours.exclude(Q(outgoing__bounced_at__isnull=False) | Q(outgoing__state=SendState.FAILED)).exists()


@transaction.atomic
def reopen_case(case: Case, *, reason: str, profile: Profile, by: Actor, at: datetime) -> Case:
    """Open a closed case again; a new resolution clock counts from now. Refuses NotClosed."""
    require(by, "desk.reopen")
    case = locked(case)
    if case.merged_into_id is not None:
        raise AlreadyClosed(case)
    if not case.is_closed:
        raise NotClosed(case)
    case.state, case.outcome, case.closed_at, case.last_activity_at = CaseState.OPEN, "", None, at
    case.save(update_fields=["state", "outcome", "closed_at", "last_activity_at"])
    restart_resolution(case, profile=profile, by=by, at=at)
    record(CaseReopened(reason=reason), about=case.reference, by=by, at=at)
    return case


@transaction.atomic
def undo_closing(case: Case, *, state: CaseState, reason: str, by: Actor, at: datetime) -> Case:
    """Undo a closing that was a slip; `state` is whose turn it was. Refuses AlreadyClosed (merged), NotClosed."""
    require(by, "desk.close")
    case = locked(case)
    if case.merged_into_id is not None:
        raise AlreadyClosed(case)
    if not case.is_closed:
        raise NotClosed(case)
    stand_as_before(case, state=state, reason=reason, by=by, at=at)
    return case


def stand_as_before(case: Case, *, state: CaseState, reason: str, by: Actor, at: datetime) -> None:
    """A closed and locked case is open as if it had never been closed: its clocks run or stand still as they did."""
    closed_at = case.closed_at
    assert closed_at is not None
    case.state, case.outcome, case.closed_at, case.last_activity_at = state, "", None, at
    case.save(update_fields=["state", "outcome", "closed_at", "last_activity_at"])
    for one in family(case):
        restore_clocks(one.reference, ended_at=closed_at, reason=reason, by=by, at=at)
    refresh_due(case)
    record(ClosingUndone(reason=reason, closed_at=closed_at.isoformat()), about=case.reference, by=by, at=at)
