"""Are letters to people beside the client kept while one types, and is undo offered at them?"""

from __future__ import annotations

import re

from django.test import Client

from tieline.desk.models import Case, CaseThread, Draft, Message
from tieline.mail.models import OutgoingMail

MAKER = "maker@elsewhere.example"


def begun(ana: Client, case: Case) -> str:
    """The page of a thread whose first letter is held."""
    sent = {"to": MAKER, "thread_kind": "outside", "subject": "The meter", "text": "Is it so?"}
    return str(ana.post(f"/cases/{case.number}/threads", sent)["Location"])


def test_the_draft_of_a_new_letter_stands_in_its_page_with_its_head(ana: Client, case: Case) -> None:
    saved = {
        "kind": "letter", "to": "half@an", "subject": "Meters", "thread_kind": "expert", "text": "Good day",
        "draft": "0", "key": "6f4f8a3e-8a53-4a6f-b0c5-2f6d6a6f2c12",
    }  # fmt: skip

    answer = ana.post(f"/cases/{case.number}/draft", saved)
    page = ana.get(f"/cases/{case.number}/threads").content.decode()

    assert answer.json() == {"version": 1}
    assert 'value="half@an"' in page and 'value="Meters"' in page and "\nGood day</textarea>" in page
    assert '<option value="expert" selected>' in page
    assert "Throw this draft away" in page


def test_the_draft_of_a_thread_is_its_own_and_can_be_thrown_away(ana: Client, case: Case) -> None:
    at = begun(ana, case)
    thread = CaseThread.objects.get()
    kept = {"kind": "letter", "thread": str(thread.pk), "text": "Further", "draft": "0"}

    ana.post(f"/cases/{case.number}/draft", kept)
    own, fresh = ana.get(at).content.decode(), ana.get(f"/cases/{case.number}/threads").content.decode()
    ana.post(f"/cases/{case.number}/draft", {"_method": "delete", "kind": "letter", "thread": str(thread.pk)})

    assert "\nFurther</textarea>" in own
    assert "Further" not in fresh
    assert not Draft.objects.exists()


def test_a_thread_of_another_case_takes_no_draft(ana: Client, case: Case) -> None:
    kept = {"kind": "letter", "thread": "999999", "text": "Further", "draft": "0"}

    assert ana.post(f"/cases/{case.number}/draft", kept).status_code == 404


def test_a_held_letter_offers_undo_and_leads_back_to_its_words(ana: Client, case: Case) -> None:
    page = ana.get(begun(ana, case)).content.decode()
    undo = re.search(r'action="(/cases/\d+/letters/\d+)"', page)
    assert undo is not None

    back = ana.post(undo[1], {"_method": "delete"})

    assert (back.status_code, back["Location"]) == (303, f"/cases/{case.number}/threads")
    assert "\nIs it so?</textarea>" in ana.get(back["Location"]).content.decode()
    assert not OutgoingMail.objects.filter(recipients=[MAKER]).exists()
    assert not Message.objects.filter(thread__isnull=False).exists()


def test_words_that_the_guards_stopped_are_kept(ana: Client, case: Case) -> None:
    sent = {"to": MAKER, "thread_kind": "outside", "subject": "The meter", "text": "By TBD?"}

    asked = ana.post(f"/cases/{case.number}/threads", sent)

    assert asked.status_code == 409
    assert (Draft.objects.get().text, Draft.objects.get().to) == ("By TBD?", MAKER)
