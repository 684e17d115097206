"""Reports, tasks and the map of rules and work: shown, filtered, decided, exported; stale things are flagged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import MONDAY, Cast
from tests.rules import BOOK, adopt_rules
from tieline.desk import approved_texts
from tieline.desk.actions import assign, cite
from tieline.desk.models import Case
from tieline.journal.models import JournalEvent
from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import Profile
from tieline.mail.profile import Reply
from tieline.rulebook import queries as rulebook
from tieline.rulebook.models import ChangeReport, ChangeTask, Edition
from tieline.rulebook.reach import profile_values
from tieline.rulebook.reach.actions import make_report

HX = {"HX-Request": "true"}
CHANGED_ON = date(2026, 11, 10)
TEXT = Reply("posting", "When statements are posted", "Hello {{ person }},\n\nsee Section 9.1(1).\n")


def _texts(profile: Profile) -> dict[str, Reply]:
    return {"posting": TEXT}


@pytest.fixture
def report(case: Case, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ChangeReport:
    """Ana's case and a template rest on a paragraph that changed last week."""
    for module in (approved_texts, profile_values):
        monkeypatch.setattr(module, "read_replies", _texts)
    adopt_rules(tmp_path)
    by = cast.ana.as_actor()
    cited = rulebook.cite("9.1(1)", as_at=date(2026, 6, 1))
    cite(case, version_id=cited.version_id, quote="tenth Business Day", by=by, at=MONDAY)
    assign(case, owner=cast.ana, by=by, at=MONDAY)
    adopt_rules(tmp_path, effective_on=CHANGED_ON, posting="The Operator shall post within five days.")
    made = make_report(Edition.objects.get(book__key=BOOK, effective_on=CHANGED_ON), by=SYSTEM, at=MONDAY)
    assert made is not None
    return made


def task_of(kind: str) -> ChangeTask:
    return ChangeTask.objects.get(kind=kind)


def test_reports_show_how_far_each_owner_is(ana: Client, report: ChangeReport) -> None:
    page = ana.get("/rules/changes/reports").content.decode()

    assert f"edition of {CHANGED_ON}" in page
    assert f"0 of {ChangeTask.objects.count()}" in page
    assert "Ana Ortiz" in page
    assert "Rules and training" in page
    assert "No owner named" not in page


def test_without_a_report_the_page_says_when_one_comes(ana: Client) -> None:
    assert "No change has been reported yet" in ana.get("/rules/changes/reports").content.decode()
    assert ana.get("/rules/changes/reports/1").status_code == 404
    assert ana.get("/rules/changes/reports/1/tasks.csv").status_code == 404
    assert ana.post("/rules/changes/tasks/1/decision", {"decision": "confirm"}).status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "9" * 30, "500"])
def test_a_page_number_that_is_none_is_no_error(ana: Client, report: ChangeReport, page: str) -> None:
    assert ana.get(f"/rules/changes/reports/{report.pk}", {"page": page}).status_code == 200


def test_a_report_shows_each_object_with_its_redline_and_filters_them(ana: Client, report: ChangeReport) -> None:
    whole = ana.get(f"/rules/changes/reports/{report.pk}").content.decode()
    cases = ana.get(f"/rules/changes/reports/{report.pk}?kind=case_citation").content.decode()
    none = ana.get(f"/rules/changes/reports/{report.pk}?state=decided").content.decode()

    assert "<del>" in whole
    assert "<ins>" in whole
    assert "Settlement statement differs" in whole
    assert TEXT.title in whole
    assert TEXT.title not in cases
    assert "Nothing fits these filters" in none


