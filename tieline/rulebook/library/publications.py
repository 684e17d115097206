"""Which files does a source offer, and from when does each hold?

A source is the file itself or a page that links to the files. Pages are only read for their links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from tieline.rulebook.profile import Source, SourceForm

CHECKSUM_ENDING = ".sha256"
DAY_GROUPS = ("year", "month", "day")
UNFIT = re.compile(r"[^\w.-]+", re.ASCII)
LONGEST_STEM = 100


@dataclass(frozen=True)
class Publication:
    """A file that a source offers; `checksum_address` is where its checksum is published, if it is, and `hosts`
    are those it may come from.
    """

    book: str
    address: str
    name: str
    form: SourceForm
    effective_on: date | None = None
    checksum_address: str = ""
    hosts: tuple[str, ...] = ()
    parts: bool = False


def is_file(source: Source) -> bool:
    """Whether the source's address is the file itself and no page of links."""
    return source.pattern is None or source.pattern.search(unquote(source.address)) is not None


def offered(source: Source, links: Sequence[str]) -> list[Publication]:
    """The files among the links of a source's page, each once, in the page's order."""
    pattern = source.pattern
    fitting = [link for link in dict.fromkeys(links) if pattern is None or pattern.search(unquote(link))]
    files = [link for link in fitting if not _path(link).endswith(CHECKSUM_ENDING)]
    return [_publication(source, link, frozenset(links)) for link in files]


def links_in(page: str, address: str) -> list[str]:
    """Where the links of a page lead, whole and without the mark of a place on a page."""
    reader = _Links(address)
    reader.feed(page)
    reader.close()
    return reader.found


def host_of(address: str) -> str:
    """The host of an address in small letters; empty when there is none."""
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def day_in(address: str, source: Source) -> date | None:
    """The first day in force that an address tells by the groups of the source's pattern."""
    found = source.pattern.search(unquote(address)) if source.pattern else None
    if found is None or not set(DAY_GROUPS) <= set(found.re.groupindex):
        return None
    year, month, day = (found[group] or "" for group in DAY_GROUPS)
    for form in ("%Y %m %d", "%y %m %d", "%Y %B %d", "%Y %b %d"):
        try:
            return datetime.strptime(f"{year} {month} {day}", form).date()
        except ValueError:
            continue
    return None


def _publication(source: Source, address: str, links: frozenset[str]) -> Publication:
    where = urlsplit(address)
    beside = where._replace(path=where.path + CHECKSUM_ENDING).geturl()
    return Publication(
        book=source.book,
        address=address,
        name=_name(address, source.form),
        form=source.form,
        effective_on=day_in(address, source),
        checksum_address=beside if source.checksums or beside in links else "",
        hosts=(host_of(source.address), *(host.lower() for host in source.hosts)),
        parts=source.parts,
    )


def _name(address: str, form: SourceForm) -> str:
    """A name for the file on our disk, made of harmless letters only."""
    ending = f".{form.value}"
    last = UNFIT.sub("-", _path(address).rsplit("/", 1)[-1])
    stem = last[: -len(ending)] if last.lower().endswith(ending) else last
    return (stem.strip(".-")[:LONGEST_STEM] or "book") + ending


def _path(address: str) -> str:
    return unquote(urlsplit(address).path)


class _Links(HTMLParser):
    """Collects where the links of a page lead."""

    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base, self.found = address, list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = dict(attrs).get("href")
        if target and tag == "base":
            self.base = _joined(self.base, target) or self.base
        elif target and tag == "a" and (whole := _joined(self.base, target)):
            self.found.append(whole)


def _joined(base: str, target: str) -> str:
    """The whole address of a link, or nothing when it is no web address."""
    try:
        whole, _ = urldefrag(urljoin(base, target.strip()))
        fits = urlsplit(whole).scheme in {"http", "https"} and host_of(whole)
    except ValueError:
        return ""
    return whole.replace(" ", "%20") if fits else ""


def in_order(publications: Sequence[Publication]) -> Iterator[Publication]:
    """Oldest text first; files that do not tell their day come last, as offered."""
    yield from sorted(publications, key=lambda one: one.effective_on or date.max)
