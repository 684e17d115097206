"""Saved views: kept, changed, shared and taken away."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tieline.console.pages import see_other, show, wants_delete
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions.views import Wish, change_view, delete_view, save_view
from tieline.desk.asking import ORDERS
from tieline.desk.models import SharedWith
from tieline.desk.queries import saved_counted, saved_views
from tieline.desk.writing import staff_id
from tieline.identity.permissions import require


class ViewForm(forms.Form):
    """A name, a query, who has the view, and its order."""

    name = forms.CharField(max_length=200)
    query = forms.CharField(max_length=2000, required=False)
    shared_with = forms.CharField(max_length=10)
    order = forms.CharField(max_length=20, required=False)


@require_http_methods(["GET", "POST"])
def index(request: Request) -> HttpResponse:
    """GET /views : one's own and those shared with one; POST: keep a query as a view"""
    require(request.actor, "desk.see")
    if request.method == "POST":
        view = save_view(_wish(request), profile=request.profile, by=request.actor, at=request.at)
        return see_other(f"{reverse('cases')}?view=saved-{view.pk}")
    return show(request, "console/views/index.html", {**_choices(request), "saved": saved_views(request.actor)})


@require_GET
def aside(request: Request) -> HttpResponse:
    """GET /views/mine?here= : the saved views with their counters, for beside the list"""
    require(request.actor, "desk.see")
    found = saved_counted(request.actor, request.profile, request.at)
    return show(request, "console/views/_aside.html", {"saved": found, "here": request.GET.get("here", "")})


@require_http_methods(["GET", "POST", "DELETE"])
def one(request: Request, view_id: int) -> HttpResponse:
    """GET, POST and DELETE /views/<id>"""
    view = get_object_or_404(saved_views(request.actor), pk=view_id)
    if wants_delete(request):
        delete_view(view, by=request.actor, at=request.at)
        return see_other(reverse("saved-views"))
    if request.method == "POST":
        change_view(view, wish=_wish(request), profile=request.profile, by=request.actor, at=request.at)
        return see_other(f"{reverse('cases')}?view=saved-{view.pk}")
    return show(request, "console/views/show.html", {**_choices(request), "view": view})


def _wish(request: Request) -> Wish:
    form = read(ViewForm(request.POST))
    return Wish(form["name"], form["query"], form["shared_with"], form["order"])


def _choices(request: Request) -> dict[str, object]:
    return {"sharings": SharedWith.choices, "orders": ORDERS, "me": staff_id(request.actor),
            "query": request.GET.get("q", "")}  # fmt: skip
