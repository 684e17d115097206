"""On a telephone and a tablet: nothing runs over the edge, pages lie one on another, each with its own address."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_journey import _write_in

pytestmark = [pytest.mark.browser, pytest.mark.sweep, pytest.mark.slow, pytest.mark.xdist_group("browser")]
PAGES = (
    "/cases?view=open", "/cases/mine", "/cases/board?q=is:open&by=state", "/cases/board?q=is:open&by=owner",
    "/cases/new", "/consultations", "/participants", "/palette",
)  # fmt: skip


def runs_over(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("width", [390, 768])
def test_no_page_runs_over(ana: Page, demo: Demo, width: int) -> None:
    ana.set_viewport_size({"width": width, "height": 800})
    over = []
    for path in PAGES:
        ana.goto(demo.address + path)
        over += [path] if runs_over(ana) else []
    assert over == []


def test_a_short_answer_is_sent_from_a_telephone(ana: Page, demo: Demo, tmp_path: Path) -> None:
    _write_in(demo, tmp_path, key="phone", subject="Answered on the way")
    ana.set_viewport_size({"width": 390, "height": 800})
    ana.goto(f"{demo.address}/cases?view=unassigned")
    ana.get_by_role("link", name="Answered on the way").first.click()
    expect(ana.locator("#case-title")).to_have_text("Answered on the way")
    ana.wait_for_url(re.compile(r"/cases/\d+"))
    expect(ana.locator("[data-row]").first).to_be_hidden()
    assert not runs_over(ana)

    ana.locator("#reply-text").fill("Ten Business Days.")
    ana.get_by_role("button", name="Send to").click()
    expect(ana.locator(".message-ours").last).to_contain_text("Ten Business Days")
    assert not runs_over(ana)

    ana.go_back()
    ana.wait_for_url("**/cases?view=unassigned")
    expect(ana.locator("#case")).to_have_count(0)
