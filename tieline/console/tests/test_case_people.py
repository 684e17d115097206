"""What do people and threads of a case look like at the staff door?"""

from __future__ import annotations

from django.test import Client

from tests.cast import MONDAY, Cast
from tieline.desk.actions.people import add_person
from tieline.desk.models import Case, CaseRole, CaseThread
from tieline.mail.models import AddressStanding, OutgoingMail

PAT = "pat.quill@bluestem-energy.example"
MAKER = "maker@elsewhere.example"


def page_of(browser: Client, case: Case) -> str:
    return browser.get(f"/cases/{case.number}").content.decode()


def put_pat_in_copy(case: Case, cast: Cast) -> None:
    add_person(case, role=CaseRole.COPIED, address=PAT, reason="asked", by=cast.ana.as_actor(), at=MONDAY)


def test_people_in_copy_are_offered_and_a_reply_carries_those_chosen(ana: Client, case: Case, cast: Cast) -> None:
    put_pat_in_copy(case, cast)

    page = page_of(ana, case)
    answer = ana.post(f"/cases/{case.number}/replies", {"text": "Hello both.", "cc": [PAT, f" {PAT};"]})

    assert f'name="cc" value="{PAT}"' in page
    assert 'data-key="a"' in page
    assert answer.status_code == 303
    assert OutgoingMail.objects.get(copied=[PAT]).recipients == [cast.sam.email]
    assert f"Cc {PAT}" in page_of(ana, case)


def test_an_address_that_came_back_is_marked(ana: Client, case: Case, cast: Cast) -> None:
    put_pat_in_copy(case, cast)
    AddressStanding.objects.create(address=PAT, bounced_at=MONDAY, reason="no such user")

    assert 'title="no such user"' in page_of(ana, case)


def test_nobody_in_copy_no_reply_to_all(ana: Client, case: Case) -> None:
    assert 'data-key="a"' not in page_of(ana, case)


def test_the_requester_and_people_change_on_their_page(ana: Client, case: Case) -> None:
    address = f"/cases/{case.number}/people"

    added = ana.post(address, {"address": PAT, "reason": "asked"})
    without_reason = ana.post(address, {"address": "b@bluestem-energy.example", "reason": ""})
    person = case.people.get()
    page = ana.get(address).content.decode()
    removed = ana.post(f"{address}/{person.pk}", {"_method": "delete", "reason": "enough"})

    assert (added.status_code, without_reason.status_code, removed.status_code) == (303, 409, 303)
    assert PAT in page
    assert case.people.get().removed_at is not None


def test_a_thread_is_begun_once_written_in_and_shown_apart(ana: Client, case: Case) -> None:
    key = "6f4f8a3e-8a53-4a6f-b0c5-2f6d6a6f2c11"
    sent = {"to": f"{MAKER}; ", "thread_kind": "outside", "subject": "The meter", "text": "Is it so?", "key": key}

    first = ana.post(f"/cases/{case.number}/threads", sent)
    ana.post(f"/cases/{case.number}/threads", sent)
    thread = CaseThread.objects.get()
    ana.post(first["Location"], {"text": "Once more."})
    page, own = page_of(ana, case), ana.get(first["Location"]).content.decode()

    assert first["Location"] == f"/cases/{case.number}/threads/{thread.pk}"
    assert OutgoingMail.objects.filter(recipients=[MAKER]).count() == 2
    assert "the client does not see this" in page
    assert "Once more." in own and "38 MWh too much" not in own


def test_a_message_is_forwarded_from_its_page(ana: Client, case: Case) -> None:
    message = case.messages.get()
    address = f"/cases/{case.number}/messages/{message.pk}/forward"

    form = ana.get(address).content.decode()
    answer = ana.post(address, {"to": MAKER, "text": "Please look."})

    assert "38 MWh too much" in form
    assert answer.status_code == 303
    assert "38 MWh too much" in OutgoingMail.objects.get(recipients=[MAKER]).text
    assert 'data-key="f"' in page_of(ana, case)
