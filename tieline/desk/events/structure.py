"""What happens to how cases hang together: merged, split, moved, linked?"""

from dataclasses import dataclass

from tieline.journal.events import Event, event


@event("case.merged")
@dataclass(frozen=True)
class CaseMerged(Event):
    """A case went into another with everything said in it."""

    from_label: str
    into_label: str
    messages: int
    reason: str


@event("case.unmerged")
@dataclass(frozen=True)
class CaseUnmerged(Event):
    """A merged case was taken out again; `messages` went back with it."""

    from_label: str
    into_label: str
    messages: int


@event("case.split")
@dataclass(frozen=True)
class CaseSplit(Event):
    """Messages of a case became a case of their own."""

    from_label: str
    into_label: str
    messages: int


@event("case.split_reversed")
@dataclass(frozen=True)
class SplitReversed(Event):
    """Messages that had become a case of their own went back."""

    from_label: str
    into_label: str
    messages: int


@event("case.message_moved")
@dataclass(frozen=True)
class MessageMoved(Event):
    """One message was laid into another case."""

    from_label: str
    into_label: str
    author: str


@event("case.move_reversed")
@dataclass(frozen=True)
class MoveReversed(Event):
    """A moved message was laid back."""

    from_label: str
    into_label: str


@event("case.linked")
@dataclass(frozen=True)
class CaseLinked(Event):
    """Somebody said how one case stands to another."""

    from_label: str
    words: str
    into_label: str


@event("case.unlinked")
@dataclass(frozen=True)
class CaseUnlinked(Event):
    """A link between two cases was ended."""

    from_label: str
    words: str
    into_label: str
