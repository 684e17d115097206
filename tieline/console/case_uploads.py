"""Files on their way into a case: announced, brought up part by part, taken away; or all at once by a plain form."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tieline.console.case_pages import visible_case
from tieline.console.pages import is_fragment, see_other, show, wants_delete
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions.uploads import WrongPlace, add_whole, discard_upload, start_upload, take_part
from tieline.desk.models import Case, Upload, UploadKind
from tieline.desk.uploading import uploads_in
from tieline.desk.writing import staff_id
from tieline.kernel.actor import Actor


class AnnouncedForm(forms.Form):
    """What is to come."""

    name = forms.CharField(max_length=1000, strip=False, error_messages={"required": "choose a file first."})
    type = forms.CharField(required=False, max_length=200)
    size = forms.IntegerField(min_value=0)
    mode = forms.CharField(required=False, max_length=20)


@require_http_methods(["GET", "POST"])
def index(request: Request, number: int) -> HttpResponse:
    """GET /cases/<number>/uploads : one's waiting files; POST announces one, or brings whole ones"""
    case = visible_case(request, number)
    if request.method == "GET":
        return _show_waiting(request, case)
    if request.FILES:
        _take_whole(request, case)
        return see_other(reverse("case", args=[number]) + "#composer")
    form = read(AnnouncedForm(request.POST))
    upload = start_upload(
        case, name=form["name"], content_type=form["type"], size_bytes=form["size"], by=request.actor, at=request.at,
        kind=_kind(form["mode"], request.actor),
    )  # fmt: skip
    address = reverse("case-upload", args=[number, upload.key.hex])
    return JsonResponse({"key": upload.key.hex, "address": address, "name": upload.name}, status=201)


def _kind(mode: str, actor: Actor) -> UploadKind:
    """What was being written: a note, or else a reply, to one or to all; who may not reply writes notes."""
    is_note = mode == UploadKind.NOTE or (not mode and not actor.may("desk.reply"))
    return UploadKind.NOTE if is_note else UploadKind.REPLY


def _take_whole(request: Request, case: Case) -> None:
    kind = _kind(request.POST.get("mode", ""), request.actor)
    for file in request.FILES.getlist("file"):
        assert file.size is not None
        add_whole(
            case, name=file.name or "", content_type=file.content_type or "", size_bytes=file.size,
            parts=file.chunks(), by=request.actor, at=request.at, kind=kind,
        )  # fmt: skip


def _show_waiting(request: Request, case: Case) -> HttpResponse:
    if not is_fragment(request):
        return see_other(reverse("case", args=[case.number]) + "#composer")
    context = {"case": case, "uploads": uploads_in(case, request.actor), "again": True}
    return show(request, "console/files/_waiting.html", context)


@require_http_methods(["GET", "HEAD", "PATCH", "POST", "DELETE"])
def upload(request: Request, number: int, key: str) -> HttpResponse:
    """GET /cases/<number>/uploads/<key> : how far it is; PATCH adds the next part; DELETE takes it away"""
    case = visible_case(request, number)
    found = _own(request, case, key)
    if wants_delete(request):
        discard_upload(found, by=request.actor, at=request.at)
        return _show_waiting(request, visible_case(request, number))
    if request.method != "PATCH":
        return _told(found.received_bytes, found, status=200)
    offset = request.headers.get("Upload-Offset", "")
    if not offset.isdecimal() or len(offset) > 15:
        return HttpResponseBadRequest("Upload-Offset is missing.", content_type="text/plain")
    try:
        found = take_part(found, offset=int(offset), content=request.body, by=request.actor, at=request.at)
    except WrongPlace as refusal:
        return _told(refusal.received_bytes, found, status=409)
    return _told(found.received_bytes, found, status=204)


def _own(request: Request, case: Case, key: str) -> Upload:
    """One's own file that has not been sent; others' are not here."""
    own = case.uploads.filter(author_id=staff_id(request.actor), message=None, discarded_at=None)
    try:
        return get_object_or_404(own, key=UUID(hex=key))
    except ValueError:
        raise Http404 from None


def _told(received_bytes: int, upload: Upload, *, status: int) -> HttpResponse:
    response = HttpResponse(status=status, content_type="text/plain")
    response["Upload-Offset"], response["Upload-Length"] = str(received_bytes), str(upload.size_bytes)
    return response
