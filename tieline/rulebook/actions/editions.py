"""Reading in an edition of a rule book: all of it or nothing, with a report of what it changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction

from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel import instance
from tieline.kernel.actor import Actor
from tieline.kernel.profile import current_profile
from tieline.kernel.refusal import Refusal
from tieline.rulebook import profile
from tieline.rulebook.actions.import_report import ImportReport, already_there, written_report
from tieline.rulebook.actions.version_rows import standing_versions, write_paragraphs, write_sections
from tieline.rulebook.documents.extract import content_of, read_content
from tieline.rulebook.documents.lines import Progress, no_progress
from tieline.rulebook.events import EditionImported
from tieline.rulebook.exhibits import write_exhibits
from tieline.rulebook.history import versions
from tieline.rulebook.history.versions import Coming, Comparison, Place
from tieline.rulebook.models import Book, Edition, ParagraphVersion
from tieline.rulebook.outlining.outline import EditionText
from tieline.rulebook.outlining.structure import read_edition
from tieline.rulebook.outlining.terms import write_terms

LONGEST_NAME = 255
BOOK_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")
EARLIEST, FURTHEST_AHEAD = date(1900, 1, 1), timedelta(days=3650)
TAKEN_WORDS = frozenset({"changes", "exhibits", "glossary", "map", "search", "sources", "versions"})
"""What stands in an address where a book's key does."""


class UnfitBookKey(Refusal):
    """A key that cannot stand in an address."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"“{key}” cannot be a book's key; use letters, digits, “-” and “_”, at most 60 of "
            f"them, and none of the words {', '.join(sorted(TAKEN_WORDS))}."
        )


class UnfitDay(Refusal):
    """A day on which no edition begins."""

    def __init__(self, effective_on: date) -> None:
        super().__init__(
            f"{effective_on} cannot be the first day of an edition: it lies before {EARLIEST} or more than "
            f"{FURTHEST_AHEAD.days // 365} years ahead, and no other edition could be put before it."
        )


class OlderEdition(Refusal):
    """A newer edition of the book is already there."""

    def __init__(self, book: Book, effective_on: date, newest: date) -> None:
        super().__init__(
            f"The newest edition of {book.name} took effect on {newest}; one of {effective_on} cannot be put before it."
        )


class EditionDiffers(Refusal):
    """Another file was read in for the same day."""

    def __init__(self, book: Book, effective_on: date, paragraphs: int) -> None:
        super().__init__(
            f"The edition of {book.name} of {effective_on} is already there and differs from this file in "
            f"{paragraphs} paragraphs; what was in force is not rewritten."
        )


def import_edition(
    path: Path, *, book: str, effective_on: date, by: Actor, at: datetime, progress: Progress = no_progress
) -> ImportReport:
    """Read a file in as the text of a book from a day on, all of it or nothing, and keep the file.

    Refuses UnfitBookKey, UnfitDay, UnreadableDocument, NoSections, OlderEdition and EditionDiffers. Reading in the same
    file for the same day again changes nothing.
    """
    require(by, "rulebook.import")
    return import_content(
        content_of(path), name=path.name, book=book, effective_on=effective_on, by=by, at=at, progress=progress
    )


def import_content(
    content: bytes,
    *,
    name: str,
    book: str,
    effective_on: date,
    by: Actor,
    at: datetime,
    progress: Progress = no_progress,
) -> ImportReport:
    """Read in the bytes of a file of this name; see `import_edition`."""
    require(by, "rulebook.import")
    rulebook = current_profile().get(profile.Rulebook)
    book_name = _name_of(book, rulebook)
    if not EARLIEST <= effective_on <= at.date() + FURTHEST_AHEAD:
        raise UnfitDay(effective_on)
    source = read_content(content, name=name, progress=progress)
    file = _File(name[:LONGEST_NAME], hashlib.sha256(content).hexdigest(), content)
    with transaction.atomic():
        owner, _ = Book.objects.get_or_create(key=book, defaults={"name": book_name})
        owner = Book.objects.select_for_update().get(pk=owner.pk)
        same = owner.editions.filter(effective_on=effective_on).first()
        if same is not None and same.file_digest == file.digest:
            return already_there(same)
        newest = owner.editions.order_by("-effective_on").first()
        if newest is not None and effective_on < newest.effective_on:
            raise OlderEdition(owner, effective_on, newest.effective_on)
        edition = read_edition(source, rulebook.grammar)
        coming, standing = versions.places(edition), standing_versions(owner)
        comparison = versions.compare(
            {place: version.text_digest for place, version in standing.items()},
            coming,
            {place: version.text for place, version in standing.items()},
        )
        if same is not None:
            return _only_if_equal(same, comparison)
        _write(owner, edition, coming, standing, comparison, effective_on, rulebook.grammar)
        last = newest.effective_on if newest else None
        report = written_report(owner, edition, coming, comparison, effective_on=effective_on, newest=last)
        _record(owner, report, file, effective_on, by, at)
        return report


@dataclass(frozen=True)
class _File:
    """The file that is read in."""

    name: str
    digest: str
    content: bytes


def _write(
    owner: Book,
    edition: EditionText,
    coming: Mapping[Place, Coming],
    standing: Mapping[Place, ParagraphVersion],
    comparison: Comparison,
    effective_on: date,
    grammar: profile.Grammar,
) -> None:
    """Write the titles, the paragraphs, and what stands in those that are new."""
    write_sections(owner, versions.titles(edition), effective_on)
    written = write_paragraphs(owner, comparison, coming, standing, effective_on)
    shown = {version: coming[place].paragraph.exhibits for place, version in written.items()}
    write_exhibits(shown, files=instance.files())
    write_terms(written.values(), grammar)


def _name_of(key: str, rulebook: profile.Rulebook) -> str:
    """The book's name in the profile; one the profile does not list is named by its key."""
    if not BOOK_KEY.fullmatch(key) or key in TAKEN_WORDS:
        raise UnfitBookKey(key)
    listed = {one.key: one.name for one in rulebook.books}
    return listed.get(key, key.replace("-", " ").replace("_", " ").title())


def _only_if_equal(same: Edition, comparison: Comparison) -> ImportReport:
    if not comparison.is_empty:
        differing = (*comparison.added, *comparison.changed, *comparison.moved, *comparison.gone)
        raise EditionDiffers(same.book, same.effective_on, len(differing))
    return already_there(same)


def _record(book: Book, report: ImportReport, file: _File, effective_on: date, by: Actor, at: datetime) -> None:
    """Keep the file and the edition; last of all, so that a refused import leaves no file behind."""
    edition = Edition.objects.create(
        book=book,
        effective_on=effective_on,
        file_name=file.name,
        file_digest=file.digest,
        file_key=instance.files().put(file.content),
        imported_at=at,
        sections=report.sections,
        paragraphs=report.paragraphs,
        pending=report.pending,
        unplaced=[asdict(line) for line in report.unplaced],
    )
    said = EditionImported(
        book=book.key,
        effective_on=effective_on.isoformat(),
        sections=report.sections,
        paragraphs=report.paragraphs,
        added=report.added,
        changed=report.changed,
        moved=report.moved,
        gone=report.gone,
    )
    record(said, about=edition.reference, by=by, at=at, links={"book": book.reference})
