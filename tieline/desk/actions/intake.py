"""How does a person's mail reach the desk? Find its thread, decide, and do it, all in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from tieline.desk import intake, routing
from tieline.desk.actions.cases import Inquiry, locked, open_case, refresh_due, reopen_case, run_again
from tieline.desk.events import ClientWrote
from tieline.desk.models import Case, CaseState, Message, MessageKind
from tieline.desk.profile import Taxonomy
from tieline.journal.actions import record
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.calendar import CalendarNotLoaded
from tieline.kernel.deadline import deadline
from tieline.kernel.profile import Profile
from tieline.kernel.reference import Reference
from tieline.mail.actions import queue_acknowledgement, settle
from tieline.mail.models import IncomingMail, Outcome, OutgoingMail
from tieline.participants.queries import Sender, find_sender

SURE = 0.7
"""The certainty from which a sender counts as one of the participant's people: by mail domain or better."""
THREADS = 5
"""How many threads a message may answer at once before the rest is left aside."""


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
    earlier, found_by = _thread(mail, sender, profile)
    thread = _as_thread(earlier, found_by, mail, sender, profile)
    decision = intake.decide(thread, at=at, is_disproved=mail.is_disproved)
    match decision.intake:
        case intake.Intake.OPEN | intake.Intake.FOLLOW:
            case_ = _open(mail, sender, earlier, profile, by)
            outcome = Outcome.CASE
        case intake.Intake.REOPEN:
            case_ = reopen_case(_found(earlier), reason=decision.reason, profile=profile, by=by, at=at)
            outcome = Outcome.MESSAGE
        case intake.Intake.ADD:
            case_, outcome = locked(_found(earlier)), Outcome.MESSAGE
    _add_message(case_, mail, sender, profile=profile, by=by)
    settle(mail, outcome=outcome, case_number=case_.number, reason=decision.reason, at=at)
    if outcome == Outcome.CASE:
        queue_acknowledgement(
            mail, case_label=case_.label, about=case_.reference, due_at=case_.due_at, profile=profile,
            greeting=sender.person.name if sender.person else "",
        )  # fmt: skip
    return case_


def _found(case: Case | None) -> Case:
    if case is None:
        raise LookupError("a thread was decided on that is not there")
    return case


def _thread(mail: IncomingMail, sender: Sender, profile: Profile) -> tuple[Case | None, str]:
    """The case this mail seems to belong to: the first one found that its sender is on, else the first one found."""
    found = [*_by_reply_header(mail), *_by_subject(mail, profile)]
    own = (one for one in found if _belongs(one[0], mail, sender))
    return next(own, found[0] if found else (None, ""))


def _by_reply_header(mail: IncomingMail) -> list[tuple[Case, str]]:
    """Cases by the Message-IDs the mail answers: ours first, which nobody can guess, then those of clients."""
    if not mail.in_reply_to:
        return []
    ours = OutgoingMail.objects.filter(message_id__in=mail.in_reply_to, about_kind="case").order_by("-pk")
    numbers = [int(number) for number in ours.values_list("about_id", flat=True)[:THREADS]]
    theirs = IncomingMail.objects.filter(message_id__in=mail.in_reply_to, case_number__isnull=False).order_by("-pk")
    numbers += [mail.case_number for mail in theirs[:THREADS] if mail.case_number is not None]
    cases = {case.number: case for case in Case.objects.filter(number__in=numbers)}
    return [(cases[number], "by its reply header") for number in dict.fromkeys(numbers) if number in cases]


def _by_subject(mail: IncomingMail, profile: Profile) -> list[tuple[Case, str]]:
    prefixes = {kind.prefix for kind in profile.get(Taxonomy).kinds if kind.prefix}
    written = intake.number_in(mail.subject, frozenset(prefixes | {profile.case_prefix or "C"}))
    if written is None:
        return []
    label, number = written
    return [(case, f"by {label} in its subject") for case in Case.objects.filter(number=number, label=label)]


def _as_thread(
    case: Case | None, found_by: str, mail: IncomingMail, sender: Sender, profile: Profile
) -> intake.Thread | None:
    if case is None:
        return None
    return intake.Thread(
        label=case.label,
        is_closed=case.is_closed,
        reopen_until=_reopen_until(case, profile),
        belongs=_belongs(case, mail, sender),
        found_by=found_by,
        is_waiting=case.state == CaseState.WAITING,
    )


def _belongs(case: Case, mail: IncomingMail, sender: Sender) -> bool:
    """Whether the sender is on the case: its own address, or surely one of the same participant's people."""
    if mail.sender_address and mail.sender_address.lower() == case.requester_address.lower():
        return True
    return (
        case.participant_id is not None
        and sender.participant is not None
        and sender.participant.pk == case.participant_id
        and sender.certainty >= SURE
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


def _add_message(case: Case, mail: IncomingMail, sender: Sender, *, profile: Profile, by: Actor) -> None:
    at = mail.received_at
    message = Message.objects.create(
        case=case,
        kind=MessageKind.CLIENT,
        at=at,
        author=str(sender.person.reference) if sender.person else "unknown:mail",
        author_name=mail.sender_name or (sender.person.name if sender.person else mail.sender_address),
        author_address=mail.sender_address,
        text=mail.own_text or mail.quoted_text,
        quoted_text=mail.quoted_text if mail.own_text else "",
        signature_text=mail.signature_text,
        incoming=mail,
        remark=_remark(mail),
    )
    # what nobody proved to have written moves nothing: it may have come while the client's turn began
    was_waiting = case.state == CaseState.WAITING and not mail.is_disproved
    if was_waiting:
        run_again(case, reason="the client wrote", profile=profile, by=by, at=at)
    Case.objects.filter(pk=case.pk).update(
        message_count=F("message_count") + 1,
        last_activity_at=at,
        state=case.state,
        excerpt=case.excerpt if mail.is_disproved else " ".join(message.text.split())[:200],
    )
    if was_waiting:
        refresh_due(case)
    links = {
        "message": Reference("message", str(message.pk)),
        "mail": mail.reference,
        "participant": sender.participant.reference if sender.participant else None,
    }
    record(ClientWrote(), about=case.reference, by=_writer(message, by), at=at, links=links)


def _writer(message: Message, by: Actor) -> Actor:
    return Actor(Reference.parse(message.author), message.author_name or "unknown", viewer=by.viewer)


def _remark(mail: IncomingMail) -> str:
    """What a reader should know: the sender is not proved, or answers would go elsewhere than to the sender."""
    known = []
    if mail.is_disproved:
        known.append("sender not proved: it may be from somebody else")
    if mail.reply_to and mail.reply_to.lower() != mail.sender_address.lower():
        known.append(f"asks for answers to another address: {mail.reply_to}")
    return "; ".join(known)[:300]
