"""One case is part of another, is blocked by it, or is related to it."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from tieline.desk.actions.locking import locked_in_order
from tieline.desk.actions.moving import IntoItself
from tieline.desk.events import CaseLinked, CaseUnlinked
from tieline.desk.models import Case, CaseLink, LinkKind
from tieline.desk.structure import is_within
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.refusal import Refusal

PARENTS_LOCK = 4_201_501


class LinkedAlready(Refusal):
    """The link is there, or would contradict one that is."""

    def __init__(self, case: Case, other: Case, words: str) -> None:
        super().__init__(f"{case.label} {words} {other.label} already.")


class PartOfItself(Refusal):
    """A case cannot be part of what is part of it."""

    def __init__(self, case: Case, other: Case) -> None:
        super().__init__(f"{case.label} cannot be part of {other.label}, which is itself part of {case.label}.")


@transaction.atomic
def link_cases(case: Case, other: Case, *, kind: LinkKind, by: Actor, at: datetime) -> CaseLink:
    """Say how one case stands to another. Refuses IntoItself, LinkedAlready, PartOfItself."""
    require(by, "desk.arrange")
    if case.pk == other.pk:
        raise IntoItself(case)
    if kind == LinkKind.PARENT:
        _one_at_a_time()
    case, other = locked_in_order(case, other)
    _refuse(case, other, kind)
    link = CaseLink.objects.create(case=case, other=other, kind=kind, linked_at=at, linked_by_name=by.name)
    event = CaseLinked(from_label=case.label, words=LinkKind(kind).label, into_label=other.label)
    record(event, about=case.reference, by=by, at=at, links={"into": other.reference})
    return link


@transaction.atomic
def unlink_cases(link: CaseLink, *, by: Actor, at: datetime) -> None:
    """End a link; ending it twice changes nothing."""
    require(by, "desk.arrange")
    link = CaseLink.objects.select_for_update(of=("self",)).select_related("case", "other").get(pk=link.pk)
    if link.ended_at is None:
        link.ended_at = at
        link.save(update_fields=["ended_at"])
        event = CaseUnlinked(from_label=link.case.label, words=link.get_kind_display(), into_label=link.other.label)
        record(event, about=link.case.reference, by=by, at=at, links={"into": link.other.reference})


def _one_at_a_time() -> None:
    # two pairs of cases lock nothing in common, and could together close a circle that neither sees
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PARENTS_LOCK])


def _refuse(case: Case, other: Case, kind: LinkKind) -> None:
    standing = CaseLink.objects.filter(kind=kind, ended_at=None)
    same = Q(case=case, other=other)
    if kind == LinkKind.RELATED:
        same |= Q(case=other, other=case)
    if standing.filter(same).exists():
        raise LinkedAlready(case, other, LinkKind(kind).label)
    if kind == LinkKind.BLOCKED and standing.filter(case=other, other=case).exists():
        raise LinkedAlready(other, case, LinkKind.BLOCKED.label)
    if kind == LinkKind.PARENT:
        above = standing.filter(case=case).select_related("other").first()
        if above is not None:
            raise LinkedAlready(case, above.other, LinkKind.PARENT.label)
        if is_within(case, other):
            raise PartOfItself(case, other)
