"""Team, consultations and the live board at the console's door: by plain form and by script."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import MONDAY, Cast
from tieline.desk.actions import assign
from tieline.desk.actions.absences import note_absence
from tieline.desk.actions.consulting import ask
from tieline.desk.models import Absence, Case, Consultation, Draft, RotaShift, WorkCapacity
from tieline.identity.models import Team

Staff = Callable[[str], Client]
HX = {"HX-Request": "true"}
FRAME = ("SAVEPOINT", "RELEASE", "SELECT set_config", "SELECT coalesce(current_setting")


def statements(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len([one for one in asked if not one["sql"].startswith(FRAME)])


@pytest.fixture
def question(case: Case, cast: Cast) -> Consultation:
    cast.mara.team = Team.objects.get(key="settlements")
    cast.mara.save(update_fields=["team"])
    return ask(
        case, team="settlements", question="Which interval?", profile=cast.profile, by=cast.ana.as_actor(), at=MONDAY
    )


def test_a_lead_sets_capacity_skills_and_hours_and_the_page_shows_them(browser_of: Staff, cast: Cast) -> None:
    lena = browser_of("lena.fox")
    address = f"/team/{cast.ana.pk}/capacity"

    form = {"most_cases": "12", "takes_cases": "on", "skills": "settlements, prices", "hours": "Mon-Fri 08:00-17:00"}
    assert lena.post(address, form).status_code == 303
    assert lena.post(address, form | {"hours": "whenever"}).status_code == 409

    page = lena.get("/team").content.decode()
    assert "0 of 12" in page
    assert "Mon-Fri 08:00-17:00" in page
    assert WorkCapacity.objects.get(user=cast.ana).skills == ["prices", "settlements"]
    assert RotaShift.objects.filter(user=cast.ana).count() == 5


def test_ones_own_absence_is_noted_and_cancelled_by_plain_form(ana: Client, cast: Cast) -> None:
    form = {"user": cast.ana.pk, "first": "2026-12-24", "last": "2026-12-31", "cover": cast.ravi.pk, "reason": "rest"}
    assert ana.post("/team/absences", form).status_code == 303
    assert ana.post("/team/absences", form | {"user": cast.ravi.pk}).status_code == 403

    absence = Absence.objects.get()
    assert f"{absence.ends_at.astimezone(cast.profile.time_zone):%Y-%m-%d %H:%M}" == "2027-01-01 00:00"
    assert "Ravi Menon covers" in ana.get("/team").content.decode()
    assert ana.post(f"/team/absences/{absence.pk}", {"_method": "delete"}).status_code == 303
    assert "Ravi Menon covers" not in ana.get("/team").content.decode()


def test_handing_over_tells_why_and_goes_to_another_area_in_one_act(ana: Client, case: Case, cast: Cast) -> None:
    ana.post(f"/cases/{case.number}/assignment", {"owner": "me"})
    ana.post(f"/cases/{case.number}/assignment", {"owner": cast.ravi.pk, "reason": "he was there"})
    page = ana.get(f"/cases/{case.number}").content.decode()
    assert "handed the case over from Ana Ortiz to Ravi Menon: he was there" in page
    assert 'name="reason"' in ana.get(f"/cases/{case.number}/assignment", headers=HX).content.decode()

    form = {"owner": "", "topic": "general_question", "reason": "not ours"}
    assert ana.post(f"/cases/{case.number}/handover", form).status_code == 303
    case.refresh_from_db()
    assert (case.owner, case.area) == (None, "general")
    assert ana.post(f"/cases/{case.number}/handover", form | {"topic": "juggling"}).status_code == 409


def test_an_expert_is_asked_and_answers_by_plain_form(
    ana: Client, browser_of: Staff, question: Consultation, case: Case, cast: Cast
) -> None:
    mara = browser_of("mara.lind")
    assert "Which interval?" in mara.get("/consultations").content.decode()
    assert "Asked of me" in mara.get("/cases/mine").content.decode()
    card = mara.get(f"/cases/{case.number}/consultations", headers=HX).content.decode()
    assert 'value="answer"' in card
    assert "Use in reply" not in card
    assert 'value="answer"' not in ana.get(f"/cases/{case.number}/consultations", headers=HX).content.decode()

    address = f"/consultations/{question.pk}"
    assert mara.post(address, {"act": "answer", "text": "Interval 42."}, headers=HX)["HX-Trigger"] == "rows-changed"

    assert "Use in reply" in ana.get(f"/cases/{case.number}/consultations").content.decode()
    quotation = ana.get(f"{address}/quotation").content.decode()
    assert quotation.strip() == '<div data-insert="reply">&gt; Interval 42.</div>'
    assert ana.post(address, {"act": "use"}).status_code == 303
    assert ana.post(address, {"act": "use"}).status_code == 303
    assert Draft.objects.get(author=cast.ana).text == "> Interval 42.\n\n> Interval 42."
    assert "Interval 42." in ana.get("/consultations?list=ended").content.decode()
    assert ana.get("/consultations?list=nothing").status_code == 404


def test_a_question_goes_to_a_person_or_a_team(ana: Client, case: Case, cast: Cast) -> None:
    address = f"/cases/{case.number}/consultations"
    form = {"question": "Why?", "within": "4 business hours"}

    assert ana.post(address, form | {"whom": f"staff:{cast.mara.pk}"}, headers=HX).status_code == 200
    assert ana.post(address, form | {"whom": "team:retail"}).status_code == 303
    assert ana.post(address, form | {"whom": "staff:99999"}).status_code == 409
    assert ana.post(address, form | {"whom": "team:nowhere"}).status_code == 409

    assert list(Consultation.objects.order_by("pk").values_list("team__key", "expert__name")) == [
        ("client_services", "Mara Lind"), ("retail", None)
    ]  # fmt: skip


def test_the_live_board_shows_and_saves_its_figures(browser_of: Staff, case: Case, cast: Cast) -> None:
    lena = browser_of("lena.fox")
    assign(case, owner=cast.ana, by=cast.ana.as_actor(), at=MONDAY)
    note_absence(
        cast.ana, begins_at=MONDAY, ends_at=MONDAY.replace(day=20), cover=None, reason="", by=cast.ana.as_actor(),
        at=MONDAY,
    )  # fmt: skip

    page = lena.get("/supervision").content.decode()
    assert "Ana Ortiz is away and nobody covers" in page
    assert "q=is%3Aopen+owner%3Aana.ortiz" in page
    assert "<main" not in lena.get("/supervision", headers=HX).content.decode()

    saved = lena.get("/supervision.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(saved)))
    assert rows[0] == ["about", "name", "figure", "count", "query"]
    assert ["person", "Ana Ortiz", "open", "1", "is:open owner:ana.ortiz"] in rows


def test_an_empty_desk_says_so(browser_of: Staff, cast: Cast) -> None:
    assert "No case is open" in browser_of("lena.fox").get("/supervision").content.decode()


@pytest.mark.parametrize(("address", "most"), [("/supervision", 12), ("/team", 12), ("/consultations", 12)])
def test_pages_take_few_statements(
    browser_of: Staff, cast: Cast, question: Consultation, address: str, most: int
) -> None:
    spent = statements(browser_of("lena.fox"), address)

    assert spent <= most
    print(address, spent)


def test_the_card_takes_few_statements(ana: Client, question: Consultation) -> None:
    assert statements(ana, f"/cases/{question.case.number}/consultations") <= 12
