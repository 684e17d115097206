"""What a member of staff prefers: dense lists or comfortable ones."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from tieline.console.pages import see_other
from tieline.console.requests import Request
from tieline.identity.models import User


@require_POST
def update(request: Request) -> HttpResponse:
    """POST /preferences"""
    User.objects.filter(pk=request.staff.pk).update(dense=request.POST.get("dense") == "yes")
    return see_other(reverse("home"))
