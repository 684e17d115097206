"""What happens between people: absences, turns, hand-overs and advice?"""

from dataclasses import dataclass

from tieline.journal.events import Event, event


@event("case.handed_over")
@dataclass(frozen=True)
class CaseHandedOver(Event):
    """A case went from one person to another, or to another area."""

    from_name: str
    to_name: str
    reason: str


@event("case.left_unassigned")
@dataclass(frozen=True)
class CaseLeftUnassigned(Event):
    """The rule of the area found nobody who could take a case."""

    why: str


@event("absence.noted")
@dataclass(frozen=True)
class AbsenceNoted(Event):
    """Somebody will be away."""

    name: str
    begins: str
    ends: str
    cover: str
    reason: str


@event("absence.cancelled")
@dataclass(frozen=True)
class AbsenceCancelled(Event):
    """Somebody is not away after all; what others took stays with them."""

    name: str


@event("absence.began")
@dataclass(frozen=True)
class AbsenceBegan(Event):
    """Somebody is away; all their open cases were given to the cover, or wait for a lead where there is none."""

    name: str
    cover: str
    waiting: int


@event("capacity.set")
@dataclass(frozen=True)
class CapacitySet(Event):
    """How much somebody takes, and in what they are skilled, was laid down."""

    name: str
    most_cases: int
    skills: list[str]
    takes_cases: bool


@event("rota.set")
@dataclass(frozen=True)
class RotaSet(Event):
    """When somebody takes cases was laid down."""

    name: str
    hours: str


@event("case.consultation_asked")
@dataclass(frozen=True)
class ConsultationAsked(Event):
    """Another business area was asked for advice."""

    team: str
    expert: str
    due: str


@event("case.consultation_answered")
@dataclass(frozen=True)
class ConsultationAnswered(Event):
    """Advice was given."""

    team: str


@event("case.consultation_declined")
@dataclass(frozen=True)
class ConsultationDeclined(Event):
    """Who was asked cannot answer, and says why."""

    team: str
    reason: str


@event("case.consultation_withdrawn")
@dataclass(frozen=True)
class ConsultationWithdrawn(Event):
    """Advice is not needed any more."""

    team: str
    reason: str


@event("case.consultation_restored")
@dataclass(frozen=True)
class ConsultationRestored(Event):
    """A question that was withdrawn only because its case was closed stands again, as the closing was undone."""

    team: str


@event("case.consultation_recalled")
@dataclass(frozen=True)
class ConsultationRecalled(Event):
    """Who was asked was reminded of it."""

    team: str
    expert: str


@event("case.consultation_delayed")
@dataclass(frozen=True)
class ConsultationDelayed(Event):
    """Advice did not come in time, or soon will not have."""

    team: str
    due: str
    is_over: bool
