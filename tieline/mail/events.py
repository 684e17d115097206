"""What happens in the post room."""

from dataclasses import dataclass

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


@event("mail.bounced")
@dataclass(frozen=True)
class MailBounced(Event):
    """A message of ours came back."""

    reason: str
