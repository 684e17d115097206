"""An edition is read in whole or not at all, and makes versions only of what changed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tieline.identity.permissions import NotAllowed
from tieline.journal.models import JournalEvent
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.profile import current_profile
from tieline.kernel.reference import Reference
from tieline.rulebook import queries
from tieline.rulebook.actions import (
    EditionDiffers,
    ImportReport,
    OlderEdition,
    UnfitBookKey,
    UnfitDay,
    import_edition,
)
from tieline.rulebook.documents.lines import UnreadableDocument
from tieline.rulebook.models import Edition, ParagraphVersion, SectionVersion
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.tests.print_shop import Printed, contents, guide, heading, kept, pdf, pictures

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST, SECOND, THIRD = date(2026, 1, 1), date(2026, 6, 1), date(2026, 9, 1)
NEW_FEE = "The fee is 700 dollars."


def a_book() -> str:
    return current_profile().get(Rulebook).books[0].key


def bring(directory: Path, content: bytes, effective_on: date = FIRST, *, by: Actor = SYSTEM) -> ImportReport:
    path = kept(directory, "guide.pdf", content)
    return import_edition(path, book=a_book(), effective_on=effective_on, by=by, at=AT)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.moved, report.gone


def test_the_first_edition_is_all_new(db: None, tmp_path: Path) -> None:
    report = bring(tmp_path, guide())

    assert (report.sections, report.paragraphs, counts(report)) == (3, 7, (7, 0, 0, 0))
    assert [row.as_data() for row in queries.sections(a_book(), FIRST)] == [
        {"number": "1.1", "title": "Purpose", "paragraphs": 1, "pending": ""},
        {"number": "1.2", "title": "Reports", "paragraphs": 4, "pending": ""},
        {"number": "1.3", "title": "Fees", "paragraphs": 2, "pending": ""},
    ]
    assert JournalEvent.objects.filter(kind="rulebook.imported").count() == 1


def test_the_same_edition_again_changes_nothing(db: None, tmp_path: Path) -> None:
    first = bring(tmp_path, guide())
    versions = list(ParagraphVersion.objects.values_list("pk", "text_digest").order_by("pk"))

    again = bring(tmp_path, guide())

    assert (again.sections, again.paragraphs) == (first.sections, first.paragraphs)
    assert counts(again) == (0, 0, 0, 0)
    assert list(ParagraphVersion.objects.values_list("pk", "text_digest").order_by("pk")) == versions
    assert Edition.objects.count() == 1
    assert JournalEvent.objects.filter(kind="rulebook.imported").count() == 1


def test_only_a_changed_paragraph_gets_a_new_version(db: None, tmp_path: Path) -> None:
    bring(tmp_path, guide())

    report = bring(tmp_path, guide(fee=NEW_FEE), SECOND)

    assert counts(report) == (0, 1, 0, 0)
    fee = ParagraphVersion.objects.filter(paragraph__section__number="1.3", paragraph__path="(1)")
    assert list(fee.order_by("effective_from").values_list("text", "effective_from", "effective_to")) == [
        ("The fee is 500 dollars.", FIRST, SECOND),
        (NEW_FEE, SECOND, None),
    ]
    assert ParagraphVersion.objects.count() == 8


def test_the_day_asked_about_decides_what_is_read(db: None, tmp_path: Path) -> None:
    bring(tmp_path, guide())
    bring(tmp_path, guide(fee=NEW_FEE), SECOND)

    before, on_the_day = (queries.cite("1.3(1)", as_at=day) for day in (date(2026, 5, 31), SECOND))

    assert (before.text, on_the_day.text) == ("The fee is 500 dollars.", NEW_FEE)
    assert queries.find("1.3(1)", as_at=date(2025, 12, 31)) == []


def test_text_under_a_new_number_has_moved(db: None, tmp_path: Path) -> None:
    waiver = "An operator that waives a fee says so in a notice to all who report outages."
    bring(tmp_path, guide(extra=[Printed(f"(3) {waiver}")]))

    report = bring(tmp_path, guide(extra=[heading("1.4 Waivers"), Printed(f"(1) {waiver}")]), SECOND)

    assert counts(report) == (0, 0, 1, 0)
    moved = ParagraphVersion.objects.get(paragraph__section__number="1.4")
    assert moved.moved_from is not None
    assert moved.moved_from.paragraph.path == "(3)"
    assert moved.moved_from.effective_to == SECOND


def test_text_that_goes_is_closed_and_kept(db: None, tmp_path: Path) -> None:
    bring(tmp_path, guide(extra=[heading("1.4 Waivers"), Printed("(1) There are none.")]))

    report = bring(tmp_path, guide(), SECOND)

    assert counts(report) == (0, 0, 0, 1)
    assert [row.number for row in queries.sections(a_book(), SECOND)] == ["1.1", "1.2", "1.3"]
    assert [row.number for row in queries.sections(a_book(), FIRST)] == ["1.1", "1.2", "1.3", "1.4"]
    assert SectionVersion.objects.get(section__number="1.4").effective_to == SECOND


def test_pending_text_is_never_in_force_until_an_edition_brings_it(db: None, tmp_path: Path) -> None:
    request = current_profile().get(Rulebook).books[0].revision_request + "999"
    box = [
        Printed(f"[{request}: Replace paragraph (1) above upon system implementation:]", grey=True),
        Printed(f"(1) {NEW_FEE}", grey=True),
    ]
    boxed = bring(tmp_path, guide(extra=box))

    assert (boxed.paragraphs, boxed.pending) == (7, 1)
    assert [hit.text for hit in queries.find("1.3(1)", as_at=FIRST)] == ["The fee is 500 dollars."]
    assert queries.find("700", as_at=FIRST) == []
    page = queries.section(a_book(), "1.3", FIRST)
    assert [(one.paragraph, one.pending_request) for one in page.paragraphs] == [
        ("(1)", ""),
        ("(1)", request),
        ("(2)", ""),
    ]

    unboxed = bring(tmp_path, guide(fee=NEW_FEE), SECOND)

    assert (counts(unboxed), unboxed.pending) == ((0, 1, 0, 0), 0)
    assert queries.cite("1.3(1)", as_at=SECOND).text == NEW_FEE


def test_an_edition_older_than_the_newest_is_refused(db: None, tmp_path: Path) -> None:
    bring(tmp_path, guide(), SECOND)

    with pytest.raises(OlderEdition, match="2026-06-01; one of 2026-01-01 cannot be put before it"):
        bring(tmp_path, guide(fee=NEW_FEE), FIRST)


@pytest.mark.parametrize("effective_on", [date(1, 1, 1), date(9999, 12, 31)])
def test_a_day_that_would_bar_every_other_edition_is_refused(db: None, tmp_path: Path, effective_on: date) -> None:
    with pytest.raises(UnfitDay, match=f"{effective_on} cannot be the first day"):
        bring(tmp_path, guide(), effective_on)

    assert not Edition.objects.exists()


def test_another_text_for_the_same_day_is_refused(db: None, tmp_path: Path) -> None:
    bring(tmp_path, guide())

    with pytest.raises(EditionDiffers, match="differs from this file in 1 paragraphs"):
        bring(tmp_path, guide(fee=NEW_FEE))

    assert queries.cite("1.3(1)", as_at=FIRST).text == "The fee is 500 dollars."


def test_a_refused_file_leaves_no_trace(db: None, tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument):
        bring(tmp_path, pictures())

    assert not Edition.objects.exists()


def test_a_book_the_profile_does_not_list_is_named_by_its_key(db: None, tmp_path: Path) -> None:
    path = kept(tmp_path, "guide.pdf", guide())

    import_edition(path, book="seams-manual", effective_on=FIRST, by=SYSTEM, at=AT)

    assert queries.cite("1.3(1)", as_at=FIRST).label == "Seams Manual §1.3(1)"


def test_a_key_that_cannot_stand_in_an_address_is_refused(db: None, tmp_path: Path) -> None:
    path = kept(tmp_path, "guide.pdf", guide())

    with pytest.raises(UnfitBookKey, match="“a book”"):
        import_edition(path, book="a book", effective_on=FIRST, by=SYSTEM, at=AT)


def test_importing_needs_the_right(db: None, tmp_path: Path) -> None:
    reader = Actor(Reference("staff", "7"), "Ana", frozenset({"rulebook.see"}))

    with pytest.raises(NotAllowed):
        bring(tmp_path, guide(), by=reader)


def test_the_report_as_data_is_what_the_command_line_promises(db: None, tmp_path: Path) -> None:
    data = bring(tmp_path, guide()).as_data()

    assert {"sections", "paragraphs", "added", "changed", "moved", "gone", "unplaced"} <= data.keys()
    assert data["unplaced"] == []


def test_the_report_counts_what_became_of_the_sections(db: None, tmp_path: Path) -> None:
    waiver = "An operator that waives a fee says so in a notice to all who report outages."
    first = bring(tmp_path, guide(extra=[heading("1.4 Waivers"), Printed(f"(1) {waiver}")]))
    moved = [heading("1.5 Waivers"), Printed(f"(1) {waiver}"), heading("1.6 Refunds"), Printed("(1) There are none.")]

    second = bring(tmp_path, guide(extra=moved), SECOND)
    again = bring(tmp_path, guide(extra=moved), SECOND)

    assert first.as_data()["section_changes"] == {"added": 4, "changed": 0, "moved": 0, "gone": 0}
    assert second.as_data()["section_changes"] == {"added": 1, "changed": 0, "moved": 1, "gone": 0}
    assert set(again.section_changes.values()) == {0}
    assert second.lines()[0] == "sections: 5 (1 added, 0 changed, 1 moved, 0 gone)"


def test_what_only_the_table_of_contents_lists_is_reported(db: None, tmp_path: Path) -> None:
    listed = contents("1.1 Purpose", "1.2 Reports", "1.3 Fees", "1.4 Waivers")
    body = [heading("1.1 Purpose"), Printed("(1) A rule."), heading("1.2 Reports"), Printed("(1) A report is due.")]
    body += [heading("1.3 Fees"), Printed("(1) A fee is due.")]

    report = bring(tmp_path, pdf([listed, body]))

    assert report.only_in_contents == ("1.4 Waivers",)
    assert "only in the table of contents: 1.4 Waivers" in report.lines()


def test_an_unplaced_line_is_told_with_its_page(db: None, tmp_path: Path) -> None:
    body = [Printed("This copy is for convenience only."), heading("1.1 Purpose"), Printed("(1) A rule.")]

    assert bring(tmp_path, pdf([body], head="")).lines()[-2:] == [
        "lines without a place: 1",
        "    page 1: This copy is for convenience only.",
    ]
