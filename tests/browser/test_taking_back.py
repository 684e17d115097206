"""What is changed shows before the answer; what is refused is taken back with the sentence; sending never is early."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Demo
from tests.browser.test_journey import _write_in
from tests.browser.test_writing import opened, signed_in

__all__ = ["signed_in"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
STATE = "#case-head [data-shows=state]"
COMES_TO_THE_OFFER = """() => ({come: new Promise((come) =>
  document.addEventListener("htmx:oobBeforeSwap", (e) => e.detail.target.id === "undo" && setTimeout(come)))})"""
"""A promise, kept once an answer brings an offer to undo and the page has taken it or left it."""


class Slow:
    """What is sent to an address waits until it is let go; the server answers as ever."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.waiting: list[Route] = []
        page.route(address, self._wait)

    def _wait(self, route: Route) -> None:
        if route.request.method == "POST":
            self.waiting.append(route)
        else:
            route.continue_()

    def let_go(self) -> None:
        assert self.waiting, "nothing was sent"
        for route in self.waiting:
            route.continue_()
        self.page.unroute(self.address)

    def lose(self) -> None:
        for route in self.waiting:
            route.abort()
        self.page.unroute(self.address)


@pytest.fixture
def tess_at_a_case(signed_in: Callable[[str], Page], demo: Demo, tmp_path: Path) -> Page:
    """Tess before a case that nobody has answered; what she chooses to do after sending meets no other test."""
    subject = f"Taken back {time.monotonic_ns()}"
    _write_in(demo, tmp_path, key=subject.split()[-1], subject=subject)
    return opened(signed_in("tess.wahl"), demo, subject)


def put_on(page: Page, label: str) -> None:
    page.locator("#case-title").focus()
    page.keyboard.press("l")
    page.locator("#label-text").fill(label)
    page.keyboard.press("Enter")


def take_on(page: Page) -> None:
    page.locator("#case-title").focus()
    page.keyboard.press("i")
    expect(page.locator("#case-head .owner")).to_have_text("Tess Wahl")


def close_as(page: Page, outcome: str) -> None:
    page.locator("#case-title").focus()
    page.keyboard.press("s")
    page.locator(f"button[name=outcome][value={outcome}]").click()


def test_a_label_shows_at_once_and_a_refused_one_is_taken_back(tess_at_a_case: Page) -> None:
    tess = tess_at_a_case
    asked, kept = tess.locator("#case-head .label.not-yet"), tess.locator("#case-head form.label > span")
    slow = Slow(tess, "**/labels")
    put_on(tess, "storm")
    expect(asked).to_have_text("storm")
    expect(kept).to_have_count(0)
    slow.let_go()
    expect(kept).to_have_text(["storm"])
    expect(asked).to_have_count(0)

    slow = Slow(tess, "**/labels")
    put_on(tess, "!!")
    expect(asked).to_have_text("!!")
    slow.let_go()
    expect(tess.locator("#refusal")).to_contain_text("A label needs at least one letter or digit")
    expect(asked).to_have_count(0)
    expect(kept).to_have_text(["storm"])


def test_a_label_taken_off_is_struck_out_at_once_and_stands_again_when_that_fails(tess_at_a_case: Page) -> None:
    tess = tess_at_a_case
    put_on(tess, "storm")
    label = tess.locator("#case-head form.label")
    expect(label).to_contain_text("storm")
    slow = Slow(tess, "**/labels")
    label.get_by_role("button").click()
    expect(label).to_have_css("text-decoration-line", "line-through")

    slow.lose()
    expect(tess.locator("#refusal")).to_contain_text("No connection")
    expect(label).to_have_css("text-decoration-line", "none")


def test_closing_shows_at_once_and_a_refused_one_is_taken_back(tess_at_a_case: Page) -> None:
    tess = tess_at_a_case
    slow = Slow(tess, "**/closure")
    close_as(tess, "answered")
    expect(tess.locator(STATE)).to_have_text("Closed")
    slow.let_go()
    expect(tess.locator("#refusal")).to_contain_text("the client has had no answer yet")
    expect(tess.locator(STATE)).to_have_text("Open")
    expect(tess.locator(f"{STATE} .not-yet")).to_have_count(0)

    slow = Slow(tess, "**/closure")
    close_as(tess, "no_action")
    expect(tess.locator(f"{STATE} .not-yet")).to_have_text("Closed")
    slow.let_go()
    expect(tess.locator("#composer")).to_contain_text("A reply needs the case open again")
    expect(tess.locator(f"{STATE} .chip-closed")).to_have_text("Closed")

    slow = Slow(tess, "**/closure")
    tess.locator("#case-title").focus()
    tess.keyboard.press("s")
    expect(tess.locator(f"{STATE} .not-yet")).to_have_text("Open")
    slow.let_go()
    expect(tess.locator(f"{STATE} .chip-open")).to_have_text("Open")


def test_an_owner_that_cannot_be_set_is_taken_back(tess_at_a_case: Page) -> None:
    tess = tess_at_a_case
    slow = Slow(tess, "**/assignment")
    take_on(tess)

    slow.lose()
    expect(tess.locator("#refusal")).to_contain_text("No connection")
    expect(tess.locator("#case-head .owner")).to_have_text("Unassigned")


def test_sending_shows_nothing_before_the_server_has_it(tess_at_a_case: Page) -> None:
    tess = tess_at_a_case
    assert tess.locator("[data-write][data-optimistic], [data-write] [data-optimistic]").count() == 0
    slow = Slow(tess, "**/replies")
    tess.locator("#reply-text").fill("Ten Business Days.")
    tess.locator(".then select").select_option("close:answered")
    tess.get_by_role("button", name="Send to").click()
    tess.wait_for_timeout(500)
    expect(tess.locator(".message-ours")).to_have_count(0)
    expect(tess.locator(STATE)).to_have_text("Open")
    expect(tess.locator("#reply-text")).to_have_value("Ten Business Days.")

    slow.let_go()
    expect(tess.locator(".message-ours").last).to_contain_text("Ten Business Days.")
    expect(tess.locator(STATE)).to_have_text("Closed")


def test_the_late_answer_to_an_earlier_act_leaves_the_offer_to_undo_the_later_one(tess_at_a_case: Page) -> None:
    tess = tess_at_a_case
    slow = Slow(tess, "**/assignment")
    take_on(tess)
    put_on(tess, "in a hurry")
    expect(tess.locator("#undo")).to_contain_text("Put on “in a hurry”")
    offered = tess.evaluate_handle(COMES_TO_THE_OFFER)
    slow.let_go()
    offered.evaluate("(answer) => answer.come")
    expect(tess.locator("#undo")).to_contain_text("Put on “in a hurry”")
