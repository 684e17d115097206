"""Two people, two devices, one case: nobody answers past the other, no word is lost, and a reply can be called back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_journey import _write_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.fixture
def signed_in(browser: Browser, demo: Demo) -> Iterator[Callable[[str], Page]]:
    """A browser of its own for each member of staff."""
    contexts, troubles = [], []

    def open_for(username: str) -> Page:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(f"{demo.address}/sign-in")
        page.get_by_label("Name").fill(username)
        page.get_by_label("Password").fill("tieline-demo-2026")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/cases**")
        return page

    yield open_for
    for context in contexts:
        context.close()
    assert not troubles, troubles


def opened(page: Page, demo: Demo, subject: str) -> Page:
    page.goto(f"{demo.address}/cases?view=unassigned")
    page.get_by_role("link", name=subject).first.click()
    expect(page.get_by_role("heading", name=subject)).to_be_visible()
    return page


def test_a_reply_that_missed_a_colleagues_is_stopped_and_goes_when_told_to(
    signed_in: Callable[[str], Page], demo: Demo, tmp_path: Path
) -> None:
    _write_in(demo, tmp_path, key="stale", subject="Two answer at once")
    ana = opened(signed_in("ana.ortiz"), demo, "Two answer at once")
    jo = opened(signed_in("jo.park"), demo, "Two answer at once")
    ana.locator("#reply-text").type("Ten days, says Ana.")

    jo.locator("#reply-text").type("Ten days, says Jo.")
    jo.get_by_role("button", name="Send to").click()
    expect(jo.locator(".message-ours").last).to_contain_text("says Jo")
    expect(ana.locator(".message-ours").last).to_contain_text("says Jo")
    ana.get_by_role("button", name="Send to").dblclick()

    expect(ana.locator("#stale")).to_contain_text("Ten days, says Jo.")
    expect(ana.locator("#reply-text")).to_have_value("Ten days, says Ana.")
    ana.get_by_role("button", name="Back to the draft").click()
    expect(ana.locator("#stale")).to_be_empty()
    ana.locator("#reply-text").press("Control+End")
    ana.locator("#reply-text").type(" As Jo said.")
    ana.get_by_role("button", name="Send to").dblclick()
    expect(ana.locator(".message-ours").last).to_contain_text("As Jo said.")
    expect(ana.locator("#reply-text")).to_have_value("")
    expect(ana.locator(".message-ours").last).to_contain_text("Delivered", timeout=20_000)
    assert sum("As Jo said." in one for one in demo.delivered) == 1

    jo.locator("#reply-text").type("One more thing.")
    ana.get_by_text("Internal note").first.click()
    ana.locator("#note-text").fill("Enough was said.")
    ana.get_by_role("button", name="Keep note").click()
    expect(jo.locator(".message-note").last).to_contain_text("Enough was said.")
    jo.get_by_role("button", name="Send to").click()
    expect(jo.locator("#stale")).to_contain_text("Enough was said.")
    jo.get_by_role("button", name="Send all the same").click()
    expect(jo.locator(".message-ours").last).to_contain_text("One more thing.")
    expect(jo.locator("#stale")).to_be_empty()


def test_a_draft_goes_along_to_another_device_and_two_devices_lose_no_word(
    signed_in: Callable[[str], Page], demo: Demo, tmp_path: Path
) -> None:
    _write_in(demo, tmp_path, key="devices", subject="Written on two devices")
    office = opened(signed_in("ana.ortiz"), demo, "Written on two devices")
    office.locator("#reply-text").type("Begun in the office")
    expect(office.locator("[data-saved]")).to_contain_text("Saved", timeout=2_000)

    train = opened(signed_in("ana.ortiz"), demo, "Written on two devices")
    expect(train.locator("#reply-text")).to_have_value("Begun in the office")
    jo = opened(signed_in("jo.park"), demo, "Written on two devices")
    expect(jo.locator("#writers")).to_contain_text("Ana Ortiz is writing a reply")
    train.locator("#reply-text").press("Control+End")
    train.locator("#reply-text").type(", ended on the train")
    expect(train.locator("[data-saved]")).to_contain_text("Saved", timeout=2_000)

    office.locator("#reply-text").press("Control+End")
    office.locator("#reply-text").type(" and again")
    expect(office.locator("#reply-text")).to_have_value("Begun in the office and again")
    news = office.locator(".write-reply [data-draft-news]")
    expect(news).to_contain_text("ended on the train")
    news.get_by_role("button", name="Put it below").click()
    expect(office.locator("[data-saved]")).to_contain_text("Saved", timeout=2_000)
    expect(opened(train, demo, "Written on two devices").locator("#reply-text")).to_have_value(
        "Begun in the office and again\n\nBegun in the office, ended on the train"
    )


def test_words_typed_while_the_server_is_away_are_saved_when_it_is_back(
    signed_in: Callable[[str], Page], demo: Demo, tmp_path: Path
) -> None:
    _write_in(demo, tmp_path, key="away", subject="Written without a line")
    ana = opened(signed_in("ana.ortiz"), demo, "Written without a line")
    ana.context.set_offline(True)
    ana.locator("#reply-text").type("On the train")
    expect(ana.locator("[data-saved]")).to_contain_text("Kept in this browser", timeout=3_000)

    ana.context.set_offline(False)

    expect(ana.locator("[data-saved]")).to_contain_text("Saved", timeout=12_000)


def test_a_sent_reply_is_called_back_by_a_key(signed_in: Callable[[str], Page], demo: Demo, tmp_path: Path) -> None:
    _write_in(demo, tmp_path, key="undo", subject="Sent too quickly")
    ana = opened(signed_in("ana.ortiz"), demo, "Sent too quickly")
    ana.locator("#reply-text").type("Far too quick.")
    ana.get_by_role("button", name="Send to").click()
    expect(ana.locator("[data-leaves]")).to_contain_text("in ")

    ana.keyboard.press("Escape")
    ana.keyboard.press("z")

    expect(ana.locator("#reply-text")).to_have_value("Far too quick.")
    expect(ana.locator(".message-ours")).to_have_count(0)
    ana.wait_for_timeout(6_000)
    assert not any("Far too quick." in one for one in demo.delivered)

    ana.once("dialog", lambda dialog: dialog.accept())
    ana.get_by_role("button", name="Discard this draft").click()
    expect(ana.locator("#reply-text")).to_have_value("")
    ana.reload()
    expect(ana.locator("#reply-text")).to_have_value("")
