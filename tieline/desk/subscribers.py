"""To what does the desk react? To mail that came in, and to what became of mail that went out.

Loaded at the start, it also tells the rule book what of the desk rests on rules and what people asked and cited.
"""

from __future__ import annotations

from datetime import datetime

from tieline.clocks.events import ClockBreached, ClockWarned
from tieline.desk import examined, quoted_rules, waking  # noqa: F401 - loaded for their reactions and chores
from tieline.desk.actions import (  # noqa: F401 - loaded for their chores
    absences,
    bulk,
    presence,
)
from tieline.desk.actions.assigning import assign_by_rule, is_given_by_rule
from tieline.desk.actions.consulting import restore_consultations, withdraw_consultation
from tieline.desk.actions.intake import take_mail
from tieline.desk.actions.later import stop_later_replies
from tieline.desk.actions.messages import note_copy_return, note_delivery, note_return
from tieline.desk.actions.piles import bring_back, personal_of
from tieline.desk.actions.threads import note_thread_return
from tieline.desk.events import (
    AnswerCameBack,
    AnswerDelivered,
    CaseAssigned,
    CaseClosed,
    CaseMerged,
    CaseOpened,
    CaseReopened,
    CaseRerouted,
    CaseSplit,
    CaseUnmerged,
    ClientWrote,
    ClosingUndone,
    ConsultationAnswered,
    ConsultationDeclined,
    ConsultationDelayed,
    LaterReplyStopped,
    LetterTakenBack,
    MessageMoved,
    MoveReversed,
    Noted,
    Replied,
    ReplyTakenBack,
    RequesterChanged,
    SplitReversed,
    ThreadAnswered,
    WroteInThread,
)
from tieline.desk.experience import cited_questions
from tieline.desk.models import Case, Consultation, ConsultationState, Message
from tieline.desk.resting import case_citations, cases_by_section
from tieline.desk.search import findable
from tieline.journal.actions import record
from tieline.journal.listening import Happened, on
from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import current_profile
from tieline.mail.events import MailBounced, MailDelivered, MailFailed, MailReceived, MailReleased
from tieline.mail.models import IncomingMail
from tieline.mail.shelf import keeps_from_desk
from tieline.rulebook import standing
from tieline.rulebook.finding import experience_sources
from tieline.search.actions import index

standing.register("case_citation", case_citations, tally=cases_by_section)
standing.register(quoted_rules.KIND, quoted_rules.unsent, is_passing=True)
experience_sources.register("case", cited_questions)


@on(MailReceived, MailReleased)
def take_received_mail(happened: Happened) -> None:
    """A person's message becomes a case or part of one, unless it was laid on the quarantine shelf meanwhile."""
    mail = IncomingMail.objects.select_for_update().get(pk=int(happened.about.id))
    if not keeps_from_desk(mail):
        take_mail(mail, profile=current_profile())


@on(MailDelivered)
def note_delivered_answer(happened: Happened) -> None:
    """An answer that was delivered ends the first-answer clock at that instant."""
    message = _message_sent_as(happened)
    if message is not None:
        note_delivery(message, profile=current_profile(), at=happened.at)


@on(MailBounced, MailFailed)
def note_returned_answer(happened: Happened) -> None:
    """An answer that came back makes it our turn again; a copy of it that did is only told."""
    message = _message_sent_as(happened)
    if message is None:
        return
    if copies := getattr(happened.event, "copies", None):
        note_copy_return(message, copies, reason=_reason(happened), at=happened.at)
    else:
        note_return(message, reason=_reason(happened), profile=current_profile(), at=happened.at)


@on(MailBounced, MailFailed)
def note_returned_beside(happened: Happened) -> None:
    """A letter to the people of a thread that came back is told in the case, and moves nothing."""
    message = Message.objects.filter(outgoing_id=int(happened.about.id), thread__isnull=False).first()
    if message is not None:
        note_thread_return(message, reason=_reason(happened), at=happened.at)


def _reason(happened: Happened) -> str:
    return getattr(happened.event, "reason", "") or getattr(happened.event, "problem", "")


def _message_sent_as(happened: Happened) -> Message | None:
    """The message of the requester's conversation that this mail was; letters in threads are no answers."""
    sent = Message.objects.filter(outgoing_id=int(happened.about.id), thread=None)
    return sent.select_related("case").first()


