"""Choosing rows by key and doing one thing to many cases: foreseen, done while one watches, and undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_journey import _write_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_rows_are_chosen_by_key_and_labelled_together_and_undone(ana: Page, demo: Demo, tmp_path: Path) -> None:
    _write_in(demo, tmp_path, key="bulk", subject="One of many")
    ana.goto(f"{demo.address}/cases?view=open")
    ana.locator(".row > a").first.focus()
    ana.keyboard.press("x")
    ana.keyboard.press("j")
    ana.keyboard.press("j")
    ana.keyboard.press("Shift+X")
    expect(ana.locator("[data-bulk-count]")).to_have_text("3 chosen")

    ana.get_by_label("What to do").select_option("label")
    ana.get_by_role("button", name="Next").click()
    ana.locator("#bulk-label").fill("Chosen by key")
    ana.get_by_role("button", name="See what would happen").click()
    ana.get_by_role("button", name="Do it to 3 cases").click()
    expect(ana.locator(".bulk-plan")).to_contain_text("Done: 3 of 3", timeout=20_000)

    ana.keyboard.press("z")
    expect(ana.locator(".bulk-plan")).to_contain_text("3 again as before", timeout=20_000)


def test_all_that_match_can_be_chosen_at_once(ana: Page, demo: Demo) -> None:
    ana.goto(f"{demo.address}/cases?view=open")
    count = ana.locator("#list-count").inner_text()
    ana.locator(".row > a").first.focus()
    ana.keyboard.press("Control+a")
    expect(ana.locator("[data-bulk-count]")).to_have_text("All matching")

    ana.get_by_label("What to do").select_option("follow")
    ana.get_by_role("button", name="Next").click()

    expect(ana.locator("#bulk-title")).to_contain_text(f"{count} cases")
    expect(ana.locator(".effects")).to_contain_text("will change, in your own list only")
