"""A short answer from a telephone: what becomes of the case is chosen there too, and nothing is wider than the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, sign_in
from tests.browser.test_journey import _write_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
OVER = """() => [...document.querySelectorAll("#case :is(select, button, a, label, textarea, summary, p, div)")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".sr-only"))
  .filter((one) => { const box = one.getBoundingClientRect(); return box.left < 0 || box.right > innerWidth; })
  .map((one) => one.outerHTML.slice(0, 90))"""


@pytest.fixture
def tess(page: Page, demo: Demo) -> Page:
    """Tess, signed in; what she chooses to do after sending meets no other test."""
    sign_in(page, demo, "tess.wahl")
    return page


@pytest.mark.parametrize("width", [390, 768])
def test_a_reply_closes_its_case_from_a_telephone(tess: Page, demo: Demo, tmp_path: Path, width: int) -> None:
    subject = f"Closed on the way, {width}"
    _write_in(demo, tmp_path, key=f"phone-{width}", subject=subject)
    tess.set_viewport_size({"width": width, "height": 800})
    tess.goto(f"{demo.address}/cases?view=unassigned")
    tess.get_by_role("link", name=subject).first.click()
    expect(tess.locator("#case-title")).to_have_text(subject)

    after = tess.get_by_label("After sending")
    after.scroll_into_view_if_needed()
    expect(after).to_be_visible()
    box = after.bounding_box()
    assert box is not None
    assert box["height"] >= 32
    assert tess.evaluate(OVER) == []
    assert tess.evaluate("document.documentElement.scrollWidth") <= width
    tess.locator("#later-open").click()
    assert tess.evaluate(OVER) == []
    tess.locator("#later-open").click()

    tess.locator("#reply-text").fill("Ten Business Days.")
    after.select_option("close:answered")
    tess.get_by_role("button", name="Send to").click()
    expect(tess.locator("#composer")).to_contain_text("Closed")
    expect(tess.locator("#case-head [data-shows=state]")).to_have_text("Closed")
    assert tess.evaluate("document.documentElement.scrollWidth") <= width
