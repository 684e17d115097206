"""Advice in a real browser: asked in the case, answered by the expert, used in the reply; the board moves by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Demo, barriers, sign_in
from tests.browser.test_journey import _write_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_an_expert_is_asked_answers_and_the_answer_goes_into_the_reply(
    ana: Page, browser: Browser, demo: Demo, tmp_path: Path
) -> None:
    _write_in(demo, tmp_path, key="advice", subject="Advice is wanted")
    ana.goto(f"{demo.address}/cases?view=unassigned")
    ana.get_by_role("link", name="Advice is wanted").first.click()
    expect(ana.get_by_role("heading", name="Advice is wanted")).to_be_visible()
    card = ana.locator("#rail-consultations")
    card.get_by_text("Ask another area").click()
    card.get_by_label("Whom").select_option(label="Omar Reyes, Settlements and metering")
    card.get_by_label("Question", exact=True).fill("Which interval was it?")
    card.get_by_role("button", name="Ask").click()
    expect(card).to_contain_text("Asked")
    expect(card.get_by_label("Question", exact=True)).to_have_value("")
    card.get_by_text("Ask another area").click()
    card.get_by_label("Question", exact=True).fill("Half a thought")
    expect(ana.locator("#timeline .message-note")).to_contain_text("Which interval was it?")

    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    omar = context.new_page()
    sign_in(omar, demo, "omar.reyes")
    omar.goto(f"{demo.address}/cases/mine")
    expect(omar.locator("#my-asked")).to_contain_text("Which interval was it?")
    omar.locator("#my-asked").get_by_role("link", name="Advice is wanted").click()
    theirs = omar.locator("#rail-consultations")
    theirs.get_by_label("Answer, or why you cannot").fill("Interval 42.")
    theirs.get_by_role("button", name="Answer").click()
    expect(theirs).to_contain_text("Answered")
    context.close()

    expect(ana.locator("#timeline")).to_contain_text("Interval 42.", timeout=10_000)
    card.get_by_role("button", name="Use in reply").click()
    expect(ana.locator("#reply-text")).to_have_value("> Interval 42.")
    # what was being typed into the card is still there
    expect(card.get_by_label("Question", exact=True)).to_have_value("Half a thought")
    assert barriers(ana) == []


def test_the_live_board_moves_by_itself_on_screen_and_phone(page: Page, demo: Demo, tmp_path: Path) -> None:
    sign_in(page, demo, "ravi.menon")
    page.goto(f"{demo.address}/supervision")
    total = page.locator(".totals td").first
    before = int(total.inner_text())
    assert before > 0

    _write_in(demo, tmp_path, key="board", subject="One more on the board")
    expect(total).to_have_text(str(before + 1), timeout=8_000)

    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    total.get_by_role("link").click()
    expect(page.locator("#list-count")).to_contain_text(str(before + 1))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_team_board_and_consultations_have_no_barrier(page: Page, demo: Demo, scheme: str) -> None:
    sign_in(page, demo, "ravi.menon")
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for path in ("/team", "/supervision", "/consultations", "/consultations?list=ended"):
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(f"{demo.address}{path}")
        assert barriers(page) == [], path
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
