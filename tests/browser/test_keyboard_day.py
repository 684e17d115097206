"""A day's work with the keyboard alone: no pointer is used, and after each act it is visible where one is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_journey import _write_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
# where one is: something other than the page itself
SOMEWHERE = "document.activeElement !== document.body && document.activeElement.checkVisibility()"

SAID = """(({tagName, innerText, labels, title}) =>
  tagName === "BODY" ? "" : `${innerText} ${labels?.[0]?.innerText} ${title}`)(document.activeElement)"""


def keys(page: Page, *pressed: str) -> None:
    """Press keys, one after the other."""
    for one in pressed:
        page.keyboard.press(one)


def choose(page: Page, words: str) -> None:
    """Tab to what bears these words, and press it."""
    tab_to(page, words)
    page.keyboard.press("Enter")


def tab_to(page: Page, words: str, most: int = 90) -> None:
    """Tab until what has the focus bears these words."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if words in str(page.evaluate(SAID)):
            return
    raise AssertionError(f"no way by Tab to {words!r}")


def is_somewhere(page: Page) -> None:
    """The focus is on something that can be seen, or is so within three seconds."""
    for _ in range(30):
        if page.evaluate(SOMEWHERE):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the focus is nowhere")


def test_a_day_is_worked_without_a_pointer(page: Page, demo: Demo, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        _write_in(demo, tmp_path, key=f"day-{number}", subject=f"Day by keys {number}")
    page.goto(f"{demo.address}/sign-in")
    page.keyboard.type("ana.ortiz")
    keys(page, "Tab")
    page.keyboard.type("tieline-demo-2026")
    keys(page, "Enter")
    page.wait_for_url("**/cases**")
    with page.expect_navigation():  # it may have begun there: the address alone does not say that it is here anew
        keys(page, "g", "m")
    page.wait_for_url("**/cases/mine")

    _ask_for(page, "is:open day keys")
    rows = page.locator("[data-row] > a")
    expect(rows).to_have_count(3)
    keys(page, "j", "Enter")
    expect(page.locator("#case-title")).to_contain_text("Day by keys")
    is_somewhere(page)
    _write(page)

    _ask_for(page, "is:open day keys")
    _arrange(page)

    _ask_for(page, "is:open day keys")
    expect(rows.first).to_be_visible()
    keys(page, "j", "x", "j", "x")
    expect(page.locator("[data-bulk-count]")).to_have_text("2 chosen")
    is_somewhere(page)
    _label_the_chosen(page)

    keys(page, "Control+k")
    page.keyboard.type("Bluestem")
    expect(page.locator("#palette-results [data-choice]", has_text="Bluestem").first).to_be_visible()
    for _ in range(12):
        if "/participants/" in str(page.locator("#palette-results .chosen").get_attribute("href")):
            break
        keys(page, "ArrowDown")
    keys(page, "Enter")
    page.wait_for_url(re.compile(r"/participants/\d+"))

    _ask_for(page, "is:open day keys")
    keys(page, "j", "Enter")
    expect(page.locator("#case-title")).to_contain_text("Day by keys")
    keys(page, "s")
    expect(page.locator("details.menu[open] .menu-title")).to_have_text("Close as")
    is_somewhere(page)
    tab_to(page, "Withdrawn")
    keys(page, "Enter")
    expect(page.locator(".closed-line")).to_be_visible()
    is_somewhere(page)


def _ask_for(page: Page, query: str) -> None:
    """The list, asked in the query language."""
    keys(page, "Escape", "g", "i")
    page.wait_for_url("**/cases?view=open")
    keys(page, "/")
    expect(page.get_by_role("combobox", name="Cases asked for")).to_be_focused()
    keys(page, "Control+a")
    page.keyboard.type(query)
    keys(page, "Escape", "/", "Enter")
    page.wait_for_url("**q=**")
    page.wait_for_load_state("load")
    keys(page, "Escape")


def _write(page: Page) -> None:
    """A note that calls somebody, a cited rule, and a reply."""
    keys(page, "n")
    page.keyboard.type("@ravi.menon please look too")
    keys(page, "Escape", "n", "Control+Enter")
    expect(page.locator(".message-note").last).to_contain_text("please look too")
    is_somewhere(page)
    keys(page, "Escape", "b")
    page.keyboard.type("9.14.2(6)")
    expect(page.locator("[data-hit]").first).to_contain_text("9.14.2(6)")
    choose(page, "Cite")
    expect(page.locator("#rail-cited")).to_contain_text("9.14.2(6)")
    is_somewhere(page)
    keys(page, "Escape", "r", "Control+Home")
    page.keyboard.type("Ten Business Days. ")
    keys(page, "Control+Enter")
    expect(page.locator(".message-ours").last).to_contain_text("Ten Business Days")
    is_somewhere(page)


def _arrange(page: Page) -> None:
    """Another case is put off, given to oneself and labelled."""
    keys(page, "j", "j", "Enter")
    expect(page.locator("#case-title")).to_contain_text("Day by keys")
    keys(page, "i")
    expect(page.locator("#case-head .owner")).to_contain_text("Ana Ortiz")
    is_somewhere(page)
    keys(page, "l")
    expect(page.locator("#label-text")).to_be_focused()
    page.keyboard.type("by keys")
    keys(page, "Enter")
    expect(page.locator(".label", has_text="by keys")).to_be_visible()
    expect(page.locator("#undo")).to_contain_text("Put on")  # the label stands at once; what follows has its own word
    is_somewhere(page)
    keys(page, "Escape", "h")
    expect(
        page.get_by_role("button", name="In a week").or_(page.get_by_role("button", name="Monday")).first
    ).to_be_visible()
    is_somewhere(page)
    keys(page, "Enter")
    expect(page.locator("#undo")).to_contain_text("Put off until")
    is_somewhere(page)


def _label_the_chosen(page: Page) -> None:
    """One act on both, foreseen and done."""
    tab_to(page, "What to do")
    page.keyboard.type("Put on")
    choose(page, "Next")
    expect(page.locator("#bulk-label")).to_be_visible()
    tab_to(page, "Label")
    page.keyboard.type("done together")
    keys(page, "Enter")
    expect(page.get_by_role("button", name=re.compile("Do it to"))).to_be_visible()
    is_somewhere(page)
    choose(page, "Do it to")
    expect(page.locator(".bulk-plan")).to_contain_text("Done: 2 of 2", timeout=20_000)
    is_somewhere(page)
