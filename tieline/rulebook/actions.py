"""What changes the rule books: reading in an edition, and correcting what that took for a move."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.profile import current_profile
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.rulebook import profile, versions
from tieline.rulebook.events import EditionImported, MoveCorrected
from tieline.rulebook.extract import read_document
from tieline.rulebook.models import Book, Edition, Paragraph, ParagraphVersion, Section, SectionVersion
from tieline.rulebook.outline import EditionText
from tieline.rulebook.structure import read_edition
from tieline.rulebook.versions import Coming, Comparison, Place, Title

BATCH = 500
LONGEST_NAME = 255
BOOK_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")


class UnfitBookKey(Refusal):
    """A key that cannot stand in an address."""

    def __init__(self, key: str) -> None:
        super().__init__(f"“{key}” cannot be a book's key; use letters, digits, “-” and “_”, at most 60 of them.")


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


class UnknownVersion(Refusal):
    """No such paragraph version."""

    def __init__(self, version_id: int) -> None:
        super().__init__(f"There is no paragraph version {version_id}.")


class UnfitOrigin(Refusal):
    """A version that another cannot have come from."""

    def __init__(self, version: ParagraphVersion) -> None:
        super().__init__(
            f"Only text of the same book that ended on {version.effective_from}, and that nothing else came from, "
            "can have moved here."
        )


@dataclass(frozen=True)
class UnplacedLine:
    """A line of the file that belongs to no section."""

    page: int | None
    text: str


@dataclass(frozen=True)
class ImportReport:
    """What an import found and did; all but `pending` count paragraphs in force."""

    sections: int
    paragraphs: int
    added: int
    changed: int
    moved: int
    gone: int
    pending: int
    unplaced: tuple[UnplacedLine, ...]

    def as_data(self) -> dict[str, object]:
        """The report as the command line prints it."""
        return {**asdict(self), "unplaced": [asdict(line) for line in self.unplaced]}


def import_edition(path: Path, *, book: str, effective_on: date, by: Actor, at: datetime) -> ImportReport:
    """Read a file in as the text of a book from a day on, all of it or nothing.

    Refuses UnfitBookKey, UnreadableDocument, NoSections, OlderEdition and EditionDiffers. Reading in the same
    file for the same day again changes nothing.
    """
    require(by, "rulebook.import")
    rulebook = current_profile().get(profile.Rulebook)
    name = _name_of(book, rulebook)
    source = read_document(path)
    with transaction.atomic():
        owner, _ = Book.objects.get_or_create(key=book, defaults={"name": name})
        owner = Book.objects.select_for_update().get(pk=owner.pk)
        file_digest = hashlib.sha256(path.read_bytes()).hexdigest()
        same = owner.editions.filter(effective_on=effective_on).first()
        if same is not None and same.file_digest == file_digest:
            return _unchanged(same)
        newest = owner.editions.order_by("-effective_on").first()
        if newest is not None and effective_on < newest.effective_on:
            raise OlderEdition(owner, effective_on, newest.effective_on)
        edition = read_edition(source, rulebook.grammar)
        coming = versions.places(edition)
        standing = _standing(owner)
        comparison = versions.compare(
            {place: version.text_digest for place, version in standing.items()},
            coming,
            {place: version.text for place, version in standing.items()},
        )
        if same is not None:
            return _only_if_equal(same, comparison)
        _write_sections(owner, versions.titles(edition), effective_on)
        _write_paragraphs(owner, comparison, coming, standing, effective_on)
        report = _report(edition, coming, comparison)
        _record(owner, report, path, file_digest, effective_on, by, at)
        return report


@transaction.atomic
def correct_move(version_id: int, *, came_from: int | None, by: Actor, at: datetime) -> ParagraphVersion:
    """Say where a paragraph version came from, or (None) that it is new, whatever the import took it for.

    Refuses UnfitOrigin unless the origin ended in the same book on the day this version began.
    """
    require(by, "rulebook.import")
    version = _locked(version_id)
    origin = _locked(came_from) if came_from is not None else None
    if origin is not None and not _may_follow(version, origin):
        raise UnfitOrigin(version)
    version.moved_from, version.moved_certainty = origin, None if origin is None else 1.0
    version.save(update_fields=["moved_from", "moved_certainty"])
    said = MoveCorrected(came_from=came_from)
    record(said, about=Reference("paragraph_version", str(version.pk)), by=by, at=at)
    return version


def _locked(version_id: int) -> ParagraphVersion:
    found = ParagraphVersion.objects.select_for_update(of=("self",)).defer("words")
    version = found.select_related("paragraph__section").filter(pk=version_id).first()
    if version is None:
        raise UnknownVersion(version_id)
    return version


def _may_follow(version: ParagraphVersion, origin: ParagraphVersion) -> bool:
    is_same_book = version.paragraph.section.book_id == origin.paragraph.section.book_id
    is_taken = ParagraphVersion.objects.filter(moved_from=origin).exclude(pk=version.pk).exists()
    return is_same_book and origin.effective_to == version.effective_from and not is_taken


def _name_of(key: str, rulebook: profile.Rulebook) -> str:
    """The book's name in the profile; one the profile does not list is named by its key."""
    if not BOOK_KEY.fullmatch(key):
        raise UnfitBookKey(key)
    listed = {one.key: one.name for one in rulebook.books}
    return listed.get(key, key.replace("-", " ").replace("_", " ").title())


def _standing(book: Book) -> dict[Place, ParagraphVersion]:
    found = ParagraphVersion.objects.filter(paragraph__section__book=book, effective_to=None)
    return {
        Place(one.paragraph.section.number, one.paragraph.path, one.pending_request): one
        for one in found.defer("words").select_related("paragraph__section")
    }


