"""Reading the rules in a real browser: tree, section, next change, redline, copied citation; and without scripts."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

BOOK = "/rules/illustrative-market-protocols"


def until(holds: Callable[[], bool]) -> None:
    """Wait a little for something that the page's policy keeps the driver from watching itself."""
    for _ in range(50):
        if holds():
            return
        time.sleep(0.1)
    pytest.fail("it did not come true within five seconds")


def test_from_the_book_to_a_section_its_changes_and_a_copied_citation(ana: Page, demo: Demo) -> None:
    ana.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ana.goto(f"{demo.address}{BOOK}")
    ana.get_by_label("Filter by title or number").fill("fees")
    expect(ana.get_by_role("status").filter(has_text="1 found")).to_be_visible()
    ana.locator("[data-tree-link]").filter(has_text="Fees").click()
    expect(ana.get_by_role("heading", name="Fees")).to_be_visible()

    expect(ana.locator(".steps")).to_be_visible()
    ana.keyboard.press("]")
    changed = ana.locator(".wording:focus")
    expect(changed).to_contain_text("No fee is charged for a change of contact")

    changed.get_by_role("button", name="Copy citation").click()
    expect(ana.locator("[data-copied]")).to_contain_text("Copied")
    copied = ana.evaluate("navigator.clipboard.readText()")
    assert "§9.16(3), in force since 2026-09-01\nhttp" in copied
    ana.goto(copied.splitlines()[1])
    expect(ana.locator(".wording:target")).to_contain_text("No fee is charged")

    ana.keyboard.press("w")
    expect(ana.locator("del").first).to_contain_text("fee paid by check")
    expect(ana.locator(".steps")).to_be_visible()
    ana.keyboard.press("n")
    ana.keyboard.press("n")
    expect(ana.locator("[data-change]:focus")).to_contain_text("Gone")
    ana.get_by_role("link", name="Side by side").click()
    expect(ana.locator(".sides").first).to_be_visible()


def test_a_defined_term_is_explained_where_it_stands(ana: Page, demo: Demo) -> None:
    ana.goto(f"{demo.address}{BOOK}/9.7.1")

    ana.locator(".term").filter(has_text="Settlement Invoice").first.hover()

    expect(ana.get_by_role("tooltip").filter(has_text="Settlement Invoice")).to_be_visible()


def test_the_tree_keeps_its_place(ana: Page, demo: Demo) -> None:
    ana.goto(f"{demo.address}{BOOK}")
    branch = ana.locator("details[data-node='4']")
    expect(branch).to_have_attribute("open", "")
    ana.locator("details[data-node='4'] > summary").click()
    section = ana.locator("[data-tree-link]").filter(has_text="9.16")
    section.scroll_into_view_if_needed()
    place = ana.evaluate("scrollY")
    assert place > 300
    section.click()
    ana.wait_for_url("**/9.16*")

    ana.get_by_label("Contents of the book").get_by_role("link", name="Illustrative Market Protocols").click()

    expect(branch).not_to_have_attribute("open", "")
    until(lambda: abs(ana.evaluate("scrollY") - place) < 60)


def test_a_filter_does_not_change_what_was_open(ana: Page, demo: Demo) -> None:
    ana.goto(f"{demo.address}{BOOK}")
    ana.get_by_label("Filter by title or number").fill("fees")
    ana.locator("[data-tree-link]:visible").filter(has_text="9.16").click()
    ana.wait_for_url("**/9.16*")

    ana.goto(f"{demo.address}{BOOK}")

    assert ana.locator("details[data-node]:not([open])").count() == 0


def test_beside_a_section_the_whole_book_is_filtered_and_opened(ana: Page, demo: Demo) -> None:
    ana.goto(f"{demo.address}{BOOK}/9.16")
    ana.locator("details[data-node='4'] > summary").click()

    ana.keyboard.press("k")
    ana.wait_for_url("**/9.14.5*")
    expect(ana.locator("details[data-node='4']")).to_have_attribute("open", "")
    ana.keyboard.press("f")
    ana.keyboard.type("telemetry")
    expect(ana.locator("[data-tree-link]:visible").filter(has_text="6.5.1")).to_be_visible()


def test_an_explanation_stays_within_the_window(ana: Page, demo: Demo) -> None:
    ana.set_viewport_size({"width": 760, "height": 800})
    ana.goto(f"{demo.address}{BOOK}/9.14.2")

    for term in ana.locator(".term").all():
        term.focus()
        box = term.locator("xpath=following-sibling::*").bounding_box()
        assert box and box["x"] >= 0
        assert box["x"] + box["width"] <= 760


def test_numbers_and_heading_stay_in_view_while_a_section_is_read(ana: Page, demo: Demo) -> None:
    ana.set_viewport_size({"width": 1280, "height": 420})
    ana.goto(f"{demo.address}{BOOK}/9.14.2")
    ana.mouse.move(640, 300)
    ana.mouse.wheel(0, 520)
    until(lambda: ana.evaluate("scrollY") > 400)

    assert ana.locator(".reading-head").bounding_box()["y"] < 5  # type: ignore[index]  # it is in the page
    width = ana.evaluate("document.querySelector('.paragraph-text').clientWidth / 15 * 2")
    assert 60 <= width <= 82, "about two characters to the em"


def test_the_rules_are_read_without_scripts(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{demo.address}/sign-in")
    page.get_by_label("Name").fill("ana.ortiz")
    page.get_by_label("Password").fill("tieline-demo-2026")
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{demo.address}{BOOK}?contains=dispute")

    page.get_by_role("link", name="9.14.2 Notice of Dispute").click()

    expect(page.get_by_text("§9.14.2(1), in force since 2026-01-01")).to_be_visible()
    expect(page.get_by_role("button", name="Copy citation")).to_have_count(0)
    page.get_by_role("link", name="What cites this section").click()
    expect(page.get_by_role("heading", name="What cites Section 9.14.2")).to_be_visible()
    context.close()


def test_a_section_is_printed_as_text_with_its_numbers(ana: Page, demo: Demo) -> None:
    ana.goto(f"{demo.address}{BOOK}/9.7.1")
    ana.emulate_media(media="print")

    expect(ana.locator(".reading-tree")).to_be_hidden()
    expect(ana.locator(".sidebar")).to_be_hidden()
    expect(ana.locator(".paragraph-label").first).to_be_visible()
    expect(ana.locator(".print-only")).to_contain_text("as at 2026-11-20")
    expect(ana.locator(".print-foot")).to_contain_text("as at 2026-11-20")
    expect(ana.locator(".print-foot")).to_contain_text("/9.7.1?as_at=")
    border = ana.evaluate("getComputedStyle(document.querySelector('.paragraph.grey-box')).borderTopStyle")
    assert border == "dashed"
