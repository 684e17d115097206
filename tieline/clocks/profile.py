"""How soon must an answer be given, by which calendar, and who says so?

Read from `service_levels.toml`. A policy row holds from a day on; the row in force on the day the clock
starts is the one that counts, as with rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tieline.identity.profile import declare_rights
from tieline.kernel.deadline import Duration
from tieline.kernel.profile import Doubt, Profile, as_at, not_one_of, section

ANY = "*"

declare_rights(
    {
        "clocks.see": "see clocks and print clock sheets",
        "clocks.override": "set another due time, with authority and reason",
    }
)


class Measure(StrEnum):
    """What a service clock measures."""

    FIRST_ANSWER = "first_answer"
    RESOLUTION = "resolution"
    CONSULTATION = "consultation"


OF_CASES = (Measure.FIRST_ANSWER, Measure.RESOLUTION)
"""What is measured of every case; a consultation is measured where a colleague is asked."""


@dataclass(frozen=True)
class Policy:
    """How long one measure may take for one kind of case and urgency.

    key: short word for the row, printed on the clock sheet
    kind: key of the kind of case (taxonomy.toml), or "*" for every kind
    urgency: key of the urgency level (taxonomy.toml), or "*" for every level
    measure: what is measured
    duration: how long it may take
    calendar: key of the calendar whose days and hours are counted
    from_: the first day the row holds
    warn_before: how long before the due time the owner is warned; empty for no warning
    text: the policy in one sentence, printed on the clock sheet
    citation: the rule that sets the duration, when a rule does
    verified: whether somebody has checked the number against its source
    pause_on: case states in which the clock stands still
    """

    key: str
    kind: str
    urgency: str
    measure: Measure
    duration: Duration
    calendar: str
    from_: date
    warn_before: Duration | None = None
    text: str = ""
    citation: str = ""
    verified: bool = False
    pause_on: tuple[str, ...] = ()


@section("service_levels.toml")
@dataclass(frozen=True)
class ServiceLevels:
    """The operator's service levels.

    policies: one row for each kind, urgency and measure
    """

    policies: tuple[Policy, ...]

    def policy_for(self, kind: str, urgency: str, measure: Measure, day: date) -> Policy | None:
        """The row in force on the day: one that names kind and urgency goes before one that says "*"."""
        for wanted in ((kind, urgency), (kind, ANY), (ANY, urgency), (ANY, ANY)):
            rows = [p for p in self.policies if (p.kind, p.urgency) == wanted and p.measure == measure]
            policy = as_at(rows, day)
            if policy is not None:
                return policy
        return None

    def check(self, profile: Profile) -> Iterator[Doubt]:
        for place, policy in enumerate(self.policies):
            if policy.calendar not in profile.calendars:
                yield not_one_of(f"policies[{place}].calendar", "the calendars", profile.calendars)
