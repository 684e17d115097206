"""When is a cited section in force of which nothing is in force on the day asked about?"""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from tieline.kernel.profile import current_profile
from tieline.rulebook import profile
from tieline.rulebook.citing.citations import find_citations
from tieline.rulebook.models import SectionVersion


def says(text: str, *, as_at: date, book: str | None) -> str:
    """A sentence about the first cited section that stands on another day; empty when there is none."""
    rulebook = current_profile().get(profile.Rulebook)
    for citation in find_citations(text, rulebook.grammar, rulebook.books):
        named = book or citation.book
        meant = rulebook.meant_by(named) if named else None
        if when := _when(citation.section, as_at, meant):
            return when
    return ""


def _when(number: str, as_at: date, books: tuple[str, ...] | None) -> str:
    """From which later day a section stands, else until which earlier one it stood; the nearest of them."""
    titles = SectionVersion.objects.filter(section__number=number, pending_request="")
    titles = titles.filter(Q(effective_from__gt=as_at) | Q(effective_to__lte=as_at))
    if books is not None:
        titles = titles.filter(section__book__key__in=books)
    spans = list(titles.values_list("effective_from", "effective_to", "section__book__name"))
    begins = min(((begun, name) for begun, _, name in spans if begun > as_at), default=None)
    ended = max(((end, name) for _, end, name in spans if end is not None and end <= as_at), default=None)
    nearest = begins or ended
    if nearest is None:
        return ""
    day, name = nearest
    stands = f"stands from {day}" if begins else f"stood until {day}"
    return f"Section {number} of {name} {stands}; on {as_at} nothing of it is in force."
