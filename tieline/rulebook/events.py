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
