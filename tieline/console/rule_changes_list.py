"""What changed in a whole book between two days: counted, filtered, page by page, and as a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from tieline.console.pages import show
from tieline.console.requests import Request
from tieline.console.rule_days import compared_days, known_book
from tieline.identity.permissions import require
from tieline.rulebook.history import change_files
from tieline.rulebook.history.changes import ChangeList, Kind, ParagraphChange, SectionChange, UnfitSpan
from tieline.rulebook.history.redline import Stretch
from tieline.rulebook.reading import contents
from tieline.rulebook.reading.extracts import extract
from tieline.rulebook.reading.listed import listed_changes

SHOWN = 50
FILES = {
    "csv": ("text/csv; charset=utf-8", change_files.as_csv),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", change_files.as_docx),
}


@dataclass(frozen=True)
class Filter:
    """Which changes are wanted: of a kind, in a chapter or section, holding words; unsaid ones do not narrow."""

    kind: Kind | None
    section: str
    contains: str

    def admits(self, change: ParagraphChange) -> bool:
        """Whether a paragraph's change is wanted."""
        words = f"{change.at} {change.was_at} {change.title} {change.before} {change.after}"
        return self._fits(change.kind, change.section, words)

    def admits_section(self, change: SectionChange) -> bool:
        """Whether a section's change is wanted."""
        return self._fits(change.kind, change.number, f"{change.number} {change.title} {change.was_title}")

    def of(self, listed: ChangeList) -> ChangeList:
        """The list with only what is wanted."""
        return replace(
            listed,
            sections=tuple(one for one in listed.sections if self.admits_section(one)),
            paragraphs=tuple(one for one in listed.paragraphs if self.admits(one)),
        )

    def _fits(self, kind: Kind, number: str, words: str) -> bool:
        if self.kind is not None and kind is not self.kind:
            return False
        if self.section and number != self.section and not number.startswith(self.section + "."):
            return False
        return self.contains.casefold() in words.casefold()


@require_GET
def index(request: Request, book: str) -> HttpResponse:
    """GET /rules/<book>/changes?from=&to=&kind=&section=&contains=&page="""
    require(request.actor, "rulebook.see")
    days = contents.edition_days(book)
    from_day, to_day = compared_days(request, changes=(), editions=days)
    wanted = _filter(request)
    context: dict[str, object] = {
        "book": known_book(book), "days": days, "from_day": from_day, "to_day": to_day, "wanted": wanted,
        "kinds": list(Kind), "asked": _asked(from_day, to_day, wanted),
    }  # fmt: skip
    try:
        listed = listed_changes(book, from_day, to_day)
    except UnfitSpan as refusal:
        return show(request, "console/rules/changes.html", context | {"sentence": str(refusal)}, status=409)
    context |= {"listed": listed} | _page(wanted.of(listed), request.GET.get("page", ""))
    return show(
        request, "console/rules/changes.html", context | {"chapters": _chapters(listed), "shortened": _shortened}
    )


@require_GET
def download(request: Request, book: str, form: str) -> HttpResponse:
    """GET /rules/<book>/changes.csv and .docx, filtered as the page is"""
    require(request.actor, "rulebook.see")
    if form not in FILES:
        raise Http404
    days = contents.edition_days(known_book(book).key)
    from_day, to_day = compared_days(request, changes=(), editions=days)
    listed = _filter(request).of(listed_changes(book, from_day, to_day))
    media_type, write = FILES[form]
    name = f"{book}-changes-{from_day}-{to_day}.{form}"
    return HttpResponse(
        write(listed), content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _filter(request: Request) -> Filter:
    """What the address asks for; a kind there is none of asks for all."""
    kind = request.GET.get("kind", "")
    return Filter(
        kind=Kind(kind) if kind in set(Kind) else None,
        section=request.GET.get("section", "").strip()[:60],
        contains=request.GET.get("contains", "").strip()[:100],
    )


def _asked(from_day: date, to_day: date, wanted: Filter) -> str:
    """The address's question without its page."""
    said = {
        "from": from_day.isoformat(),
        "to": to_day.isoformat(),
        "kind": wanted.kind.value if wanted.kind else "",
        "section": wanted.section,
        "contains": wanted.contains,
    }
    return urlencode({name: value for name, value in said.items() if value})


def _page(found: ChangeList, written: str) -> dict[str, object]:
    """One page of the paragraphs; sections stand on the first only."""
    pages = max(1, -(-len(found.paragraphs) // SHOWN))
    page = min(max(int(written) if written.isdecimal() and len(written) < 7 else 1, 1), pages)
    first = (page - 1) * SHOWN
    return {
        "found": found,
        "sections": found.sections if page == 1 else (),
        "paragraphs": found.paragraphs[first : first + SHOWN],
        "first": first + 1,
        "last": min(first + SHOWN, len(found.paragraphs)),
        "page": page,
        "pages": pages,
    }


def _shortened(change: ParagraphChange) -> tuple[Stretch, ...]:
    """What changed, with a few words around it."""
    return extract(change.redline.inline)


def _chapters(listed: ChangeList) -> list[str]:
    """The chapters in which anything changed, in order."""
    numbers = [one.section for one in listed.paragraphs] + [one.number for one in listed.sections]
    return sorted({number.partition(".")[0] for number in numbers}, key=lambda one: (len(one), one))
