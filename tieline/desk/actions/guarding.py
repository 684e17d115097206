"""Did the guards find something that the writer has not agreed to? Then nothing leaves, and it is shown what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from tieline.desk.guards import Finding
from tieline.desk.letter_facts import findings_of_letter
from tieline.desk.models import Case, CaseThread
from tieline.kernel.profile import Profile
from tieline.kernel.refusal import Refusal

NOTHING_AGREED: frozenset[str] = frozenset()


class Guarded(Refusal):
    """The guards found something; `findings` is what, `stops` whether it cannot leave so at all."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("Not sent: look at this first.")
        self.findings = findings

    @property
    def stops(self) -> bool:
        """Whether saying yes is not enough."""
        return any(one.stops for one in self.findings)


def refuse_found(found: Iterable[Finding], *, agreed: frozenset[str]) -> None:
    """Refuses Guarded where one of the findings stops, or is not among the tokens the writer said yes to."""
    if missing := tuple(one for one in found if one.stops or one.token not in agreed):
        raise Guarded(missing)


def look_over_letter(
    case: Case,
    text: str,
    *,
    people: Sequence[str],
    thread: CaseThread | None = None,
    forwarded: str = "",
    file_count: int = 0,
    agreed: frozenset[str],
    profile: Profile,
    at: datetime,
) -> None:
    """Look over a letter to people beside the client, and what is sent on with it. Refuses Guarded."""
    found = findings_of_letter(
        case, text, people=people, thread=thread, forwarded=forwarded, file_count=file_count, profile=profile,
        today=at.astimezone(profile.time_zone).date(),
    )  # fmt: skip
    refuse_found(found, agreed=agreed)
