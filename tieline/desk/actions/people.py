"""Who comes onto a case, who leaves it, who is its requester? Each change has a reason and stands in the journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from tieline.desk.actions.locking import locked
from tieline.desk.events import PersonAdded, PersonRemoved, RequesterChanged
from tieline.desk.models import SURE_ENOUGH, Case, CasePerson, CaseRole, CaseThread, Message
from tieline.desk.people import is_on, of_our_own
from tieline.desk.threading_tokens import is_of_desk
from tieline.identity.models import User
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.mail.actions import may_be_written_to
from tieline.mail.models import IncomingMail, Proof
from tieline.participants.queries import find_sender

MOST_COPIED = 30
"""How many people may be in copy of one case; a letter to half the market does not put all of it on the case."""


class NoAddress(Refusal):
    """What was written is no address that mail can be sent to, or one of the desk itself."""

    def __init__(self, address: str) -> None:
        super().__init__(f"“{address[:100]}” is not an address that the desk can write to.")


class NoReason(Refusal):
    """A change of people without a reason."""

    def __init__(self) -> None:
        super().__init__("Say why, in a few words; it stays with the case.")


class OnCaseAlready(Refusal):
    """The address is on the case, or on the thread, already."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} is on it already.")


class NotOnCase(Refusal):
    """Somebody took this person off meanwhile."""

    def __init__(self, person: CasePerson) -> None:
        super().__init__(f"{person.name or person.address} is not on the case any more.")


class TooManyCopied(Refusal):
    """More people in copy than a case takes."""

    def __init__(self) -> None:
        super().__init__(f"A case has at most {MOST_COPIED} people in copy.")


class AnotherParticipants(Refusal):
    """A requester of another participant would open the whole case to that participant."""

    def __init__(self, case: Case, name: str) -> None:
        owner = case.participant.name if case.participant else "somebody else"
        super().__init__(
            f"This address belongs to {name}; as requester it would open everything {owner} wrote to them. "
            "Write to them in a thread of their own instead."
        )


@transaction.atomic
def add_person(
    case: Case,
    *,
    role: CaseRole,
    address: str,
    name: str = "",
    reason: str,
    by: Actor,
    at: datetime,
    thread: CaseThread | None = None,
) -> CasePerson:
    """Put somebody in copy of the conversation, or on a thread of the case.

    Refuses NoReason, NoAddress, OnCaseAlready, TooManyCopied.
    """
    require(by, "desk.reply")
    reason = _said(reason)
    address = usable(address)
    case = locked(case)
    is_requester = thread is None and address == case.requester_address.lower()
    if is_requester or is_on(case, address, thread=thread):
        raise OnCaseAlready(address)
    if thread is None and case.people.filter(role=CaseRole.COPIED, removed_at=None).count() >= MOST_COPIED:
        raise TooManyCopied
    return _enter(case, role, address, name=name, reason=reason, by=by, at=at, thread=thread)


@transaction.atomic
def remove_person(person: CasePerson, *, reason: str, by: Actor, at: datetime) -> CasePerson:
    """Take somebody off the case or the thread; the row stays. Refuses NoReason, NotOnCase."""
    require(by, "desk.reply")
    reason = _said(reason)
    case = locked(person.case)
    person = CasePerson.objects.get(pk=person.pk)
    if person.removed_at is not None:
        raise NotOnCase(person)
    person.removed_at = at
    person.save(update_fields=["removed_at"])
    left = PersonRemoved(role=person.role, address=person.address, reason=reason)
    record(left, about=case.reference, by=by, at=at)
    return person


@transaction.atomic
def change_requester(case: Case, *, address: str, name: str = "", reason: str, by: Actor, at: datetime) -> Case:
    """Say that somebody else is the one we answer. The former one stays in copy; a sure participant is never changed.

    Refuses NoReason, NoAddress, OnCaseAlready, AnotherParticipants.
    """
    require(by, "desk.reply")
    reason = _said(reason)
    address = usable(address)
    case = locked(case)
    before = case.requester_address
    if address == before.lower():
        raise OnCaseAlready(address)
    _take_over(case, address, name)
    case.people.filter(role=CaseRole.COPIED, address=address, removed_at=None).update(removed_at=at)
    if may_be_written_to(before) and not is_on(case, before):
        _enter(case, CaseRole.COPIED, before.lower(), reason="was the requester", by=by, at=at)
    record(RequesterChanged(before=before, after=address, reason=reason), about=case.reference, by=by, at=at)
    return case