def test_an_owner_decides_by_form_and_by_script_and_only_once(ana: Client, report: ChangeReport) -> None:
    of_case, of_text = task_of("case_citation"), task_of("reply_template")

    plain = ana.post(f"/rules/changes/tasks/{of_case.pk}/decision", {"decision": "confirm", "note": "Old year."})
    script = ana.post(f"/rules/changes/tasks/{of_text.pk}/decision", {"decision": "amend", "note": "Five."}, headers=HX)
    again = ana.post(f"/rules/changes/tasks/{of_case.pk}/decision", {"decision": "amend", "note": "No"})

    assert (plain.status_code, plain["Location"]) == (303, f"/rules/changes/reports/{report.pk}#task-{of_case.pk}")
    assert "Amended" in script.content.decode()
    assert "<html" not in script.content.decode()
    assert again.status_code == 409
    assert "has already confirmed" in again.content.decode()
    assert ana.post(f"/rules/changes/tasks/{of_case.pk}/decision", {"decision": "forget"}).status_code == 409


def test_my_tasks_are_mine_and_my_teams(ana: Client, report: ChangeReport, browser_of: Callable[[str], Client]) -> None:
    mine = ana.get("/rules/changes/mine").content.decode()
    maras = browser_of("mara.lind").get("/rules/changes/mine").content.decode()

    assert "Settlement statement differs" in mine
    assert TEXT.title not in mine
    assert "Nothing waits for you" in maras


def test_tasks_and_map_travel_as_rows(ana: Client, report: ChangeReport) -> None:
    tasks = ana.get(f"/rules/changes/reports/{report.pk}/tasks.csv")
    rows = ana.get("/rules/map.csv")

    assert tasks["Content-Type"].startswith("text/csv")
    assert tasks.content.decode("utf-8-sig").splitlines()[0].startswith("kind,name,owner,label")
    assert len(tasks.content.decode("utf-8-sig").splitlines()) == ChangeTask.objects.count() + 1
    assert "When statements are posted" in rows.content.decode("utf-8-sig")


def test_the_map_names_what_a_section_governs(ana: Client, report: ChangeReport) -> None:
    page = ana.get("/rules/map?section=9.1").content.decode()
    below = ana.get("/rules/map?section=9").content.decode()
    elsewhere = ana.get("/rules/map?section=7").content.decode()

    assert TEXT.title in page
    assert TEXT.title in below
    assert "<svg" in page
    assert "Nothing here is tied to a rule" in elsewhere
    assert ana.get("/rules/map?procedure=no-such").status_code == 200


def test_a_citation_whose_rule_changed_says_so_in_its_case(ana: Client, case: Case, report: ChangeReport) -> None:
    page = ana.get(f"/cases/{case.number}").content.decode()

    assert "Changed since: see" in page
    assert f"/rules/versions/{case.citations.get().version_id}/timeline" in page


def test_a_template_whose_rule_changed_is_inserted_only_by_who_was_told(
    ana: Client, case: Case, report: ChangeReport
) -> None:
    listed = ana.get(f"/cases/{case.number}/templates", headers=HX).content.decode()
    refused = ana.get(f"/cases/{case.number}/templates/posting", headers=HX)
    anyway = ana.post(f"/cases/{case.number}/templates/posting", headers=HX).content.decode()
    page = ana.get(f"/cases/{case.number}/templates/posting")
    history = ana.get(f"/cases/{case.number}").content.decode()

    assert "rule changed" in listed
    assert refused.status_code == page.status_code == 409
    assert "Insert it all the same" in refused.content.decode()
    assert "data-insert" not in refused.content.decode()
    assert "see Section 9.1(1)." in anyway
    assert "data-insert" in anyway
    assert "took the text “When statements are posted” all the same, though Section 9.1(1) under it" in history
    ana.post(f"/rules/changes/tasks/{task_of('reply_template').pk}/decision", {"decision": "confirm", "note": ""})
    assert ana.get(f"/cases/{case.number}/templates/posting").status_code == 200
    assert ana.post(f"/cases/{case.number}/templates/posting").status_code == 200
    assert JournalEvent.objects.filter(kind="case.doubtful_text_inserted").count() == 1


