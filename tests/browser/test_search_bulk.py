"""A search typed on the spot, and one thing done to all it finds: foreseen, done while one watches, and undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_journey import _write_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
SEARCH = "is:open capacitor"
# the worker takes words in, a moment after the letter
FOUND = """async (search) => {
  const answer = await fetch(`/cases/rows?q=${encodeURIComponent(search)}`, { headers: { "HX-Request": "true" } });
  return (await answer.text()).split("data-row=").length === 3;
}"""


def test_all_that_a_typed_search_finds_are_changed_at_once_and_back(ana: Page, demo: Demo, tmp_path: Path) -> None:
    for key in ("first", "second"):
        _write_in(demo, tmp_path, key=f"capacitor-{key}", subject=f"Capacitor bank, {key} question")
    ana.goto(f"{demo.address}/cases?view=open")
    ana.wait_for_function(FOUND, arg=SEARCH, timeout=20_000)
    ana.keyboard.press("/")
    ana.keyboard.press("Control+a")
    ana.keyboard.type(SEARCH)
    ana.keyboard.press("Escape")  # what could come next is not wanted
    ana.locator("#asking-q").press("Enter")
    ana.wait_for_url("**/cases?q=*")
    expect(ana.locator("[data-row]")).to_have_count(2)

    ana.locator(".row > a").first.focus()
    ana.keyboard.press("Control+a")
    expect(ana.locator(".bulk-all")).to_contain_text("matching this search")
    ana.get_by_label("What to do").select_option("label")
    ana.get_by_role("button", name="Next").click()
    expect(ana.locator("#bulk-title")).to_contain_text("2 cases")
    expect(ana.locator(".bulk-plan")).to_contain_text(f"All that match {SEARCH} at the moment you confirm")
    ana.locator("#bulk-label").fill("from a search")
    ana.get_by_role("button", name="See what would happen").click()
    ana.get_by_role("button", name="Do it to 2 cases").click()
    expect(ana.locator(".bulk-plan")).to_contain_text("Done: 2 of 2", timeout=20_000)

    ana.keyboard.press("z")
    expect(ana.locator(".bulk-plan")).to_contain_text("2 again as before", timeout=20_000)
    ana.goto(f"{demo.address}/bulk")
    expect(ana.locator("tbody tr").first).to_contain_text(SEARCH)