@on(ClientWrote)
def stop_what_waits(happened: Happened) -> None:
    """A reply that was to leave only if the client has not written first is handed back to its writer."""
    stop_later_replies(int(happened.about.id), at=happened.at)


@on(LaterReplyStopped)
def bring_back_to_its_writer(happened: Happened) -> None:
    """Whose reply was not sent finds the case among what is to be done."""
    case = Case.objects.filter(number=int(happened.about.id)).first()
    author = happened.references.get("author")
    if case is not None and author is not None:
        bring_back([personal_of(case, int(author.id), at=happened.at)], why="a reply was not sent", at=happened.at)


@on(
    CaseOpened, ClientWrote, Replied, ReplyTakenBack, CaseAssigned, CaseRerouted, CaseClosed, CaseReopened,
    RequesterChanged, ThreadAnswered, WroteInThread, LetterTakenBack, ClosingUndone, AnswerDelivered, Noted,
)  # fmt: skip
def keep_findable(happened: Happened) -> None:
    """Whatever changes a case's words or standing is found from then on."""
    if isinstance(happened.event, CaseOpened) and happened.event.channel == "mail":
        return  # ClientWrote follows in the same transaction
    case = Case.objects.select_related("participant").filter(number=int(happened.about.id)).first()
    if case is not None:
        index(findable(case))


@on(CaseMerged, CaseUnmerged, CaseSplit, SplitReversed, MessageMoved, MoveReversed)
def keep_both_findable(happened: Happened) -> None:
    """Words that went from one case to another are found in the other from then on."""
    numbers = {int(one.id) for one in happened.references.values() if one.kind == "case"}
    for case in Case.objects.select_related("participant").filter(number__in=numbers).order_by("number"):
        index(findable(case))


@on(CaseOpened, CaseRerouted)
def find_an_owner(happened: Happened) -> None:
    """A new case, or one that came to another area with nobody to look after it, is given by the area's rule."""
    event = happened.event
    area = event.after.get("area") if isinstance(event, CaseRerouted) else getattr(event, "area", None)
    if isinstance(event, CaseRerouted) and event.before.get("area") == area:
        return
    if area is not None and not is_given_by_rule(area, current_profile()):
        return
    case = Case.objects.filter(number=int(happened.about.id), owner=None, merged_into=None).first()
    if case is not None:
        assign_by_rule(case, profile=current_profile(), by=SYSTEM, at=happened.at)


@on(ClockWarned, ClockBreached)
def tell_late_advice(happened: Happened) -> None:
    """A question whose clock is nearly over, or over, is told in its case."""
    if happened.about.kind != "consultation":
        return
    found = Consultation.objects.select_related("team", "case").filter(state=ConsultationState.ASKED)
    one = found.filter(pk=int(happened.about.id)).first()
    if one is not None and one.due_at is not None:
        is_over = isinstance(happened.event, ClockBreached)
        delayed = ConsultationDelayed(team=one.team.name, due=one.due_at.isoformat(), is_over=is_over)
        links = {"consultation": happened.about}
        record(delayed, about=one.case.reference, by=SYSTEM, at=happened.at, links=links)


@on(CaseClosed)
def withdraw_what_was_asked(happened: Happened) -> None:
    """Nobody works on advice for a case that is closed."""
    asked = Consultation.objects.select_related("case").filter(state=ConsultationState.ASKED)
    for one in asked.filter(case__number=int(happened.about.id), case__state="closed").order_by("pk"):
        withdraw_consultation(one, reason="the case was closed", by=SYSTEM, at=happened.at)


@on(ClosingUndone)
def ask_again_what_was_withdrawn(happened: Happened) -> None:
    """A slip that was undone costs nobody the advice they asked for."""
    case = Case.objects.filter(number=int(happened.about.id)).first()
    closed_at = datetime.fromisoformat(str(getattr(happened.event, "closed_at", "")))
    if case is not None:
        restore_consultations(case, closed_at=closed_at, by=SYSTEM, at=happened.at)


# what brings a case back on somebody's desk is told in `waking`
on(ClientWrote)(waking.wake_for_client)
on(ClockWarned, ClockBreached)(waking.wake_for_clock)
on(AnswerCameBack, CaseReopened)(waking.wake_for_return)
on(ConsultationAnswered, ConsultationDeclined)(waking.wake_for_advice)
on(CaseAssigned)(waking.wake_for_owner)
on(Noted, Replied, WroteInThread, ThreadAnswered)(waking.wake_for_words)
on(Noted)(waking.heed_mentions)
