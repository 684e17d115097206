"""My list, my piles, labels and acts on many cases at the console's door: by plain form and by script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import MONDAY, Cast
from tieline.console.tests.arriving import receive
from tieline.desk.actions import assign
from tieline.desk.actions.bulk import work
from tieline.desk.actions.piles import see
from tieline.desk.models import BulkAct, Case, Message, MessageKind, Personal, Pile

HX = {"HX-Request": "true"}


@pytest.fixture
def mine(case: Case, cast: Cast) -> Case:
    return assign(case, owner=cast.ana, by=cast.ravi.as_actor(), at=MONDAY)


def test_my_list_shows_what_is_mine_in_few_statements(ana: Client, mine: Case) -> None:
    ana.get("/cases/mine")
    with CaptureQueriesContext(connection) as asked:
        page = ana.get("/cases/mine").content.decode()

    assert "Assigned to me" in page
    assert mine.subject in page
    assert "unread-dot" in page
    frame = ("SAVEPOINT", "RELEASE", "SELECT set_config", "SELECT coalesce(current_setting")
    assert len([one for one in asked if not one["sql"].startswith(frame)]) <= 5


def test_an_empty_list_says_all_clear(ana: Client, case: Case) -> None:
    assert "All clear" in ana.get("/cases/mine").content.decode()


def test_done_by_plain_form_and_the_number_beside_my_list_goes_down(ana: Client, mine: Case) -> None:
    assert ana.get("/cases/mine/count", headers=HX).content.decode().startswith("1")

    answer = ana.post(f"/cases/{mine.number}/pile", {"pile": "done"})

    assert (answer.status_code, answer["Location"]) == (303, f"/cases/{mine.number}")
    assert Personal.objects.get().pile == Pile.DONE
    assert ana.get("/cases/mine/count", headers=HX).content.decode().strip() == ""


def test_later_by_script_offers_to_undo_and_says_until_when(ana: Client, mine: Case) -> None:
    form = {"pile": "later", "day": "2026-11-17", "time": "09:00"}
    page = ana.post(f"/cases/{mine.number}/pile", form, headers=HX)

    assert "Put off until Tue 17 Nov 09:00" in page.content.decode()
    assert page["HX-Trigger"] == "rows-changed"
    assert "Comes back" in ana.get("/cases/mine/sections").content.decode()
    ana.post(f"/cases/{mine.number}/pile", {"pile": "todo", "until": ""}, headers=HX)
    assert Personal.objects.get().pile == Pile.TO_DO


@pytest.mark.parametrize(
    "form",
    [
        {"pile": "later"},
        {"pile": "later", "until": "nonsense"},
        {"pile": "later", "until": "2026-01-01T00:00:00+00:00"},
        {"pile": "later", "day": "2026-11-17"},
        {"pile": "nowhere"},
    ],
)
def test_a_time_that_is_none_is_refused(ana: Client, mine: Case, form: dict[str, str]) -> None:
    assert ana.post(f"/cases/{mine.number}/pile", form).status_code == 409
    assert not Personal.objects.exists()


def test_the_case_says_where_it_lies_and_who_is_affected(ana: Client, mine: Case) -> None:
    page = ana.get(f"/cases/{mine.number}", headers=HX).content.decode()

    assert "Only your own list changes" in page
    assert 'data-key="h"' in page


def test_what_came_after_i_looked_is_marked(ana: Client, mine: Case, cast: Cast) -> None:
    see(mine, upto=mine.messages.get().pk, by=cast.ana.as_actor(), at=MONDAY)
    assert "first-unread" not in ana.get(f"/cases/{mine.number}", headers=HX).content.decode()
    Message.objects.create(
        case=mine, kind=MessageKind.NOTE, at=MONDAY + timedelta(minutes=1), author="staff:0", author_name="Jo", text="!"
    )

    page = ana.get(f"/cases/{mine.number}", headers=HX).content.decode()

    assert 'id="first-unread"' in page
    assert page.index('id="first-unread"') > page.index('id="message-')


def test_labels_are_put_on_and_taken_off(ana: Client, mine: Case) -> None:
    page = ana.post(f"/cases/{mine.number}/labels", {"label": "  Winter   STORM "}, headers=HX).content.decode()
    assert "winter storm" in page

    ana.post(f"/cases/{mine.number}/labels", {"label": "winter storm", "_method": "delete"})

    mine.refresh_from_db()
    assert mine.labels == []
    assert ana.post(f"/cases/{mine.number}/labels", {"label": "!!"}).status_code == 409


def test_assigning_offers_to_give_it_back(ana: Client, mine: Case, cast: Cast) -> None:
    page = ana.post(f"/cases/{mine.number}/assignment", {"owner": cast.ravi.pk}, headers=HX).content.decode()

    assert "Given to Ravi Menon" in page
    assert f'name="owner" value="{cast.ana.pk}"' in page


def test_an_act_on_all_is_foreseen_done_shown_and_undone(ana: Client, cast: Cast) -> None:
    for number in range(3):
        receive(cast, f"Question {number}", "What holds?")
    form = {"act": "assign", "view": "open", "all": "on", "owner": str(cast.ravi.pk)}
    assert "Do it to 3 cases" in ana.post("/bulk/plan", form).content.decode()
    assert not BulkAct.objects.exists()

    address = ana.post("/bulk", form)["Location"]
    assert "0 of 3" in ana.get(address).content.decode()
    while work(MONDAY):
        pass

    page = ana.get(address).content.decode()
    assert "Assign to Ravi Menon" in page
    assert "Done: 3 of 3" in page
    ana.post(address, {"_method": "delete"})
    while work(MONDAY):
        pass
    assert "3 again as before" in ana.get(address).content.decode()
    assert not Case.objects.exclude(owner=None).exists()


def test_every_act_asks_for_what_it_needs_first(ana: Client, mine: Case) -> None:
    chosen = {"view": "open", "number": str(mine.number)}
    for act, field in {
        "assign": "owner",
        "route": "topic",
        "label": "label",
        "close": "outcome",
        "note": "text",
    }.items():
        page = ana.post("/bulk/plan", {**chosen, "act": act}).content.decode()
        assert f'name="{field}"' in page
        assert "See what would happen" in page
        assert ana.post("/bulk", {**chosen, "act": act}).status_code == 409
    assert "Do it to 1 case<" in ana.post("/bulk/plan", {**chosen, "act": "follow"}).content.decode()
    assert not BulkAct.objects.exists()
