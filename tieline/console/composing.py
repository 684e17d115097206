"""What does the composer offer? What may happen after sending, the times for later, and what waits already."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from tieline.console.requests import Request
from tieline.desk.later import WaitingCard, later_in, moments_for
from tieline.desk.models import Case, CaseState
from tieline.desk.profile import Taxonomy
from tieline.desk.snoozing import Choice

AFTER_SENDING = "after_sending"
DONE = "done"
CLOSES = "close:"


@dataclass(frozen=True)
class After:
    """What may happen after sending: its value in the form, and its words."""

    value: str
    name: str
    is_chosen: bool


@dataclass(frozen=True)
class Composer:
    """Everything the composer shows besides the drafts. A note has a key of its own: it is sent once by itself."""

    afters: tuple[After, ...]
    done: str
    moments: tuple[Choice, ...]
    waiting: tuple[WaitingCard, ...]
    note_key: UUID


def composer_of(request: Request, case: Case, *, then: str = "") -> Composer:
    """The composer of a case for whoever asks; `then` is what a draft of theirs was to do."""
    names = {CaseState.WAITING.value: "then wait", CaseState.OPEN.value: "keep open"}
    outcomes = profile_outcomes(request, case) if request.actor.may("desk.close") else ()
    names |= {f"{CLOSES}{key}": f"close as {name}" for key, name in outcomes}
    kept = request.staff.preferences
    remembered, done = str(kept.get(AFTER_SENDING, "")), str(kept.get(DONE, ""))
    chosen = next((one for one in (then, remembered) if one in names), CaseState.WAITING.value)
    closing = [value for value in names if value.startswith(CLOSES)]
    return Composer(
        afters=tuple(After(value, name, value == chosen) for value, name in names.items()),
        done=next((one for one in (done, remembered, *closing) if one in closing), ""),
        moments=moments_for(case, profile=request.profile, at=request.at),
        waiting=later_in(case, request.actor),
        note_key=uuid4(),
    )


def profile_outcomes(request: Request, case: Case) -> tuple[tuple[str, str], ...]:
    """Key and name of every outcome a case of this kind may have."""
    kind = request.profile.get(Taxonomy).kind(case.kind)
    return tuple((outcome.key, outcome.name) for outcome in kind.outcomes)
