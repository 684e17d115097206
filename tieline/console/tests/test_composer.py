"""The composer as browsers meet it: guards, sending later, closing along, shared drafts, suggestions."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from tests.cast import MONDAY, Cast
from tieline.console.tests.test_writing import HX, form
from tieline.desk.actions import add_note
from tieline.desk.actions.later import send_due_replies
from tieline.desk.models import Case, Draft, DraftComment, LaterReply, Message, MessageKind
from tieline.desk.search import findable
from tieline.search.actions import index

Staff = Callable[[str], Client]


def ours(case: Case) -> list[str]:
    return list(case.messages.filter(kind=MessageKind.OURS).values_list("text", flat=True))


def page(browser: Client, case: Case) -> str:
    return browser.get(f"/cases/{case.number}").content.decode()


def button(html: str, name: str) -> str:
    """The value that a button of this name sends."""
    found = re.search(rf'<button[^>]*name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


@pytest.mark.parametrize("headers", [HX, {}])
def test_what_the_guards_find_is_told_and_a_second_act_sends(ana: Client, case: Case, headers: dict[str, str]) -> None:
    words = form(ana, case, "Hello Kit, the file is attached.")

    asked = ana.post(f"/cases/{case.number}/replies", words, headers=headers)
    told = asked.content.decode()
    again = ana.post(f"/cases/{case.number}/replies", words | {"anyway": button(told, "anyway")}, headers=headers)

    assert asked.status_code == 409
    assert "nothing is attached" in told
    assert "The greeting names Kit" in told
    assert again.status_code in (200, 303)
    assert ours(case) == ["Hello Kit, the file is attached."]


def test_what_stops_offers_no_second_act_and_the_words_are_kept(ana: Client, case: Case) -> None:
    asked = ana.post(f"/cases/{case.number}/replies", form(ana, case, "Hello {{ person }}"), headers=HX)

    assert "is not filled" in asked.content.decode()
    assert 'name="anyway"' not in asked.content.decode()
    assert (ours(case), Draft.objects.get().text) == ([], "Hello {{ person }}")


def test_stale_and_guarded_at_once_are_each_passed_once(ana: Client, case: Case, cast: Cast) -> None:
    words = form(ana, case, "The file is attached.") | {"when": "hour"}
    add_note(case, text="Wait.", by=cast.ravi.as_actor(), at=MONDAY)

    guarded = ana.post(f"/cases/{case.number}/replies", words, headers=HX).content.decode()
    words |= {"anyway": button(guarded, "anyway")}
    stale = ana.post(f"/cases/{case.number}/replies", words, headers=HX).content.decode()
    last = ana.post(
        f"/cases/{case.number}/replies", words | {"all_the_same": button(stale, "all_the_same")}, headers=HX
    )

    assert '<input type="hidden" name="when" value="hour">' in guarded
    assert '<input type="hidden" name="when" value="hour">' in stale
    assert last.status_code == 200
    assert (ours(case), LaterReply.objects.get().text) == ([], "The file is attached.")


def test_a_reply_for_later_waits_above_the_composer_and_in_the_tray(ana: Client, case: Case, browser_of: Staff) -> None:
    words = form(ana, case, "See you <then>.") | {"when": "hour", "unless_they_write": "on"}
    ana.post(f"/cases/{case.number}/replies", words | {"anyway": "placeholder-x"})
    token = ana.post(f"/cases/{case.number}/replies", words).content.decode()
    ana.post(f"/cases/{case.number}/replies", words | {"anyway": button(token, "anyway")})

    shown = page(ana, case)
    tray = ana.get("/cases/waiting-replies").content.decode()
    ravis = browser_of("ravi.menon")

    assert "Your reply leaves" in shown
    assert "See you &lt;then&gt;." in shown
    assert "See you &lt;then&gt;." in tray
    assert "A reply of Ana Ortiz leaves" in page(ravis, case)
    assert 'name="move"' not in page(ravis, case)
    assert "See you" not in ravis.get("/cases/waiting-replies").content.decode()
    assert "See you" in ravis.get("/cases/waiting-replies?of=all").content.decode()


@pytest.mark.parametrize(
    ("move", "sent", "draft"), [("send", ["Later."], []), ("edit", [], ["Later."]), ("drop", [], [])]
)
def test_what_waits_is_sent_now_written_on_or_dropped(
    ana: Client, case: Case, move: str, sent: list[str], draft: list[str]
) -> None:
    ana.post(f"/cases/{case.number}/replies", form(ana, case, "Later.") | {"when": "hour"})
    later = LaterReply.objects.get()

    answer = ana.post(f"/cases/{case.number}/later-replies/{later.pk}", {"move": move}, headers=HX)

    assert answer.status_code == 200
    assert (ours(case), [one.text for one in Draft.objects.all()]) == (sent, draft)
    assert "Your reply leaves" not in page(ana, case)


def test_what_was_not_sent_says_why_until_it_is_read(ana: Client, case: Case, cast: Cast) -> None:
    ana.post(f"/cases/{case.number}/replies", form(ana, case, "Later.") | {"when": "hour"})
    add_note(case, text="Do not.", by=cast.ravi.as_actor(), at=MONDAY)
    send_due_replies(MONDAY + timedelta(hours=2))

    shown = page(ana, case)
    ana.post(f"/cases/{case.number}/later-replies/{LaterReply.objects.get().pk}", {"move": "read"})

    assert "Not sent: Ravi Menon left a note first." in shown
    assert "Later.</textarea>" in shown
    assert "Not sent:" not in page(ana, case)


def test_an_own_time_is_one_of_the_markets_zone_and_a_past_one_is_refused(ana: Client, case: Case) -> None:
    words = form(ana, case, "Later.") | {"when": "own", "own_time": "2026-11-17T08:30"}

    ana.post(f"/cases/{case.number}/replies", words)
    past = ana.post(f"/cases/{case.number}/replies", words | {"key": str(uuid4()), "own_time": "2026-11-16T08:30"})

    assert LaterReply.objects.get().send_at.isoformat() == "2026-11-17T14:30:00+00:00"
    assert past.status_code == 409


def test_sending_closes_along_is_remembered_and_undone_together(ana: Client, case: Case, cast: Cast) -> None:
    words = form(ana, case, "Ten days.") | {"then": "close:answered"}

    answer = ana.post(f"/cases/{case.number}/replies", words, headers=HX)
    case.refresh_from_db()
    closed = (case.state, case.outcome, "A reply needs the case open again" in answer.content.decode())
    ana.post(f"/cases/{case.number}/replies/{Message.objects.get(kind='ours').pk}", {"_method": "delete"}, headers=HX)
    case.refresh_from_db()

    assert closed == ("closed", "answered", True)
    assert (case.state, ours(case), Draft.objects.get().text) == ("open", [], "Ten days.")
    cast.ana.refresh_from_db()
    assert cast.ana.preferences["after_sending"] == "close:answered"
    assert '<option value="close:answered"' in page(ana, case)


def test_a_note_page_keeps_its_note_once(ana: Client, case: Case) -> None:
    shown = page(ana, case)
    key = re.search(r'id="note-key" value="([^"]*)"', shown)
    assert key
    assert f'value="{key[1]}" id="reply-key"' not in shown

    for _ in range(2):
        ana.post(f"/cases/{case.number}/notes", {"text": "Once.", "key": key[1]}, headers=HX)
    other = ana.post(f"/cases/{case.number}/notes", {"text": "Twice.", "key": key[1]}, headers=HX)

    assert case.messages.filter(kind=MessageKind.NOTE).count() == 1
    assert other.status_code == 409


def test_a_draft_is_shared_read_commented_and_approved_as_it_stood(ana: Client, case: Case, browser_of: Staff) -> None:
    ravi = browser_of("ravi.menon")
    saved = form(ana, case, "Ten days, I think.") | {"kind": "reply"}
    ana.post(f"/cases/{case.number}/draft", saved)
    asked = ana.get(f"/cases/{case.number}/draft/readers?kind=reply", headers=HX).content.decode()
    reader = re.search(r'<option value="(\d+)">Ravi Menon', asked)
    assert reader
    ana.post(f"/cases/{case.number}/draft/readers", {"kind": "reply", "reader": reader[1]}, headers=HX)
    draft = Draft.objects.get()
    here = f"/cases/{case.number}/drafts/{draft.pk}"

    listed = ravi.get("/cases/waiting-replies").content.decode()
    ravi.post(f"{here}/comments", {"text": "Are you sure?", "about_words": "I think"}, headers=HX)
    approved = ravi.post(f"{here}/approval", {"version": draft.version}, headers=HX).content.decode()
    seen = ana.get(here, headers=HX).content.decode()
    ana.post(f"/cases/{case.number}/draft", saved | {"text": "Ten days.", "draft": "1"})
    late = ravi.post(f"{here}/approval", {"version": draft.version}, headers=HX)

    assert here in listed
    assert "Ravi Menon approved it as it stands" in approved
    assert "<q>I think</q>" in seen
    assert "approved an older version" in ana.get(here, headers=HX).content.decode()
    assert late.status_code == 409
    assert "1 asked to look, 0 approved it as it stands, 1 comments." in page(ana, case)
    ana.post(f"{here}/comments/{DraftComment.objects.get().pk}", headers=HX)
    assert "I think" not in ana.get(here, headers=HX).content.decode()


def test_who_was_not_asked_does_not_approve_and_nothing_cannot_be_shared(
    ana: Client, case: Case, browser_of: Staff
) -> None:
    nothing = ana.get(f"/cases/{case.number}/draft/readers?kind=reply").content.decode()
    ana.post(f"/cases/{case.number}/draft", form(ana, case, "Ten days.") | {"kind": "reply"})
    draft = Draft.objects.get()

    refused = browser_of("ravi.menon").post(f"/cases/{case.number}/drafts/{draft.pk}/approval", {"version": 1})

    assert "Write something first" in nothing
    assert refused.status_code == 409


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("actions", "later", 'data-presses="later-open"'),
        ("texts", "", 'role="option"'),
        ("people", "ravi", 'data-inserts="@ravi.menon "'),
        ("cases", "{number}", 'data-inserts="{label} "'),
        ("rules", "zzz", "Nothing in Rules in force fits yet"),
        ("knowledge", "zzz", "Nothing in Knowledge fits yet"),
    ],
)
def test_suggestions_fit_what_was_typed(ana: Client, case: Case, kind: str, text: str, found: str) -> None:
    asked = text.format(number=case.number)

    answer = ana.get(f"/cases/{case.number}/compose/{kind}", {"q": asked}, headers=HX)

    assert answer.status_code == 200
    assert found.format(label=case.label) in answer.content.decode()


def test_cases_are_found_by_their_words(ana: Client, case: Case) -> None:
    index(findable(case))

    answer = ana.get(f"/cases/{case.number}/compose/cases", {"q": "settlement differs"}, headers=HX)

    assert f'data-inserts="{case.label} "' in answer.content.decode()


def test_there_are_no_suggestions_of_another_kind(ana: Client, case: Case) -> None:
    assert ana.get(f"/cases/{case.number}/compose/secrets").status_code == 404


def test_sending_and_done_is_no_choice_of_what_send_does(ana: Client, case: Case, cast: Cast) -> None:
    ana.post(f"/cases/{case.number}/replies", form(ana, case, "Ten days.") | {"done": "close:answered"}, headers=HX)

    case.refresh_from_db()
    cast.ana.refresh_from_db()
    assert case.is_closed
    assert cast.ana.preferences == {"done": "close:answered"}


@pytest.mark.parametrize(("then", "kept"), [("close:answered", "waiting"), ("open", "open")])
def test_a_reply_for_later_closes_nothing_and_changes_no_choice(
    ana: Client, case: Case, cast: Cast, then: str, kept: str
) -> None:
    cast.ana.preferences["after_sending"] = "close:answered"
    cast.ana.save()

    answer = ana.post(f"/cases/{case.number}/replies", form(ana, case, "Later.") | {"then": then, "when": "hour"})

    assert answer.status_code == 303
    assert LaterReply.objects.get().then == kept
    cast.ana.refresh_from_db()
    assert cast.ana.preferences["after_sending"] == "close:answered"
    assert "It closes nothing" in page(ana, case)
    assert "reply or note that you have not seen stops it too" in page(ana, case)


def test_a_letter_in_a_thread_and_one_sent_on_ask_before_they_leave(ana: Client, case: Case) -> None:
    at = f"/cases/{case.number}"
    letter = {"thread_kind": "outside", "to": "maker@elsewhere.example", "subject": "Meter", "text": "By TBD?"}

    asked = ana.post(f"{at}/threads", letter)
    told = asked.content.decode()
    sent = ana.post(f"{at}/threads", letter | {"anyway": button(told, "anyway")})
    further = ana.post(sent["Location"], {"text": "Hello {{ person }}"})
    forwarded = ana.post(f"{at}/messages/{case.messages.order_by('pk')[0].pk}/forward", letter | {"text": "TBD"})

    assert (asked.status_code, sent.status_code) == (409, 303)
    assert '<input type="hidden" name="to" value="maker@elsewhere.example">' in told
    assert (further.status_code, forwarded.status_code) == (409, 409)
    assert 'name="anyway"' not in further.content.decode()
    assert ours(case) == ["By TBD?"]
