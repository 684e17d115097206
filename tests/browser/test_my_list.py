"""My list in a real browser: done, later, followed and labelled by key, each taken back with Z."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_journey import _write_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_a_case_goes_through_my_piles_by_key(ana: Page, demo: Demo, tmp_path: Path) -> None:
    _write_in(demo, tmp_path, key="piles", subject="Through the piles")
    ana.goto(f"{demo.address}/cases?view=unassigned")
    ana.get_by_role("link", name="Through the piles").first.click()
    expect(ana.get_by_role("heading", name="Through the piles")).to_be_visible()
    ana.keyboard.press("i")
    expect(ana.locator("#undo")).to_contain_text("Given to Ana Ortiz")

    ana.goto(f"{demo.address}/")
    mine = ana.locator("#my-assigned")
    mine.get_by_role("link", name="Through the piles").click()
    expect(ana.get_by_role("heading", name="Through the piles")).to_be_visible()
    ana.keyboard.press("e")
    expect(ana.locator("#undo")).to_contain_text("Done for you")
    expect(ana.locator("#my-done")).to_contain_text("Through the piles")
    expect(mine.get_by_role("link", name="Through the piles")).to_have_count(0)
    ana.keyboard.press("z")
    expect(mine.get_by_role("link", name="Through the piles")).to_be_visible()

    ana.keyboard.press("h")
    ana.get_by_role("button", name="In a week").or_(ana.get_by_role("button", name="Monday")).first.click()
    expect(ana.locator("#undo")).to_contain_text("Put off until")
    ana.locator("#my-later summary").click()
    expect(ana.locator("#my-later")).to_contain_text("Comes back")
    ana.keyboard.press("w")
    expect(ana.get_by_role("button", name="Follow this case")).to_have_attribute("aria-pressed", "true")
    ana.keyboard.press("l")
    ana.locator("#label-text").fill("Storm of Monday")
    ana.locator("#label-text").press("Enter")
    expect(ana.locator(".label", has_text="storm of monday")).to_be_visible()
