"""What brings a case back on somebody's desk? The time they chose, the client, a colleague, a clock.

Reactions heed only what happened after a case was laid aside; the client's words count also where they came in at
that very moment and were not on the page.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q, QuerySet

from tieline.clocks.events import ClockBreached
from tieline.desk.actions.mentions import mention
from tieline.desk.actions.piles import GIVEN, bring_back, personal_of
from tieline.desk.events import AnswerCameBack, ConsultationAnswered, Noted, Replied
from tieline.desk.mentions import named_in
from tieline.desk.models import Case, Consultation, Message, Personal, Pile
from tieline.desk.sentences import measure_name
from tieline.identity.queries import staff_member
from tieline.journal.events import Event
from tieline.journal.listening import Happened
from tieline.kernel.chores import chore
from tieline.kernel.profile import current_profile

MOST = 200
LAID_ASIDE = (Pile.LATER, Pile.DONE)


@chore("desk.wake")
def wake(at: datetime) -> int:
    """What was put off until now comes back."""
    due = Personal.objects.filter(wakes_at__lte=at).select_for_update(skip_locked=True, of=("self",))
    zone = current_profile().time_zone
    rows = list(due.select_related("case").order_by("wakes_at")[:MOST])
    for personal in rows:
        assert personal.wakes_at is not None
        why = f"You put it off until {personal.wakes_at.astimezone(zone):%a %d %b %H:%M}"
        bring_back([personal], why=why, at=at)
    return len(rows)


def wake_for_client(happened: Happened) -> None:
    """The client wrote: nobody is done with the case."""
    message = int(happened.references["message"].id)
    missed = Q(changed_at__lte=happened.at) | Q(seen_message__lt=message)
    bring_back(_laid_aside(happened).filter(missed), why=f"{happened.by_name} wrote", at=happened.at)


def wake_for_clock(happened: Happened) -> None:
    """A clock that is nearly over, or over, is its owner's business whatever they put off."""
    if happened.about.kind != "case":
        return
    name = measure_name(str(getattr(happened.event, "measure", "")))
    is_over = isinstance(happened.event, ClockBreached)
    _wake_owner(happened, f"The {name.lower()} clock is {'overdue' if is_over else 'nearly over'}")


def wake_for_return(happened: Happened) -> None:
    """It is our turn again although somebody was done."""
    came_back = isinstance(happened.event, AnswerCameBack)
    _wake_owner(happened, "Our answer came back" if came_back else f"{happened.by_name} reopened it")


def wake_for_advice(happened: Happened) -> None:
    """Who asked for advice, and who owns the case now, find it on their desks again."""
    one = Consultation.objects.filter(pk=int(happened.references["consultation"].id)).first()
    case = Case.objects.filter(number=int(happened.about.id)).first()
    if one is None or case is None:
        return
    did = "answered your question" if isinstance(happened.event, ConsultationAnswered) else "declined your question"
    for user in sorted({one.asked_by_id, *([case.owner_id] if case.owner_id else [])}):
        personal = personal_of(case, user, at=happened.at)
        if personal.changed_at <= happened.at:
            bring_back([personal], why=f"{happened.by_name} {did}", at=happened.at)


def wake_for_words(happened: Happened) -> None:
    """A colleague wrote, or somebody in a thread: whoever was done has it to do again, but for the writer.

    What was put off sleeps on until its time or the client's word, but for its owner and its followers.
    """
    theirs = Q(pile=Pile.DONE) | Q(user_id=F("case__owner_id")) | Q(is_following=True)
    rows = _laid_aside(happened).filter(theirs, changed_at__lte=happened.at)
    if happened.by.kind == "staff":
        rows = rows.exclude(user_id=int(happened.by.id))
    bring_back(rows, why=f"{happened.by_name} {_WROTE.get(type(happened.event), 'wrote in a thread')}", at=happened.at)


_WROTE: dict[type[Event], str] = {Noted: "left a note", Replied: "replied to the client"}


def wake_for_owner(happened: Happened) -> None:
    """Who is given a case has it to do; who had it only because it was theirs, has it no more."""
    owner = happened.references.get("owner")
    rows = Personal.objects.filter(case__number=int(happened.about.id))
    given = rows.filter(pile=Pile.TO_DO, woken_why__endswith=GIVEN, changed_at__lte=happened.at)
    given.exclude(user_id=int(owner.id) if owner else 0).update(woken_at=None, woken_why="")
    if owner is None:
        return
    why = "You took it" if owner == happened.by else f"{happened.by_name} {GIVEN}"
    case = Case.objects.filter(number=int(happened.about.id), owner_id=int(owner.id)).first()
    if case is not None:
        personal = personal_of(case, int(owner.id), at=happened.at)
        if personal.changed_at <= happened.at:
            bring_back([personal], why=why, at=happened.at)


def heed_mentions(happened: Happened) -> None:
    """Whom a note names is told."""
    message = Message.objects.select_related("case").filter(pk=int(happened.references["message"].id)).first()
    writer = staff_member(happened.by)
    if message is not None and writer is not None:
        mention(message, named_in(message.text), by=writer.as_actor(), at=happened.at)


def _laid_aside(happened: Happened) -> QuerySet[Personal]:
    rows = Personal.objects.filter(case__number=int(happened.about.id), pile__in=LAID_ASIDE)
    return rows.select_related("case").select_for_update(of=("self",))


def _wake_owner(happened: Happened, why: str) -> None:
    mine = _laid_aside(happened).filter(user_id=F("case__owner_id"), changed_at__lte=happened.at)
    bring_back(mine, why=why, at=happened.at)
