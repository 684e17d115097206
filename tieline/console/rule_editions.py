"""The editions of a book: which files were read in, and reading in one more."""

from __future__ import annotations

from datetime import date

from django import forms
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from tieline.console.pages import show
from tieline.console.requests import Request
from tieline.identity.permissions import require
from tieline.kernel.refusal import Refusal
from tieline.rulebook import queries, sources
from tieline.rulebook.actions import import_content
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.reading import contents

LARGEST_BYTES = 100 * 1024 * 1024


class EditionForm(forms.Form):
    """A file, and the day from which its text holds."""

    file = forms.FileField(
        max_length=255,
        error_messages={"required": "Choose the file of the edition.", "empty": "The file is empty."},
    )
    effective_on = forms.DateField(
        error_messages={
            "required": "Say from which day the text holds.",
            "invalid": "That is not a day; write it as 2026-09-01.",
        }
    )

    def clean_file(self) -> object:
        """Refuse what is larger than any rule book."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(f"The file is larger than {LARGEST_BYTES >> 20} MB.")
        return file


@require_http_methods(["GET", "POST"])
def editions(request: Request, book: str) -> HttpResponse:
    """GET, POST /rules/<book>/editions"""
    if request.method == "POST":
        return _create(request, book)
    require(request.actor, "rulebook.see")
    return _show(request, book)


def _create(request: Request, book: str) -> HttpResponse:
    require(request.actor, "rulebook.import")
    form = EditionForm(request.POST, request.FILES)
    if not form.is_valid():
        said = [str(sentence) for sentences in form.errors.values() for sentence in sentences]
        return _show(request, book, problems=said, effective_on=form.cleaned_data.get("effective_on"), status=422)
    name = _name(request, book)
    file, effective_on = form.cleaned_data["file"], form.cleaned_data["effective_on"]
    was_known = effective_on in contents.edition_days(book)
    try:
        report = import_content(
            file.read(), name=file.name, book=book, effective_on=effective_on, by=request.actor, at=request.at
        )
    except Refusal as refusal:
        return _show(request, book, problems=[str(refusal)], effective_on=effective_on, status=409)
    context = {
        "key": book,
        "name": name,
        "file_name": file.name,
        "effective_on": effective_on,
        "report": report,
        "was_known": was_known,
    }
    return show(request, "console/rule_sources/report.html", context)


def _show(
    request: Request,
    book: str,
    *,
    problems: list[str] | None = None,
    effective_on: date | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "key": book,
        "name": _name(request, book),
        "editions": sources.editions_of(book),
        "problems": problems or [],
        "effective_on": effective_on,
    }
    return show(request, "console/rule_sources/editions.html", context, status=status)


def _name(request: Request, book: str) -> str:
    """What the book is called: read in already, or named by the profile."""
    named = {one.key: one.name for one in request.profile.get(Rulebook).books}
    named |= {one.key: one.name for one in queries.books()}
    if book not in named:
        raise Http404
    return named[book]
