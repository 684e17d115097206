"""Can cases be merged, split and linked from the pages, and does nobody see there what is not theirs?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import MONDAY, Cast
from tieline.console.tests.arriving import receive
from tieline.desk.actions.linking import link_cases
from tieline.desk.models import Case, CaseState, LinkKind, MessageKind

KIT = "Kit Arden <kit.arden@pricklypear.example>"


@pytest.fixture
def other(cast: Cast) -> Case:
    return receive(cast, "Settlement statement again", "The same again, please.")


@pytest.fixture
def rivals(cast: Cast) -> Case:
    return receive(cast, "A rival's settlement question", "Theirs.", sender=KIT)


def path(case: Case, rest: str = "") -> str:
    return f"/cases/{case.number}{rest}"


def test_merging_is_chosen_previewed_done_and_undone(ana: Client, case: Case, other: Case, rivals: Case) -> None:
    choices = ana.get(path(case, "/merging")).content.decode()
    assert other.label in choices
    assert rivals.label not in choices

    preview = ana.get(path(case, f"/merging?into={other.label}")).content.decode()
    assert f"Merge into {other.label}" in preview
    done = ana.post(path(case, "/merging"), {"into": str(other.number), "reason": "twice"})
    assert (done.status_code, done["Location"]) == (303, path(other))

    page = ana.get(path(case)).content.decode()
    assert "Merged into" in page
    assert other.label in page
    assert "which window applies" in ana.get(path(other)).content.decode().lower()
    assert case.label in ana.get(path(other, "/structure")).content.decode()
    assert ana.post(path(case, "/merging"), {"_method": "delete"}).status_code == 303
    case.refresh_from_db()
    assert (case.state, case.message_count) == (CaseState.OPEN, 1)


def test_a_rivals_case_is_refused_in_the_preview_and_by_the_act(ana: Client, case: Case, rivals: Case) -> None:
    assert "not surely the same" in ana.get(path(case, f"/merging?into={rivals.number}")).content.decode()

    refused = ana.post(path(case, "/merging"), {"into": str(rivals.number)})

    assert refused.status_code == 409
    assert "not surely the same" in refused.content.decode()


@pytest.mark.parametrize("written", ["no number", "999999", "INQ-", "9" * 30])
def test_a_number_that_is_no_case_is_refused_in_words(written: str, ana: Client, case: Case) -> None:
    refused = ana.post(path(case, "/merging"), {"into": written})

    assert refused.status_code == 409
    assert "There is no case" in refused.content.decode()


def test_splitting_moving_and_their_undoing(ana: Client, case: Case, other: Case) -> None:
    said = other.messages.get()
    assert ana.post(path(other, f"/messages/{said.pk}/moving"), {"into": case.label}).status_code == 303
    assert case.messages.filter(kind=MessageKind.CLIENT).count() == 2

    boxes = ana.get(path(case, "/splitting")).content.decode()
    assert f'value="{said.pk}"' in boxes
    made = ana.post(path(case, "/splitting"), {"messages": [said.pk]})
    assert made.status_code == 303
    assert "Settlement statement again" in ana.get(made["Location"]).content.decode()

    assert ana.post(made["Location"] + "/splitting", {"_method": "delete"})["Location"] == path(case)
    assert ana.post(path(case, f"/messages/{said.pk}/moving"), {"_method": "delete"})["Location"] == path(other)
    said.refresh_from_db()
    assert said.case == other


def test_splitting_nothing_is_refused_in_words(ana: Client, case: Case) -> None:
    assert ana.post(path(case, "/splitting"), {}).status_code == 409


def test_links_are_made_and_taken_away_in_the_card(ana: Client, case: Case, other: Case) -> None:
    card = ana.post(path(case, "/links"), {"other": other.label, "kind": "blocked"}, headers={"HX-Request": "true"})
    assert "Blocked by" in card.content.decode()
    link = case.links.get(kind=LinkKind.BLOCKED)

    gone = ana.post(path(other, f"/links/{link.pk}"), {"_method": "delete"})

    assert gone.status_code == 303
    assert "Linked to no other case" in ana.get(path(case, "/structure")).content.decode()


def test_who_may_not_arrange_sees_the_links_and_no_button(
    browser_of: Callable[[str], Client], case: Case, other: Case
) -> None:
    mara = browser_of("mara.lind")

    assert path(case, "/merging") not in mara.get(path(case)).content.decode()
    assert mara.get(path(case, "/merging")).status_code == 403
    assert "<button" not in mara.get(path(case, "/structure"), headers={"HX-Request": "true"}).content.decode()


@pytest.mark.parametrize("address", ["/structure", "/merging", "/merging?q=settlement", "/splitting"])
def test_its_pages_ask_little_of_the_database(address: str, ana: Client, case: Case, other: Case) -> None:
    with CaptureQueriesContext(connection) as asked:
        ana.get(path(case, address))

    frame = ("SAVEPOINT", "RELEASE", "SELECT set_config", "SELECT coalesce(current_setting")
    own = [one["sql"] for one in asked if not one["sql"].startswith(frame)]
    assert len(own) <= 12, own


def test_a_case_with_open_parts_is_closed_all_the_same_with_a_reason(
    ana: Client, case: Case, other: Case, cast: Cast
) -> None:
    link_cases(other, case, kind=LinkKind.PARENT, by=cast.ana.as_actor(), at=MONDAY)

    asked = ana.post(path(case, "/closure"), {"outcome": "no_action", "was": "open"})
    unexplained = ana.post(path(case, "/closure"), {"outcome": "no_action", "all_the_same": "on"})
    unticked = ana.post(path(case, "/closure"), {"outcome": "no_action", "despite": "It goes on alone"})
    case.refresh_from_db()
    stayed = case.state
    form = {"outcome": "no_action", "all_the_same": "on", "despite": "It goes on alone"}
    closed = ana.post(path(case, "/closure"), form)

    assert [answer.status_code for answer in (asked, unexplained, unticked)] == [409, 409, 409]
    assert other.label in asked.content.decode()
    assert 'name="all_the_same"' in asked.content.decode()
    assert (stayed, closed.status_code) == (CaseState.OPEN, 303)
    assert "although parts of it were open: It goes on alone" in ana.get(path(case)).content.decode()
