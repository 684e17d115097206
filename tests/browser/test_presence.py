"""Two people at one case: who is here, who writes, and a field that both change at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_journey import _write_in
from tests.browser.test_writing import opened, signed_in

__all__ = ["signed_in"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
SOON = 2_000


@pytest.fixture
def two(signed_in: Callable[[str], Page], demo: Demo, tmp_path: Path) -> tuple[Page, Page]:
    """Ana and Jo before the list with one new case of nobody's."""
    subject = f"Who is at it {time.monotonic_ns()}"
    _write_in(demo, tmp_path, key=subject.split()[-1], subject=subject)
    ana, jo = opened(signed_in("ana.ortiz"), demo, subject), signed_in("jo.park")
    jo.goto(f"{demo.address}/cases?view=unassigned")
    expect(jo.get_by_role("link", name=subject).first).to_be_visible(timeout=20_000)
    ana.evaluate("subject => (document.body.dataset.subject = subject)", subject)
    return ana, jo


def subject_of(ana: Page) -> str:
    return str(ana.evaluate("document.body.dataset.subject"))


def test_a_colleague_is_seen_to_arrive_to_type_to_rest_and_to_leave(two: tuple[Page, Page]) -> None:
    ana, jo = two
    number = ana.locator("#case").get_attribute("data-case")
    expect(jo.locator(f"#row-{number} .present")).to_have_count(1, timeout=SOON)

    jo.get_by_role("link", name=subject_of(ana)).first.click()
    here = ana.locator("#case [data-here] .present")
    expect(here).to_have_attribute("title", "Jo Park is looking", timeout=SOON)
    jo.locator("#reply-text").type("Ten")
    expect(here).to_have_attribute("title", "Jo Park is typing", timeout=SOON)
    expect(here).to_have_attribute("title", "Jo Park is looking", timeout=10_000)

    jo.goto("about:blank")
    expect(here).to_have_count(0, timeout=SOON)


def test_a_minute_without_a_key_or_the_pointer_is_seen_as_rest(two: tuple[Page, Page], demo: Demo) -> None:
    ana, jo = two
    jo.clock.install()
    jo.goto(ana.url)
    here = ana.locator("#case [data-here] .present")
    expect(here).to_have_attribute("title", "Jo Park is looking", timeout=SOON)
    jo.clock.fast_forward(61_000)
    expect(here).to_have_attribute("title", "Jo Park has it open, idle", timeout=SOON)


def test_two_who_take_a_case_at_once_are_shown_both_values(two: tuple[Page, Page]) -> None:
    ana, jo = two
    jo.get_by_role("link", name=subject_of(ana)).first.click()
    expect(jo.get_by_role("button", name="Take")).to_be_visible()
    # Jo's page hears nothing of it in time: it still shows nobody
    jo.route("**/changes*", lambda route: route.fulfill(status=204))
    ana.keyboard.press("Escape")
    # her page shows the new owner before the server has answered
    with ana.expect_response(lambda answer: answer.request.method == "POST" and "/assignment" in answer.url):
        ana.get_by_role("button", name="Take").click()
    expect(ana.locator("#case-head .owner")).to_contain_text("Ana Ortiz")
    jo.get_by_role("button", name="Take").click()

    clash = jo.locator("[data-clash=owner]")
    expect(clash).to_contain_text("Ana Ortiz has changed the owner")
    expect(clash.locator("dl")).to_contain_text("Jo Park")
    expect(jo.locator("#case-head .owner")).to_contain_text("Unassigned")
    clash.get_by_role("button", name="Set mine").click()
    expect(jo.locator("#case-head .owner")).to_contain_text("Jo Park")
    expect(ana.locator("#case-head .owner")).to_contain_text("Jo Park", timeout=5_000)
