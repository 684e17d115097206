"""What happens to a case and to what is said in it?"""

from dataclasses import dataclass

from tieline.journal.events import Event, event


@event("case.opened")
@dataclass(frozen=True)
class CaseOpened(Event):
    """An inquiry became a case."""

    topic: str
    area: str
    urgency: str
    channel: str


@event("case.client_wrote")
@dataclass(frozen=True)
class ClientWrote(Event):
    """The client's further message was added to a case."""


@event("case.replied")
@dataclass(frozen=True)
class Replied(Event):
    """We wrote to the client; the post room will send it."""

    then: str


@event("case.reply_taken_back")
@dataclass(frozen=True)
class ReplyTakenBack(Event):
    """A reply was stopped before it left; its words are its writer's draft again."""


@event("case.answer_delivered")
@dataclass(frozen=True)
class AnswerDelivered(Event):
    """Our message reached the client's mail server."""


@event("case.answer_came_back")
@dataclass(frozen=True)
class AnswerCameBack(Event):
    """Our message to the client bounced or could not be sent."""

    reason: str


@event("case.noted")
@dataclass(frozen=True)
class Noted(Event):
    """An internal note was written."""


@event("case.assigned")
@dataclass(frozen=True)
class CaseAssigned(Event):
    """A case was given to somebody, or to nobody; `was` had it before."""

    owner: str
    why: str = ""
    was: str = ""


@event("case.rerouted")
@dataclass(frozen=True)
class CaseRerouted(Event):
    """A case's topic, area or urgency was corrected by a person."""

    before: dict[str, str]
    after: dict[str, str]


@event("case.cited")
@dataclass(frozen=True)
class CaseCited(Event):
    """A paragraph version was cited in a case."""

    label: str


@event("case.citation_withdrawn")
@dataclass(frozen=True)
class CitationWithdrawn(Event):
    """A citation was taken out of a case."""

    label: str


@event("case.answer_reworded")
@dataclass(frozen=True)
class AnswerReworded(Event):
    """A language model put the rules' answer into other words, and somebody was shown them; the words are not kept."""

    model: str
    kept: int
    struck: int


@event("case.doubtful_text_inserted")
@dataclass(frozen=True)
class DoubtfulTextInserted(Event):
    """An approved text was put into a reply although a rule it rests on had changed and nobody had looked at it."""

    title: str
    rests_on: str


@event("case.waiting")
@dataclass(frozen=True)
class WaitingOnClient(Event):
    """It is the client's turn."""


@event("case.resumed")
@dataclass(frozen=True)
class TurnIsOurs(Event):
    """It is our turn again."""


@event("case.closed")
@dataclass(frozen=True)
class CaseClosed(Event):
    """A case ended with an outcome; `despite` says why although cases that are part of it were open."""

    outcome: str
    despite: str = ""


@event("case.closing_undone")
@dataclass(frozen=True)
class ClosingUndone(Event):
    """A closing that was a slip was undone: the case stands as if it had never been closed, which reopens nothing."""

    reason: str
    closed_at: str


@event("case.reopened")
@dataclass(frozen=True)
class CaseReopened(Event):
    """A closed case was opened again."""

    reason: str
