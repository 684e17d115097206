"""Drafts, the stop before a stale reply and undoing a sent one, as browsers meet them, with and without script."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

from django.test import Client

from tests.cast import MONDAY, Cast
from tieline.desk.actions import add_note
from tieline.desk.models import Case, Draft, MessageKind
from tieline.mail.models import OutgoingMail

HX = {"HX-Request": "true"}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" id="reply-{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def form(ana: Client, case: Case, text: str) -> dict[str, str]:
    """The reply form as the page has it, with words in it."""
    page = ana.get(f"/cases/{case.number}").content.decode()
    return {name: hidden(page, name) for name in ("key", "seen", "draft")} | {"text": text, "then": "waiting"}


def test_a_draft_is_saved_and_is_there_on_the_next_device(
    ana: Client, case: Case, browser_of: Callable[[str], Client]
) -> None:
    answer = ana.post(f"/cases/{case.number}/draft", form(ana, case, "Dear <Sam>") | {"kind": "reply"})
    page = browser_of("ana.ortiz").get(f"/cases/{case.number}").content.decode()

    assert (answer.status_code, answer.json()) == (200, {"version": 1})
    assert "\nDear &lt;Sam&gt;</textarea>" in page
    assert hidden(page, "draft") == "1"


def test_colleagues_see_who_is_writing_and_read_it_only_when_they_open_it(
    ana: Client, case: Case, browser_of: Callable[[str], Client]
) -> None:
    ana.post(f"/cases/{case.number}/draft", form(ana, case, "Half a thought") | {"kind": "reply"})
    ravi = browser_of("ravi.menon")

    page = ravi.get(f"/cases/{case.number}").content.decode()
    changed = ravi.get(f"/cases/{case.number}/changes", headers=HX).content.decode()
    opened = ravi.get(f"/cases/{case.number}/drafts/{Draft.objects.get().pk}").content.decode()

    assert "Ana Ortiz is writing a reply" in page
    assert "Ana Ortiz is writing a reply" in changed
    assert "Half a thought" not in page + changed
    assert "Half a thought" in opened
    assert "Half a thought</textarea>" not in opened


def test_a_draft_of_another_case_is_not_found_here(ana: Client, case: Case) -> None:
    ana.post(f"/cases/{case.number}/draft", form(ana, case, "x") | {"kind": "note"})

    assert ana.get(f"/cases/{case.number}/drafts/{Draft.objects.get().pk + 1}").status_code == 404


def test_an_older_page_is_shown_what_stands_there_and_nothing_is_lost(ana: Client, case: Case) -> None:
    old, new = (form(ana, case, words) | {"kind": "reply"} for words in ("old page", "new page"))
    ana.post(f"/cases/{case.number}/draft", new)

    answer = ana.post(f"/cases/{case.number}/draft", old)

    assert answer.status_code == 409
    assert 'data-version="1">new page<' in answer.content.decode()
    assert Draft.objects.get().text == "new page"


def test_a_draft_is_discarded_by_form(ana: Client, case: Case) -> None:
    ana.post(f"/cases/{case.number}/draft", form(ana, case, "x") | {"kind": "reply"})

    plain = ana.post(f"/cases/{case.number}/draft", {"kind": "reply", "_method": "delete"})
    script = ana.post(f"/cases/{case.number}/draft", {"kind": "reply", "_method": "delete"}, headers=HX)

    assert (plain.status_code, script.status_code) == (303, 200)
    assert '<section id="composer" class="composer" hx-swap-oob="true"' in script.content.decode()
    assert not Draft.objects.exists()


def test_a_stale_reply_by_plain_form_is_held_up_with_what_came_and_goes_all_the_same(
    ana: Client, case: Case, cast: Cast
) -> None:
    sent = form(ana, case, "Ten <1 days>.")
    add_note(case, text="Wait for <legal>", by=cast.ravi.as_actor(), at=MONDAY)

    stopped = ana.post(f"/cases/{case.number}/replies", sent)
    page = stopped.content.decode()

    assert stopped.status_code == 409
    assert "Wait for &lt;legal&gt;" in page
    assert "Ten &lt;1 days&gt;.</textarea>" in page
    assert Draft.objects.get().text == "Ten <1 days>."
    assert not OutgoingMail.objects.exists()
    through = re.search(r'name="all_the_same" value="(\d+)"', page)
    assert through
    again = ana.post(f"/cases/{case.number}/replies", sent | {"all_the_same": through[1]})
    assert again.status_code == 303
    assert case.messages.filter(kind=MessageKind.OURS).count() == 1
    assert not Draft.objects.exists()


def test_what_comes_after_the_stop_stops_again(ana: Client, case: Case, cast: Cast) -> None:
    sent = form(ana, case, "Ten days.")
    first = add_note(case, text="Wait", by=cast.ravi.as_actor(), at=MONDAY)
    add_note(case, text="Really", by=cast.ravi.as_actor(), at=MONDAY)

    answer = ana.post(f"/cases/{case.number}/replies", sent | {"all_the_same": str(first.pk)}, headers=HX)

    page = answer.content.decode()
    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#stale")
    assert "Really" in page
    assert "Wait" not in page
    assert "<html" not in page


def test_two_clicks_send_once(ana: Client, case: Case) -> None:
    sent = form(ana, case, "Ten days.")

    answers = [ana.post(f"/cases/{case.number}/replies", sent, headers=HX).status_code for _ in range(2)]

    assert answers == [200, 200]
    assert OutgoingMail.objects.count() == 1


def test_after_sending_the_page_gets_a_key_of_its_own_for_the_next_reply(ana: Client, case: Case) -> None:
    sent = form(ana, case, "One.")

    page = ana.post(f"/cases/{case.number}/replies", sent, headers=HX).content.decode()
    further = {name: hidden(page, name) for name in ("key", "seen", "draft")} | {"text": "Two."}

    assert further["key"] != sent["key"]
    assert ana.post(f"/cases/{case.number}/replies", further, headers=HX).status_code == 200
    assert OutgoingMail.objects.count() == 2


def test_keeping_a_note_leaves_the_reply_in_progress_as_it_is(ana: Client, case: Case) -> None:
    page = ana.post(f"/cases/{case.number}/notes", {"text": "Ask"}, headers=HX).content.decode()

    assert 'id="note-draft"' in page
    assert not re.search(r'id="reply-(?:key|seen|draft|text)"', page)


def test_a_held_reply_is_undone_by_a_plain_form_and_by_script(ana: Client, case: Case) -> None:
    for headers, status in (({}, 303), (HX, 200)):
        ana.post(f"/cases/{case.number}/replies", form(ana, case, "Too quick.") | {"draft": "99"})
        message = case.messages.get(kind=MessageKind.OURS)
        shown = ana.get(f"/cases/{case.number}").content.decode()
        assert f'action="/cases/{case.number}/replies/{message.pk}"' in shown
        assert 'data-leaves="10"' in shown

        address = f"/cases/{case.number}/replies/{message.pk}"
        undone = ana.post(address, {"_method": "delete"}, headers=headers)

        assert undone.status_code == status
        assert not OutgoingMail.objects.exists()
        assert "Too quick.</textarea>" in ana.get(f"/cases/{case.number}").content.decode()


def test_undo_is_offered_to_its_writer_only_and_refused_once_it_leaves(
    ana: Client, case: Case, browser_of: Callable[[str], Client]
) -> None:
    ana.post(f"/cases/{case.number}/replies", form(ana, case, "Gone."))
    address = f"/cases/{case.number}/replies/{case.messages.get(kind=MessageKind.OURS).pk}"
    ravi = browser_of("ravi.menon")

    assert address not in ravi.get(f"/cases/{case.number}").content.decode()
    assert ravi.post(address, {"_method": "delete"}).status_code == 409
    OutgoingMail.objects.update(state="sending")
    late = ana.post(address, {"_method": "delete"})
    assert late.status_code == 409
    assert "leaving already" in late.content.decode()
    assert ana.post(address).status_code == 405


def test_a_refused_reply_keeps_what_the_page_knew(ana: Client, case: Case) -> None:
    ana.post(f"/cases/{case.number}/closure", {"outcome": "no_action"})
    key = str(uuid4())

    page = ana.post(f"/cases/{case.number}/replies", {"text": "x", "key": key, "seen": "1"}).content.decode()

    assert f'name="key" value="{key}"' in page
    assert 'name="seen" value="1"' in page
