"""How do cases hang together? Who survives a merging, which clocks are one family's, what may be laid into which case.

A merged case stays where it is, closed, and points at the case its messages went to; its clocks stay on its own
number and are acted on together with the survivor's. What a participant may read follows the case a message lies in:
so nothing goes from one participant's case into another's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from tieline.clocks.models import Clock
from tieline.clocks.queries import ClockSheet, clock_sheet
from tieline.desk.models import (
    SURE_ENOUGH,
    Case,
    CaseLink,
    LinkKind,
    Message,
    MessageKind,
    Rearrangement,
    RearrangementKind,
)
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile
from tieline.mail.models import Proof
from tieline.participants.queries import find_sender

MEMBERS = """
WITH RECURSIVE family(id, number) AS (
  SELECT id, number FROM desk_case WHERE id = %s
  UNION SELECT c.id, c.number FROM desk_case c JOIN family f ON c.merged_into_id = f.id
) SELECT {column} FROM family
"""
UPWARDS = """
WITH RECURSIVE above(id, merged_into_id) AS (
  SELECT id, merged_into_id FROM desk_case WHERE id = %s
  UNION SELECT c.id, c.merged_into_id FROM desk_case c JOIN above a ON c.id = a.merged_into_id
) SELECT id FROM above WHERE merged_into_id IS NULL
"""
PARENTS = """
WITH RECURSIVE above(id) AS (
  SELECT %s::bigint
  UNION SELECT l.other_id FROM desk_caselink l JOIN above a ON l.case_id = a.id WHERE l.kind = %s AND l.ended_at IS NULL
) SELECT id FROM above
"""


def family(case: Case) -> tuple[Case, ...]:
    """The case and all that were merged into it, by number; one query."""
    members = RawSQL(MEMBERS.format(column="id"), [case.pk])
    return tuple(Case.objects.filter(pk__in=members).order_by("number"))


def survivor(case: Case) -> Case:
    """The case in which its conversation goes on: itself, or the one it was merged into, however often."""
    if case.merged_into_id is None:
        return case
    return Case.objects.select_related("participant", "requester").get(pk__in=RawSQL(UPWARDS, [case.pk]))


def family_clocks(case: Case) -> list[Clock]:
    """The clocks of the case and of those merged into it, in the order they were started; one query."""
    numbers = RawSQL(MEMBERS.format(column="number::text"), [case.pk])
    return list(Clock.objects.filter(subject_kind="case", subject_id__in=numbers).order_by("started_at", "pk"))


def family_sheet(case: Case, *, profile: Profile, at: datetime) -> ClockSheet:
    """The proof of every deadline of the case and of those merged into it."""
    sheets = [clock_sheet(one.reference, calendars=profile.calendars, at=at) for one in family(case)]
    return ClockSheet(case.reference, tuple(clock for sheet in sheets for clock in sheet.clocks), at)


def may_join(one: Case, other: Case) -> bool:
    """Whether what lies in one case may lie in the other: surely the same participant's, or of the same address."""
    if one.participant_id != other.participant_id and None not in (one.participant_id, other.participant_id):
        return False
    are_sure = min(one.certainty, other.certainty) >= SURE_ENOUGH
    if are_sure and one.participant_id is not None and one.participant_id == other.participant_id:
        return True
    return _same_address(one.requester_address, other.requester_address)


def may_lie_in(message: Message, case: Case) -> bool:
    """Whether a message may lie in a case: its author belongs there; what we wrote goes where its case may go."""
    if message.kind != MessageKind.CLIENT or not message.author_address:
        return may_join(message.case, case)
    if _same_address(message.author_address, case.requester_address):
        return True
    writer = find_sender(message.author_address, "", is_disproved=_is_disproved(message))
    is_known = writer.participant is not None and min(writer.certainty, case.certainty) >= SURE_ENOUGH
    return is_known and writer.participant is not None and writer.participant.pk == case.participant_id


def _is_disproved(message: Message) -> bool:
    return message.incoming is not None and message.incoming.is_disproved


def _same_address(one: str, other: str) -> bool:
    return bool(one) and one.lower() == other.lower()


def spoken(case: Case) -> QuerySet[Message]:
    """The conversation with the requester, newest first, as a list shows its last words."""
    said = case.messages.filter(thread=None, is_withheld=False).exclude(kind=MessageKind.NOTE)
    return said.exclude(kind=MessageKind.CLIENT, incoming__authenticity=Proof.FAIL).order_by("-at", "-pk")


def is_within(case: Case, other: Case) -> bool:
    """Whether `other` is part of the case, however deep: then the case cannot become part of it."""
    return Case.objects.filter(pk__in=RawSQL(PARENTS, [other.pk, LinkKind.PARENT.value]), id=case.pk).exists()


def open_parts(case: Case) -> list[Case]:
    """The open cases that are part of the case: they hold it open."""
    parts = CaseLink.objects.filter(other=case, kind=LinkKind.PARENT, ended_at=None).values("case_id")
    return list(Case.objects.unclosed().filter(pk__in=parts).order_by("number")[:20])


@dataclass(frozen=True)
class LinkLine:
    """A link as the case page shows it, read from this case."""

    id: int
    words: str
    other: Case


@dataclass(frozen=True)
class Structure:
    """What hangs on a case: its links, what was merged into it or split from it, and which of it can be undone."""

    links: tuple[LinkLine, ...]
    merged_here: tuple[Case, ...]
    steps: tuple[Rearrangement, ...]


FORWARD = {"parent": "Part of", "blocked": "Blocked by", "related": "Related to"}
BACKWARD = {"parent": "Has the part", "blocked": "Blocks", "related": "Related to"}


def structure_of(case: Case, actor: Actor) -> Structure:
    """The case's links and rearrangements, as far as the actor sees the other cases. Three queries."""
    seen = Case.objects.visible_to(actor).values("pk")
    links = links_of(case, actor)
    steps = Rearrangement.objects.filter(Q(source=case) | Q(target=case), undone_at=None)
    return Structure(
        links=tuple(_line(link, case) for link in links.select_related("case", "other").order_by("kind", "pk")[:100]),
        merged_here=tuple(Case.objects.visible_to(actor).filter(merged_into=case).order_by("number")[:100]),
        steps=tuple(steps.filter(source__in=seen, target__in=seen).select_related("source", "target")
                    .exclude(kind=RearrangementKind.MERGE).order_by("-at", "-pk")[:20]),
    )  # fmt: skip


def links_of(case: Case, actor: Actor) -> QuerySet[CaseLink]:
    """The case's links to cases the actor sees, whichever way they read."""
    seen = Case.objects.visible_to(actor).values("pk")
    return CaseLink.objects.filter(Q(case=case, other__in=seen) | Q(other=case, case__in=seen), ended_at=None)


def _line(link: CaseLink, case: Case) -> LinkLine:
    if link.case_id == case.pk:
        return LinkLine(link.pk, FORWARD[link.kind], link.other)
    return LinkLine(link.pk, BACKWARD[link.kind], link.case)
