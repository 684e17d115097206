"""What happens to participants and their people."""

from dataclasses import dataclass

from tieline.journal.events import Event, event


@event("participant.imported")
@dataclass(frozen=True)
class ParticipantsImported(Event):
    """Participants, registrations, people or roles were brought in from CSV files."""

    rows: dict[str, int]
