"""What happens on people's own desks, to lists and to many cases at once?"""

from dataclasses import dataclass

from tieline.journal.events import Event, event


@event("case.put_off")
@dataclass(frozen=True)
class PutOff(Event):
    """Somebody put a case on their own Later pile."""

    until: str


@event("case.finished_for_one")
@dataclass(frozen=True)
class FinishedForOne(Event):
    """Somebody has nothing left to do in a case."""


@event("case.taken_up")
@dataclass(frozen=True)
class TakenUp(Event):
    """Somebody put a case back on their own To do pile."""


@event("case.came_back")
@dataclass(frozen=True)
class CameBack(Event):
    """A case came back on somebody's To do pile by itself."""

    why: str


@event("case.followed")
@dataclass(frozen=True)
class Followed(Event):
    """Somebody follows a case."""


@event("case.unfollowed")
@dataclass(frozen=True)
class Unfollowed(Event):
    """Somebody follows a case no more."""


@event("case.mentioned")
@dataclass(frozen=True)
class CaseMentioned(Event):
    """A note named a colleague."""

    name: str


@event("case.labelled")
@dataclass(frozen=True)
class CaseLabelled(Event):
    """A label was put on a case."""

    label: str


@event("case.unlabelled")
@dataclass(frozen=True)
class CaseUnlabelled(Event):
    """A label was taken off a case."""

    label: str


@event("bulk.begun")
@dataclass(frozen=True)
class BulkBegun(Event):
    """One act on many cases was confirmed."""

    act: str
    total: int
    query: str
    values: dict[str, str]


@event("bulk.finished")
@dataclass(frozen=True)
class BulkFinished(Event):
    """Every case of an act on many was changed, or could not be."""

    act: str
    done: int
    failed: int


@event("bulk.undone")
@dataclass(frozen=True)
class BulkUndone(Event):
    """An act on many cases was undone where nobody had changed the case since."""

    act: str
    restored: int
    left: int


@event("list.exported")
@dataclass(frozen=True)
class ListExported(Event):
    """Somebody saved a list of cases as a file."""

    query: str
    form: str
    cases: int


@event("list.view_saved")
@dataclass(frozen=True)
class ListSaved(Event):
    """A query was kept as a view under a name, or given other words, order or readers."""

    name: str
    query: str
    shared_with: str


@event("list.view_deleted")
@dataclass(frozen=True)
class ListDeleted(Event):
    """A saved view was taken away."""

    name: str
