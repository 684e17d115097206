"""Which addresses did a form name? Several may stand in one field."""

from __future__ import annotations

import re

from tieline.console.requests import Request


def addresses_in(written: str) -> list[str]:
    """The addresses of a field in which several may stand."""
    return [one for one in re.split(r"[\s,;]+", written) if one]


def copies_in(request: Request) -> tuple[str, ...]:
    """Who gets a copy of the reply: those ticked and those typed, each once."""
    written = " ".join(request.POST.getlist("cc"))
    return tuple(dict.fromkeys(addresses_in(written[:10_000])))
