"""Two people and two cases that are one: merged on the page while a colleague writes, nothing lost, and undone."""

from __future__ import annotations

import re
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
        expect(page.get_by_role("button", name="Sign in")).to_have_count(0)
        return page

    yield open_for
    for context in contexts:
        context.close()
    assert not troubles, troubles


def opened(page: Page, demo: Demo, subject: str) -> str:
    """Open a case by its subject; its number."""
    page.goto(f"{demo.address}/cases?view=unassigned")
    page.get_by_role("link", name=subject).first.click()
    expect(page.get_by_role("heading", name=subject)).to_be_visible()
    return str(page.locator("#case").get_attribute("data-case"))


def test_a_case_merged_while_a_colleague_writes_in_it_loses_no_word(
    signed_in: Callable[[str], Page], demo: Demo, tmp_path: Path
) -> None:
    _write_in(demo, tmp_path, key="merge-first", subject="Asked in one letter")
    _write_in(demo, tmp_path, key="merge-again", subject="Asked again in another")
    ana, jo = signed_in("ana.ortiz"), signed_in("jo.park")
    survivor = opened(ana, demo, "Asked in one letter")
    source = opened(ana, demo, "Asked again in another")
    opened(jo, demo, "Asked again in another")
    jo.locator("#reply-text").type("Jo's words.")
    expect(jo.locator("[data-saved]")).to_contain_text("Saved", timeout=3_000)

    ana.locator("summary", has_text="Merge or split").click()
    ana.get_by_role("link", name="Merge into another case").click()
    ana.get_by_label("Number or words of the other case").fill("one letter")
    ana.locator(".structure-choice", has_text="Asked in one letter").click()
    ana.get_by_role("button", name="Merge into").click()
    expect(ana).to_have_url(re.compile(f"/cases/{survivor}$"))
    expect(ana.locator(".message-client")).to_have_count(2)
    expect(ana.locator("#rail-structure")).to_contain_text("Asked again in another")

    expect(jo.locator("#case-head")).to_contain_text("Merged into")
    jo.locator("#reply-text").type(" And more.")
    jo.get_by_role("button", name="Send to").click()
    expect(jo.locator("#refusal")).to_contain_text("was merged into")
    expect(jo.locator("#reply-text")).to_have_value("Jo's words. And more.")
    jo.get_by_role("link", name="Asked in one letter").first.click()
    expect(jo.locator("#reply-text")).to_have_value("Jo's words.")
    jo.get_by_role("button", name="Send to").click()
    expect(jo.locator(".message-ours").last).to_contain_text("Jo's words.")

    ana.goto(f"{demo.address}/cases/{source}")
    ana.get_by_role("button", name="Undo the merging").click()
    expect(ana.locator(".message-client")).to_have_count(1)
    expect(ana.locator("#reply-text")).to_be_visible()


def test_who_writes_in_the_survivor_is_stopped_before_answering_what_came_over(
    signed_in: Callable[[str], Page], demo: Demo, tmp_path: Path
) -> None:
    _write_in(demo, tmp_path, key="stop-first", subject="Written in meanwhile")
    _write_in(demo, tmp_path, key="stop-again", subject="Comes over meanwhile")
    ana, jo = signed_in("ana.ortiz"), signed_in("jo.park")
    survivor = opened(jo, demo, "Written in meanwhile")
    source = opened(ana, demo, "Comes over meanwhile")
    jo.locator("#reply-text").type("I know only one letter.")

    ana.goto(f"{demo.address}/cases/{source}/merging?into={survivor}")
    ana.get_by_role("button", name="Merge into").click()
    expect(jo.locator(".message-client")).to_have_count(2)
    jo.get_by_role("button", name="Send to").click()

    expect(jo.locator("#stale")).to_contain_text("was merged into this case")
    expect(jo.locator("#reply-text")).to_have_value("I know only one letter.")
