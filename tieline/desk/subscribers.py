"""To what does the desk react? To mail that came in, and to what became of mail that went out.

Loaded at the start, it also tells the rule book what of the desk rests on rules and what people asked and cited.
"""

from __future__ import annotations

from tieline.desk.actions.intake import take_mail
from tieline.desk.actions.messages import note_delivery, note_return
from tieline.desk.events import (
    CaseAssigned,
    CaseClosed,
    CaseOpened,
    CaseReopened,
    CaseRerouted,
    ClientWrote,
    Replied,
    ReplyTakenBack,
)
from tieline.desk.experience import cited_questions
from tieline.desk.models import Case, Message
from tieline.desk.resting import case_citations, cases_by_section
from tieline.desk.search import findable
from tieline.journal.listening import Happened, on
from tieline.kernel.profile import current_profile
from tieline.mail.events import MailBounced, MailDelivered, MailFailed, MailReceived
from tieline.mail.models import IncomingMail
from tieline.rulebook import standing
from tieline.rulebook.finding import experience_sources
from tieline.search.actions import index

standing.register("case_citation", case_citations, tally=cases_by_section)
experience_sources.register("case", cited_questions)


@on(MailReceived)
def take_received_mail(happened: Happened) -> None:
    """A person's message becomes a case or part of one."""
    take_mail(IncomingMail.objects.get(pk=int(happened.about.id)), profile=current_profile())


@on(MailDelivered)
def note_delivered_answer(happened: Happened) -> None:
    """An answer that was delivered ends the first-answer clock at that instant."""
    message = _message_sent_as(happened)
    if message is not None:
        note_delivery(message, profile=current_profile(), at=happened.at)


@on(MailBounced, MailFailed)
def note_returned_answer(happened: Happened) -> None:
    """An answer that came back makes it our turn again."""
    message = _message_sent_as(happened)
    if message is not None:
        reason = getattr(happened.event, "reason", "") or getattr(happened.event, "problem", "")
        note_return(message, reason=reason, profile=current_profile(), at=happened.at)


def _message_sent_as(happened: Happened) -> Message | None:
    return Message.objects.filter(outgoing_id=int(happened.about.id)).select_related("case").first()


@on(CaseOpened, ClientWrote, Replied, ReplyTakenBack, CaseAssigned, CaseRerouted, CaseClosed, CaseReopened)
def keep_findable(happened: Happened) -> None:
    """Whatever changes a case's words or standing is found from then on."""
    if isinstance(happened.event, CaseOpened) and happened.event.channel == "mail":
        return  # ClientWrote follows in the same transaction
    case = Case.objects.select_related("participant").filter(number=int(happened.about.id)).first()
    if case is not None:
        index(findable(case))
