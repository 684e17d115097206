"""How does a person's mail reach the desk? Find its thread, decide, and do it, all in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from tieline.desk import intake, routing
from tieline.desk.actions.cases import Inquiry, open_case
from tieline.desk.actions.clocking import refresh_due, run_again
from tieline.desk.actions.closing import reopen_case
from tieline.desk.actions.locking import locked_survivor
from tieline.desk.actions.people import copy_from_mail
from tieline.desk.actions.threads import count_beside, open_thread
from tieline.desk.events import ClientWrote, ThreadAnswered
from tieline.desk.leads import Lead, leads_of
from tieline.desk.models import Case, CaseState, CaseThread, Message, MessageKind, ThreadKind
from tieline.desk.people import is_on, thread_of
from tieline.desk.profile import Taxonomy
from tieline.desk.threads import reply_address, tag
from tieline.journal.actions import record
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.calendar import CalendarNotLoaded
from tieline.kernel.deadline import deadline
from tieline.kernel.profile import Profile
from tieline.kernel.reference import Reference
from tieline.mail.actions import queue_acknowledgement, settle
from tieline.mail.models import IncomingMail, Outcome
from tieline.participants.queries import Sender, find_sender

SURE = 0.7
"""The certainty from which a sender counts as one of the participant's people: by mail domain or better."""


@transaction.atomic(savepoint=False)
def take_mail(mail: IncomingMail, *, profile: Profile, by: Actor = SYSTEM) -> Case:
    """Make a case or a message of a person's mail and settle its outcome in the ledger.

    Repeating it changes nothing: a mail that is settled already returns its case. Where it fails, the transaction it
    runs in must end; its caller, the listener, holds one for each mail.
    """
    if mail.outcome and mail.case_number is not None:
        return Case.objects.get(number=mail.case_number)
    at = mail.received_at
    sender = find_sender(mail.sender_address, f"{mail.subject}\n{mail.own_text}", is_disproved=mail.is_disproved)
    leads = leads_of(mail, profile)
    lead = _followed(leads, mail, sender)
    decision = intake.decide(_as_thread(lead, mail, sender, profile), at=at, is_disproved=mail.is_disproved)
    match decision.intake:
        case intake.Intake.OPEN | intake.Intake.FOLLOW:
            case_ = _open(mail, sender, lead.case if lead else None, profile, by)
            outcome = Outcome.CASE
        case intake.Intake.REOPEN:
            case_ = reopen_case(_found(lead).case, reason=decision.reason, profile=profile, by=by, at=at)
            outcome = Outcome.MESSAGE
        case intake.Intake.ADD:
            case_, outcome = locked_survivor(_found(lead).case), Outcome.MESSAGE
    beside = _thread_beside(case_, lead, mail, sender, by) if outcome == Outcome.MESSAGE else None
    _add_message(case_, mail, sender, others=_others(leads, case_), beside=beside, profile=profile, by=by)
    settle(mail, outcome=outcome, case_number=case_.number, reason=decision.reason, at=at)
    if outcome == Outcome.CASE:
        queue_acknowledgement(
            mail, case_label=case_.label, about=case_.reference, due_at=case_.due_at, profile=profile,
            greeting=sender.person.name if sender.person else "", tag=tag(case_),
            reply_to=reply_address(case_, None, profile=profile),
        )  # fmt: skip
    return case_


def _found(lead: Lead | None) -> Lead:
    if lead is None:
        raise LookupError("a thread was decided on that is not there")
    return lead


def _followed(leads: Sequence[Lead], mail: IncomingMail, sender: Sender) -> Lead | None:
    """The first lead that proves itself and whose case the sender is on, else the first that does, else the first."""
    own = [lead for lead in leads if _belongs(lead.case, mail, sender)]
    return next((lead for lead in own if lead.is_proved), next(iter(own), next(iter(leads), None)))


def _others(leads: Sequence[Lead], case: Case) -> tuple[str, ...]:
    """The other cases that the mail proves to answer as well."""
    labels = (lead.case.label for lead in leads if lead.is_proved and lead.case.pk != case.pk)
    return tuple(dict.fromkeys(labels))


def _as_thread(lead: Lead | None, mail: IncomingMail, sender: Sender, profile: Profile) -> intake.Thread | None:
    if lead is None:
        return None
    case = lead.case
    return intake.Thread(
        label=case.label,
        is_closed=case.is_closed,
        reopen_until=_reopen_until(case, profile),
        belongs=_belongs(case, mail, sender),
        found_by=lead.found_by,
        is_waiting=case.state == CaseState.WAITING,
        is_proved=lead.is_proved,
        is_beside=_is_on_thread(lead, mail) or not _is_on_main(case, mail, sender),
    )


def _belongs(case: Case, mail: IncomingMail, sender: Sender) -> bool:
    """Whether the sender is on the case: on its own conversation, on a thread, or as the reader of one message."""
    address = mail.sender_address.lower()
    if _is_on_main(case, mail, sender):
        return True
    return bool(address) and case.people.filter(address=address, removed_at=None).exists()


def _is_on_thread(lead: Lead, mail: IncomingMail) -> bool:
    return lead.thread is not None and is_on(lead.case, mail.sender_address, thread=lead.thread)


