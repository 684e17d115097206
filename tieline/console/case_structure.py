"""How a case hangs together with others: its card in the rail, and links added and taken away."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tieline.console.case_pages import visible_case
from tieline.console.pages import is_fragment, see_other, show, wants_delete
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions.linking import link_cases, unlink_cases
from tieline.desk.models import Case, LinkKind
from tieline.desk.structure import links_of, structure_of
from tieline.kernel.refusal import Refusal


class NoSuchCase(Refusal):
    """A number that is no case, or none the actor may see."""

    def __init__(self, written: str) -> None:
        super().__init__(f"There is no case “{written}” that you can see.")


class LinkForm(forms.Form):
    """To which case, and how this one stands to it."""

    other = forms.CharField(max_length=40)
    kind = forms.ChoiceField(choices=LinkKind.choices)


@require_GET
def index(request: Request, number: int) -> HttpResponse:
    """GET /cases/<number>/structure"""
    return _card(request, number)


@require_POST
def link(request: Request, number: int) -> HttpResponse:
    """POST /cases/<number>/links"""
    case = visible_case(request, number)
    form = read(LinkForm(request.POST))
    other = case_named(request, form["other"])
    link_cases(case, other, kind=LinkKind(form["kind"]), by=request.actor, at=request.at)
    return changed(request, number)


@require_http_methods(["POST", "DELETE"])
def unlink(request: Request, number: int, link_id: int) -> HttpResponse:
    """DELETE /cases/<number>/links/<link id>"""
    if not wants_delete(request):
        return HttpResponseNotAllowed(["DELETE"])
    found = get_object_or_404(links_of(visible_case(request, number), request.actor), pk=link_id)
    unlink_cases(found, by=request.actor, at=request.at)
    return changed(request, number)


def case_named(request: Request, written: str) -> Case:
    """The case of a number or label as people write it, if the actor may see it. Refuses NoSuchCase."""
    digits = written.strip().rpartition("-")[2]
    seen = Case.objects.visible_to(request.actor).select_related("participant")
    found = seen.filter(number=int(digits)).first() if digits.isdigit() and len(digits) < 16 else None
    if found is None:
        raise NoSuchCase(written.strip()[:40])
    return found


def changed(request: Request, number: int) -> HttpResponse:
    """The card again for the page's own scripts, else the way back to the case."""
    if not is_fragment(request):
        return see_other(reverse("case", args=[number]))
    response = _card(request, number)
    response["HX-Trigger"] = "rows-changed"
    return response


def _card(request: Request, number: int) -> HttpResponse:
    case = visible_case(request, number)
    context = {"case": case, "structure": structure_of(case, request.actor), "kinds": LinkKind.choices}
    return show(request, f"console/structure/{'_card' if is_fragment(request) else 'card'}.html", context)
