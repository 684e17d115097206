"""Somebody was quicker: both values of a field with names and times, to keep theirs or to set one's own."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse

from tieline.console.pages import is_fragment, show
from tieline.console.requests import Request
from tieline.desk.field_conflicts import FieldConflict
from tieline.desk.models import Case


@dataclass(frozen=True)
class SetMine:
    """The form that sets one's own value after all, having seen theirs: its address, and its fields."""

    address: str
    fields: dict[str, str]


def show_conflict(request: Request, case: Case, conflict: FieldConflict, mine: SetMine) -> HttpResponse:
    """409 with both values, beside the page for its scripts, else as a page of its own."""
    context = {"case": case, "conflict": conflict, "change": conflict.change, "mine": mine}
    template = f"console/presence/{'_conflict' if is_fragment(request) else 'conflict'}.html"
    response = show(request, template, context, status=409)
    response["HX-Retarget"], response["HX-Reswap"] = "#refusal", "innerHTML"
    return response
