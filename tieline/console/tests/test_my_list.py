"""My list, my piles, labels and acts on many cases at the console's door: by plain form and by script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import MONDAY, Cast
from tests.letters import digest
from tieline.console.tests.arriving import receive
from tieline.desk.actions import assign
from tieline.desk.actions.bulk import work
from tieline.desk.actions.piles import see
from tieline.desk.models import BulkAct, Case, LaterReply, Message, MessageKind, Personal, Pile

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
    nothing = '<span id="tray-count" hx-swap-oob="innerHTML"></span>'
    assert ana.get("/cases/mine/count", headers=HX).content.decode().strip() == nothing


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


def test_what_is_written_and_not_out_is_linked_with_its_number(ana: Client, mine: Case, cast: Cast) -> None:
    LaterReply.objects.create(
        case=mine, author=cast.ana, text="Later.", send_at=MONDAY + timedelta(hours=1), written_at=MONDAY
    )

    page = ana.get("/cases/mine").content.decode()
    counted = ana.get("/cases/mine/count", headers=HX).content.decode()

    assert 'href="/cases/waiting-replies"' in page
    assert 'id="tray-count"' in page
    assert 'id="tray-count" hx-swap-oob="innerHTML">1<' in counted


def test_an_act_on_all_means_what_was_searched_for(ana: Client, cast: Cast) -> None:
    found = [receive(cast, f"Meter {number}", "What holds?") for number in range(2)]
    receive(cast, "Statement", "What holds?")
    digest(at=MONDAY)
    page = ana.get("/cases", {"q": "is:open meter"}).content.decode()
    bar = page[page.index('id="bulk"') : page.index("</form>", page.index('id="bulk"'))]
    fields = dict(re.findall(r'<input type="hidden" name="(view|query)" value="([^"]*)"', bar))

    plan = ana.post("/bulk/plan", fields | {"act": "follow", "all": "on"}).content.decode()

    assert fields["query"] == "is:open meter"
    assert f"Do it to {len(found)} cases" in plan
    assert "matching this search" in bar
    assert "All that match <code>is:open meter</code>" in plan


def test_an_act_on_a_search_is_done_and_undone_for_what_it_found_and_nothing_else(ana: Client, cast: Cast) -> None:
    found = [receive(cast, f"Meter {number}", "What holds?") for number in range(2)]
    other = receive(cast, "Statement", "What holds?")
    digest(at=MONDAY)
    form = {"act": "assign", "query": "owner:none meter", "all": "on", "owner": str(cast.ravi.pk)}

    address = ana.post("/bulk", form)["Location"]
    while work(MONDAY):
        pass

    page = ana.get(address).content.decode()
    assert "Done: 2 of 2" in page
    assert "Asked for: <code>owner:none meter</code>" in page
    assert set(Case.objects.filter(owner=cast.ravi)) == set(found), "the search finds none of them any more"
    ana.post(address, {"_method": "delete"})
    while work(MONDAY):
        pass
    assert "2 again as before" in ana.get(address).content.decode()
    assert "owner:none meter" in ana.get("/bulk").content.decode()
    other.refresh_from_db()
    assert (other.owner, Case.objects.exclude(owner=None).count()) == (None, 0)


def test_an_act_on_a_search_that_says_nothing_is_refused(ana: Client, mine: Case) -> None:
    form = {"act": "follow", "query": "is:opne", "all": "on", "view": "open"}

    assert ana.post("/bulk/plan", form).status_code == 409
    assert ana.post("/bulk", form).status_code == 409
    assert not BulkAct.objects.exists()


def test_more_chosen_by_hand_than_an_act_takes_is_said(ana: Client, case: Case) -> None:
    numbers = [str(number) for number in range(case.number, case.number + 501)]

    answer = ana.post("/bulk/plan", {"act": "follow", "number": numbers})

    assert answer.status_code == 409
    assert "501 cases are chosen one by one, and 500 is the most" in answer.content.decode()
    assert not BulkAct.objects.exists()


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
