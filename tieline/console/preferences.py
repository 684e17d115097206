"""What a member of staff prefers: dense lists or comfortable ones."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from tieline.console.pages import see_other
from tieline.console.requests import Request
from tieline.identity.actions import prefer_lists


@require_POST
def update(request: Request) -> HttpResponse:
    """POST /preferences"""
    prefer_lists(request.staff, dense=request.POST.get("dense") == "yes", by=request.actor)
    return see_other(reverse("home"))
