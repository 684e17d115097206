"""A draft between colleagues: read live, commented beside, approved as it stands; and asking somebody to look."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tieline.console.case_drafts import KindForm
from tieline.console.case_pages import visible_case
from tieline.console.pages import is_fragment, see_other, show
from tieline.console.reading import read
from tieline.console.requests import Request
from tieline.desk.actions import approve_draft, comment_on_draft, look_at_draft, settle_comment, share_draft
from tieline.desk.models import Case, Draft
from tieline.desk.sharing import shared_draft
from tieline.desk.writing import writing_in
from tieline.identity.queries import active_staff


class ReaderForm(KindForm):
    """Who is to look."""

    reader = forms.IntegerField()


class CommentForm(forms.Form):
    """What is said, and about which words."""

    text = forms.CharField(max_length=10_000, required=False, strip=False)
    about_words = forms.CharField(max_length=5_000, required=False, strip=False)


class ApprovalForm(forms.Form):
    """The version that was read."""

    version = forms.IntegerField(min_value=0)


@require_GET
def show_draft(request: Request, number: int, draft_id: int) -> HttpResponse:
    """GET /cases/<number>/drafts/<id> : a draft as it stands now, with what was said beside it"""
    draft = _draft(request, number, draft_id)
    look_at_draft(draft, by=request.actor, at=request.at)
    return _shown(request, draft)


@require_GET
def writers(request: Request, number: int) -> HttpResponse:
    """GET /cases/<number>/writers : who is writing, and how far those asked are"""
    case = visible_case(request, number)
    context = {"case": case, "writing": writing_in(case, request.actor)}
    return show(request, "console/cases/_writers.html", context)


@require_http_methods(["GET", "POST"])
def readers(request: Request, number: int) -> HttpResponse:
    """GET /cases/<number>/draft/readers?kind= shows who was asked; POST asks somebody"""
    case = visible_case(request, number)
    if request.method == "POST":
        return _ask(request, case)
    own = writing_in(case, request.actor).own.get(read(KindForm(request.GET))["kind"])
    if own is None:
        name = "_nothing_to_share" if is_fragment(request) else "nothing_to_share"
        return show(request, f"console/compose/{name}.html", {"case": case})
    return _shown(request, _draft(request, number, own.draft_id))


def _ask(request: Request, case: Case) -> HttpResponse:
    form = read(ReaderForm(request.POST))
    reader = get_object_or_404(active_staff().select_related("role"), pk=form["reader"])
    asked = share_draft(case, kind=form["kind"], reader=reader, by=request.actor, at=request.at)
    if is_fragment(request):
        return _shown(request, _draft(request, case.number, asked.draft_id))
    return see_other(reverse("case-draft-text", args=[case.number, asked.draft_id]))


@require_POST
def comment(request: Request, number: int, draft_id: int) -> HttpResponse:
    """POST /cases/<number>/drafts/<id>/comments"""
    draft = _draft(request, number, draft_id)
    form = read(CommentForm(request.POST))
    comment_on_draft(draft, text=form["text"], about_words=form["about_words"], by=request.actor, at=request.at)
    return _after(request, number, draft)


@require_POST
def settle(request: Request, number: int, draft_id: int, comment_id: int) -> HttpResponse:
    """POST /cases/<number>/drafts/<id>/comments/<id>"""
    draft = _draft(request, number, draft_id)
    said = get_object_or_404(draft.comments.select_related("draft__case", "draft__author"), pk=comment_id)
    settle_comment(said, by=request.actor, at=request.at)
    return _after(request, number, draft)


@require_POST
def approve(request: Request, number: int, draft_id: int) -> HttpResponse:
    """POST /cases/<number>/drafts/<id>/approval"""
    draft = _draft(request, number, draft_id)
    approve_draft(draft, version=read(ApprovalForm(request.POST))["version"], by=request.actor, at=request.at)
    return _after(request, number, draft)


def _draft(request: Request, number: int, draft_id: int) -> Draft:
    return get_object_or_404(visible_case(request, number).drafts.select_related("author", "case"), pk=draft_id)


def _after(request: Request, number: int, draft: Draft) -> HttpResponse:
    if is_fragment(request):
        return _shown(request, draft)
    return see_other(reverse("case-draft-text", args=[number, draft.pk]))


def _shown(request: Request, draft: Draft) -> HttpResponse:
    context = {"case": draft.case, "draft": draft, "shared": shared_draft(draft, request.actor)}
    return show(request, f"console/cases/{'_draft' if is_fragment(request) else 'draft'}.html", context)
