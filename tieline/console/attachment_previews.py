"""A file looked at without opening it elsewhere: its words, its rows, or pictures of its pages drawn anew."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from tieline.console.attachments import CLOSED, found
from tieline.console.pages import is_fragment, show
from tieline.console.requests import Request
from tieline.desk.files import StoredFile
from tieline.mail.previewing import Preview, picture_of, preview_of

MISSING = Preview("none", problem="The file is missing from the store.")


@require_GET
def preview(request: Request, key: str) -> HttpResponse:
    """GET /attachments/<key>/preview?page= : a page, or the panel beside the case"""
    file = found(request, key)
    shown = _shown(file)
    asked = request.GET.get("page", "")
    page = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    context = {"file": file, "preview": shown, "number": min(max(page, 1), max(shown.pages, 1))}
    name = "_preview" if is_fragment(request) else "preview"
    return show(request, f"console/files/{name}.html", context)


@require_GET
def picture(request: Request, key: str, page: int) -> HttpResponse:
    """GET /attachments/<key>/pages/<n>.png"""
    file = found(request, key)
    drawn = _drawn(file, page) if file.is_open else None
    if drawn is None:
        raise Http404
    response = HttpResponse(drawn, content_type="image/png")
    response["Content-Security-Policy"] = CLOSED
    return response


def _shown(file: StoredFile) -> Preview:
    if not file.is_open:
        return Preview("none")
    try:
        return preview_of(file.content(), name=file.name, content_type=file.content_type)
    except FileNotFoundError:
        return MISSING


def _drawn(file: StoredFile, page: int) -> bytes | None:
    try:
        return picture_of(file.content(), name=file.name, content_type=file.content_type, page=page)
    except FileNotFoundError:
        return None
