"""The main job in a real browser: sign in, open a case, search the rules, cite, reply, close; the mail has arrived."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

INQUIRY = """From: Sam Doyle <sam.doyle@bluestem-energy.example>
To: clientservices@gridoperator.example
Subject: {subject}
Date: Fri, 20 Nov 2026 15:20:00 -0600
Message-ID: <{key}@bluestem-energy.example>

Hello,

by when must we dispute a DAM settlement statement that was issued yesterday?

Sam
"""


def _write_in(demo: Demo, tmp_path: Path, *, key: str, subject: str) -> None:
    """A client's message arrives in the running instance."""
    path = tmp_path / f"{key}.eml"
    path.write_text(INQUIRY.format(key=key, subject=subject))
    environment = os.environ | {"TIELINE_HOME": str(demo.home)}
    environment = {name: value for name, value in environment.items() if "DATABASE" not in name}
    subprocess.run([sys.executable, "-m", "tieline", "ingest", str(path)], check=True, env=environment)


def test_an_inquiry_is_answered_with_a_cited_rule_and_closed(ana: Page, demo: Demo, tmp_path: Path) -> None:
    _write_in(demo, tmp_path, key="journey", subject="How long may we dispute")

    ana.goto(f"{demo.address}/cases?view=unassigned")
    ana.get_by_role("link", name="How long may we dispute").first.click()
    expect(ana.get_by_role("heading", name="How long may we dispute")).to_be_visible()
    expect(ana.locator("#case")).to_contain_text("by when must we dispute")
    expect(ana.locator("#case")).to_contain_text("Bluestem Retail Energy")

    ana.locator("#rule-q").fill("9.14.2(6)")
    hit = ana.locator("[data-hit]").first
    expect(hit).to_contain_text("9.14.2(6)")
    hit.get_by_role("button", name="Cite").click()
    expect(ana.locator("#rail-cited")).to_contain_text("9.14.2(6)")
    expect(ana.locator("#reply-text")).to_have_value(lambda_contains("9.14.2(6)"))

    ana.locator("#reply-text").press("Control+Home")
    ana.locator("#reply-text").type("Hello Sam, ten Business Days. ")
    ana.get_by_role("button", name="Send to").click()
    expect(ana.locator(".message-ours").last).to_contain_text("ten Business Days")
    expect(ana.locator(".message-ours").last).to_contain_text("Delivered", timeout=15_000)

    ana.locator(".case-line").get_by_text("Close", exact=True).click()
    ana.locator("button[name=outcome][value=answered]").click()
    expect(ana.locator("#composer")).to_contain_text("Closed")
    assert any("How long may we dispute" in one and "sam.doyle@bluestem" in one for one in demo.delivered)


def lambda_contains(text: str) -> object:
    """A pattern for "contains this text", as the browser driver wants it."""
    import re

    return re.compile(rf"[\s\S]*{re.escape(text)}[\s\S]*")


def test_new_mail_shows_in_an_open_inbox_within_two_seconds(ana: Page, demo: Demo, tmp_path: Path) -> None:
    ana.goto(f"{demo.address}/cases?view=unassigned")
    expect(ana.locator("[data-rows] .row").first).to_be_visible()

    _write_in(demo, tmp_path, key="live", subject="Emergency: system is down, straight onto the open page")
    began = time.monotonic()
    shown = ana.get_by_text("1 new").or_(ana.get_by_text("straight onto the open page"))
    expect(shown.first).to_be_visible(timeout=2_000)

    assert time.monotonic() - began < 2.0


def test_the_desk_can_be_worked_by_keyboard(ana: Page, demo: Demo) -> None:
    ana.goto(f"{demo.address}/cases?view=open")

    ana.keyboard.press("j")
    ana.keyboard.press("j")
    ana.keyboard.press("Enter")
    expect(ana.locator("#case-title")).to_be_visible()
    ana.keyboard.press("n")
    expect(ana.locator("#note-text")).to_be_focused()
    ana.keyboard.press("Escape")
    ana.keyboard.press("Control+k")

    expect(ana.get_by_role("dialog")).to_be_visible()


def test_reading_and_replying_work_without_scripts(browser: object, demo: Demo) -> None:
    context = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(f"{demo.address}/sign-in")
    page.get_by_label("Name").fill("jo.park")
    page.get_by_label("Password").fill("tieline-demo-2026")
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{demo.address}/cases?view=open")
    page.locator(".row a").first.click()

    page.locator(".note-tab").click()
    page.locator("#note-text").fill("A note without any script")
    page.get_by_role("button", name="Keep note").click()

    expect(page.get_by_text("A note without any script")).to_be_visible()
    context.close()