def _take_over(case: Case, address: str, name: str) -> None:
    known = find_sender(address, "")
    is_sure = case.participant is not None and case.certainty >= SURE_ENOUGH
    is_same = known.participant is not None and known.participant.pk == case.participant_id
    if is_sure and known.participant is not None and known.certainty >= SURE_ENOUGH and not is_same:
        raise AnotherParticipants(case, known.participant.name)
    if not is_sure or is_same:
        case.participant, case.certainty, case.certainty_why = known.participant, known.certainty, known.why[:300]
    case.requester_address, case.requester = address, known.person
    case.requester_name = (name or (known.person.name if known.person else ""))[:300]
    changed = ["requester_address", "requester_name", "requester", "participant", "certainty", "certainty_why"]
    case.save(update_fields=changed)


def copies(case: Case, cc: Sequence[str]) -> tuple[str, ...]:
    """The addresses of a reply's copies, each once, without the requester's. Refuses NoAddress, TooManyCopied."""
    clean = tuple(dict.fromkeys(usable(address) for address in cc))
    if len(clean) > MOST_COPIED:
        raise TooManyCopied
    return tuple(address for address in clean if address != case.requester_address.lower())


def keep_copied(case: Case, copied: Iterable[str], *, message: Message, by: Actor, at: datetime) -> None:
    """Put on the case who of a reply's copies is new to it.

    The client's people are in copy of what follows; anybody else is an outside party that has seen this one message.
    """
    on_case = set(case.people.filter(thread=None, removed_at=None).values_list("address", flat=True))
    for address in copied:
        if address in on_case:
            continue
        known = find_sender(address, "")
        is_clients = case.participant_id is not None and known.participant is not None
        if is_clients and known.participant and known.participant.pk == case.participant_id:
            _enter(case, CaseRole.COPIED, address, reason="put in copy of a reply", by=by, at=at)
        else:
            _enter(case, CaseRole.OUTSIDE, address, reason="in copy of one reply", by=by, at=at, message=message)


def copy_from_mail(case: Case, mail: IncomingMail, *, at: datetime) -> None:
    """Put on the case whom its client put in copy, when it is proved who wrote.

    Left out are the desk's own address, staff, the requester, and whoever was once taken off by hand.
    """
    if mail.authenticity != Proof.PASS:
        return
    known = set(case.people.filter(thread=None, role=CaseRole.COPIED).values_list("address", flat=True))
    room = MOST_COPIED - len(known)
    wanted = [one for one in dict.fromkeys(mail.copied) if one not in known and may_be_written_to(one)]
    own = of_our_own(wanted) | {case.requester_address.lower(), mail.sender_address.lower()}
    for address in [one for one in wanted if one not in own][: max(room, 0)]:
        _enter(case, CaseRole.COPIED, address, reason="in copy of the client's letter", by=SYSTEM, at=at)


def enter_thread(
    case: Case, thread: CaseThread, addresses: Iterable[str], *, role: CaseRole, reason: str, by: Actor, at: datetime
) -> None:
    """The people of a thread that is being started."""
    for address in addresses:
        _enter(case, role, address, reason=reason, by=by, at=at, thread=thread)


def usable(address: str) -> str:
    """The address in small letters. Refuses NoAddress, for the desk's own too."""
    clean = address.strip().lower()
    if not may_be_written_to(clean) or is_of_desk(clean, settings.MAIL_ADDRESS):
        raise NoAddress(address)
    return clean


def _said(reason: str) -> str:
    clean = " ".join(reason.split())[:300]
    if not clean:
        raise NoReason
    return clean


def _enter(
    case: Case,
    role: CaseRole,
    address: str,
    *,
    name: str = "",
    reason: str,
    by: Actor,
    at: datetime,
    thread: CaseThread | None = None,
    message: Message | None = None,
) -> CasePerson:
    known = find_sender(address, "")
    staff = User.objects.filter(email__iexact=address).first()
    named = name or (known.person.name if known.person else "") or (staff.name if staff else "")
    person = CasePerson.objects.create(
        case=case, role=role, address=address, name=named[:300], person=known.person, staff=staff, thread=thread,
        message=message, added_at=at, added_by_name=by.name, reason=reason,
    )  # fmt: skip
    links = {"thread": Reference("thread", str(thread.pk)) if thread else None}
    entered = PersonAdded(role=CaseRole(role).value, address=address, reason=reason)
    record(entered, about=case.reference, by=by, at=at, links=links)
    return person
