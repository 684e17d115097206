"""Did somebody change a field after the page showed it? Then nobody writes over the other: both values are shown.

A form says what it showed (`was`). Who changes a field that is still so, or wants what it has become, goes on; a
field that the form leaves as it was shown keeps what a colleague has made of it meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tieline.desk.models import Case, CaseState
from tieline.desk.profile import Taxonomy
from tieline.identity.models import User
from tieline.journal.models import JournalEvent
from tieline.kernel.refusal import Refusal


class Field(StrEnum):
    """The fields of a case that a page shows and changes in place; the value is the word for it."""

    OWNER = "owner"
    TOPIC = "topic"
    URGENCY = "urgency"
    STATE = "state"


KINDS = {
    Field.OWNER: ("case.assigned",),
    Field.TOPIC: ("case.rerouted",),
    Field.URGENCY: ("case.rerouted",),
}
SENT_TOGETHER = (Field.TOPIC, Field.URGENCY)
"""One form holds both, so that a value as it was shown only means that the other one was chosen."""
NOBODY = "nobody"


@dataclass(frozen=True)
class Routing:
    """Topic and urgency as a page shows them, by their keys."""

    topic: str
    urgency: str


@dataclass(frozen=True)
class Change:
    """What the form showed, what it wants, and what stands there now: keys, and the words for the last two."""

    field: Field
    was: str | None
    wanted: str
    now: str
    wanted_name: str
    now_name: str

    @property
    def is_left_alone(self) -> bool:
        """Whether the form does not mean this field at all."""
        return self.field in SENT_TOGETHER and self.wanted == self.was

    @property
    def is_conflict(self) -> bool:
        """Whether the field was changed to something else since it was shown."""
        return self.was is not None and self.now not in (self.was, self.wanted) and not self.is_left_alone


class FieldConflict(Refusal):
    """A field was changed after the page showed it; the page shows both values, and its user chooses."""

    def __init__(self, change: Change, *, who: str, changed_at: datetime | None) -> None:
        said = f"{who} has changed the {change.field} to “{change.now_name}” meanwhile. Nothing was written over."
        super().__init__(said)
        self.change, self.who, self.changed_at = change, who, changed_at


def refuse_other_owner(case: Case, *, wanted: User | None, was: str | None) -> None:
    """Refuse to give a locked case to somebody where it has another owner than the page showed (by id; "": nobody)."""
    names = (wanted.name if wanted else NOBODY, case.owner.name if case.owner else NOBODY)
    _refuse(case, Change(Field.OWNER, was, str(wanted.pk) if wanted else "", str(case.owner_id or ""), *names))


def refuse_other_state(case: Case, *, wanted: CaseState, was: CaseState | None) -> None:
    """Refuse to change the state of a locked case that has come into another state than the page showed."""
    now = CaseState(case.state)
    _refuse(case, Change(Field.STATE, was, wanted, now, str(wanted.label), str(now.label)))


def unopposed(case: Case, wanted: Routing, *, was: Routing | None, taxonomy: Taxonomy) -> tuple[str, str]:
    """Topic and urgency to be set; refused where a colleague has set another since the page was shown."""
    topics = {one.key: one.name for one in taxonomy.topics}
    levels = {one.key: one.name for one in taxonomy.urgencies}
    topic = _routed(Field.TOPIC, was.topic if was else None, wanted.topic, case.topic, topics)
    urgency = _routed(Field.URGENCY, was.urgency if was else None, wanted.urgency, case.urgency, levels)
    _refuse(case, topic)
    _refuse(case, urgency)
    return _settled(topic), _settled(urgency)


def _routed(field: Field, was: str | None, wanted: str, now: str, names: Mapping[str, str]) -> Change:
    # what a case has may be a key that the profile no longer knows
    return Change(field, was, wanted, now, names.get(wanted, wanted), names.get(now, now))


def _refuse(case: Case, change: Change) -> None:
    """Refuse a change that would write over somebody else's; the journal says whose and when."""
    if not change.is_conflict:
        return
    latest = _latest(case, change.field)
    raise FieldConflict(
        change, who=latest.actor_name if latest else "Somebody", changed_at=latest.at if latest else None
    )


def _settled(change: Change) -> str:
    """The value the field is to have: what is wanted, or what it is now where the form does not mean it."""
    return change.now if change.is_left_alone else change.wanted


def _latest(case: Case, field: Field) -> JournalEvent | None:
    found = JournalEvent.objects.filter(
        links__role="about", links__object_kind=case.reference.kind, links__object_id=case.reference.id
    )
    if field in KINDS:
        found = found.filter(kind__in=KINDS[field])
    for one in found.order_by("-at", "-id")[:50]:
        if field is Field.OWNER or field is Field.STATE or _differs(one, field):
            return one
    return None


def _differs(one: JournalEvent, field: Field) -> bool:
    before, after = one.facts.get("before", {}), one.facts.get("after", {})
    return bool(before.get(field.value) != after.get(field.value))