def _is_on_main(case: Case, mail: IncomingMail, sender: Sender) -> bool:
    """Whether the sender is the requester, in copy, or surely one of the same participant's people."""
    address = mail.sender_address.lower()
    if address and (address == case.requester_address.lower() or is_on(case, address)):
        return True
    return (
        case.participant_id is not None
        and sender.participant is not None
        and sender.participant.pk == case.participant_id
        and sender.certainty >= SURE
    )


def _thread_beside(case: Case, lead: Lead | None, mail: IncomingMail, sender: Sender, by: Actor) -> CaseThread | None:
    """The thread a letter lands in, or None for the conversation itself.

    It is the one it answers where its sender is on it; else, where the sender is not on the conversation, the latest
    one they are on, or a new one for the outside party that had seen one message.
    """
    found = _found(lead)
    if _is_on_thread(found, mail):
        return found.thread
    if _is_on_main(case, mail, sender):
        return None
    known = thread_of(case, mail.sender_address)
    if known is not None:
        return known
    return open_thread(
        case, kind=ThreadKind.OUTSIDE, people=[mail.sender_address], subject=mail.subject, by=by, at=mail.received_at
    )


def _reopen_until(case: Case, profile: Profile) -> datetime | None:
    if case.closed_at is None:
        return None
    kind = profile.get(Taxonomy).kind(case.kind)
    try:
        return deadline(kind.reopen_window, start=case.closed_at, calendar=profile.calendars[kind.calendar]).due
    except CalendarNotLoaded:
        return None


def _open(mail: IncomingMail, sender: Sender, earlier: Case | None, profile: Profile, by: Actor) -> Case:
    suggested = routing.route(mail.subject, mail.own_text, profile.get(Taxonomy))
    inquiry = Inquiry(
        subject=mail.subject,
        address=mail.sender_address,
        name=mail.sender_name or (sender.person.name if sender.person else ""),
        sender=sender,
        topic=suggested.topic.key,
        urgency=suggested.urgency,
        reasons=suggested.reasons,
        excerpt=" ".join(mail.own_text.split()),
        follows=earlier,
    )
    return open_case(inquiry, received_at=mail.received_at, profile=profile, by=by, at=mail.received_at)


def _add_message(
    case: Case,
    mail: IncomingMail,
    sender: Sender,
    *,
    others: Sequence[str],
    beside: CaseThread | None,
    profile: Profile,
    by: Actor,
) -> None:
    message = Message.objects.create(
        case=case,
        kind=MessageKind.CLIENT,
        at=mail.received_at,
        author=str(sender.person.reference) if sender.person else "unknown:mail",
        author_name=mail.sender_name or (sender.person.name if sender.person else mail.sender_address),
        author_address=mail.sender_address,
        text=mail.own_text or mail.quoted_text,
        quoted_text=mail.quoted_text if mail.own_text else "",
        signature_text=mail.signature_text,
        incoming=mail,
        remark=_remark(mail, others),
        thread=beside,
    )
    if beside is not None:
        _tell_of_thread(case, message, beside, by)
        return
    _take_turn(case, message, mail, profile, by)
    copy_from_mail(case, mail, at=mail.received_at)
    links = {
        "message": Reference("message", str(message.pk)),
        "mail": mail.reference,
        "participant": sender.participant.reference if sender.participant else None,
    }
    record(ClientWrote(), about=case.reference, by=_writer(message, by), at=mail.received_at, links=links)


def _take_turn(case: Case, message: Message, mail: IncomingMail, profile: Profile, by: Actor) -> None:
    # what nobody proved to have written moves nothing: it may have come while the client's turn began
    was_waiting = case.state == CaseState.WAITING and not mail.is_disproved
    if was_waiting:
        run_again(case, reason="the client wrote", profile=profile, by=by, at=message.at)
    Case.objects.filter(pk=case.pk).update(
        message_count=F("message_count") + 1,
        last_activity_at=message.at,
        state=case.state,
        excerpt=case.excerpt if mail.is_disproved else " ".join(message.text.split())[:200],
    )
    if was_waiting:
        refresh_due(case)


def _tell_of_thread(case: Case, message: Message, thread: CaseThread, by: Actor) -> None:
    count_beside(case, at=message.at)
    links = {
        "message": Reference("message", str(message.pk)),
        "thread": Reference("thread", str(thread.pk)),
    }
    record(ThreadAnswered(), about=case.reference, by=_writer(message, by), at=message.at, links=links)


def _writer(message: Message, by: Actor) -> Actor:
    return Actor(Reference.parse(message.author), message.author_name or "unknown", viewer=by.viewer)


def _remark(mail: IncomingMail, others: Sequence[str]) -> str:
    """What a reader should know: the sender is not proved, answers would go elsewhere, or other cases are meant too."""
    known = []
    if mail.is_disproved:
        known.append("sender not proved: it may be from somebody else")
    if mail.reply_to and mail.reply_to.lower() != mail.sender_address.lower():
        known.append(f"asks for answers to another address: {mail.reply_to}")
    if others:
        known.append(f"answers {', '.join(others)} as well")
    return "; ".join(known)[:300]
