"""Which address leads to which door? Only the staff's for now, and the machine's question whether all is well."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import include, path

from tieline.console.requests import open_to_all, own_transaction
from tieline.project import health


@open_to_all
@own_transaction
def healthz(request: HttpRequest) -> JsonResponse:
    """GET /healthz"""
    report = health.report()
    return JsonResponse(report, status=200 if report["ok"] else 503)


urlpatterns = [path("healthz", healthz, name="healthz"), path("", include("tieline.console.urls"))]
handler400 = "tieline.console.errors.bad_request"
handler404 = "tieline.console.errors.not_found"
handler500 = "tieline.console.errors.crashed"
