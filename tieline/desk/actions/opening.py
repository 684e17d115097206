"""How does an inquiry that came by telephone or in a meeting become a case? Somebody of the staff takes it down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tieline.desk.actions.cases import Inquiry, UnknownChoice, open_case
from tieline.desk.events import ClientWrote
from tieline.desk.models import Case, Message, MessageKind
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.participants.queries import Sender, find_sender

CHANNELS = {"phone": "Telephone", "meeting": "Meeting", "letter": "Letter", "mail": "Mail to somebody's own mailbox"}


class NothingAsked(Refusal):
    """Neither a subject nor a word of what was asked."""

    def __init__(self) -> None:
        super().__init__("Say in a subject and a few words what was asked.")


class NoAddress(Refusal):
    """What was given is no mail address."""

    def __init__(self, address: str) -> None:
        super().__init__(f"“{address}” is no mail address. Leave it empty when there is none.")


class NotYetAsked(Refusal):
    """Received after now."""

    def __init__(self) -> None:
        super().__init__("An inquiry cannot have been received in the future.")


@dataclass(frozen=True)
class TakenDown:
    """What was asked, by whom, when and how, in the words of who took it down."""

    subject: str
    text: str
    name: str
    address: str
    channel: str
    topic: str
    urgency: str
    received_at: datetime


@transaction.atomic
def take_down(asked: TakenDown, *, page_key: UUID, profile: Profile, by: Actor, at: datetime) -> Case:
    """Open a case of an inquiry that came by no mail; its clocks count from when it was received.

    The same page opens one case, however often it is sent. Who asked is known by the address alone; a name typed in
    opens nothing. Refuses NothingAsked, NoAddress, NotYetAsked, UnknownChoice.
    """
    require(by, "desk.open")
    _refuse(asked, at)
    _wait_for_page(page_key)
    if earlier := Case.objects.filter(page_key=page_key).first():
        return earlier
    sender = find_sender(asked.address.lower(), "")
    try:
        case = open_case(_inquiry(asked, sender), received_at=asked.received_at, profile=profile, by=by, at=at)
    except KeyError as unknown:
        raise UnknownChoice("topic or urgency", str(unknown.args[0])) from None
    case.page_key, case.message_count = page_key, 1
    case.save(update_fields=["page_key", "message_count"])
    message = Message.objects.create(
        case=case, kind=MessageKind.CLIENT, at=asked.received_at, text=asked.text.strip(),
        author=str(sender.person.reference) if sender.person else "unknown:person",
        author_name=asked.name.strip() or (sender.person.name if sender.person else ""), author_address=asked.address,
        remark=f"taken down by {by.name} ({CHANNELS[asked.channel].lower()})",
    )  # fmt: skip
    links = {"message": Reference("message", str(message.pk))}
    record(ClientWrote(), about=case.reference, by=by, at=at, links=links)
    return case


def _refuse(asked: TakenDown, at: datetime) -> None:
    if not asked.subject.strip() or not asked.text.strip():
        raise NothingAsked
    if asked.received_at > at:
        raise NotYetAsked
    if asked.channel not in CHANNELS:
        raise UnknownChoice("channel", asked.channel)
    if asked.address:
        try:
            validate_email(asked.address)
        except ValidationError:
            raise NoAddress(asked.address) from None


def _wait_for_page(page_key: UUID) -> None:
    """Two clicks at once stand in line."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [page_key.int % 2**63])


def _inquiry(asked: TakenDown, sender: Sender) -> Inquiry:
    return Inquiry(
        subject=asked.subject.strip(),
        address=asked.address.lower(),
        name=asked.name.strip() or (sender.person.name if sender.person else ""),
        sender=sender,
        topic=asked.topic,
        urgency=asked.urgency,
        reasons=(f"chosen when it was taken down ({CHANNELS[asked.channel].lower()})",),
        excerpt=" ".join(asked.text.split()),
        channel=asked.channel,
    )
