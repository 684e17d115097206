"""How does a case rest on a rule? By a citation that holds the paragraph's version and, where given, its very words."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tieline.desk.actions.locking import locked
from tieline.desk.events import CaseCited, CitationWithdrawn
from tieline.desk.models import Case, CaseCitation
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.rulebook import queries as rulebook


class QuoteNotFound(Refusal):
    """The quoted words do not stand in the cited version."""

    def __init__(self, label: str) -> None:
        super().__init__(f"The quoted words do not occur in {label} as cited; quote it exactly.")


@transaction.atomic
def cite(case: Case, *, version_id: int, quote: str, by: Actor, at: datetime) -> CaseCitation:
    """Cite a paragraph version in a case, with words quoted from it (or none).

    Refuses QuoteNotFound; citing the same words twice returns the citation that is there.
    """
    require(by, "desk.cite")
    cited = rulebook.cited_version(version_id)
    quote = " ".join(quote.split())
    if quote and not rulebook.quote_occurs(cited.text, quote):
        raise QuoteNotFound(cited.label)
    case = locked(case)
    citation, is_new = CaseCitation.objects.get_or_create(
        case=case,
        version_id=version_id,
        quote=quote,
        withdrawn_at=None,
        defaults={
            "label": cited.label, "cited_at": at, "cited_by": str(by.reference), "cited_by_name": by.name,
        },
    )  # fmt: skip
    if is_new:
        case.last_activity_at = at
        case.save(update_fields=["last_activity_at"])
        links = {"paragraph_version": Reference("paragraph_version", str(version_id))}
        record(CaseCited(label=cited.label), about=case.reference, by=by, at=at, links=links)
    return citation


@transaction.atomic
def withdraw_citation(citation: CaseCitation, *, by: Actor, at: datetime) -> None:
    """Take a citation out of a case; it stays in the record."""
    require(by, "desk.cite")
    citation = CaseCitation.objects.select_for_update().get(pk=citation.pk)
    if citation.withdrawn_at is None:
        citation.withdrawn_at = at
        citation.save(update_fields=["withdrawn_at"])
        record(CitationWithdrawn(label=citation.label), about=citation.case.reference, by=by, at=at)
