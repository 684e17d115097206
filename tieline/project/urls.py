"""Which address leads to which door? The staff's for now, and the question whether all is well."""

from __future__ import annotations

from django.db import OperationalError
from django.http import JsonResponse
from django.urls import include, path

from tieline.console.requests import Request, open_to_all, own_transaction
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as
from tieline.project import health


@open_to_all
@own_transaction
def healthz(request: Request) -> JsonResponse:
    """GET /healthz"""
    try:
        with viewing_as(SYSTEM):
            report = health.report(at=request.at)
    except OperationalError:
        # without a database there is no viewer to set; the report then names the cause itself
        report = health.report(at=request.at)
    return JsonResponse(report, status=200 if report["ok"] else 503)


urlpatterns = [path("healthz", healthz, name="healthz"), path("", include("tieline.console.urls"))]
handler400 = "tieline.console.errors.bad_request"
handler404 = "tieline.console.errors.not_found"
handler500 = "tieline.console.errors.crashed"
