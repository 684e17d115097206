"""What brings the operator's published files onto the shelf, and from there into the books.

A file that fails leaves the others done. Nothing takes the place of a file on the shelf before it has proved to be
whole, of the expected form and, where a checksum is published, the very file that the operator means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime

from django.db import transaction

from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.rulebook.actions import ImportReport, import_edition
from tieline.rulebook.events import LibraryFetched
from tieline.rulebook.library.fetching import Came, FetchFailed, Progress, Visit, Wanted
from tieline.rulebook.library.genuine import WORDS, digest_in_list, digest_of, fault_in
from tieline.rulebook.library.limits import Limits
from tieline.rulebook.library.partial import PartialFile
from tieline.rulebook.library.publications import (
    Publication,
    day_in,
    host_of,
    in_order,
    is_file,
    links_in,
    offered,
)
from tieline.rulebook.library.shelf import Kept, Shelf
from tieline.rulebook.profile import Source


@dataclass
class BookFetch:
    """What became of the published files of one book: names that came, those that had not changed, and sentences
    about those that failed.
    """

    book: str
    fetched: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    def as_data(self) -> dict[str, object]:
        """The outcome as the command line prints it."""
        return {name: value for name, value in asdict(self).items() if name != "addresses"}


@dataclass(frozen=True)
class LibraryImport:
    """What became of one file that was to be read in as an edition."""

    book: str
    name: str
    effective_on: date | None
    report: ImportReport | None
    problem: str = ""

    def as_data(self) -> dict[str, object]:
        """The outcome as the command line prints it."""
        return {
            "book": self.book,
            "name": self.name,
            "effective_on": self.effective_on.isoformat() if self.effective_on else None,
            "report": self.report.as_data() if self.report else None,
            "problem": self.problem,
        }


def fetch_library(
    sources: Sequence[Source], shelf: Shelf, *, limits: Limits, progress: Progress, by: Actor, at: datetime
) -> list[BookFetch]:
    """Bring what the sources publish onto the shelf; the journal says so of each book.

    Refuses LibraryInUse. What fails is told in the outcome, and the rest is done all the same.
    """
    require(by, "rulebook.import")
    outcomes = []
    with shelf.held(), Visit(limits, progress) as visit:
        for book in dict.fromkeys(source.book for source in sources):
            outcome = BookFetch(book)
            for source in (one for one in sources if one.book == book):
                _fetch_source(source, shelf, visit, outcome, limits, at)
            outcomes.append(outcome)
            with transaction.atomic():
                _record(outcome, by, at)
    return outcomes


def import_from_library(
    shelf: Shelf,
    sources: Sequence[Source],
    addresses: Sequence[str],
    *,
    effective_on: date | None,
    by: Actor,
    at: datetime,
) -> list[LibraryImport]:
    """Read in those files, oldest first, that have come and were not read in before, each by itself."""
    require(by, "rulebook.import")
    parts = {source.book for source in sources if source.parts}
    waiting = [kept for address in addresses if (kept := shelf.kept(address)) and kept.imported_sha256 != kept.sha256]
    days = Counter((kept.book, _day(kept, effective_on)) for kept in waiting)
    done = []
    for kept in sorted(waiting, key=lambda kept: (kept.book, _day(kept, effective_on) or date.max)):
        day = _day(kept, effective_on)
        report, problem = None, _unfit(kept, day, is_part=kept.book in parts, companions=days[kept.book, day])
        if day is not None and not problem:
            report, problem = _import(shelf, kept, day, by, at)
        done.append(LibraryImport(kept.book, kept.name, day, report, problem))
    return done


def _import(shelf: Shelf, kept: Kept, day: date, by: Actor, at: datetime) -> tuple[ImportReport | None, str]:
    try:
        report = import_edition(shelf.path(kept), book=kept.book, effective_on=day, by=by, at=at)
    except Refusal as refusal:
        return None, str(refusal)
    shelf.put(replace(kept, imported_sha256=kept.sha256))
    return report, ""


def _day(kept: Kept, given: date | None) -> date | None:
    """From when a file holds: the day its address tells, else the day that was given."""
    return date.fromisoformat(kept.effective_on) if kept.effective_on else given


def _unfit(kept: Kept, day: date | None, *, is_part: bool, companions: int) -> str:
    """Why a file cannot be read in as an edition by itself; empty when it can."""
    if is_part:
        return f"“{kept.name}” is a part of its book; an edition is read in from one file."
    if day is None:
        return (
            f"“{kept.name}” does not tell from when it holds; give the day with --effective, or let the source's "
            "pattern find year, month and day."
        )
    if companions > 1:
        return f"“{kept.name}” is one of {companions} files of {kept.book} for {day}; read in the right one."
    return ""


def _fetch_source(source: Source, shelf: Shelf, visit: Visit, outcome: BookFetch, limits: Limits, at: datetime) -> None:
    try:
        publications = _publications(source, visit, limits)
    except Refusal as refusal:
        outcome.failed.append(str(refusal))
        return
    for publication in in_order(publications):
        outcome.addresses.append(publication.address)
        try:
            is_new = _fetch(publication, shelf, visit, at)
        except Refusal as refusal:
            outcome.failed.append(str(refusal))
            continue
        (outcome.fetched if is_new else outcome.unchanged).append(publication.name)


def _publications(source: Source, visit: Visit, limits: Limits) -> list[Publication]:
    """What a source offers: itself, or the files its page leads to."""
    if is_file(source):
        return [replace(one, effective_on=day_in(source.address, source)) for one in offered(source, [source.address])]
    page, address = visit.page(source.address, hosts=source.hosts, expected="a page with links to the files")
    found = offered(source, links_in(page, address))
    if not found:
        raise FetchFailed(source.address, "links that fit the source's pattern", "the page has none")
    if len(found) > limits.most_files:
        raise FetchFailed(source.address, f"at most {limits.most_files} files", f"the page leads to {len(found)}")
    return found


def _fetch(publication: Publication, shelf: Shelf, visit: Visit, at: datetime) -> bool:
    """Bring one file; false when we have it as it is."""
    _refuse_strange_host(publication)
    kept = shelf.whole(publication.address)
    target = shelf.place_for(publication)
    part = PartialFile(target)
    wanted = Wanted(publication.address, target.name, publication.form, publication.hosts)
    if kept is not None:
        wanted = replace(wanted, etag=kept.etag, last_modified=kept.last_modified)
    came = visit.file(wanted, part)
    if came is None:
        return False
    sha256 = _proved(publication, part, came, visit)
    size = part.size
    part.become(target)
    shelf.put(_line(publication, target.name, sha256, size, came, kept or shelf.kept(publication.address), at))
    return kept is None or kept.sha256 != sha256


def _line(
    publication: Publication, name: str, sha256: str, size: int, came: Came, before: Kept | None, at: datetime
) -> Kept:
    return Kept(
        book=publication.book,
        name=name,
        address=publication.address,
        sha256=sha256,
        size_bytes=size,
        fetched_at=at.isoformat(),
        effective_on=publication.effective_on.isoformat() if publication.effective_on else "",
        etag=came.etag,
        last_modified=came.last_modified,
        imported_sha256=before.imported_sha256 if before else "",
    )


def _proved(publication: Publication, part: PartialFile, came: Came, visit: Visit) -> str:
    """The checksum of what came, once it has proved to be what was expected; else it is thrown away."""
    address, expected = publication.address, WORDS[publication.form]
    if fault := fault_in(part.path, publication.form):
        part.discard()
        raise FetchFailed(address, expected, fault)
    sha256 = digest_of(part.path)
    for told, where in _checksums(publication, came, visit):
        if told != sha256:
            part.discard()
            raise FetchFailed(address, f"the checksum {told} told by {where}", f"what came has {sha256}")
    return sha256


def _checksums(publication: Publication, came: Came, visit: Visit) -> Iterator[tuple[str, str]]:
    """The checksums that the publisher tells, and where."""
    if came.sha256:
        yield came.sha256, "the reply"
    if not publication.checksum_address:
        return
    where = publication.checksum_address
    text, _ = visit.page(where, hosts=publication.hosts, expected="a published checksum")
    told = digest_in_list(text, publication.address.rsplit("/", 1)[-1])
    if not told:
        raise FetchFailed(where, "a SHA-256 checksum", "there is none")
    yield told, where


def _refuse_strange_host(publication: Publication) -> None:
    """A page of links leads only where its source says it may."""
    if publication.hosts and host_of(publication.address) not in publication.hosts:
        allowed = " or ".join(sorted(publication.hosts))
        raise FetchFailed(publication.address, f"a file on {allowed}", "the link leads elsewhere")


def _record(outcome: BookFetch, by: Actor, at: datetime) -> None:
    said = LibraryFetched(
        book=outcome.book,
        fetched=outcome.fetched,
        unchanged=len(outcome.unchanged),
        failed=outcome.failed,
    )
    record(said, about=Reference("rule_book", outcome.book), by=by, at=at)
