"""What did reading in an edition find and change? The report that every door shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date

from tieline.rulebook.history.changes import Kind, changes
from tieline.rulebook.history.versions import Coming, Comparison, Place
from tieline.rulebook.models import Book, Edition, SectionVersion
from tieline.rulebook.outlining.outline import EditionText


@dataclass(frozen=True)
class UnplacedLine:
    """A line of the file that belongs to no section."""

    page: int | None
    text: str


@dataclass(frozen=True)
class ImportReport:
    """What an import found and did; all but `pending` and what is said of sections count paragraphs in force.

    `section_changes` counts the sections in force that are new, have another title, stand under another number or are
    gone. Not for a file that was there already: `grey_boxes`, `left_out` (the lines that are no rule text, by the
    reason) and `only_in_contents` (what the table of contents lists and the text does not have).
    """

    sections: int
    paragraphs: int
    added: int
    changed: int
    moved: int
    gone: int
    pending: int
    unplaced: tuple[UnplacedLine, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)
    section_changes: Mapping[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))
    grey_boxes: int | None = None
    only_in_contents: tuple[str, ...] = ()

    def as_data(self) -> dict[str, object]:
        """The report as the command line prints it."""
        return {
            **asdict(self),
            "unplaced": [asdict(line) for line in self.unplaced],
            "left_out": dict(self.left_out),
            "section_changes": {str(kind): count for kind, count in self.section_changes.items()},
            "only_in_contents": list(self.only_in_contents),
        }

    def lines(self) -> list[str]:
        """The report as the command line tells it."""
        by_kind = ", ".join(f"{count} {kind}" for kind, count in self.section_changes.items())
        boxes = "" if self.grey_boxes is None else f" (grey boxes: {self.grey_boxes})"
        return [
            f"sections: {self.sections} ({by_kind})",
            f"paragraphs in force: {self.paragraphs} ({self.added} added, {self.changed} changed, "
            f"{self.moved} moved, {self.gone} gone)",
            f"paragraphs approved, not in force: {self.pending}{boxes}",
            *(f"left out: {count} lines ({reason})" for reason, count in sorted(self.left_out.items())),
            *(f"only in the table of contents: {entry}" for entry in self.only_in_contents),
            f"lines without a place: {len(self.unplaced)}",
            *(f"    {f'page {line.page}: ' if line.page else ''}{line.text}" for line in self.unplaced),
        ]


def already_there(edition: Edition) -> ImportReport:
    """The report on a file that changes nothing."""
    unplaced = tuple(UnplacedLine(**line) for line in edition.unplaced)
    return ImportReport(edition.sections, edition.paragraphs, 0, 0, 0, 0, edition.pending, unplaced)


def written_report(
    book: Book,
    edition: EditionText,
    coming: Mapping[Place, Coming],
    comparison: Comparison,
    *,
    effective_on: date,
    newest: date | None,
) -> ImportReport:
    """The report on an edition whose text was just written; `newest` is the day of the one before."""
    return ImportReport(
        sections=len({section.number for section in edition.sections}),
        paragraphs=_in_force(coming),
        added=_in_force(comparison.added),
        changed=_in_force(comparison.changed),
        moved=_in_force(comparison.moved),
        gone=_in_force(comparison.gone),
        pending=sum(bool(place.request) for place in coming),
        unplaced=tuple(UnplacedLine(line.page, line.text) for line in edition.unplaced),
        left_out=Counter(one.reason.value for one in edition.left_out),
        section_changes=_section_changes(book, newest, effective_on),
        grey_boxes=len(edition.boxes),
        only_in_contents=tuple(f"{entry.number} {entry.title}".strip() for entry in edition.only_in_contents),
    )


def _in_force(places: Iterable[Place]) -> int:
    return sum(not place.request for place in places)


def _section_changes(book: Book, newest: date | None, effective_on: date) -> dict[Kind, int]:
    if newest is None:
        standing = SectionVersion.objects.filter(section__book=book, pending_request="")
        return dict.fromkeys(Kind, 0) | {Kind.ADDED: standing.count()}
    listed = changes(book.key, newest, effective_on).sections
    counted = Counter(one.kind for one in listed if not one.pending)
    return {kind: counted[kind] for kind in Kind}
