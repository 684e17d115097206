"""What lies on the quarantine shelf? Each message with its reason and a preview that can do nothing, to be released or
discarded, one or several at a time.
"""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from tieline.console.case_originals import FRAME_POLICY
from tieline.console.pages import see_other, show
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.identity.permissions import require
from tieline.kernel import instance
from tieline.mail import shelf
from tieline.mail.bare_reading import Reading, read_anyhow
from tieline.mail.cleaning import clean_html
from tieline.mail.models import IncomingMail

SHOWN = 50
PREVIEW_SECONDS = 3.0
PREVIEW_LETTERS = 50_000
DID = {"release": "released; the desk has it in a moment", "discard": "discarded; nothing was deleted"}


class EndingForm(forms.Form):
    """What to do with the chosen messages, and why when they are discarded."""

    act = forms.ChoiceField(choices=[("release", "Release"), ("discard", "Discard")])
    reason = forms.CharField(max_length=200, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: Request) -> HttpResponse:
    """GET and POST /mail/quarantine?before="""
    require(request.actor, shelf.RIGHT)
    if request.method == "POST":
        return _end_chosen(request)
    before = request.GET.get("before", "")
    if before and not before.isdigit():
        raise Http404
    page = shelf.shelf_page(before=int(before) if before else None, limit=SHOWN)
    context = {"mails": page.mails, "older": page.older, "is_first": not before, "said": _said(request.GET)}
    return show(request, "console/quarantine/index.html", context)


def _end_chosen(request: Request) -> HttpResponse:
    form = read(EndingForm(request.POST))
    chosen = [int(one) for one in request.POST.getlist("mail") if one.isdecimal()]
    if form["act"] == "release":
        ended = shelf.release_chosen(chosen, by=request.actor, at=request.at)
    else:
        ended = shelf.discard_chosen(chosen, reason=form["reason"], by=request.actor, at=request.at)
    told = urlencode({"did": form["act"], "done": ended.done, "gone": ended.gone})
    return see_other(f"{reverse('mail-quarantine')}?{told}")


def _said(asked: QueryDict) -> str:
    """What the last act did, in words."""
    done, gone, did = (str(asked.get(name, "")) for name in ("done", "gone", "did"))
    if did not in DID or not (done.isdigit() and gone.isdigit()):
        return ""
    others = f" {int(gone)} had been ended by somebody else." if int(gone) else ""
    return f"{int(done)} message{'s' if int(done) != 1 else ''} {DID[did]}.{others}"


@require_GET
def counter(request: Request) -> HttpResponse:
    """GET /mail/quarantine/count : the number beside the place in the sidebar"""
    require(request.actor, shelf.RIGHT)
    return show(request, "console/quarantine/_count.html", {"count": shelf.count_lying(), "most": shelf.MOST_COUNTED})


@require_GET
def preview(request: Request, mail_id: int) -> HttpResponse:
    """GET /mail/quarantine/<id>"""
    mail, reading = _read(request, mail_id)
    context = {
        "mail": mail,
        "letter": reading.mail,
        "is_whole": reading.is_whole,
        "text": reading.mail.text[:PREVIEW_LETTERS],
        "is_cut": len(reading.mail.text) > PREVIEW_LETTERS,
        "clean": clean_html(reading.mail.html),
    }
    return show(request, "console/quarantine/preview.html", context)


@require_GET
def frame(request: Request, mail_id: int) -> HttpResponse:
    """GET /mail/quarantine/<id>/frame : nothing in it can act or call home"""
    _, reading = _read(request, mail_id)
    clean = clean_html(reading.mail.html)
    response = render(request, "console/cases/original_frame.html", {"content": clean.html})
    response["Content-Security-Policy"], response["X-Frame-Options"] = FRAME_POLICY, "SAMEORIGIN"
    return response


def _read(request: Request, mail_id: int) -> tuple[IncomingMail, Reading]:
    require(request.actor, shelf.RIGHT)
    mail = get_object_or_404(shelf.lying(), pk=mail_id)
    return mail, read_anyhow(instance.files().get(mail.file_key), seconds=PREVIEW_SECONDS)
