"""What of the desk rests on a rule? Its citations, told to whoever proves them or reports the reach of a change."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tieline.desk.models import CaseCitation
from tieline.rulebook import standing


def case_citations(on: Collection[int] | None) -> Iterator[standing.Resting]:
    """Every rule cited in a case; only those resting on the paragraph versions `on`, when given."""
    found = CaseCitation.objects.filter(withdrawn_at=None).select_related("case").order_by("pk")
    if on is not None:
        found = found.filter(version_id__in=on)
    for one in found:
        yield standing.Resting(one.case.reference, one.version_id, one.label, one.quote, owner=one.case.area)
