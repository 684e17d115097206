"""What happens to the rule books."""

from dataclasses import dataclass

from tieline.journal.events import Event, event


@event("rulebook.imported")
@dataclass(frozen=True)
class EditionImported(Event):
    """An edition of a rule book was read in; the counts are of paragraphs in force."""

    book: str
    effective_on: str
    sections: int
    paragraphs: int
    added: int
    changed: int
    moved: int
    gone: int


@event("rulebook.move_corrected")
@dataclass(frozen=True)
class MoveCorrected(Event):
    """A person said which paragraph version this one came from; none when it is new."""

    came_from: int | None


@event("rulebook.library_fetched")
@dataclass(frozen=True)
class LibraryFetched(Event):
    """The published files of a book were looked for: these came, so many had not changed, these failed and why."""

    book: str
    fetched: list[str]
    unchanged: int
    failed: list[str]


@event("rulebook.reach_reported")
@dataclass(frozen=True)
class ChangeReported(Event):
    """What a change of a book reaches was reported: an edition's (`effective_on`), or a request's not in force."""

    book: str
    request: str
    effective_on: str
    changed: int
    moved: int
    gone: int
    added: int
    tasks: int
    carried_over: int = 0


@event("change_task.confirmed")
@dataclass(frozen=True)
class ReachedConfirmed(Event):
    """An owner said that an object which a change reaches is still right as it is."""

    note: str


@event("change_task.amended")
@dataclass(frozen=True)
class ReachedAmended(Event):
    """An owner said that an object which a change reaches was amended, and how."""

    note: str


@event("rulebook.ranker_promoted")
@dataclass(frozen=True)
class RankerPromoted(Event):
    """The search ranks from now on by what it learned from cited questions; the figures are of those held out."""

    number: int
    questions: int
    map_before: float
    map_after: float
    recall_before: float
    recall_after: float


@event("rulebook.ranker_rolled_back")
@dataclass(frozen=True)
class RankerRolledBack(Event):
    """The search ranks again as before the ranker; none when it is untrained again."""

    number: int
    back_to: int | None
