"""Which tables, formulas and figures stand in a paragraph version, and what keeps them?

They are written once, with the version they stand in; a picture that a file shows many times is kept once.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tieline.kernel.files import FileStore
from tieline.rulebook.documents.lines import ExhibitText
from tieline.rulebook.models import Exhibit, ExhibitKind, ParagraphVersion

BATCH = 500
LONGEST_MEDIA_TYPE = 60
MOST_ROWS_SHOWN = 300
CSS_POINT = 4 / 3
SHOWABLE = frozenset({"image/png", "image/jpeg", "image/gif", "image/bmp"})


@dataclass(frozen=True)
class ExhibitView:
    """An exhibit as a page shows it; `head` and `rows` are a table's cells, cut after a few hundred rows."""

    exhibit_id: int
    kind: ExhibitKind
    caption: str
    text: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    rows_left: int
    page: int | None
    has_picture: bool
    width: int | None
    is_download: bool

    @property
    def cells(self) -> tuple[tuple[str, ...], ...]:
        """A table's cells as far as they are shown."""
        return (self.head, *self.rows) if self.head else ()

    @property
    def is_in_text(self) -> bool:
        """Whether the paragraph's own text already says all of it: a formula without a picture."""
        return self.kind == ExhibitKind.FORMULA and not self.has_picture

    @property
    def name(self) -> str:
        """What it is called: its caption, else what it is."""
        return self.caption or self.kind.label.capitalize()


def exhibits_of(version_ids: Collection[int]) -> Mapping[int, tuple[ExhibitView, ...]]:
    """The exhibits of many versions in the order of their source."""
    found: defaultdict[int, list[ExhibitView]] = defaultdict(list)
    for one in Exhibit.objects.filter(version__in=version_ids).order_by("version", "place"):
        found[one.version_id].append(_view(one))
    return {version_id: tuple(views) for version_id, views in found.items()}


def write_exhibits(shown: Mapping[ParagraphVersion, tuple[ExhibitText, ...]], *, files: FileStore) -> None:
    """Keep what new versions show, in one go."""
    keys: dict[str, str] = {}
    Exhibit.objects.bulk_create(
        [
            _row(version, place, exhibit, files, keys)
            for version, exhibits in shown.items()
            for place, exhibit in enumerate(exhibits)
        ],
        batch_size=BATCH,
    )


def _row(
    version: ParagraphVersion, place: int, exhibit: ExhibitText, files: FileStore, keys: dict[str, str]
) -> Exhibit:
    return Exhibit(
        version=version,
        kind=exhibit.kind,
        place=place,
        caption=_clean(exhibit.caption),
        text=_clean(exhibit.text),
        rows=[[_clean(cell) for cell in row] for row in exhibit.rows],
        page=exhibit.page,
        box=list(exhibit.box) if exhibit.box else None,
        file_key=_kept(exhibit.picture, files, keys) if exhibit.picture else "",
        media_type=exhibit.media_type[:LONGEST_MEDIA_TYPE],
    )


def _kept(picture: bytes, files: FileStore, keys: dict[str, str]) -> str:
    digest = hashlib.sha256(picture).hexdigest()
    if digest not in keys:
        keys[digest] = files.put(picture)
    return keys[digest]


def _clean(text: str) -> str:
    """The text without control characters, which the database refuses."""
    return "".join(letter for letter in text if letter >= " " or letter in "\n\t")


def _view(one: Exhibit) -> ExhibitView:
    rows = tuple(tuple(row) for row in one.rows)
    return ExhibitView(
        exhibit_id=one.pk,
        kind=ExhibitKind(one.kind),
        caption=one.caption,
        text=one.text,
        head=rows[0] if rows else (),
        rows=rows[1 : MOST_ROWS_SHOWN + 1],
        rows_left=max(0, len(rows) - 1 - MOST_ROWS_SHOWN),
        page=one.page,
        width=round((one.box[2] - one.box[0]) * CSS_POINT) if one.box else None,
        has_picture=one.kind != ExhibitKind.TABLE and bool(one.file_key or one.box),
        is_download=bool(one.file_key) and one.media_type not in SHOWABLE,
    )
