"""Replying, noting, closing, reopening, assigning, routing: by plain form, by script, and refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import Cast
from tieline.desk.models import Case, MessageKind

HX = {"HX-Request": "true"}


def test_a_reply_by_plain_form_leads_back_to_the_case(ana: Client, case: Case) -> None:
    answer = ana.post(f"/cases/{case.number}/replies", {"text": "Ten business days.", "then": "waiting"})

    assert (answer.status_code, answer["Location"]) == (303, f"/cases/{case.number}")
    case.refresh_from_db()
    assert case.state == "waiting"
    assert case.messages.get(kind=MessageKind.OURS).text == "Ten business days."


def test_a_reply_by_script_gets_the_changed_parts(ana: Client, case: Case) -> None:
    answer = ana.post(f"/cases/{case.number}/replies", {"text": "Ten days.", "then": "open"}, headers=HX)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer["HX-Trigger"] == "rows-changed"
    assert "Ten days." in page
    assert 'hx-swap-oob="true"' in page
    assert "<textarea" not in page


def test_a_reply_to_a_closed_case_is_refused_and_the_words_are_kept(ana: Client, case: Case) -> None:
    ana.post(f"/cases/{case.number}/closure", {"outcome": "no_action"})

    plain = ana.post(f"/cases/{case.number}/replies", {"text": "One <more> thing"})
    script = ana.post(f"/cases/{case.number}/replies", {"text": "One more thing"}, headers=HX)

    assert plain.status_code == script.status_code == 409
    assert "One &lt;more&gt; thing</textarea>" in plain.content.decode()
    assert "already closed" in script.content.decode()
    assert script["HX-Retarget"] == "#refusal"


def test_an_empty_reply_is_refused(ana: Client, case: Case) -> None:
    answer = ana.post(f"/cases/{case.number}/replies", {"text": "  \n "})

    assert answer.status_code == 409
    assert "Nothing was written" in answer.content.decode()


def test_a_note_by_form_and_by_script(ana: Client, case: Case) -> None:
    plain = ana.post(f"/cases/{case.number}/notes", {"text": "Ask settlement."})
    script = ana.post(f"/cases/{case.number}/notes", {"text": "They say yes."}, headers=HX)

    assert plain.status_code == 303
    assert "message-note" in script.content.decode()
    assert case.messages.filter(kind=MessageKind.NOTE).count() == 2


def test_closing_needs_an_answer_where_the_outcome_says_so(ana: Client, case: Case) -> None:
    refused = ana.post(f"/cases/{case.number}/closure", {"outcome": "answered"})
    ana.post(f"/cases/{case.number}/replies", {"text": "Here it is.", "then": "open"})
    closed = ana.post(f"/cases/{case.number}/closure", {"outcome": "answered"}, headers=HX)

    assert refused.status_code == 409
    assert "no answer yet" in refused.content.decode()
    assert closed.status_code == 200
    assert "Reopen" in closed.content.decode()


def test_a_closed_case_is_opened_again_by_form(ana: Client, case: Case) -> None:
    ana.post(f"/cases/{case.number}/closure", {"outcome": "withdrawn"})

    answer = ana.post(f"/cases/{case.number}/closure", {"_method": "delete"})

    case.refresh_from_db()
    assert answer.status_code == 303
    assert case.state == "open"


def test_taking_a_case_giving_it_away_and_giving_it_up(ana: Client, case: Case, cast: Cast) -> None:
    owners = []
    for wanted in ("me", str(cast.ravi.pk), ""):
        assert ana.post(f"/cases/{case.number}/assignment", {"owner": wanted}).status_code == 303
        case.refresh_from_db()
        owners.append(case.owner_id)

    assert owners == [cast.ana.pk, cast.ravi.pk, None]


@pytest.mark.parametrize("owner", ["999999", "ana", "-1", "1 OR 1=1"])
def test_nobody_unknown_is_given_a_case(ana: Client, case: Case, owner: str) -> None:
    assert ana.post(f"/cases/{case.number}/assignment", {"owner": owner}).status_code == 409


def test_the_list_of_people_opens_as_page_and_as_fragment(ana: Client, case: Case) -> None:
    assert "Ravi Menon" in ana.get(f"/cases/{case.number}/assignment").content.decode()
    assert "<html" not in ana.get(f"/cases/{case.number}/assignment", headers=HX).content.decode()


def test_routing_is_corrected_and_an_unknown_topic_refused(ana: Client, case: Case) -> None:
    done = ana.post(f"/cases/{case.number}/routing", {"topic": "certificate", "urgency": "critical"})
    refused = ana.post(f"/cases/{case.number}/routing", {"topic": "astrology", "urgency": "critical"})

    case.refresh_from_db()
    assert done.status_code == 303
    assert refused.status_code == 409
    assert (case.topic, case.urgency) == ("certificate", "critical")


def test_who_lacks_a_right_is_told_which(browser_of: Callable[[str], Client], case: Case, cast: Cast) -> None:
    mara = browser_of(cast.mara.username)

    answer = mara.post(f"/cases/{case.number}/replies", {"text": "I may not"})
    page = mara.get(f"/cases/{case.number}").content.decode()

    assert answer.status_code == 403
    assert "desk.reply" in answer.content.decode()
    assert "I may not</textarea>" in answer.content.decode()
    assert 'id="reply-text"' not in page
    assert 'id="note-text"' in page


@pytest.mark.parametrize("noun", ["replies", "notes", "citations", "routing"])
def test_verbs_that_a_noun_does_not_have_are_refused(ana: Client, case: Case, noun: str) -> None:
    assert ana.get(f"/cases/{case.number}/{noun}").status_code == 405


def test_a_form_from_elsewhere_is_refused(cast: Cast, case: Case) -> None:
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(f"/cases/{case.number}/notes", {"text": "forged"})

    assert answer.status_code == 403
    assert case.messages.filter(kind=MessageKind.NOTE).count() == 0
