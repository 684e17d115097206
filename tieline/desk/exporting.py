"""What does a list say when it is saved as a file? One row for each case, in steady chunks, however many there are.

Times stand twice: as the market's clocks show them, and in UTC. The rows are read in order of number, each chunk in a
transaction of its own seen through the actor's eyes, so that a million of them need no more memory than a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from tieline.desk.asking import Asked, cases
from tieline.desk.events import ListExported
from tieline.desk.models import Case
from tieline.desk.profile import Taxonomy
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.viewing import viewing_as

CHUNK = 1000
Value = str | int | datetime | None


@dataclass(frozen=True)
class Column:
    """One column: its heading, and what a case says in it. Times are columns twice, see `columns`."""

    name: str
    value: Callable[[Case], Value]
    is_time: bool = False


def columns(taxonomy: Taxonomy) -> tuple[Column, ...]:
    """The columns of every export, in order."""
    names = {f"area:{one.key}": one.name for one in taxonomy.areas} | {
        f"topic:{one.key}": one.name for one in taxonomy.topics
    }
    return (
        Column("number", lambda case: case.number),
        Column("label", lambda case: case.label),
        Column("subject", lambda case: case.subject),
        Column("state", lambda case: case.state),
        Column("kind", lambda case: case.kind),
        Column("topic", lambda case: names.get(f"topic:{case.topic}", case.topic)),
        Column("area", lambda case: names.get(f"area:{case.area}", case.area)),
        Column("urgency", lambda case: case.urgency),
        Column("participant", lambda case: case.participant.name if case.participant else ""),
        Column("requester_name", lambda case: case.requester_name),
        Column("requester_address", lambda case: case.requester_address),
        Column("owner", lambda case: case.owner.name if case.owner else ""),
        Column("labels", lambda case: ", ".join(case.labels)),
        Column("channel", lambda case: case.channel),
        Column("outcome", lambda case: case.outcome),
        Column("messages", lambda case: case.message_count),
        Column("received", lambda case: case.received_at, is_time=True),
        Column("due", lambda case: case.due_at, is_time=True),
        Column("answered", lambda case: case.answered_at, is_time=True),
        Column("closed", lambda case: case.closed_at, is_time=True),
        Column("last_active", lambda case: case.last_activity_at, is_time=True),
    )


def note_export(asked: Asked, *, form: str, by: Actor, at: datetime) -> int:
    """Write down who saves which list as what, before the first row leaves; how many rows there are."""
    require(by, "desk.export")
    count = cases(asked, by).count()
    record(ListExported(query=asked.text, form=form, cases=count), about=by.reference, by=by, at=at)
    return count


def rows(asked: Asked, actor: Actor) -> Iterator[list[Case]]:
    """The cases asked for, in chunks by number."""
    after = 0
    while True:
        with viewing_as(actor):
            found = cases(asked, actor).filter(number__gt=after).select_related("participant", "owner")
            chunk = list(found.order_by("number")[:CHUNK])
        if chunk:
            yield chunk
        if len(chunk) < CHUNK:
            return
        after = chunk[-1].number
