"""What do the inbox and the case page show, and at what price?"""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import MONDAY, Cast, assemble
from tieline.console.tests.arriving import receive, sign_in
from tieline.desk.actions import add_note, assign
from tieline.desk.models import Case
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as

HX = {"HX-Request": "true"}
MOST_STATEMENTS = 12


def test_home_is_the_list_of_open_cases(ana: Client) -> None:
    assert ana.get("/")["Location"] == "/cases/mine"


def test_the_inbox_shows_each_case_with_client_due_time_and_counters(ana: Client, case: Case) -> None:
    page = ana.get("/cases?view=open").content.decode()

    assert case.subject in page
    assert "Bluestem Retail Energy" in page
    assert "Due " in page
    assert re.search(r"Unassigned</span><span class=\"count\">1<", page)


def test_a_view_nobody_knows_is_not_there(ana: Client) -> None:
    assert ana.get("/cases?view=' OR 1=1").status_code == 404
    assert ana.get("/cases?view=open&page=nonsense").status_code == 404


def test_an_empty_list_says_why_it_is_empty(ana: Client, case: Case) -> None:
    assert "No open case is yours" in ana.get("/cases?view=mine").content.decode()
    assert "nothing is overdue" in ana.get("/cases?view=overdue").content.decode()
    assert "Next clock: Mon 16 Nov" in ana.get("/cases?view=overdue").content.decode()


def test_the_case_page_holds_list_case_clocks_and_client(ana: Client, case: Case) -> None:
    page = ana.get(f"/cases/{case.number}").content.decode()

    assert "Which window applies?" in page
    assert 'id="row-' in page
    assert "First answer" in page
    assert "Certain" in page
    assert "Send to Sam Doyle at Bluestem Retail Energy" in page


def test_a_name_that_poses_as_an_address_is_not_believed(cast: Cast, ana: Client) -> None:
    sender = '"clientservices@operator.example" <bill@elsewhere.example>'
    case = receive(cast, "Pay now", "Or else.", sender=sender)

    assert "Send to bill@elsewhere.example" in ana.get(f"/cases/{case.number}").content.decode()


def test_the_pages_own_script_gets_only_the_case(ana: Client, case: Case) -> None:
    fragment = ana.get(f"/cases/{case.number}?view=open", headers=HX).content.decode()
    restored = ana.get(f"/cases/{case.number}", headers=HX | {"HX-History-Restore-Request": "true"}).content.decode()

    assert fragment.lstrip().startswith("<article")
    assert "<html" in restored


def test_changes_never_touch_the_composer(ana: Client, case: Case) -> None:
    changed = ana.get(f"/cases/{case.number}/changes", headers=HX).content.decode()

    assert "Which window applies?" in changed
    assert "<textarea" not in changed


def test_a_case_that_is_not_there_is_said_so(ana: Client) -> None:
    assert ana.get("/cases/999999").status_code == 404


def test_hostile_words_are_shown_as_words(cast: Cast, ana: Client) -> None:
    hostile = '<img src=x onerror=alert(1)>"'
    case = receive(cast, hostile, f"{hostile} javascript:alert(1)", sender=f'"{hostile}" <kit@x.example>')
    with viewing_as(SYSTEM):
        add_note(case, text=hostile, by=cast.ana.as_actor(), at=MONDAY)

    for address in (
        f"/cases/{case.number}",
        "/cases?view=open",
        f"/cases/{case.number}/clocks",
        "/palette?q=img",
    ):
        assert "<img src=x" not in ana.get(address).content.decode()


@pytest.fixture
def busy_desk(committed: str) -> tuple[Client, int]:
    """A desk on which commits are real, with a dozen cases and one that is talked about."""
    with viewing_as(SYSTEM):
        cast = assemble()
        cases = [receive(cast, f"Question {number}", "What holds?", file="a.html") for number in range(12)]
        for number in range(6):
            add_note(cases[0], text=f"note {number}", by=cast.ana.as_actor(), at=MONDAY)
        assign(cases[0], owner=cast.ana, by=cast.ana.as_actor(), at=MONDAY)
    return sign_in("ana.ortiz"), cases[0].number


@pytest.mark.parametrize("address", ["/cases?view=open", "/cases/{number}?view=open", "/cases/{number}/changes"])
def test_a_page_needs_few_statements(busy_desk: tuple[Client, int], address: str) -> None:
    browser, number = busy_desk
    browser.get("/cases?view=open")

    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(address.format(number=number))

    asked = [one["sql"] for one in captured if one["sql"] not in ("BEGIN", "COMMIT")]
    assert answer.status_code == 200
    assert len(asked) <= MOST_STATEMENTS, "\n".join(asked)
