"""Two editions of a real guide, one after the other: what rests on the first is asked about the second."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tieline.journal.listening import drive
from tieline.journal.sealing import seal
from tieline.kernel.actor import SYSTEM
from tieline.mail.profile import Reply
from tieline.rulebook import queries as rulebook
from tieline.rulebook.actions import import_edition
from tieline.rulebook.history.changes import changes
from tieline.rulebook.models import ChangeReport, ParagraphVersion
from tieline.rulebook.reach import profile_values, queries

BOOK = "planning-guide"
EARLY, LATE = date(2025, 2, 1), date(2025, 12, 15)
AT = datetime(2026, 1, 1, tzinfo=UTC)


def import_guide(shared: Path, day: date) -> None:
    found = sorted((shared / "rules").glob(f"*_PLANNING_GUIDE__{day}.pdf"))
    if not found:
        pytest.skip(f"the real guide of {day} is not there")
    import_edition(found[0], book=BOOK, effective_on=day, by=SYSTEM, at=AT)


@pytest.mark.slow
def test_a_real_edition_asks_about_what_rests_on_its_changed_paragraphs(
    db: None, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_guide(shared, EARLY)
    import_guide(shared, LATE)
    ended = ParagraphVersion.objects.filter(effective_to=LATE, pending_request="", paragraph__path__startswith="(")
    changed = ended.filter(paragraph__versions__effective_from=LATE).select_related("paragraph__section").defer("words")
    place = next(one.paragraph for one in changed if re.fullmatch(r"[(][0-9]+[)]", one.paragraph.path))
    words = f"See Planning Guide Section {place.section.number}{place.path}."
    monkeypatch.setattr(profile_values, "read_replies", lambda profile: {"real": Reply("real", "A real text", words)})

    for _ in range(2):
        seal(at=AT)
        drive(names=["rulebook.reach.subscribers.report_reach"])

    early, late = ({row.number for row in rulebook.sections(BOOK, day)} for day in (EARLY, LATE))
    assert (len(late - early), early - late) == (27, set())
    assert len({one.number for one in changes(BOOK, EARLY, LATE).sections if one.kind == "added"}) == 27
    report = ChangeReport.objects.get(edition__effective_on=LATE)
    assert report.counts["changed"] > 40
    tasks = [one for one in queries.tasks_of_report(report.pk) if one.kind == "reply_template"]
    assert [(one.name, one.was_at, one.fault, one.owner) for one in tasks] == [
        ("A real text", f"{place.section.number}{place.path}", "changed", "team:rules")
    ]
    assert not tasks[0].redline.is_equal
    assert ChangeReport.objects.filter(edition=None).exclude(request="").exists()
