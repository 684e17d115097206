"""A file that came with a message or goes with one: handed out for saving, never shown as a page of ours."""

from __future__ import annotations

import io

from django.http import FileResponse, Http404
from django.views.decorators.http import require_GET

from tieline.console.requests import Request
from tieline.desk.files import StoredFile, taken_by, visible_file

HARMLESS = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain", "text/csv"}
)
CLOSED = "sandbox; default-src 'none'"


@require_GET
def download(request: Request, key: str) -> FileResponse:
    """GET /attachments/<key>"""
    file = found(request, key)
    try:
        content = taken_by(file, request.actor)
    except FileNotFoundError:
        raise Http404 from None
    kind = file.content_type if file.content_type in HARMLESS and not file.is_harmful else "application/octet-stream"
    response = FileResponse(io.BytesIO(content), as_attachment=True, filename=_label(file), content_type=kind)
    response["Content-Security-Policy"] = CLOSED
    return response


def found(request: Request, key: str) -> StoredFile:
    """The file, if the actor may see what it belongs to; else there is nothing here."""
    file = visible_file(key, request.actor)
    if file is None:
        raise Http404
    return file


def _label(file: StoredFile) -> str:
    """The sender's name for the file, as a label: one line, no path; a harmful one does not open by a click."""
    letters = "".join(letter if letter.isprintable() and letter not in '/\\"' else "_" for letter in file.name)
    label = letters.strip(" .") or "attachment"
    return f"{label}.harmful" if file.is_harmful else label
