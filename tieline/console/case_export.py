"""Saving a list as a file, whole, however long it is."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from tieline.console.export_files import check, csv_file, parquet_file, xlsx_file
from tieline.console.list_queries import understood
from tieline.console.requests import Request
from tieline.desk.exporting import note_export
from tieline.identity.permissions import require

FORMS = {
    "csv": (csv_file, "text/csv; charset=utf-8"),
    "xlsx": (xlsx_file, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "parquet": (parquet_file, "application/vnd.apache.parquet"),
}


@require_GET
def download(request: Request, form: str) -> HttpResponseBase:
    """GET /cases/export.<form>?q=&view="""
    require(request.actor, "desk.export")
    if form not in FORMS:
        raise Http404
    check(form)
    asked = understood(request)
    count = note_export(asked, form=form, by=request.actor, at=request.at)
    write, kind = FORMS[form]
    response = StreamingHttpResponse(write(asked), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="cases-{request.at:%Y%m%d-%H%M}.{form}"'
    response["X-Rows"] = str(count)
    return response
