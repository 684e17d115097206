"""Take the documentation's pictures from a fresh demonstration: `python docs/pictures/take.py http://127.0.0.1:8800`.

The inbox, a case, the board and the palette at three widths, light and dark; the clock sheet and the rules once.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
CASE = "DAM price of 9 November"
BOOK = "/rules/illustrative-market-protocols"
SIZES = ((1280, 800), (1480, 900), (1920, 1080))
USUAL = 1480
SCHEMES = ("light", "dark")


def main(address: str) -> None:
    """Sign in, and take each page's pictures in turn."""
    with sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(reduced_motion="reduce")
        _sign_in(page, address)
        for name, show in (("inbox", _inbox), ("case", _case), ("board", _board), ("palette", _palette)):
            for width, scheme in _looks(page):
                show(page, address)
                _take(page, f"{name}-{width}-{scheme}")
        _take_once(page, address)
        browser.close()


def _looks(page: Page) -> Iterator[tuple[int, str]]:
    """Each width in light and in dark; the page is set to it."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            yield width, scheme


def _inbox(page: Page, address: str) -> None:
    page.goto(f"{address}/cases?view=open")


def _case(page: Page, address: str) -> None:
    page.goto(f"{address}/cases?view=open")
    page.locator(".row a").filter(has_text=CASE).first.click()
    page.wait_for_selector("#case")
    page.locator("#rule-q").fill("price correction")
    page.wait_for_selector("[data-hit]")
    page.locator("#case-title").scroll_into_view_if_needed()


def _board(page: Page, address: str) -> None:
    page.goto(f"{address}/cases/board?q=is:open&by=state")


def _palette(page: Page, address: str) -> None:
    page.goto(f"{address}/cases?view=open")
    page.keyboard.press("Control+k")
    page.keyboard.type("settle")
    page.wait_for_selector("#palette-results [data-choice]")


def _take_once(page: Page, address: str) -> None:
    """The clock sheet, a section in light and dark, and what changed between two editions, at the usual width."""
    page.set_viewport_size({"width": USUAL, "height": 900})
    page.emulate_media(color_scheme="light")
    _case(page, address)
    page.get_by_role("link", name="Clock sheet").click()
    page.wait_for_url("**/clocks")
    _take(page, "clock-sheet")
    page.goto(f"{address}{BOOK}/9.7.1")
    _take(page, "section")
    page.emulate_media(color_scheme="dark")
    _take(page, "section-dark")
    page.emulate_media(color_scheme="light")
    page.goto(f"{address}{BOOK}/changes?from=2026-09-01&to=2026-11-16")
    _take(page, "change-list")


def _take(page: Page, name: str) -> None:
    """One picture, once the page rests; without loss its letters stay sharp."""
    page.wait_for_timeout(700)
    with Image.open(BytesIO(page.screenshot())) as taken:
        few = taken.convert("RGB").quantize(192, dither=Image.Dither.NONE)
        few.convert("RGB").save(HERE / f"{name}.webp", lossless=True, quality=90, method=5)


def _sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.get_by_label("Name").fill("ana.ortiz")
    page.get_by_label("Password").fill("tieline-demo-2026")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/cases**")


if __name__ == "__main__":
    main(sys.argv[1])
