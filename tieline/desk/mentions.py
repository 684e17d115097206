"""Whom does a note name? `@username` or `@Full Name` of staff who may see the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.db.models import Q
from django.db.models.functions import Lower

from tieline.identity.models import User

_AT = re.compile(r"(?<![\w.@])@(?P<words>\w[\w.\-']*(?:[ \t]\w[\w.\-']*){0,3})")
MOST = 20


def named_in(text: str) -> list[User]:
    """The active staff a text names, in the order of their names; at most MOST."""
    named = sorted(set(_names_after(text)))
    if not named:
        return []
    known = User.objects.annotate(small_username=Lower("username"), small_name=Lower("name"))
    found = known.filter(Q(small_username__in=named) | Q(small_name__in=named), is_active=True)
    return list(found.filter(role__rights__contains=["desk.see"]).order_by("name")[:MOST])


def _names_after(text: str) -> Iterator[str]:
    """Every beginning of the words after an at sign, in small letters: one word, two, three, four."""
    for match in _AT.finditer(text):
        words = match["words"].lower().split()
        for count in range(1, len(words) + 1):
            yield " ".join(words[:count]).rstrip(".-'")
