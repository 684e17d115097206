"""One edition published in several forms is one text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import current_profile
from tieline.rulebook.actions import ImportReport, import_edition
from tieline.rulebook.models import Edition, ParagraphVersion
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.tests.print_shop import Printed, guide, heading, kept, pdf, word
from tieline.rulebook.tests.web_shop import page, web

AT, FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC), date(2026, 1, 1)


def bring(directory: Path, name: str, content: bytes) -> ImportReport:
    book = current_profile().get(Rulebook).books[0].key
    return import_edition(kept(directory, name, content), book=book, effective_on=FIRST, by=SYSTEM, at=AT)


def test_the_same_edition_as_a_web_page_changes_nothing(db: None, tmp_path: Path) -> None:
    book = current_profile().get(Rulebook).books[0]
    texts = [("1.1 Purpose", 1), ("(1) A “rule” & more:", 0), ("(a) one part;", 0), ("1.2 Fees", 1), ("(1) A fee.", 0)]
    boxed = (f"[{book.revision_request}999: Replace paragraph (1) above:]", "(1) No fee.")
    bring(tmp_path, "guide.docx", word(texts, boxed=boxed))
    before = list(ParagraphVersion.objects.order_by("pk").values_list("pk", "text_digest"))

    report = bring(tmp_path, "guide.html", web(texts, boxed=boxed))

    assert (report.added, report.changed, report.moved, report.gone) == (0, 0, 0, 0)
    assert list(ParagraphVersion.objects.order_by("pk").values_list("pk", "text_digest")) == before
    assert len(before) == 4


LOST = "A line above all sections."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("guide.docx", word([(LOST, 0), ("1.1 Purpose", 1), ("(1) A rule.", 0)])),
        ("guide.html", page(f"<p>{LOST}</p><h2>1.1 Purpose</h2><p>(1) A rule.</p>")),
        ("guide.pdf", pdf([[Printed(LOST), heading("1.1 Purpose"), Printed("(1) A rule.")]], head="")),
    ],
)
def test_a_line_that_has_no_place_is_reported_and_kept(db: None, tmp_path: Path, name: str, content: bytes) -> None:

    report = bring(tmp_path, name, content)

    assert [line.text for line in report.unplaced] == [LOST]
    assert [line["text"] for line in Edition.objects.get().unplaced] == [LOST]
    again = bring(tmp_path, name, content)
    assert [line.text for line in again.unplaced] == [LOST]


def test_a_web_page_put_on_paper_changes_nothing(db: None, tmp_path: Path) -> None:
    lines = [
        ("1.1 Purpose", 2),
        (
            "(1) This guide tells how an outage is reported to the operator and how the"
            " report is answered, and what a participant owes for it.",
            0,
        ),
        ("1.2 Reports", 2),
        ("(1) A report names:", 0),
        ("(a) The unit that is out of service;", 0),
        ("(b) The hour in which the outage began; and", 0),
        ("(c) The expected return to service.", 0),
        ("1.3 Fees", 2),
        ("(1) The fee is 500 dollars.", 0),
        ("(2) A late report costs twice the fee unless the operator has waived it in writing.", 0),
    ]
    bring(tmp_path, "guide.html", web(lines))

    report = bring(tmp_path, "guide.pdf", guide())

    assert (report.added, report.changed, report.moved, report.gone) == (0, 0, 0, 0)
