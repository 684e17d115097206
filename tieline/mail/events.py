"""What happens in the post room."""

from dataclasses import dataclass, field

from tieline.journal.events import Event, event


@event("mail.received")
@dataclass(frozen=True)
class MailReceived(Event):
    """A person's message came in and waits to become a case or part of one."""

    subject: str


@event("mail.set_aside")
@dataclass(frozen=True)
class MailSetAside(Event):
    """A message was noted as machine mail, as a duplicate, or quarantined; the reason says why."""

    outcome: str
    reason: str


@event("mail.queued")
@dataclass(frozen=True)
class MailQueued(Event):
    """A message of ours was put in the outbox."""

    recipients: list[str]


@event("mail.delivered")
@dataclass(frozen=True)
class MailDelivered(Event):
    """The receiving server took a message of ours."""

    message_id: str


@event("mail.failed")
@dataclass(frozen=True)
class MailFailed(Event):
    """A message of ours could not be sent and will not be tried again."""

    problem: str


@event("mail.partly_taken")
@dataclass(frozen=True)
class MailPartlyTaken(Event):
    """The receiving server took a message of ours for these addresses, and asked to come again for the others."""

    addresses: list[str]


@event("mail.bounced")
@dataclass(frozen=True)
class MailBounced(Event):
    """A message of ours came back; `copies` names the addresses where only those it was copied to did not get it."""

    reason: str
    copies: list[str] = field(default_factory=list)


@event("mail.released")
@dataclass(frozen=True)
class MailReleased(Event):
    """Somebody let a message go on from the quarantine shelf; it waits to become a case or part of one."""

    subject: str
    reason: str


@event("mail.discarded")
@dataclass(frozen=True)
class MailDiscarded(Event):
    """Somebody took a message off the quarantine shelf for good, and said why; its bytes are kept."""

    subject: str
    reason: str


@event("mail.address_marked")
@dataclass(frozen=True)
class AddressMarked(Event):
    """Mail to an address came back; it is marked until that is cleared."""

    address: str
    is_lasting: bool
    reason: str


@event("mail.address_cleared")
@dataclass(frozen=True)
class AddressCleared(Event):
    """An address is no longer marked, since somebody said so or mail proved it."""

    address: str
    why: str
