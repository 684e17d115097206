"""Asking, suggesting, keeping a view and moving a card, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_journey import _write_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_a_query_is_typed_with_suggestions_explained_kept_and_counted(ana: Page, demo: Demo, tmp_path: Path) -> None:
    _write_in(demo, tmp_path, key="asked", subject="Asked for by words")
    ana.goto(f"{demo.address}/cases?view=open")
    ana.locator("body").press("/")
    field = ana.get_by_role("combobox", name="Cases asked for")
    expect(field).to_be_focused()

    field.fill("is:open unas")
    field.press("Control+A")
    field.type("is:open is:una")
    expect(ana.get_by_role("option").first).to_contain_text("unassigned")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("is:open is:unassigned ")
    field.press("Escape")
    field.press("Enter")
    expect(ana.get_by_role("link", name="Asked for by words").first).to_be_visible()

    ana.get_by_role("link", name="Save as a view").click()
    ana.get_by_label("Name").fill("Nobody has them")
    ana.get_by_role("button", name="Save", exact=True).click()
    expect(ana.get_by_role("heading", name="Nobody has them")).to_be_visible()
    expect(ana.locator("#saved-views a", has_text="Nobody has them")).to_have_attribute("aria-current", "page")
    in_list = ana.locator("#list-count").inner_text().strip()
    expect(ana.locator("#saved-views a", has_text="Nobody has them").locator(".count")).to_have_text(in_list)

    ana.goto(f"{demo.address}/cases?q=is:opne")
    expect(ana.locator("#asking-fault")).to_contain_text("There is no state “opne”")
    expect(ana.locator("#asking-fault")).to_contain_text("open")


def test_a_card_is_moved_by_key_and_by_dragging(ana: Page, demo: Demo, tmp_path: Path) -> None:
    _write_in(demo, tmp_path, key="board", subject="A card to move")
    ana.goto(f"{demo.address}/cases/board?q=is:open%20is:unassigned%20card%20move&by=urgency")
    card = ana.locator("[data-card]", has_text="A card to move")
    column = card.locator("xpath=ancestor::section[1]")
    before = column.get_attribute("data-column")

    card.get_by_role("link").first.focus()
    ana.keyboard.press("Shift+ArrowLeft")
    expect(
        ana.locator(f"[data-column]:not([data-column='{before}']) [data-card]", has_text="A card to move")
    ).to_be_visible()
    expect(card.get_by_role("link").first).to_be_focused()

    card.drag_to(ana.locator(f"[data-column='{before}']"))
    expect(ana.locator(f"[data-column='{before}'] [data-card]", has_text="A card to move")).to_be_visible()

    ana.set_viewport_size({"width": 390, "height": 800})
    assert ana.evaluate("document.documentElement.scrollWidth") <= 391
