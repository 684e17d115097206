"""What changed between two days is listed, told word by word, and can be corrected by a person."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import docx
import pytest

from tieline.identity.permissions import NotAllowed
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.profile import current_profile
from tieline.kernel.reference import Reference
from tieline.rulebook.actions import UnfitOrigin, UnknownVersion, correct_move, import_edition
from tieline.rulebook.history.change_files import as_csv, as_docx
from tieline.rulebook.history.changes import Kind, UnfitSpan, changes
from tieline.rulebook.history.timeline import timeline
from tieline.rulebook.models import ParagraphVersion
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.tests.print_shop import Printed, guide, heading, kept

AT = datetime(2026, 9, 2, 12, tzinfo=UTC)
FIRST, SECOND, THIRD = date(2026, 1, 1), date(2026, 6, 1), date(2026, 9, 1)
WAIVER = "An operator that waives a fee says so in a notice to all participants that report outages."
AMENDED = WAIVER.replace("in a notice", "in a notice sent the same day")
DANGEROUS = "=SUM(A1:A9) is how a report adds its hours, whatever the spreadsheet makes of it."


@pytest.fixture
def book(db: None, tmp_path: Path) -> str:
    """Three editions: a dearer fee and a waiver, then the waiver under a number of its own, amended."""
    key = current_profile().get(Rulebook).books[0].key
    editions = (
        (FIRST, guide(extra=[Printed(f"(3) {WAIVER}"), Printed("(4) A fee is due at once.")])),
        (SECOND, guide(fee="The fee is 700 dollars.", extra=[Printed(f"(3) {WAIVER}")])),
        (THIRD, guide(fee="The fee is 700 dollars.", extra=[heading("1.4 Waivers"), Printed(f"(1) {AMENDED}")])),
    )
    for day, content in editions:
        path = kept(tmp_path, f"guide-{day}.pdf", content)
        import_edition(path, book=key, effective_on=day, by=SYSTEM, at=AT)
    return key


def version_at(section: str, path: str, day: date) -> ParagraphVersion:
    found = ParagraphVersion.objects.in_force(day)
    return found.get(paragraph__section__number=section, paragraph__path=path)


def test_changes_are_listed_across_editions(book: str) -> None:
    listed = changes(book, FIRST, THIRD)

    assert [(one.kind, one.at, one.was_at) for one in listed.paragraphs] == [
        (Kind.CHANGED, "1.3(1)", "1.3(1)"),
        (Kind.GONE, "1.3(4)", "1.3(4)"),
        (Kind.MOVED, "1.4(1)", "1.3(3)"),
    ]
    assert [(one.kind, one.number, one.title) for one in listed.sections] == [(Kind.ADDED, "1.4", "Waivers")]
    assert listed.counts()["paragraphs"] == {"added": 0, "changed": 1, "moved": 1, "gone": 1, "unchanged": 6}
    assert 0.7 <= listed.paragraphs[-1].certainty < 1
    assert [one.text for one in listed.paragraphs[0].redline.inline] == ["The fee is ", "500 ", "700 ", "dollars."]


def test_only_the_days_asked_about_count(book: str) -> None:
    assert [one.at for one in changes(book, SECOND, THIRD).paragraphs] == ["1.4(1)"]
    assert changes(book, SECOND, date(2026, 8, 31)).paragraphs == ()


def test_the_list_is_filtered_by_kind_and_section(book: str) -> None:
    listed = changes(book, FIRST, THIRD)

    assert [one.at for one in listed.only(Kind.MOVED, Kind.GONE)] == ["1.3(4)", "1.4(1)"]
    assert [one.at for one in listed.only(section="1.3")] == ["1.3(1)", "1.3(4)"]


@pytest.mark.parametrize(
    ("key", "days", "said"),
    [
        ("", (THIRD, FIRST), "is not after"),
        ("", (date(2025, 1, 1), THIRD), "first known edition is of 2026-01-01"),
        ("no-such-book", (FIRST, THIRD), "No edition"),
    ],
)
def test_an_unfit_span_is_refused(book: str, key: str, days: tuple[date, date], said: str) -> None:
    with pytest.raises(UnfitSpan, match=said):
        changes(key or book, *days)


def test_a_timeline_follows_a_paragraph_to_its_new_number(book: str) -> None:
    found = timeline(version_at("1.4", "(1)", THIRD).pk)

    assert [(one.section, one.path, one.effective_from, one.effective_to) for one in found] == [
        ("1.3", "(3)", FIRST, THIRD),
        ("1.4", "(1)", THIRD, None),
    ]
    assert [one.has_moved for one in found] == [False, True]
    assert timeline(version_at("1.3", "(3)", FIRST).pk) == found
    assert [one.text for one in timeline(version_at("1.3", "(1)", FIRST).pk)] == [
        "The fee is 500 dollars.",
        "The fee is 700 dollars.",
    ]
    assert timeline(0) == ()


def test_a_person_corrects_what_was_taken_for_a_move(book: str) -> None:
    version = version_at("1.4", "(1)", THIRD)

    correct_move(version.pk, came_from=None, by=SYSTEM, at=AT)

    assert [(one.kind, one.at) for one in changes(book, SECOND, THIRD).paragraphs] == [
        (Kind.GONE, "1.3(3)"),
        (Kind.ADDED, "1.4(1)"),
    ]
    correct_move(version.pk, came_from=version_at("1.3", "(3)", SECOND).pk, by=SYSTEM, at=AT)
    (again,) = changes(book, SECOND, THIRD).paragraphs
    assert (again.kind, again.certainty) == (Kind.MOVED, 1.0)


def test_an_unfit_origin_is_refused(book: str) -> None:
    version, standing = version_at("1.4", "(1)", THIRD), version_at("1.3", "(1)", THIRD)

    with pytest.raises(UnfitOrigin, match="ended on 2026-09-01"):
        correct_move(version.pk, came_from=standing.pk, by=SYSTEM, at=AT)
    with pytest.raises(UnknownVersion):
        correct_move(0, came_from=None, by=SYSTEM, at=AT)
    with pytest.raises(NotAllowed):
        reader = Actor(Reference("staff", "7"), "Ana", frozenset({"rulebook.see"}))
        correct_move(version.pk, came_from=None, by=reader, at=AT)


def test_the_list_travels_as_rows(book: str) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(changes(book, FIRST, THIRD)).decode("utf-8-sig"))))

    assert [(row["kind"], row["section"], row["paragraph"], row["was_at"]) for row in rows] == [
        ("changed", "1.3", "(1)", "1.3(1)"),
        ("gone", "1.3", "(4)", "1.3(4)"),
        ("moved", "1.4", "(1)", "1.3(3)"),
    ]


def test_no_cell_is_a_formula(book: str, tmp_path: Path) -> None:
    path = kept(tmp_path, "late.pdf", guide(fee="The fee is 700 dollars.", extra=[Printed(f"(3) {DANGEROUS}")]))
    import_edition(path, book=book, effective_on=date(2026, 10, 1), by=SYSTEM, at=AT)

    rows = csv.DictReader(io.StringIO(as_csv(changes(book, THIRD, date(2026, 10, 1))).decode("utf-8-sig")))

    assert [row["after"][:2] for row in rows if row["kind"] == "added"] == ["'="]


def test_the_list_travels_as_a_word_file_with_tracked_changes(book: str) -> None:
    document = docx.Document(io.BytesIO(as_docx(changes(book, FIRST, THIRD))))

    body = document.element.body
    names = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    added = [one.text for one in body.findall(".//w:ins//w:t", names)]
    struck = [one.text for one in body.findall(".//w:del//w:delText", names)]
    assert "700 " in added
    assert {"500 ", "A fee is due at once."} <= set(struck)
    assert any("1.4(1) Waivers – moved, was 1.3(3)" in one.text for one in document.paragraphs)


def test_the_list_as_data_is_what_the_command_line_promises(book: str) -> None:
    data = json.loads(json.dumps(changes(book, FIRST, THIRD).as_data()))

    assert {"book", "from", "to", "counts", "pending", "sections", "paragraphs"} <= data.keys()
    assert data["paragraphs"][0]["kind"] == "changed"
