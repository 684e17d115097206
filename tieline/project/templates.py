"""How do pages get their words, icons and addresses? The one place where the template engine is set up."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from tieline.console.rule_links import linked
from tieline.kernel.profile import current_profile
from tieline.ui import words
from tieline.ui.icons import icon


def make_environment(**options: Any) -> Environment:
    """Jinja2 with our filters; escaping is on, and a name nobody gave is an error rather than a blank."""
    environment = Environment(**(options | {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}))
    environment.globals |= {"url": _url, "static": _static, "icon": icon, "percent": words.elapsed_percent}
    environment.filters |= {
        "moment": _moment,
        "since": _since,
        "day": _day,
        "written": _written,
        "linked": linked,
        "size": words.size,
        "initials": words.initials,
        "tint": words.tint,
    }
    return environment


@lru_cache(maxsize=20_000)
def _url(name: str, *parts: object) -> str:
    """A page's address; a list asks for four addresses a row, mostly the same from page to page."""
    return reverse(name, args=parts)


def _static(path: str) -> str:
    version = _version_now(path) if settings.DEBUG else _version(path)
    return f"{settings.STATIC_URL}{path}?v={version}"


def _version_now(path: str) -> str:
    found = finders.find(path)
    assert isinstance(found, str), f"no static file {path}"
    with open(found, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()[:8]


_version = cache(_version_now)


def _moment(instant: datetime, form: str = "%a %d %b %Y %H:%M") -> Markup:
    return words.moment(instant, current_profile().time_zone, form)


def _since(instant: datetime, at: datetime) -> Markup:
    return words.since(instant, at, current_profile().time_zone)


def _written(instant: datetime) -> str:
    return words.written(instant, current_profile().time_zone)


def _day(written: date | datetime) -> str:
    return words.day(written, current_profile().time_zone)