def _unchanged(edition: Edition) -> ImportReport:
    unplaced = tuple(UnplacedLine(**line) for line in edition.unplaced)
    return ImportReport(edition.sections, edition.paragraphs, 0, 0, 0, 0, edition.pending, unplaced)


def _only_if_equal(same: Edition, comparison: Comparison) -> ImportReport:
    if not comparison.is_empty:
        differing = (*comparison.added, *comparison.changed, *comparison.moved, *comparison.gone)
        raise EditionDiffers(same.book, same.effective_on, len(differing))
    return _unchanged(same)


def _write_sections(book: Book, titles: Mapping[tuple[str, str], Title], effective_on: date) -> None:
    """Close the titles that changed or went, and write the new ones."""
    known = set(book.section_numbers.values_list("number", flat=True))
    new = dict.fromkeys(number for number, _ in titles if number not in known)
    Section.objects.bulk_create(
        [Section(book=book, number=number, sort_key=versions.sort_key(number)) for number in new],
        batch_size=BATCH,
    )
    sections = {section.number: section for section in book.section_numbers.all()}
    open_now = SectionVersion.objects.filter(section__book=book, effective_to=None).select_related("section")
    standing = {(one.section.number, one.pending_request): one for one in open_now}
    ended = [one.pk for key, one in standing.items() if key not in titles or titles[key].title != one.title]
    SectionVersion.objects.filter(pk__in=ended).update(effective_to=effective_on)
    SectionVersion.objects.bulk_create(
        [
            SectionVersion(
                section=sections[number],
                title=title.title,
                pending_request=request,
                pending_note=title.note,
                effective_from=effective_on,
            )
            for (number, request), title in titles.items()
            if (number, request) not in standing or standing[number, request].pk in set(ended)
        ],
        batch_size=BATCH,
    )


def _write_paragraphs(
    book: Book,
    comparison: Comparison,
    coming: Mapping[Place, Coming],
    standing: Mapping[Place, ParagraphVersion],
    effective_on: date,
) -> None:
    """Close the versions whose text changed or went; write versions only for what is new."""
    ended = [standing[place].pk for place in (*comparison.changed, *comparison.gone, *comparison.moved.values())]
    ParagraphVersion.objects.filter(pk__in=ended).update(effective_to=effective_on)
    opened = (*comparison.added, *comparison.changed, *comparison.moved)
    paragraphs = _paragraphs(book, {place: coming[place] for place in opened})
    ParagraphVersion.objects.bulk_create(
        [
            _version(
                paragraphs[place.section, place.path],
                coming[place],
                effective_on,
                moved_from=standing[comparison.moved[place]] if place in comparison.moved else None,
                certainty=comparison.certainty.get(place),
            )
            for place in opened
        ],
        batch_size=BATCH,
    )
    _retitle({standing[place]: coming[place] for place in comparison.same})


def _retitle(same: Mapping[ParagraphVersion, Coming]) -> None:
    """Give paragraphs whose text did not change the titles that are now above them."""
    retitled = []
    for version, coming in same.items():
        if (version.heading, version.above) != (coming.heading, coming.above):
            version.heading, version.above = coming.heading, coming.above
            retitled.append(version)
    ParagraphVersion.objects.bulk_update(retitled, ["heading", "above"], batch_size=BATCH)


def _paragraphs(book: Book, needed: Mapping[Place, Coming]) -> dict[tuple[str, str], Paragraph]:
    """The paragraphs of these places, made where they are new."""
    sections = {section.number: section for section in book.section_numbers.all()}
    known = set(Paragraph.objects.filter(section__book=book).values_list("section__number", "path"))
    new = {(place.section, place.path): coming for place, coming in needed.items()}
    Paragraph.objects.bulk_create(
        [
            Paragraph(section=sections[number], path=path, sort_key=coming.paragraph.sort_key)
            for (number, path), coming in new.items()
            if (number, path) not in known
        ],
        batch_size=BATCH,
    )
    found = Paragraph.objects.filter(section__book=book).select_related("section")
    return {(paragraph.section.number, paragraph.path): paragraph for paragraph in found}


def _version(
    paragraph: Paragraph,
    coming: Coming,
    effective_on: date,
    *,
    moved_from: ParagraphVersion | None,
    certainty: float | None,
) -> ParagraphVersion:
    said = coming.paragraph
    return ParagraphVersion(
        paragraph=paragraph,
        text=said.text,
        text_digest=coming.text_digest,
        heading=coming.heading,
        above=coming.above,
        page=said.page,
        page_top=said.top,
        effective_from=effective_on,
        pending_request=said.pending.request if said.pending else "",
        pending_note=said.pending.note if said.pending else "",
        moved_from=moved_from,
        moved_certainty=certainty,
    )


def _report(edition: EditionText, coming: Mapping[Place, Coming], comparison: Comparison) -> ImportReport:
    def in_force(places: object) -> int:
        assert isinstance(places, tuple | Mapping)
        return sum(not place.request for place in places)

    return ImportReport(
        sections=len({section.number for section in edition.sections}),
        paragraphs=sum(not place.request for place in coming),
        added=in_force(comparison.added),
        changed=in_force(comparison.changed),
        moved=in_force(comparison.moved),
        gone=in_force(comparison.gone),
        pending=sum(bool(place.request) for place in coming),
        unplaced=tuple(UnplacedLine(line.page, line.text) for line in edition.unplaced),
    )


def _record(
    book: Book,
    report: ImportReport,
    path: Path,
    file_digest: str,
    effective_on: date,
    by: Actor,
    at: datetime,
) -> None:
    edition = Edition.objects.create(
        book=book,
        effective_on=effective_on,
        file_name=path.name[:LONGEST_NAME],
        file_digest=file_digest,
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