def test_a_text_in_doubt_is_taken_only_by_who_may_reply(
    case: Case, report: ChangeReport, browser_of: Callable[[str], Client]
) -> None:
    answer = browser_of("mara.lind").post(f"/cases/{case.number}/templates/posting")

    assert answer.status_code == 403
    assert not JournalEvent.objects.filter(kind="case.doubtful_text_inserted").exists()


def test_several_objects_are_confirmed_with_one_note(ana: Client, report: ChangeReport) -> None:
    chosen = [task_of("case_citation").pk, task_of("reply_template").pk]
    address = f"/rules/changes/reports/{report.pk}/confirmations"
    page = ana.get(f"/rules/changes/reports/{report.pk}").content.decode()

    unsaid = ana.post(address, {"task": chosen, "note": " "})
    none = ana.post(address, {"note": "Read both."})
    done = ana.post(address, {"task": chosen, "note": "Read both.", "state": "open"})
    again = ana.post(address, {"task": chosen[:1], "note": "Once more."})

    assert page.count('name="task"') == ChangeTask.objects.count()
    assert "before you confirm several" in unsaid.content.decode()
    assert "Choose the objects" in none.content.decode()
    assert (done.status_code, done["Location"]) == (303, f"/rules/changes/reports/{report.pk}?state=open")
    assert set(ChangeTask.objects.filter(pk__in=chosen).values_list("decision", "note")) == {
        ("confirmed", "Read both.")
    }
    assert again.status_code == 409
    assert "Ana Ortiz" in again.content.decode()
    assert "Nothing was confirmed" in again.content.decode()
    assert ana.post("/rules/changes/reports/0/confirmations", {"note": "No"}).status_code == 404


def test_a_whole_list_is_confirmed_only_as_it_was_seen(ana: Client, report: ChangeReport) -> None:
    address = f"/rules/changes/reports/{report.pk}/confirmations"
    said = {"every": "yes", "note": "Read.", "kind": "reply_template"}

    moved = ana.post(address, {**said, "seen": 2})
    assert not ChangeTask.objects.exclude(decision="").exists()
    done = ana.post(address, {**said, "seen": 1})

    assert moved.status_code == 409
    assert "1 wait for a decision there, not 2" in moved.content.decode()
    assert done.status_code == 303
    assert [one.kind for one in ChangeTask.objects.exclude(decision="")] == ["reply_template"]


def test_citations_that_lead_nowhere_are_listed(ana: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    adopt_rules(tmp_path)
    lost = Reply("lost", "A lost text", "See Section 9.1(1) and Section 97.5.\n")
    monkeypatch.setattr(profile_values, "read_replies", lambda profile: {"lost": lost})

    page = ana.get("/rules/changes/reports").content.decode()

    assert "Citations that lead nowhere" in page
    assert "A lost text" in page
    assert "Section 97.5 is not in force" in page
    assert "Section 9.1(1) " not in page


def test_the_clock_sheet_flags_a_service_level_whose_rule_changed(
    ana: Client, case: Case, report: ChangeReport
) -> None:
    clock = ana.get(f"/cases/{case.number}/clocks?format=json").json()["clocks"][0]
    ChangeTask.objects.filter(kind="reply_template").update(
        kind="service_level", holder=f"service_level:{clock['policy']['key']}"
    )
    page = ana.get(f"/cases/{case.number}/clocks").content.decode()

    assert "not yet confirmed" in page


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/rules/changes/reports", 16),
        ("/rules/changes/reports/{id}", 14),
        ("/rules/changes/mine", 12),
        ("/rules/map", 18),
        ("/cases/{number}/templates", 12),
    ],
)
def test_a_page_of_changes_needs_few_statements(
    ana: Client, case: Case, report: ChangeReport, address: str, most: int
) -> None:
    """However many objects there are; the map asks twice for each kind of object that only holds words."""
    with CaptureQueriesContext(connection) as captured:
        answer = ana.get(address.format(id=report.pk, number=case.number))

    asked = [one["sql"] for one in captured if "SAVEPOINT" not in one["sql"]]
    assert answer.status_code == 200
    assert len(asked) <= most, "\n".join(asked)
