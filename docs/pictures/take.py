"""Take the README's pictures from a running demonstration: `python docs/pictures/take.py http://127.0.0.1:8800`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
CASE = "DAM price of 9 November"
BOOK = "/rules/illustrative-market-protocols"


def main(address: str) -> None:
    """Sign in, and take the pictures of a case and of the rules in turn."""
    with sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        _sign_in(page, address)
        _take_case(page, address)
        _take_rules(page, address)
        browser.close()


def _take_case(page: Page, address: str) -> None:
    """The inbox, a case in light and dark, its clock sheet."""
    page.goto(f"{address}/cases?view=open")
    page.locator(".row a").filter(has_text=CASE).first.click()
    page.wait_for_selector("#case")
    page.wait_for_timeout(600)
    page.screenshot(path=HERE / "inbox.png")
    page.locator("#rule-q").fill("price correction")
    page.wait_for_selector("[data-hit]")
    page.wait_for_timeout(400)
    page.screenshot(path=HERE / "case.png")
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(300)
    page.screenshot(path=HERE / "case-dark.png")
    page.emulate_media(color_scheme="light")
    page.get_by_role("link", name="Clock sheet").click()
    page.wait_for_url("**/clocks")
    page.screenshot(path=HERE / "clock-sheet.png")


def _take_rules(page: Page, address: str) -> None:
    """A section in light and dark, and what changed between two editions."""
    page.goto(f"{address}{BOOK}/9.7.1")
    page.wait_for_timeout(400)
    page.screenshot(path=HERE / "section.png")
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(300)
    page.screenshot(path=HERE / "section-dark.png")
    page.emulate_media(color_scheme="light")
    page.goto(f"{address}{BOOK}/changes?from=2026-09-01&to=2026-11-16")
    page.wait_for_timeout(400)
    page.screenshot(path=HERE / "change-list.png")


def _sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.get_by_label("Name").fill("ana.ortiz")
    page.get_by_label("Password").fill("tieline-demo-2026")
    page.get_by_role("button", name="Sign in").click()


if __name__ == "__main__":
    main(sys.argv[1])
