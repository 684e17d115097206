"""Two editions of a real guide are read whole: every section, no furniture, every grey box, nothing lost."""

from __future__ import annotations

import re
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import current_profile
from tieline.rulebook import queries
from tieline.rulebook.actions import import_edition
from tieline.rulebook.documents.extract import read_document
from tieline.rulebook.history.changes import Kind, changes
from tieline.rulebook.models import ParagraphVersion
from tieline.rulebook.outlining.furniture import sift
from tieline.rulebook.outlining.outline import EditionText
from tieline.rulebook.outlining.structure import NoSections, read_edition
from tieline.rulebook.profile import Grammar, Rulebook

BOOK = "planning-guide"
EARLY, LATE = "2025-02-01", "2025-12-15"
SECTIONS = {EARLY: 113, LATE: 140}
BOXES = {EARLY: 12, LATE: 16}
NOT_IN_BODY = {"1.2.6"}  # the contents number two sections one too high
FURNITURE = re.compile(r"(?m)^PUBLIC$|GUIDE – [A-Z]+ \d|TABLE OF CONTENTS|^SECTION \d|\.{6,}|^\d+-\d+$")


@pytest.fixture
def grammar() -> Grammar:
    return current_profile().get(Rulebook).grammar


def file_of(shared: Path, edition: str) -> Path:
    found = sorted((shared / "rules").glob(f"*_PLANNING_GUIDE__{edition}.pdf"))
    if not found:
        pytest.skip(f"the real guide of {edition} is not there")
    return found[0]


def words(*texts: str) -> Counter[str]:
    return Counter(word for text in texts for word in re.findall(r"\w+", text))


@pytest.mark.parametrize("edition", [EARLY, LATE])
def test_every_section_and_no_false_one(shared: Path, grammar: Grammar, edition: str) -> None:
    source = read_document(file_of(shared, edition))
    listed = {entry.number for entry in sift(source, grammar).contents if "." in entry.number}

    found = {one.number for one in read_edition(source, grammar).sections if "." in one.number}

    assert len(found) == SECTIONS[edition]
    assert listed - NOT_IN_BODY <= found
    assert len(found & listed) >= 0.98 * len(listed)


@pytest.mark.parametrize("edition", [EARLY, LATE])
def test_no_furniture_and_every_grey_box(shared: Path, grammar: Grammar, edition: str) -> None:
    read = read_edition(read_document(file_of(shared, edition)), grammar)

    texts = [one.text for section in read.sections for one in section.paragraphs]
    assert [text for text in texts if FURNITURE.search(text)] == []
    assert len(read.boxes) == BOXES[edition]
    assert all(one.startswith("PGRR") for one in {box.request for box in read.boxes})


@pytest.mark.parametrize("edition", [EARLY, LATE])
def test_numbered_paragraphs_follow_one_another(shared: Path, grammar: Grammar, edition: str) -> None:
    read = read_edition(read_document(file_of(shared, edition)), grammar)

    for section in read.sections:
        found = (re.fullmatch(r"\((\d+)\)", one.path) for one in section.paragraphs if one.pending is None)
        numbers = [int(label[1]) for label in found if label]
        assert numbers == list(range(1, len(numbers) + 1)) or section.pending


@pytest.mark.parametrize("edition", [EARLY, LATE])
def test_no_word_is_lost(shared: Path, grammar: Grammar, edition: str) -> None:
    source = read_document(file_of(shared, edition))
    read = read_edition(source, grammar)

    lost = words(*(line.text for line in source.lines)) - _kept(read)

    chapters = 9
    assert sum(lost.values()) <= 8 * chapters, "only chapter titles, printed again on title pages, may be missing"


def _kept(read: EditionText) -> Counter[str]:
    kept = words(*(box.note for box in read.boxes))
    kept += words(*(line.text for line in read.unplaced), *(one.line.text for one in read.left_out))
    for section in read.sections:
        kept += words(section.number, section.title)
        for one in section.paragraphs:
            kept += words(one.text, *re.findall(r"\(\w+\)", one.path)[-1:])
    return kept


def test_an_edition_is_read_in_seconds(shared: Path, grammar: Grammar) -> None:
    began = time.perf_counter()

    read_edition(read_document(file_of(shared, LATE)), grammar)

    assert time.perf_counter() - began < 5


def test_the_second_edition_changes_only_what_changed(db: None, shared: Path) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for edition in (EARLY, LATE):
        report = import_edition(
            file_of(shared, edition), book=BOOK, effective_on=date.fromisoformat(edition), by=SYSTEM, at=at
        )

    early, late = ({row.number for row in queries.sections(BOOK, date.fromisoformat(day))} for day in (EARLY, LATE))
    assert (len(late - early), early - late) == (27, set())
    assert report.added + report.changed + report.moved < report.paragraphs / 2


def test_the_change_list_of_the_real_guide(db: None, shared: Path) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    early, late = (date.fromisoformat(day) for day in (EARLY, LATE))
    for day in (early, late):
        import_edition(file_of(shared, day.isoformat()), book=BOOK, effective_on=day, by=SYSTEM, at=at)

    listed = changes(BOOK, early, late)

    counts = listed.counts()
    assert (counts["sections"]["added"], counts["sections"]["gone"]) == (27, 0)
    assert counts["paragraphs"]["unchanged"] > 600
    kept = ParagraphVersion.objects.in_force(early).in_force(late).filter(paragraph__section__book__key=BOOK)
    assert kept.count() == counts["paragraphs"]["unchanged"]
    assert all(one.certainty >= 0.7 for one in listed.only(Kind.MOVED))
    assert counts["paragraphs"]["moved"] >= 17


def test_other_real_files_are_read_or_refused_with_a_sentence(shared: Path, grammar: Grammar) -> None:
    for path in sorted((shared / "rules").glob("*.docx")):
        with suppress(NoSections):
            assert read_edition(read_document(path), grammar).sections


def test_the_report_accounts_for_every_number_of_the_contents(db: None, shared: Path) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)

    reports = [
        import_edition(file_of(shared, day), book=BOOK, effective_on=date.fromisoformat(day), by=SYSTEM, at=at)
        for day in (EARLY, LATE)
    ]

    assert [one.grey_boxes for one in reports] == list(BOXES.values())
    assert [{entry.split()[0] for entry in one.only_in_contents} for one in reports] == [NOT_IN_BODY] * 2
    # 27 with the one that only a grey box announces
    assert (reports[1].section_changes[Kind.ADDED], reports[1].section_changes[Kind.GONE]) == (26, 0)
