"""What of the desk rests on a rule? Its citations, told to whoever proves them or reports the reach of a change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from django.db.models import Count

from tieline.desk.models import CaseCitation, CaseState
from tieline.desk.profile import Taxonomy
from tieline.kernel.profile import current_profile
from tieline.kernel.reference import Reference
from tieline.rulebook import standing

COLUMNS = (
    "case__number", "case__label", "case__subject", "case__state", "case__owner_id", "case__area",
    "version_id", "label", "quote",
)  # fmt: skip


def case_citations(on: Collection[int] | None, *, as_at: date) -> Iterator[standing.Resting]:
    """Every rule cited in a case; only those resting on the paragraph versions `on`, when given."""
    found = CaseCitation.objects.filter(withdrawn_at=None).order_by("pk")
    if on is not None:
        found = found.filter(version_id__in=on)
    teams = {area.key: area.team for area in current_profile().get(Taxonomy).areas}
    for number, case, subject, state, owner, area, version, label, quote in found.values_list(*COLUMNS):
        yield standing.Resting(
            Reference("case", str(number)),
            version,
            label,
            quote,
            owner=_answering(owner, area, teams),
            name=f"{case} {subject}",
            is_settled=state == CaseState.CLOSED,
        )


def cases_by_section(sections: Collection[int] | None) -> Mapping[int, int]:
    """By section, how many cases cite a paragraph of it."""
    found = CaseCitation.objects.filter(withdrawn_at=None)
    if sections is not None:
        found = found.filter(version__paragraph__section_id__in=sections)
    counted = found.values("version__paragraph__section_id").annotate(cases=Count("case_id", distinct=True))
    return dict(counted.order_by().values_list("version__paragraph__section_id", "cases"))


def _answering(owner: int | None, area: str, teams: Mapping[str, str]) -> str:
    """The person whose case it is, else the team that looks after its area."""
    if owner is not None:
        return f"staff:{owner}"
    return f"team:{teams[area]}" if area in teams else ""
