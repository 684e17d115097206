"""The composer in a real browser: guards, suggestions by keys alone, sending later, closing along, live drafts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_journey import _write_in
from tests.browser.test_writing import opened, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
__all__ = ["signed_in"]


def test_what_the_guards_find_is_shown_where_it_stands_and_sent_by_a_second_act(
    signed_in: Callable[[str], Page], demo: Demo, tmp_path: Path
) -> None:
    _write_in(demo, tmp_path, key="guards", subject="Looked over before it leaves")
    ana = opened(signed_in("ana.ortiz"), demo, "Looked over before it leaves")
    ana.locator("#reply-text").type("Good morning, the file is attached.")
    ana.locator("#reply-text").press("Control+Enter")

    expect(ana.locator("#stale")).to_contain_text("nothing is attached")
    ana.get_by_role("button", name="The text speaks of an attached file").click()
    chosen = "() => { const f = document.getElementById('reply-text');"
    assert ana.evaluate(f"{chosen} return f.value.slice(f.selectionStart, f.selectionEnd); }}") == "attached"
    ana.get_by_role("button", name="Send anyway").click()

    expect(ana.locator(".message-ours").last).to_contain_text("the file is attached")
    expect(ana.locator("#stale")).to_be_empty()


def test_suggestions_are_called_by_signs_moved_through_and_taken_by_keys(
    signed_in: Callable[[str], Page], demo: Demo, tmp_path: Path
) -> None:
    _write_in(demo, tmp_path, key="signs", subject="Signs in the text")
    ana = opened(signed_in("ana.ortiz"), demo, "Signs in the text")
    field, box = ana.locator("#reply-text"), ana.locator("[data-suggestions]")

    field.type("See §settlement")
    expect(box.get_by_role("option").first).to_be_visible()
    expect(box.locator("[data-preview]")).not_to_be_empty()
    field.press("ArrowDown")
    expect(box.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(box).to_be_hidden()
    expect(field).to_have_value(re.compile("See “"))
    expect(ana.locator("#rail-cited")).to_contain_text("§")

    field.fill("")
    field.type("::")
    expect(box.get_by_role("option").first).to_be_visible()
    field.press("Escape")
    expect(box).to_be_hidden()
    expect(field).to_be_focused()
    expect(field).to_have_value("::")

    field.fill("")
    field.type("/note")
    expect(box.get_by_role("option")).to_have_count(1)
    field.press("Enter")
    expect(ana.locator("#note-text")).to_be_focused()
    ana.locator("#note-text").type("@@ravi")
    expect(box.get_by_role("option").first).to_contain_text("Ravi")
    ana.locator("#note-text").press("Tab")
    expect(ana.locator("#note-text")).to_have_value("@ravi.menon ")


def test_a_reply_for_later_waits_above_the_composer_and_is_written_on(
    signed_in: Callable[[str], Page], demo: Demo, tmp_path: Path
) -> None:
    _write_in(demo, tmp_path, key="later", subject="Answered tomorrow")
    ana = opened(signed_in("ana.ortiz"), demo, "Answered tomorrow")
    ana.locator("#reply-text").type("Tomorrow then.")
    ana.locator("#later-open").click()
    ana.get_by_role("button", name="In an hour").click()

    expect(ana.locator(".waiting-card")).to_contain_text("Your reply leaves")
    expect(ana.locator("#reply-text")).to_have_value("")
    expect(ana.locator(".message-ours")).to_have_count(0)
    ana.get_by_role("button", name="Edit", exact=True).click()
    expect(ana.locator("#reply-text")).to_have_value("Tomorrow then.")
    expect(ana.locator(".waiting-card")).to_have_count(0)


def test_send_and_done_closes_and_undo_opens_again(
    signed_in: Callable[[str], Page], demo: Demo, tmp_path: Path
) -> None:
    _write_in(demo, tmp_path, key="done", subject="Sent and done")
    ana = opened(signed_in("ana.ortiz"), demo, "Sent and done")
    ana.locator("#reply-text").type("Ten days.")
    ana.locator("#reply-text").press("Control+Shift+Enter")

    expect(ana.locator(".closed-line")).to_be_visible()
    ana.get_by_role("button", name="Undo").click()
    expect(ana.locator("#reply-text")).to_have_value("Ten days.")
    expect(ana.locator(".closed-line")).to_have_count(0)


def test_a_draft_is_read_live_commented_and_approved(
    signed_in: Callable[[str], Page], demo: Demo, tmp_path: Path
) -> None:
    _write_in(demo, tmp_path, key="shared", subject="Four eyes see more")
    ana = opened(signed_in("ana.ortiz"), demo, "Four eyes see more")
    ana.locator("#reply-text").type("Ten days")
    expect(ana.locator("[data-saved]")).to_contain_text("Saved", timeout=3_000)
    ana.locator("#share-open").click()
    ana.get_by_label("Colleague").select_option(label="Jo Park")
    ana.get_by_role("button", name="Ask to look").click()
    expect(ana.locator("#shared")).to_contain_text("Jo Park was asked")

    jo = opened(signed_in("jo.park"), demo, "Four eyes see more")
    expect(jo.locator("#writers")).to_contain_text("asks you to look")
    jo.get_by_role("link", name="Read it").click()
    expect(jo.locator("[data-draft-words]")).to_have_text("Ten days")
    ana.locator("#reply-text").press("End")
    ana.locator("#reply-text").type(" exactly")
    expect(jo.locator("[data-draft-words]")).to_have_text("Ten days exactly", timeout=5_000)
    jo.get_by_label("Comment", exact=True).fill("Say since when.")
    jo.get_by_role("button", name="Comment").click()
    jo.get_by_role("button", name="Approve it as it stands").click()

    expect(ana.locator("#writers")).to_contain_text("1 approved it as it stands, 1 comments", timeout=5_000)
