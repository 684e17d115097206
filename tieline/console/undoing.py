"""What can be taken back with one key? The act just done, by its inverse, offered for some seconds."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpResponse

from tieline.console.case_pages import show_change
from tieline.console.requests import Request


@dataclass(frozen=True)
class Undo:
    """What was done, in words, and the form that takes it back."""

    said: str
    address: str
    fields: dict[str, str] = field(default_factory=dict)


def show_undoable(request: Request, number: int, undo: Undo) -> HttpResponse:
    """After a change: as ever, with the offer to take it back."""
    request.undo = undo  # type: ignore[attr-defined]  # read by the template of the offer
    return show_change(request, number, template="console/piles/_changed.html")
