"""What is findable of a case? Its label and subject most of all, who asked, and everything the client and we wrote."""

from __future__ import annotations

from django.db.models import QuerySet

from tieline.desk.models import SURE_ENOUGH, Case
from tieline.search.actions import Findable


def findable(case: Case) -> Findable:
    """The case as the index should know it; internal notes are left out, as the index may be asked by clients."""
    said = case.messages.exclude(kind="note").order_by("at").values_list("text", flat=True)[:200]
    participant = case.participant.name if case.participant else ""
    return Findable(
        reference=case.reference,
        title=f"{case.label} {case.subject}",
        detail=f"{participant} {case.requester_name} {case.requester_address}".strip(),
        body="\n".join(said),
        participant_id=case.participant_id if case.certainty >= SURE_ENOUGH else None,
        at=case.last_activity_at,
    )


def all_cases() -> QuerySet[Case]:
    """Every case, for rebuilding the index from nothing."""
    return Case.objects.select_related("participant").order_by("pk")
