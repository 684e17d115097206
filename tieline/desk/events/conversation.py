"""What happens around writing: drafts, replies for later, people and threads of a case?"""

from dataclasses import dataclass

from tieline.journal.events import Event, event


@event("case.reply_planned")
@dataclass(frozen=True)
class ReplyPlanned(Event):
    """A reply was written that is to leave at a time."""

    send_at: str


@event("case.later_reply_stopped")
@dataclass(frozen=True)
class LaterReplyStopped(Event):
    """A reply that was to leave later was not sent; its words are its writer's draft again."""

    reason: str


@event("case.later_reply_dropped")
@dataclass(frozen=True)
class LaterReplyDropped(Event):
    """The writer of a reply that was to leave later changed their mind."""


@event("case.draft_shared")
@dataclass(frozen=True)
class DraftShared(Event):
    """A draft's writer asked a colleague to look at it."""

    reader: str


@event("case.draft_commented")
@dataclass(frozen=True)
class DraftCommented(Event):
    """Something was said beside a draft."""


@event("case.draft_approved")
@dataclass(frozen=True)
class DraftApproved(Event):
    """A colleague found a draft good as it stood; `version` counts its savings until then."""

    version: int


@event("case.person_added")
@dataclass(frozen=True)
class PersonAdded(Event):
    """Somebody came onto a case: in copy of it, on one of its threads, or on one message."""

    role: str
    address: str
    reason: str


@event("case.person_removed")
@dataclass(frozen=True)
class PersonRemoved(Event):
    """Somebody was taken off a case or a thread."""

    role: str
    address: str
    reason: str


@event("case.requester_replaced")
@dataclass(frozen=True)
class RequesterChanged(Event):
    """Somebody else became the one whom we answer."""

    before: str
    after: str
    reason: str


@event("case.thread_started")
@dataclass(frozen=True)
class ThreadStarted(Event):
    """A thread beside the client's conversation was begun."""

    thread_kind: str
    subject: str
    people: list[str]


@event("case.thread_continued")
@dataclass(frozen=True)
class WroteInThread(Event):
    """We wrote to the people of a thread."""


@event("case.thread_answered")
@dataclass(frozen=True)
class ThreadAnswered(Event):
    """Somebody of a thread wrote; the client's turn and clocks stay as they are."""


@event("case.letter_taken_back")
@dataclass(frozen=True)
class LetterTakenBack(Event):
    """A letter to somebody beside the client was stopped before it left; its words are its writer's draft again."""


@event("case.copy_came_back")
@dataclass(frozen=True)
class CopyCameBack(Event):
    """A copy of our answer did not reach these people; the client's own did not come back."""

    people: list[str]
    reason: str


@event("case.thread_mail_came_back")
@dataclass(frozen=True)
class ThreadMailCameBack(Event):
    """Our letter to the people of a thread bounced or could not be sent."""

    reason: str


@event("case.message_forwarded")
@dataclass(frozen=True)
class MessageForwarded(Event):
    """A message was sent on to somebody else, with some of its files."""

    people: list[str]
    files: int
