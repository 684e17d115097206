"""What is seen when the answer is no, or when we failed? A page or a fragment, and nothing typed is lost."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from tieline.identity.permissions import NotAllowed
from tieline.kernel.refusal import Refusal

KEPT = {
    "text": "What you wrote",
    "quote": "Your quote",
    "reason": "Your reason",
    "note": "Your note",
}
RESENT = ("then", "key", "seen", "draft", "outcome", "topic", "urgency", "owner", "version_id", "decision", "_method")


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """An expected no: 409 with its sentence (403 where a right is missing) and what was typed."""
    status = HTTPStatus.FORBIDDEN if isinstance(refusal, NotAllowed) else HTTPStatus.CONFLICT
    return _say(request, str(refusal), status, kind="refused")


def signed_out(request: HttpRequest) -> HttpResponse:
    """The session ended while a page was open: said in place, so that nothing typed is lost."""
    return _fragment(request, "You are signed out. What you wrote is kept here.", HTTPStatus.UNAUTHORIZED, "signed_out")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old or not ours."""
    sentence = "This form is no longer valid. Go back, reload the page and send it again."
    return _say(request, sentence, HTTPStatus.FORBIDDEN, kind="stale")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request cannot be understood."""
    return _say(request, "This request cannot be understood.", HTTPStatus.BAD_REQUEST, kind="bad")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such thing, or it is not the actor's to see; the two are not told apart."""
    sentence = "There is nothing here, or your role does not let you see it."
    return _say(request, sentence, HTTPStatus.NOT_FOUND, kind="missing")


def crashed(request: HttpRequest) -> HttpResponse:
    """We failed; the request id leads to the cause in the log."""
    sentence = "Something broke on our side. Nothing was changed."
    return _say(request, sentence, HTTPStatus.INTERNAL_SERVER_ERROR, kind="crashed")


def _say(request: HttpRequest, sentence: str, status: HTTPStatus, *, kind: str) -> HttpResponse:
    if "HX-Request" in request.headers:
        return _fragment(request, sentence, status, kind)
    posted = request.POST if request.method == "POST" and kind == "refused" else {}
    context = {
        "sentence": sentence,
        "kind": kind,
        "request_id": getattr(request, "id", ""),
        "path": request.path,
        "back": _back(request) if kind in ("refused", "missing") else "",
        "kept": [(name, label, posted[name]) for name, label in KEPT.items() if posted.get(name)],
        "resent": [(name, posted[name]) for name in RESENT if posted.get(name)],
    }
    return render(request, "console/errors/page.html", context, status=status)


def _back(request: HttpRequest) -> str:
    """The page of ours that the reader came from; else, on a page of the rules, where the rules begin."""
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(came_from)
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if address.startswith("/") and address != request.get_full_path():
            return address
    rules = reverse("rules")
    return rules if request.path.startswith(f"{rules.rstrip('/')}/") else ""


def _fragment(request: HttpRequest, sentence: str, status: HTTPStatus, kind: str) -> HttpResponse:
    context = {"sentence": sentence, "kind": kind, "request_id": getattr(request, "id", "")}
    response = render(request, "console/errors/_refusal.html", context, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = "#refusal", "innerHTML"
    return response
