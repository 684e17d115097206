"""Giving a case to somebody, to oneself, or to nobody."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tieline.console.case_conflicts import SetMine, show_conflict
from tieline.console.case_pages import case_context, visible_case
from tieline.console.pages import is_fragment, show
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.console.undoing import Undo, show_undoable
from tieline.desk.actions import assign
from tieline.desk.field_conflicts import NOBODY, FieldConflict
from tieline.desk.models import Case
from tieline.identity.models import User
from tieline.identity.queries import active_staff
from tieline.kernel.refusal import Refusal

ME = "me"


class NobodyThere(Refusal):
    """The person chosen has no open account."""

    def __init__(self) -> None:
        super().__init__("There is no such person among the active staff.")


class AssignmentForm(forms.Form):
    """A staff member's id, "me", or nothing for nobody; and the owner the page showed, "nobody" for none."""

    owner = forms.RegexField(r"^(me|\d{1,15})?$", required=False)
    was = forms.RegexField(r"^(nobody|\d{1,15})?$", required=False)
    reason = forms.CharField(max_length=300, required=False)


@require_http_methods(["GET", "POST"])
def assignment(request: Request, number: int) -> HttpResponse:
    """GET and POST /cases/<number>/assignment"""
    case = visible_case(request, number)
    if request.method == "GET":
        template = "_people.html" if is_fragment(request) else "assignment.html"
        context = {**case_context(request, case), "staff_people": active_staff()}
        return show(request, f"console/cases/{template}", context)
    return _give(request, case)


def _give(request: Request, case: Case) -> HttpResponse:
    form, address = read(AssignmentForm(request.POST)), reverse("case-assignment", args=[case.number])
    owner, was = _owner(request, form["owner"]), form["was"]
    try:
        assign(case, owner=owner, by=request.actor, at=request.at, was=was.replace(NOBODY, "") if was else None,
               reason=form["reason"])  # fmt: skip
    except FieldConflict as conflict:
        mine = {"owner": form["owner"], "was": conflict.change.now or NOBODY}
        return show_conflict(request, case, conflict, SetMine(address, mine))
    back = {"owner": str(case.owner_id or ""), "was": str(owner.pk) if owner else NOBODY}
    said = f"Given to {owner.name}" if owner else "Given to nobody"
    return show_undoable(request, case.number, Undo(said, address, back))


def _owner(request: Request, chosen: str) -> User | None:
    if chosen in ("", ME):
        return request.staff if chosen else None
    owner = active_staff().filter(pk=int(chosen)).first()
    if owner is None:
        raise NobodyThere
    return owner
