"""The file of an edition is kept with it, once, and everything or nothing of an import remains."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tieline.journal.models import JournalEvent
from tieline.kernel import instance
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as
from tieline.rulebook import exhibits, sources
from tieline.rulebook.actions import EditionDiffers, ImportReport, OlderEdition, import_content
from tieline.rulebook.documents import page_pictures
from tieline.rulebook.documents.extract import read_content
from tieline.rulebook.models import Book, Edition, Exhibit, Paragraph, ParagraphVersion, Section, SectionVersion, Term
from tieline.rulebook.tests.print_shop import guide
from tieline.rulebook.tests.printed_exhibits import (
    add_picture,
    add_table,
    guide_with_exhibits,
    png,
    saved,
    word_document,
)

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST, SECOND = date(2026, 1, 1), date(2026, 6, 1)
BOOK = "keeping-guide"
ROWS = (Book, Edition, Section, SectionVersion, Paragraph, ParagraphVersion, Exhibit, Term, JournalEvent)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIELINE_HOME", str(tmp_path / "home"))


def bring(content: bytes, *, name: str = "guide.pdf", on: date = FIRST) -> ImportReport:
    return import_content(content, name=name, book=BOOK, effective_on=on, by=SYSTEM, at=AT)


def files_kept() -> int:
    return sum(one.is_file() for one in (instance.home() / "files").rglob("*"))


def rows() -> list[int]:
    return [model.objects.count() for model in ROWS]


def test_the_file_is_kept_as_it_came(db: None) -> None:
    content = guide()

    bring(content)

    edition = Edition.objects.get()
    assert sources.content(edition.pk) == content == instance.files().get(edition.file_key)


def test_the_same_edition_again_keeps_no_second_file(db: None) -> None:
    content = guide()
    bring(content)
    before = rows()

    bring(content)

    assert (rows(), files_kept()) == (before, 1)


def test_an_edition_that_is_refused_keeps_no_file(db: None) -> None:
    bring(guide(), on=SECOND)

    with pytest.raises(OlderEdition):
        bring(guide(fee="The fee is 700 dollars."), on=FIRST)
    with pytest.raises(EditionDiffers):
        bring(guide(fee="The fee is 700 dollars."), on=SECOND)

    assert files_kept() == 1


STEPS = [
    "tieline.rulebook.actions.editions.write_sections",
    "tieline.rulebook.actions.editions.write_paragraphs",
    "tieline.rulebook.actions.editions.write_exhibits",
    "tieline.rulebook.actions.editions.write_terms",
    "tieline.rulebook.actions.editions.Edition.objects.create",
    "tieline.rulebook.actions.editions.record",
]


class Crash(Exception):
    """Somebody pulled the plug."""


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_at_any_step_leaves_the_rules_as_they_were(
    db: None, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(guide())
    before = rows()
    texts = set(ParagraphVersion.objects.values_list("text", "effective_to"))

    with monkeypatch.context() as broken, pytest.raises(Crash):
        broken.setattr(step, _crashing)
        with transaction.atomic():
            bring(guide_with_exhibits(), on=SECOND)

    assert rows() == before
    assert set(ParagraphVersion.objects.values_list("text", "effective_to")) == texts
    report = bring(guide_with_exhibits(), on=SECOND)
    assert report.sections == 2, "the next try does all of it"


def _crashing(*whatever: object, **named: object) -> None:
    raise Crash


def test_a_crash_after_a_commit_of_another_leaves_one_edition(committed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with viewing_as(SYSTEM):
        bring(guide())
    with monkeypatch.context() as broken, pytest.raises(Crash):
        broken.setattr("tieline.rulebook.actions.editions.record", _crashing)
        with viewing_as(SYSTEM):
            bring(guide_with_exhibits(), on=SECOND)

    with viewing_as(SYSTEM):
        assert Edition.objects.count() == 1
        assert not Exhibit.objects.exists()


def test_exhibits_live_with_their_version(db: None) -> None:
    bring(guide_with_exhibits())
    kinds = list(Exhibit.objects.order_by("pk").values_list("kind", "version__paragraph__section__number"))

    again = bring(guide_with_exhibits(has_box=True), on=SECOND)

    assert kinds == [("table", "1.1"), ("formula", "1.2"), ("figure", "1.2")]
    assert (again.added, again.changed) == (0, 0)
    assert Exhibit.objects.count() == 3, "text that stays keeps its version and what stands in it"


def test_exhibits_of_many_versions_come_in_one_statement(db: None) -> None:
    bring(guide_with_exhibits())
    ids = list(ParagraphVersion.objects.values_list("pk", flat=True))

    with CaptureQueriesContext(connection) as captured:
        views = exhibits.exhibits_of(ids)

    assert len(captured) == 1
    table = next(view for shown in views.values() for view in shown if view.kind == "table")
    assert (table.head, table.rows[0]) == (("Report", "Fee", "When"), ("Late", "10", "at once"))


def test_a_picture_shown_twice_is_kept_once_and_comes_back_unchanged(db: None) -> None:
    document = word_document()
    add_picture(document, png())
    document.add_paragraph("(2)\tThe same again:")
    add_picture(document, png())

    bring(saved(document), name="guide.docx")

    first, second = Exhibit.objects.order_by("pk")
    assert first.file_key == second.file_key
    shown = sources.picture(first.pk)
    assert (shown.content, shown.media_type, shown.is_download) == (png(), "image/png", False)


def test_what_calls_itself_a_picture_but_is_none_is_only_for_saving(db: None) -> None:
    document = word_document()
    add_picture(document, png())
    bring(saved(document), name="guide.docx")
    exhibit = Exhibit.objects.get()
    Exhibit.objects.update(file_key=instance.files().put(b"<svg onload='alert(1)'/>"))

    shown = sources.picture(exhibit.pk)

    assert (shown.is_download, shown.media_type) == (True, "application/octet-stream")


def test_a_long_table_is_cut_where_it_is_shown(db: None) -> None:
    document = word_document()
    add_table(document, [("Bus", "Zone")] + [(str(number), "North") for number in range(400)])
    bring(saved(document), name="guide.docx")

    (view,) = exhibits.exhibits_of([Exhibit.objects.get().version_id]).popitem()[1]

    assert (len(view.rows), view.rows_left) == (300, 100)


def test_a_paragraph_is_shown_in_the_edition_in_which_it_began(db: None) -> None:
    bring(guide())
    bring(guide(fee="The fee is 700 dollars."), on=SECOND)
    kept = ParagraphVersion.objects.get(paragraph__section__number="1.1")
    fee = ParagraphVersion.objects.get(paragraph__section__number="1.3", paragraph__path="(1)", effective_to=None)

    assert sources.source_of(kept.pk).effective_on == FIRST
    found = sources.source_of(fee.pk)
    assert (found.effective_on, found.page, found.file_name, found.is_pdf) == (SECOND, 3, "guide.pdf", True)
    assert found.top == fee.page_top


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: sources.source_of(0), "no such paragraph version"),
        (lambda: sources.source_of_edition(0), "no such edition"),
        (lambda: sources.picture(0), "no such figure"),
    ],
)
def test_what_is_not_there_is_refused_in_a_sentence(db: None, ask: Callable[[], object], sentence: str) -> None:
    with pytest.raises(sources.NoSource, match=sentence):
        ask()


def test_a_version_written_without_any_edition_has_no_source(db: None) -> None:
    section = Section.objects.create(book=Book.objects.create(key="typed", name="Typed"), number="1", sort_key="1")
    paragraph = Paragraph.objects.create(section=section)
    typed = ParagraphVersion.objects.create(paragraph=paragraph, text="x", text_digest="x", effective_from=FIRST)

    with pytest.raises(sources.NoSource, match="No edition of Typed"):
        sources.source_of(typed.pk)


def test_the_mark_covers_the_paragraph_and_nothing_else() -> None:
    content = guide()
    fee = next(line for line in read_content(content, name="guide.pdf").lines if "500" in line.text)
    assert fee.top is not None

    bare = page_pictures.page_png(content, 3)
    marked = page_pictures.page_png(content, 3, marked=page_pictures.Marked(fee.top, "The fee is 500 dollars."))
    beside = page_pictures.page_png(content, 3, marked=page_pictures.Marked(fee.top + 8, "The fee is 500 dollars."))

    assert beside == bare
    changed = [at for at, (one, two) in enumerate(zip(_rows(bare), _rows(marked), strict=True)) if one != two]
    assert changed == list(range(changed[0], changed[-1] + 1))
    assert 2 * (fee.top - fee.size) <= changed[0] <= changed[-1] <= 2 * (fee.top + fee.size / 2)


def _rows(png_: bytes) -> list[bytes]:
    """The rows of a picture of ours, which has one chunk of points."""
    width, height = struct.unpack(">II", png_[16:24])
    start = png_.index(b"IDAT") + 4
    points = zlib.decompressobj().decompress(png_[start:])
    length = 3 * width + 1
    return [points[row * length : (row + 1) * length] for row in range(height)]
