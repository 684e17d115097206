"""What does the composer's button do? It looks the reply over, sends it now or later, and closes where that was asked.

Everything in one transaction: what is refused leaves neither mail nor a case half closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tieline.desk.actions.closing import close_case
from tieline.desk.actions.guarding import NOTHING_AGREED, refuse_found
from tieline.desk.actions.later import send_later
from tieline.desk.actions.messages import AT_ONCE, NOT_COMPOSED, reply, written
from tieline.desk.actions.sending import Composed, was_sent
from tieline.desk.guard_facts import facts_of
from tieline.desk.guards import look_over
from tieline.desk.models import Case, CaseState, LaterReply, Message
from tieline.identity.permissions import require
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile
from tieline.kernel.refusal import Refusal


@dataclass(frozen=True)
class Wish:
    """What is to happen with the words: whose turn it is then or as what the case ends, now or later, and to whom.

    `agreed` holds the tokens of the findings that the writer has seen and sends past.
    """

    text: str
    then: CaseState = CaseState.WAITING
    outcome: str = ""
    send_at: datetime | None = None
    unless_they_write: bool = True
    cc: tuple[str, ...] = ()
    files: tuple[UUID, ...] = ()
    agreed: frozenset[str] = NOTHING_AGREED


class ClosesLater(Refusal):
    """A reply that leaves later cannot close the case now."""

    def __init__(self) -> None:
        super().__init__("A reply that leaves later does not close the case. Choose what happens after sending again.")


@transaction.atomic
def send(
    case: Case,
    wish: Wish,
    *,
    composed: Composed = NOT_COMPOSED,
    hold: timedelta = AT_ONCE,
    profile: Profile,
    by: Actor,
    at: datetime,
) -> Message | LaterReply:
    """Do with the words what was wished, unless the guards find something the writer has not agreed to.

    Refuses Guarded, ClosesLater, and what `reply`, `send_later` and `close_case` refuse.
    """
    require(by, "desk.reply")
    if not was_sent(case, composed=composed, by=by):
        _look_over(case, wish, profile=profile, by=by, at=at)
    if wish.send_at is not None:
        return _plan(case, wish, composed=composed, by=by, at=at)
    message = reply(
        case, text=wish.text, then=wish.then, by=by, at=at, composed=composed, hold=hold, cc=wish.cc,
        files=wish.files,
    )  # fmt: skip
    if wish.outcome and message.at == at:
        close_case(case, outcome=wish.outcome, profile=profile, by=by, at=at)
    return message


def _look_over(case: Case, wish: Wish, *, profile: Profile, by: Actor, at: datetime) -> None:
    today = at.astimezone(profile.time_zone).date()
    facts = facts_of(
        case, written(wish.text), cc=wish.cc, file_count=len(wish.files), profile=profile, by=by, today=today
    )
    refuse_found(look_over(facts), agreed=wish.agreed)


def _plan(case: Case, wish: Wish, *, composed: Composed, by: Actor, at: datetime) -> LaterReply:
    if wish.outcome or wish.send_at is None:
        raise ClosesLater
    return send_later(
        case, text=wish.text, then=wish.then, send_at=wish.send_at, unless_they_write=wish.unless_they_write,
        cc=wish.cc, files=wish.files, composed=composed, by=by, at=at,
    )  # fmt: skip
