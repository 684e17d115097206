"""To whom did each message of a case go, and can it be sent on? What a page shows beside its words."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, QuerySet

from tieline.desk.models import Message, MessageKind, ThreadKind


@dataclass(frozen=True)
class Addressed:
    """The addresses in To and Cc, and what the mail server said of those it did not take."""

    to: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    not_taken: str = ""


NOBODY = Addressed()


def with_addresses(messages: QuerySet[Message]) -> QuerySet[Message]:
    """The messages with what `addressed` needs, in the same statement; they must come with their outgoing mail."""
    return messages.annotate(came_to=F("incoming__recipients"), came_copied=F("incoming__copied"))


def addressed(message: Message) -> Addressed:
    """To whom a message went, as its letter says; nobody for a note."""
    if message.outgoing is not None:
        problem = message.outgoing.problem if message.outgoing.sent_at else ""
        return Addressed(tuple(message.outgoing.recipients), tuple(message.outgoing.copied), problem)
    copied = tuple(getattr(message, "came_copied", None) or ())
    everybody = getattr(message, "came_to", None) or ()
    return Addressed(tuple(one for one in everybody if one not in copied), copied)


def is_forwardable(message: Message) -> bool:
    """Whether its nature lets a message be sent on; the act asks again, and for the right."""
    is_others = message.thread is not None and message.thread.kind == ThreadKind.PARTICIPANT
    return message.kind != MessageKind.NOTE and not message.is_withheld and not is_others
