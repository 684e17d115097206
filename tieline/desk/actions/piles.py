"""Where a case lies on one's own desk: put off, done, taken up, followed, seen; and what brings it back.

Nothing here changes the case for anybody else, and no figure counts a return to To do as a reopening.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Greatest

from tieline.desk.events import CameBack, FinishedForOne, Followed, PutOff, TakenUp, Unfollowed
from tieline.desk.models import Case, Mention, Message, MessageKind, Personal, Pile
from tieline.desk.writing import writer_id
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal

FARTHEST = timedelta(days=366)
TAKEN_UP = "You took it up"
GIVEN = "gave it to you"


class WakesInThePast(Refusal):
    """What is put off must come back later than now."""

    def __init__(self) -> None:
        super().__init__("That time is past. Choose a later one.")


class WakesTooLate(Refusal):
    """Nothing is put off for longer than a year."""

    def __init__(self) -> None:
        super().__init__("A case can be put off for a year at most.")


class WroteMeanwhile(Refusal):
    """The client wrote after what this page shows; look at it first."""

    def __init__(self, case: Case) -> None:
        super().__init__(f"The client has written in {case.label} since this page was shown. Look at it first.")


@transaction.atomic
def put_off(case: Case, *, until: datetime, by: Actor, at: datetime, seen: int | None = None) -> Personal:
    """Put a case on one's Later pile until an instant, or until the client writes.

    `seen` is the last message the page showed. Refuses WakesInThePast, WakesTooLate, WroteMeanwhile.
    """
    require(by, "desk.see")
    if until <= at:
        raise WakesInThePast
    if until - at > FARTHEST:
        raise WakesTooLate
    personal = _seen_by(case, seen, by=by, at=at)
    _lay(personal, Pile.LATER, at, wakes_at=until)
    record(PutOff(until=until.isoformat()), about=case.reference, by=by, at=at)
    return personal


@transaction.atomic
def finish_for_me(case: Case, *, by: Actor, at: datetime, seen: int | None = None) -> Personal:
    """Nothing is left for oneself, until something new happens. Refuses WroteMeanwhile."""
    require(by, "desk.see")
    personal = _seen_by(case, seen, by=by, at=at)
    _lay(personal, Pile.DONE, at)
    _look_at_mentions(case, by, at)
    record(FinishedForOne(), about=case.reference, by=by, at=at)
    return personal


@transaction.atomic
def take_up(case: Case, *, by: Actor, at: datetime) -> Personal:
    """Put a case back on one's own To do pile."""
    require(by, "desk.see")
    personal = personal_of(case, writer_id(by), at=at)
    _lay(personal, Pile.TO_DO, at, woken_at=at, woken_why=TAKEN_UP)
    record(TakenUp(), about=case.reference, by=by, at=at)
    return personal


@transaction.atomic
def lay_back(case: Case, *, pile: Pile, until: datetime | None, by: Actor, at: datetime) -> Personal:
    """Put a case back where it lay before; what would have come back by now is to be done."""
    if pile == Pile.DONE:
        return finish_for_me(case, by=by, at=at)
    if pile == Pile.LATER and until is not None and until > at:
        return put_off(case, until=until, by=by, at=at)
    return take_up(case, by=by, at=at)


@transaction.atomic
def follow(case: Case, *, by: Actor, at: datetime) -> Personal:
    """Have what happens in a case in one's own list, whoever owns it."""
    require(by, "desk.see")
    return _follow(case, True, by=by, at=at)


@transaction.atomic
def unfollow(case: Case, *, by: Actor, at: datetime) -> Personal:
    """Stop following a case."""
    require(by, "desk.see")
    return _follow(case, False, by=by, at=at)


def _follow(case: Case, is_following: bool, *, by: Actor, at: datetime) -> Personal:
    personal = personal_of(case, writer_id(by), at=at)
    if personal.is_following != is_following:
        personal.is_following = is_following
        personal.save(update_fields=["is_following"])
        record(Followed() if is_following else Unfollowed(), about=case.reference, by=by, at=at)
    return personal


@transaction.atomic
def see(case: Case, *, upto: int, by: Actor, at: datetime) -> None:
    """Remember up to which message somebody has seen a case; being named in what was seen is seen too."""
    require(by, "desk.see")
    known = Message.objects.filter(case=case, pk__lte=upto).order_by("-pk").values_list("pk", flat=True).first()
    if known is None:
        return
    mine = Personal.objects.filter(case=case, user_id=writer_id(by))
    if not mine.update(seen_message=Greatest("seen_message", known)):
        Personal.objects.get_or_create(
            case=case, user_id=writer_id(by), defaults={"seen_message": known, "changed_at": at}
        )
    _look_at_mentions(case, by, at, upto=known)


def bring_back(rows: Iterable[Personal], *, why: str, at: datetime) -> int:
    """Put cases back on the To do piles they were taken from, and say why; how many those were.

    The rows are locked by the transaction of the caller.
    """
    found = list(rows)
    for personal in found:
        _lay(personal, Pile.TO_DO, at, woken_at=at, woken_why=why[:300])
        links = {"staff": Reference("staff", str(personal.user_id))}
        record(CameBack(why=why[:300]), about=personal.case.reference, by=SYSTEM, at=at, links=links)
    return len(found)


def personal_of(case: Case, user_id: int, *, at: datetime) -> Personal:
    """Somebody's own row of a case, made where it is missing, locked until the transaction ends."""
    Personal.objects.bulk_create([Personal(case=case, user_id=user_id, changed_at=at)], ignore_conflicts=True)
    return Personal.objects.select_for_update(of=("self",)).select_related("case").get(case=case, user_id=user_id)


def _seen_by(case: Case, seen: int | None, *, by: Actor, at: datetime) -> Personal:
    """The row of whoever has seen the case up to a message (None: all there is)."""
    said = Message.objects.filter(case=case).order_by("-pk")
    if seen is not None and said.filter(pk__gt=seen, kind=MessageKind.CLIENT).exists():
        raise WroteMeanwhile(case)
    personal = personal_of(case, writer_id(by), at=at)
    newest = said.values_list("pk", flat=True).first() or 0
    personal.seen_message = max(personal.seen_message, newest if seen is None else min(seen, newest))
    return personal


def _lay(
    personal: Personal,
    pile: Pile,
    at: datetime,
    *,
    wakes_at: datetime | None = None,
    woken_at: datetime | None = None,
    woken_why: str = "",
) -> None:
    personal.pile, personal.wakes_at, personal.changed_at = pile, wakes_at, at
    personal.woken_at, personal.woken_why = woken_at, woken_why
    personal.save(update_fields=["pile", "wakes_at", "changed_at", "woken_at", "woken_why", "seen_message"])


def _look_at_mentions(case: Case, by: Actor, at: datetime, *, upto: int | None = None) -> None:
    unseen = Mention.objects.filter(case=case, user_id=writer_id(by), seen_at=None)
    if upto is not None:
        unseen = unseen.filter(message_id__lte=upto)
    unseen.update(seen_at=at)
