"""How do the rules that a text cites become links in it? By their words alone, so that no page asks the database.

A link names the rule, the book if the words do, and the day of the text; where it leads is found out when somebody
follows it (`case_references.cited`). What is not said beyond doubt is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import urlencode

from django.urls import reverse
from jinja2.utils import urlize
from markupsafe import Markup

from tieline.kernel.profile import current_profile
from tieline.rulebook.citing.citations import Citation, find_citations
from tieline.rulebook.profile import Rulebook

LONGEST_LINKED = 60_000
LONGEST_SHOWN = 70
ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+")


def linked(text: str, said_at: datetime) -> Markup:
    """A plain text with its web addresses and the rules it cites as links, as at the day it was said."""
    profile = current_profile()
    as_at = said_at.astimezone(profile.time_zone).date()
    parts: list[Markup] = []
    position = 0
    for cited in _cited(text[:LONGEST_LINKED], profile.version):
        parts.append(_plain(text[position : cited.start]))
        parts.append(
            Markup('<a class="cites" href="{}">{}</a>').format(address_of(cited, as_at), text[cited.start : cited.end])
        )
        position = cited.end
    return Markup("").join([*parts, _plain(text[position:])])


def address_of(cited: Citation, as_at: date) -> str:
    """Where a citation leads on a day."""
    asked = {"as_at": as_at.isoformat()}
    if cited.book is not None:
        asked["book"] = cited.book
    return f"{reverse('rule-cited')}?{urlencode({'q': str(cited), **asked})}"


def _plain(text: str) -> Markup:
    return Markup(urlize(text, LONGEST_SHOWN, rel="noopener noreferrer nofollow", target="_blank"))


@lru_cache(maxsize=512)
def _cited(text: str, profile_version: str) -> tuple[Citation, ...]:
    """The citations to link, in order, none over another or inside a web address; found once for each text."""
    rulebook = current_profile().get(Rulebook)
    addresses = [found.span() for found in ADDRESS.finditer(text)]
    found = find_citations(text, rulebook.grammar, rulebook.books)
    return tuple(_apart([one for one in found if one.is_explicit and not one.is_implied], addresses))


def _apart(found: list[Citation], addresses: list[tuple[int, int]]) -> Iterator[Citation]:
    end = 0
    for one in found:
        if one.start >= end and not any(start < one.end and one.start < stop for start, stop in addresses):
            end = one.end
            yield one
