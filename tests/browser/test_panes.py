"""Panes side by side: made wider and narrower, folded by key, as they were when one comes back; one at a time where
there is no room for more, each at an address of its own."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
RUNS_OVER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def width_of(page: Page, selector: str) -> int:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return round(box["width"])


def open_first(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.address}/cases?view=open")
    page.locator("[data-row] > a").first.click()
    expect(page.locator("#case")).to_be_visible()


def drag(page: Page, divider: str, by: int) -> None:
    box = page.locator(divider).bounding_box()
    assert box is not None
    across, down = box["x"] + box["width"] / 2, box["y"] + 200
    page.mouse.move(across, down)
    page.mouse.down()
    page.mouse.move(across + by, down, steps=4)
    page.mouse.up()


def test_a_list_is_made_wider_by_pointer_and_key_and_stays_so(ana: Page, demo: Demo) -> None:
    open_first(ana, demo)
    before = width_of(ana, "[data-list]")
    drag(ana, "[data-divider]", 100)
    dragged = width_of(ana, "[data-list]")
    assert abs(dragged - before - 100) <= 8
    ana.locator("[data-divider]").focus()
    ana.keyboard.press("ArrowLeft")
    assert width_of(ana, "[data-list]") == dragged - 24

    ana.reload()
    expect(ana.locator("#case")).to_be_visible()
    assert width_of(ana, "[data-list]") == dragged - 24
    expect(ana.locator("[data-divider]")).to_have_attribute("aria-valuenow", str(dragged - 24))


def test_the_outer_panes_are_folded_by_key_and_stay_so(ana: Page, demo: Demo) -> None:
    open_first(ana, demo)
    ana.locator("#case-title").focus()
    wide = width_of(ana, ".conversation")
    expect(ana.locator("[data-rail]")).to_be_visible()
    ana.keyboard.press("]")
    expect(ana.locator("[data-rail]")).to_be_hidden()
    views = width_of(ana, ".sidebar")
    ana.keyboard.press("[")
    assert width_of(ana, ".sidebar") < views
    assert width_of(ana, ".conversation") > wide

    ana.reload()
    expect(ana.locator("#case")).to_be_visible()
    expect(ana.locator("[data-rail]")).to_be_hidden()
    assert width_of(ana, ".sidebar") < views
    ana.keyboard.press("]")
    ana.keyboard.press("[")
    expect(ana.locator("[data-rail]")).to_be_visible()
    assert width_of(ana, ".sidebar") == views


def test_below_1024_pixels_list_and_case_are_pages_with_addresses(ana: Page, demo: Demo) -> None:
    ana.set_viewport_size({"width": 1000, "height": 800})
    ana.goto(f"{demo.address}/cases?view=open")
    assert not ana.evaluate(RUNS_OVER)
    ana.locator("[data-row] > a").first.click()
    ana.wait_for_url(re.compile(r"/cases/\d+\?view=open"))
    expect(ana.locator("#case")).to_be_visible()
    expect(ana.locator("[data-list]")).to_be_hidden()
    expect(ana.locator("[data-divider]")).to_be_hidden()
    title = ana.locator("#case-title").inner_text()
    assert not ana.evaluate(RUNS_OVER)

    ana.reload()
    expect(ana.locator("#case-title")).to_have_text(title)
    expect(ana.locator("[data-list]")).to_be_hidden()
    ana.locator("#case-title").focus()
    ana.keyboard.press("u")
    ana.wait_for_url("**/cases?view=open")
    expect(ana.locator("[data-list]")).to_be_visible()
    ana.go_back()
    expect(ana.locator("#case-title")).to_have_text(title)
