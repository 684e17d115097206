"""A file that came with a message: handed out for saving, never shown as a page of ours."""

from __future__ import annotations

import io

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from tieline.console.requests import Request
from tieline.desk.models import Case, Message
from tieline.kernel import instance
from tieline.mail.models import MailAttachment

HARMLESS = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain", "text/csv"}
)


@require_GET
def download(request: Request, key: str) -> FileResponse:
    """GET /attachments/<key>"""
    file = _visible_file(request, key)
    try:
        content = instance.files().get(file.file_key)
    except FileNotFoundError:
        raise Http404 from None
    kind = file.content_type if file.content_type in HARMLESS else "application/octet-stream"
    response = FileResponse(io.BytesIO(content), as_attachment=True, filename=_label(file.name), content_type=kind)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _visible_file(request: Request, key: str) -> MailAttachment:
    cases = Case.objects.visible_to(request.actor)
    said = Message.objects.filter(case__in=cases, incoming__attachments__file_key=key)
    return get_object_or_404(MailAttachment, file_key=key, mail__in=said.values("incoming"))


def _label(name: str) -> str:
    """The sender's name for the file, as a label: one line, no path."""
    letters = "".join(letter if letter.isprintable() and letter not in '/\\"' else "_" for letter in name)
    return letters.strip(" .") or "attachment"
