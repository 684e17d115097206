"""Where does a paragraph stand in the file it was read from, and what does that place look like?

The file of each edition is kept. A paragraph version is shown in the edition in which it began, since its page and
place were read there. Pages are drawn when they are asked for; nothing but the file itself is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from tieline.kernel import instance
from tieline.kernel.refusal import Refusal
from tieline.rulebook.documents import page_pictures
from tieline.rulebook.documents.extract import is_pdf, read_content
from tieline.rulebook.documents.extract_pdf import PageMissing
from tieline.rulebook.exhibits import SHOWABLE, ExhibitView, exhibits_of
from tieline.rulebook.models import Edition, Exhibit, ParagraphVersion
from tieline.rulebook.quotes import plain

PDF, WORD, HTML = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "text/html",
)
SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"BM": "image/bmp",
}
LINES_AROUND = 25
Drawn = TypeVar("Drawn")

__all__ = [
    "EditionRow",
    "ExhibitView",
    "NoSource",
    "PageText",
    "Picture",
    "Source",
    "SourceLine",
    "content",
    "editions_of",
    "exhibits_of",
    "page_image",
    "page_text",
    "picture",
    "source_of",
    "source_of_edition",
    "text_around",
]


class NoSource(Refusal):
    """There is nothing to open; the sentence says why."""


@dataclass(frozen=True)
class Source:
    """The file an edition was read from, and where in it a paragraph stands (`page` counts from 1).

    `section` and `path` name that paragraph; all four are empty when no paragraph is asked about.
    """

    edition_id: int
    book: str
    book_name: str
    effective_on: date
    file_name: str
    file_digest: str
    media_type: str
    page: int | None = None
    top: float | None = None
    section: str = ""
    path: str = ""
    version_id: int | None = None

    @property
    def is_pdf(self) -> bool:
        """Whether it has pages that can be shown."""
        return self.media_type == PDF


@dataclass(frozen=True)
class Picture:
    """A picture that can be handed out; `is_download` says that a browser is not to show it."""

    content: bytes
    media_type: str
    is_download: bool


@dataclass(frozen=True)
class PageText:
    """What a page of a PDF says, how many pages there are, and its size in points."""

    lines: tuple[str, ...]
    pages: int
    width: float
    height: float


@dataclass(frozen=True)
class SourceLine:
    """A line of a file without pages; `is_sought` marks those of the paragraph that is looked for."""

    text: str
    is_sought: bool
    heading_level: int


@dataclass(frozen=True)
class EditionRow:
    """An edition as a list shows it; `unplaced` are the lines of its file that belong to no section."""

    edition_id: int
    effective_on: date
    file_name: str
    imported_at: datetime
    sections: int
    paragraphs: int
    pending: int
    unplaced: int
    is_kept: bool


def editions_of(book: str) -> tuple[EditionRow, ...]:
    """The editions of a book, the newest first."""
    return tuple(
        EditionRow(
            one.pk,
            one.effective_on,
            one.file_name,
            one.imported_at,
            one.sections,
            one.paragraphs,
            one.pending,
            len(one.unplaced),
            bool(one.file_key),
        )
        for one in Edition.objects.filter(book__key=book).order_by("-effective_on")
    )


def source_of_edition(edition_id: int) -> Source:
    """The file of an edition; NoSource when there is no such edition or its file was not kept."""
    edition = Edition.objects.select_related("book").filter(pk=edition_id).first()
    if edition is None:
        raise NoSource("There is no such edition.")
    return _source(edition)


def source_of(version_id: int) -> Source:
    """Where a paragraph version stands in the file of the edition in which it began."""
    version = ParagraphVersion.objects.select_related("paragraph__section__book").filter(pk=version_id).first()
    if version is None:
        raise NoSource("There is no such paragraph version.")
    section = version.paragraph.section
    edition = Edition.objects.select_related("book").filter(book=section.book, effective_on__lte=version.effective_from)
    begun_in = edition.order_by("-effective_on").first()
    if begun_in is None:
        raise NoSource(f"No edition of {section.book.name} was read from a file before {version.effective_from}.")
    return replace(
        _source(begun_in),
        page=version.page,
        top=version.page_top,
        section=section.number,
        path=version.paragraph.path,
        version_id=version.pk,
    )


def content(edition_id: int) -> bytes:
    """The file itself; NoSource when it was not kept or is lost."""
    edition = Edition.objects.filter(pk=edition_id).only("file_key", "file_name").first()
    if edition is None or not edition.file_key:
        raise NoSource("The file of this edition was not kept.")
    try:
        return instance.files().get(edition.file_key)
    except FileNotFoundError:
        raise NoSource(f"“{edition.file_name}” is missing from the file store; restore it from a backup.") from None


def page_image(edition_id: int, page: int, *, version_id: int | None = None, scale: float = 2.0) -> bytes:
    """A page of a PDF as PNG, a paragraph marked on it if it begins there; NoSource for a page it does not have."""
    version = ParagraphVersion.objects.filter(pk=version_id, page=page).first() if version_id else None
    marked = None
    if version is not None and version.page_top is not None:
        marked = page_pictures.Marked(version.page_top, version.text)
    return _drawn(lambda file: page_pictures.page_png(file, page, marked=marked, scale=scale), edition_id)


def page_text(edition_id: int, page: int) -> PageText:
    """What a page of a PDF says, for those who cannot see its picture."""
    return _drawn(lambda file: PageText(*page_pictures.page_lines(file, page)), edition_id)


def picture(exhibit_id: int) -> Picture:
    """The picture of a figure or formula: kept with the exhibit, or drawn from its page."""
    exhibit = Exhibit.objects.select_related("version").filter(pk=exhibit_id).first()
    if exhibit is None:
        raise NoSource("There is no such figure.")
    if exhibit.file_key:
        return _kept_picture(exhibit)
    if exhibit.box is None or exhibit.page is None:
        raise NoSource("This figure has no picture.")
    page, box = exhibit.page, tuple(exhibit.box)
    edition_id = source_of(exhibit.version_id).edition_id
    drawn = _drawn(lambda file: page_pictures.part_png(file, page, box), edition_id)
    return Picture(drawn, "image/png", is_download=False)


def text_around(version_id: int) -> tuple[SourceLine, ...]:
    """The lines of a Word file or web page around a paragraph, those of the paragraph itself marked."""
    found = source_of(version_id)
    version = ParagraphVersion.objects.only("text").get(pk=version_id)
    lines = [line for line in read_content(content(found.edition_id), name=found.file_name).lines if line.text]
    held = _lines_of(version.text, found.section, [line.text for line in lines])
    near = range(max(0, held.start - LINES_AROUND), min(len(lines), held.stop + LINES_AROUND))
    return tuple(SourceLine(lines[at].text, at in held, lines[at].heading_level) for at in near)


def _lines_of(text: str, section: str, lines: Sequence[str]) -> range:
    """Which lines a paragraph takes up: where its first line ends one of the file's, below its section's heading."""
    said = [plain(part) for part in text.split("\n")]
    begun = [at for at, line in enumerate(lines) if plain(line).endswith(said[0])]
    heading = next((at for at in reversed(range(len(lines))) if lines[at].split(" ")[0].rstrip(".") == section), 0)
    first = next((at for at in begun if at >= heading), begun[0] if begun else heading)
    return range(first, min(len(lines), first + len(said))) if begun else range(first, first)


def _source(edition: Edition) -> Source:
    if not edition.file_key:
        raise NoSource(f"The file of the edition of {edition.book.name} of {edition.effective_on} was not kept.")
    return Source(
        edition_id=edition.pk,
        book=edition.book.key,
        book_name=edition.book.name,
        effective_on=edition.effective_on,
        file_name=edition.file_name,
        file_digest=edition.file_digest,
        media_type=_media_type(content(edition.pk)),
    )


def _media_type(file: bytes) -> str:
    """What the file is; its content decides, as it did when it was read."""
    if is_pdf(file):
        return PDF
    return WORD if file.startswith(b"PK") else HTML


def _drawn(draw: Callable[[bytes], Drawn], edition_id: int) -> Drawn:
    try:
        return draw(content(edition_id))
    except PageMissing as missing:
        raise NoSource(str(missing)) from missing


def _kept_picture(exhibit: Exhibit) -> Picture:
    try:
        kept = instance.files().get(exhibit.file_key)
    except FileNotFoundError:
        raise NoSource("The picture is missing from the file store; restore it from a backup.") from None
    kind = next((kind for opening, kind in SIGNATURES.items() if kept.startswith(opening)), "")
    return Picture(kept, kind or "application/octet-stream", is_download=kind not in SHOWABLE)
