"""What do all pages of the rules read from their address: the day, the book, two days to compare?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.http import Http404
from django.urls.converters import StringConverter

from tieline.console.requests import Request
from tieline.kernel.refusal import Refusal
from tieline.rulebook import queries
from tieline.rulebook.reading import contents


class UnreadableDay(Refusal):
    """A day that no calendar has."""

    def __init__(self, written: str) -> None:
        super().__init__(f"“{written[:40]}” is not a day; write it as 2026-09-01.")


class RuleNumber(StringConverter):
    """A section's number in an address."""

    regex = r"[^/\x00]{1,60}"


class RulePath(StringConverter):
    """A paragraph's path in an address; a defined term may hold a slash."""

    regex = r"[^\x00]{1,160}"


def today_of(request: Request) -> date:
    """The market's day."""
    return request.at.astimezone(request.profile.time_zone).date()


def as_at(request: Request) -> date:
    """The day the reader asks about; today unless said."""
    return day_said(request, "as_at") or today_of(request)


def day_said(request: Request, name: str) -> date | None:
    """A day of the address, if it says one."""
    written = request.GET.get(name, "")
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise UnreadableDay(written) from None


def known_book(key: str) -> queries.BookRow:
    """The book; there is nothing here without one."""
    found = next((one for one in queries.books() if one.key == key), None)
    if found is None:
        raise Http404
    return found


def compared_days(request: Request, *, changes: Sequence[date], editions: Sequence[date]) -> tuple[date, date]:
    """From which day to which; unsaid ones are the last change up to today, and the edition before it.

    The first edition changes nothing: what has not changed since is compared with the newest.
    """
    later = [day for day in changes if day not in editions[:1]] or editions[1:]
    to_day = day_said(request, "to") or _last(later, until=today_of(request)) or today_of(request)
    earlier = [day for day in editions if day < to_day]
    return day_said(request, "from") or (earlier[-1] if earlier else to_day), to_day


def _last(days: Sequence[date], *, until: date) -> date | None:
    return next((day for day in reversed(days) if day <= until), None)


def sections_of(book: str, day: date) -> list[queries.SectionRow]:
    """The book's contents; none while no edition has been read in."""
    return queries.sections(book, day) if contents.is_known(book) else []
