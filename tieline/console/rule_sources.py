"""The source opened at its place: the file of an edition, its pages as pictures, its text, and its figures."""

from __future__ import annotations

import io
from collections.abc import Callable

from django.http import FileResponse, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_GET

from tieline.console.pages import see_other, show
from tieline.console.requests import Request
from tieline.identity.permissions import require
from tieline.rulebook import sources

ZOOMS = {"fit": "Fit", "150": "150 %", "200": "200 %"}
SCALES = {"fit": 2.0, "150": 2.0, "200": 3.0}
CLOSED = "sandbox; default-src 'none'"
# A sandbox would keep a browser's own PDF reader from opening the file.
FOR_PDF = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@require_GET
def opened(request: Request, version_id: int) -> HttpResponse:
    """GET /rules/versions/<id>/source : leads to the page, or to the text, where the paragraph stands"""
    require(request.actor, "rulebook.see")
    try:
        found = sources.source_of(version_id)
    except sources.NoSource as missing:
        return _missing(request, missing)
    if not found.is_pdf or found.page is None:
        return see_other(f"{reverse('rule-source-text', args=[version_id])}#sought")
    address = reverse("rule-source-page", args=[found.edition_id, found.page])
    return see_other(f"{address}?version={version_id}#mark")


@require_GET
def file(request: Request, edition_id: int) -> HttpResponse | FileResponse:
    """GET /rules/sources/<edition>"""
    require(request.actor, "rulebook.see")
    try:
        found = sources.source_of_edition(edition_id)
        return _unless_known(request, found.file_digest, lambda: _file(found, sources.content(edition_id)))
    except sources.NoSource as missing:
        return _missing(request, missing)


@require_GET
def page(request: Request, edition_id: int, number: int) -> HttpResponse:
    """GET /rules/sources/<edition>/pages/<n>?version=&zoom="""
    require(request.actor, "rulebook.see")
    version_id, zoom = _version(request), request.GET.get("zoom", "fit")
    try:
        found = sources.source_of(version_id) if version_id else sources.source_of_edition(edition_id)
        said = sources.page_text(edition_id, number)
    except sources.NoSource as missing:
        return _missing(request, missing)
    context = {
        "source": found,
        "number": number,
        "said": said,
        "zoom": zoom if zoom in ZOOMS else "fit",
        "zooms": ZOOMS,
        "asked": f"?version={version_id}" if version_id else "?",
        "mark_at": _mark_at(found, number, said),
    }
    return show(request, "console/rule_sources/page.html", context)


@require_GET
def page_picture(request: Request, edition_id: int, number: int) -> HttpResponse | FileResponse:
    """GET /rules/sources/<edition>/pages/<n>.png?version=&zoom="""
    require(request.actor, "rulebook.see")
    version_id, scale = _version(request), SCALES.get(request.GET.get("zoom", ""), 2.0)
    try:
        found = sources.source_of_edition(edition_id)
        name = f"{found.file_digest}-{number}-{version_id}-{scale}"
        return _unless_known(
            request,
            name,
            lambda: HttpResponse(
                sources.page_image(edition_id, number, version_id=version_id, scale=scale), content_type="image/png"
            ),
        )
    except sources.NoSource as missing:
        return _missing(request, missing)


@require_GET
def text(request: Request, version_id: int) -> HttpResponse:
    """GET /rules/versions/<id>/source/text : a Word file or web page around the paragraph"""
    require(request.actor, "rulebook.see")
    try:
        context = {"source": sources.source_of(version_id), "lines": sources.text_around(version_id)}
    except sources.NoSource as missing:
        return _missing(request, missing)
    return show(request, "console/rule_sources/text.html", context)


@require_GET
def exhibit(request: Request, exhibit_id: int) -> HttpResponse | FileResponse:
    """GET /rules/exhibits/<id> : the picture of a figure or formula"""
    require(request.actor, "rulebook.see")
    try:
        return _unless_known(request, f"exhibit-{exhibit_id}", lambda: _picture(sources.picture(exhibit_id)))
    except sources.NoSource as missing:
        return _missing(request, missing)


def _mark_at(found: sources.Source, number: int, said: sources.PageText) -> int | None:
    """How far down the page the paragraph begins, in steps of five per cent; None when it does not begin there."""
    if found.page != number or found.top is None or said.height <= 0:
        return None
    return min(95, max(0, int(found.top / said.height * 20) * 5))


def _version(request: Request) -> int | None:
    written = request.GET.get("version", "")
    return int(written) if written.isdigit() and len(written) < 10 else None


def _file(found: sources.Source, content: bytes) -> FileResponse:
    response = FileResponse(
        io.BytesIO(content), as_attachment=not found.is_pdf, filename=found.file_name, content_type=found.media_type
    )
    response["Content-Security-Policy"] = FOR_PDF if found.is_pdf else CLOSED
    return response


def _picture(picture: sources.Picture) -> FileResponse:
    kind = "application/octet-stream" if picture.is_download else picture.media_type
    content = io.BytesIO(picture.content)
    response = FileResponse(content, as_attachment=picture.is_download, filename="figure", content_type=kind)
    response["Content-Security-Policy"] = CLOSED
    return response


def _unless_known(
    request: Request, name: str, make: Callable[[], HttpResponse | FileResponse]
) -> HttpResponse | FileResponse:
    """What was asked for, or word that the browser has it already; what is imported never changes."""
    etag = f'"{name}"'
    known = get_conditional_response(request, etag=etag)
    response = known if isinstance(known, HttpResponseNotModified) else make()
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    return response


def _missing(request: Request, missing: sources.NoSource) -> HttpResponse:
    return show(request, "console/rule_sources/missing.html", {"sentence": str(missing)}, status=404)
