"""The message as it came: its heads, and its HTML cleaned and shown in a frame that can do nothing."""

from __future__ import annotations

import base64
import re

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from tieline.console.case_pages import visible_case
from tieline.console.pages import show
from tieline.console.requests import Request
from tieline.desk.models import Message
from tieline.identity.permissions import require
from tieline.kernel import instance
from tieline.mail.cleaning import CleanHtml, clean_html
from tieline.mail.models import IncomingMail, MailAttachment

FRAME_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
# of one origin with the page, so that the page hears the keys pressed in it; no script runs there that could use it
KEYS_HEARD = FRAME_POLICY.replace("sandbox", "sandbox allow-same-origin", 1)
KEPT_PICTURE = "cid:kept-picture:"
LARGEST_PICTURE_BYTES = 3_000_000
SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


@require_GET
def original(request: Request, number: int, message_id: int) -> HttpResponse:
    """GET /cases/<number>/messages/<id>/original"""
    message = _message(request, number, message_id)
    require(request.actor, "mail.see_original")
    assert message.incoming is not None
    context = {
        "case": message.case,
        "message": message,
        "mail": message.incoming,
        "clean": _clean(message.incoming),
    }
    return show(request, "console/cases/original.html", context)


@require_GET
def frame(request: Request, number: int, message_id: int) -> HttpResponse:
    """GET /cases/<number>/messages/<id>/original/frame : nothing in it can act or call home"""
    message = _message(request, number, message_id)
    require(request.actor, "mail.see_original")
    assert message.incoming is not None
    content = _with_pictures(_clean(message.incoming).html, message.incoming)
    response = render(request, "console/cases/original_frame.html", {"content": content})
    response["Content-Security-Policy"], response["X-Frame-Options"] = KEYS_HEARD, "SAMEORIGIN"
    return response


def _message(request: Request, number: int, message_id: int) -> Message:
    messages = visible_case(request, number).messages.select_related("incoming", "case")
    return get_object_or_404(messages, pk=message_id, incoming__isnull=False)


def _clean(mail: IncomingMail) -> CleanHtml:
    files = {one.content_id.strip("<>"): one.file_key for one in mail.attachments.all() if one.content_id}
    return clean_html(mail.html, picture_address=lambda id_: files.get(id_) and f"{KEPT_PICTURE}{files[id_]}")


def _with_pictures(html: str, mail: IncomingMail) -> str:
    """Pictures that came with the message, put into the page itself, as the frame may fetch nothing."""
    own = {one.file_key: one for one in mail.attachments.all()}
    return re.sub(rf"{KEPT_PICTURE}([0-9a-f]{{32}})", lambda found: _picture(own.get(found[1])), html)


def _picture(file: MailAttachment | None) -> str:
    if file is None or file.size_bytes > LARGEST_PICTURE_BYTES:
        return ""
    content = instance.files().get(file.file_key)
    kind = next((kind for opening, kind in SIGNATURES.items() if content.startswith(opening)), None)
    return f"data:{kind};base64,{base64.b64encode(content).decode()}" if kind else ""
