"""Do the pages hold WCAG 2.2 AA as far as a machine can tell? axe looks at each, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Demo, barriers, sign_in
from tests.browser.rooms import ACTS, BOOK, FILES, PAGES, PARTS, furnish

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

SCHEMES = ("light", "dark")
OFTEN = ("cases", "case", "case-new", "password")
"""The pages looked at whenever the tests run; the sweep looks at all."""
NARROW = (BOOK, f"{BOOK}/9.7.1", f"{BOOK}/9.14.2/redline?look=side", f"{BOOK}/changes", "/rules/glossary")
(NEWEST,) = Path("profiles").glob("*/demo/rules/*-2026-11-16.docx")


@pytest.fixture(scope="module")
def made(browser: Browser, demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The numbers of what the pages show."""
    page = browser.new_page()
    sign_in(page, demo, "lena.fox")
    found = furnish(page, demo, tmp_path_factory.mktemp("letters"))
    page.close()
    return found


@pytest.fixture
def lena(page: Page, demo: Demo) -> Iterator[Page]:
    """The page with Lena, who may see all, signed in."""
    sign_in(page, demo, "lena.fox")
    return page


def test_every_address_of_the_staff_door_is_a_page_looked_at_or_known_to_be_none() -> None:
    from tieline.console.urls import urlpatterns

    known = [*PAGES, *PARTS, *FILES, *ACTS]
    assert sorted(known) == sorted(str(one.name) for one in urlpatterns)


@pytest.mark.parametrize(
    "name", [name if name in OFTEN else pytest.param(name, marks=pytest.mark.sweep) for name in PAGES]
)
def test_a_page_has_no_barrier_a_machine_can_find(lena: Page, demo: Demo, made: dict[str, str], name: str) -> None:
    for path in PAGES[name]:
        answer = lena.goto(demo.address + path.format_map(made))
        assert answer is not None
        assert answer.status == 200, path
        assert barriers_in_both(lena) == [], path


def test_what_opens_over_a_page_has_no_barrier(lena: Page, demo: Demo, made: dict[str, str]) -> None:
    lena.goto(f"{demo.address}/cases/{made['full']}")
    for key, opened in (
        ("Control+k", "#palette[open]"), ("?", "#help[open]"), ("Shift+I", ".people-list"), ("s", "details.menu[open]"),
        ("h", "details.menu[open], .later"), ("l", "#label-text"),
    ):  # fmt: skip
        lena.keyboard.press(key)
        expect(lena.locator(opened).first).to_be_visible()
        assert barriers_in_both(lena) == [], key
        lena.keyboard.press("Escape")
        lena.locator("#case-title").focus()


def test_a_plan_for_many_cases_has_no_barrier(lena: Page, demo: Demo) -> None:
    lena.goto(f"{demo.address}/cases?view=open")
    lena.locator(".row > a").first.focus()
    lena.keyboard.press("x")
    on_the_bar = barriers_in_both(lena)
    lena.get_by_label("What to do").select_option("route")
    lena.get_by_role("button", name="Next").click()
    lena.wait_for_selector("#bulk-title")
    assert on_the_bar + barriers_in_both(lena) == []


def test_signing_in_has_no_barrier(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.address}/sign-in")
    assert barriers_in_both(page) == []


@pytest.mark.parametrize("path", NARROW)
def test_a_page_on_a_telephone_has_no_barrier_and_does_not_run_over(ana: Page, demo: Demo, path: str) -> None:
    ana.set_viewport_size({"width": 390, "height": 800})

    ana.goto(f"{demo.address}{path}")

    assert barriers(ana) == []
    assert ana.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_source_of_a_paragraph_and_the_report_of_an_import_have_no_barrier(
    page: Page, demo: Demo, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    sign_in(page, demo, "lena.fox")
    page.goto(f"{demo.address}{BOOK}/9.16")
    page.locator(".wording").first.hover()
    page.get_by_role("link", name="source").first.click()
    page.wait_for_url("**/source/text*")
    at_the_source = barriers(page)

    page.goto(f"{demo.address}{BOOK}/editions")
    page.get_by_label("PDF, Word file (.docx) or web page").set_input_files(NEWEST)
    page.get_by_label("In force from").fill("2026-11-16")
    page.get_by_role("button", name="Read in").click()
    page.get_by_role("heading", name="was already there").wait_for()

    assert at_the_source + barriers(page) == []


def barriers_in_both(page: Page) -> list[str]:
    """What axe finds in light and in dark."""
    found = []
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {one}" for one in barriers(page)]
    return found
