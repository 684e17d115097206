"""How does a case stand in a list? One line each, with its due time in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tieline.desk.models import Case, CaseState
from tieline.desk.profile import Taxonomy
from tieline.kernel.profile import Profile

SOON = timedelta(hours=4)


@dataclass(frozen=True)
class Due:
    """A due time as a list shows it: the instant, words, and a tone (overdue, soon, later, paused, none)."""

    at: datetime | None
    words: str
    tone: str


@dataclass(frozen=True)
class CaseRow:
    """One line of a list."""

    number: int
    label: str
    subject: str
    participant: str
    requester: str
    area: str
    topic: str
    urgency: str
    urgency_rank: int
    state: str
    state_name: str
    due: Due
    owner: str
    owner_initials: str
    message_count: int
    received_at: datetime
    last_activity_at: datetime
    excerpt: str


def case_row(case: Case, *, taxonomy: Taxonomy, profile: Profile, at: datetime) -> CaseRow:
    """A case as one line of a list."""
    names = _names(taxonomy)
    return CaseRow(
        number=case.number,
        label=case.label,
        subject=case.subject,
        participant=case.participant.name if case.participant else "",
        requester=case.requester_name or case.requester_address,
        area=names.get(f"area:{case.area}", case.area),
        topic=names.get(f"topic:{case.topic}", case.topic),
        urgency=case.urgency,
        urgency_rank=case.urgency_rank,
        state=case.state,
        state_name=case.get_state_display(),
        due=due_of(case.due_at, case.state, profile=profile, at=at),
        owner=case.owner.name if case.owner else "",
        owner_initials=case.owner.initials if case.owner else "",
        message_count=case.message_count,
        received_at=case.received_at,
        last_activity_at=case.last_activity_at,
        excerpt=case.excerpt,
    )


_names_of: dict[int, Mapping[str, str]] = {}


def _names(taxonomy: Taxonomy) -> Mapping[str, str]:
    """Names by kind and key; made once for each loaded taxonomy."""
    if id(taxonomy) not in _names_of:
        _names_of.clear()
        _names_of[id(taxonomy)] = {f"area:{area.key}": area.name for area in taxonomy.areas} | {
            f"topic:{topic.key}": topic.name for topic in taxonomy.topics
        }
    return _names_of[id(taxonomy)]


def due_of(due_at: datetime | None, state: str, *, profile: Profile, at: datetime) -> Due:
    """A due time in words: "Due in 42 min", "Overdue 2 h", "Due Tue 24 Nov 10:00", "Paused"."""
    if state == CaseState.CLOSED:
        return Due(None, "", "none")
    if due_at is None:
        return Due(None, "Paused" if state == CaseState.WAITING else "No clock", "paused")
    left = due_at - at
    if left < timedelta(0):
        return Due(due_at, f"Overdue {_length(-left)}", "overdue")
    if left <= timedelta(hours=12):
        return Due(due_at, f"Due in {_length(left)}", "soon" if left <= SOON else "later")
    return Due(due_at, f"Due {due_at.astimezone(profile.time_zone):%a %d %b %H:%M}", "later")


def _length(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"
