"""Do the pages hold WCAG 2.2 AA as far as a machine can tell? axe looks at each, in light and in dark."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Demo, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
BOOK = "/rules/illustrative-market-protocols"
PAGES = (
    "/cases?view=open", "/cases?view=mine", "/rules", "/participants", "/password",
    BOOK, f"{BOOK}/9.7.1", f"{BOOK}/2.1", f"{BOOK}/1.3.1.1?as_at=2026-03-01", f"{BOOK}/9.16/redline",
    f"{BOOK}/9.14.2/redline?look=side&show=all", f"{BOOK}/changes", f"{BOOK}/9.14.2/citing",
    "/rules/search?q=dispute&boxed=yes", "/rules/search?q=payment is due by 1500&boxed=yes",
    f"{BOOK}?contains=zebra", f"{BOOK}/changes?contains=zebra", f"{BOOK}/editions",
    "/rules/glossary", "/rules/glossary?contains=zebra", "/rules/search?q=zzzz",
)  # fmt: skip
NARROW = (BOOK, f"{BOOK}/9.7.1", f"{BOOK}/9.14.2/redline?look=side", f"{BOOK}/changes", "/rules/glossary")
(NEWEST,) = Path("profiles").glob("*/demo/rules/*-2026-11-16.docx")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_barrier_a_machine_can_find(ana: Page, demo: Demo, path: str, scheme: str) -> None:
    ana.emulate_media(color_scheme="dark" if scheme == "dark" else "light")

    ana.goto(f"{demo.address}{path}")

    assert _barriers(ana) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_case_and_its_clock_sheet_have_no_barrier(ana: Page, demo: Demo, scheme: str) -> None:
    ana.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    ana.goto(f"{demo.address}/cases?view=open")
    ana.locator(".row a").nth(2).click()
    ana.wait_for_selector("#case")

    on_the_case = _barriers(ana)
    ana.get_by_role("link", name="Clock sheet").click()
    ana.wait_for_url("**/clocks")

    assert on_the_case + _barriers(ana) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_answer_from_the_rules_and_a_refusal_have_no_barrier(ana: Page, demo: Demo, scheme: str) -> None:
    ana.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    ana.goto(f"{demo.address}/cases?view=open")
    case = ana.locator(".row a").nth(2).get_attribute("href") or ""
    panel = f"{demo.address}{case.partition('?')[0]}/answer"

    ana.goto(f"{panel}?q=How long do we have to dispute a DAM statement?")
    ana.wait_for_selector(".answer-sentence")
    answered = _barriers(ana)
    ana.goto(f"{panel}?q=How many megawatts did wind farms produce yesterday?")

    assert answered + _barriers(ana) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_timeline_has_no_barrier(ana: Page, demo: Demo, scheme: str) -> None:
    ana.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    ana.goto(f"{demo.address}{BOOK}/9.16")

    ana.locator(".wording[data-changed] .reworded").first.click()
    ana.wait_for_url("**/timeline")

    assert _barriers(ana) == []


@pytest.mark.parametrize("path", NARROW)
def test_a_page_on_a_telephone_has_no_barrier_and_does_not_run_over(ana: Page, demo: Demo, path: str) -> None:
    ana.set_viewport_size({"width": 390, "height": 800})

    ana.goto(f"{demo.address}{path}")

    assert _barriers(ana) == []
    assert ana.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_source_of_a_paragraph_and_the_report_of_an_import_have_no_barrier(
    page: Page, demo: Demo, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    sign_in(page, demo, "lena.fox")
    page.goto(f"{demo.address}{BOOK}/9.16")
    page.locator(".wording").first.hover()
    page.get_by_role("link", name="source").first.click()
    page.wait_for_url("**/source/text*")
    at_the_source = _barriers(page)

    page.goto(f"{demo.address}{BOOK}/editions")
    page.get_by_label("PDF, Word file (.docx) or web page").set_input_files(NEWEST)
    page.get_by_label("In force from").fill("2026-11-16")
    page.get_by_role("button", name="Read in").click()
    page.get_by_role("heading", name="was already there").wait_for()

    assert at_the_source + _barriers(page) == []


def _barriers(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {one['help']} at {[node['target'] for node in one['nodes'][:4]]}" for one in found]
