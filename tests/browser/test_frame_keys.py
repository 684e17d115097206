"""Do keys work although the focus is in a message's frame? They do; and what the frame needs itself stays its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.conftest import Demo, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
LETTER = (
    """From: Sam Doyle <sam.doyle@bluestem-energy.example>
To: clientservices@gridoperator.example
Subject: Laid out by its sender
Date: Fri, 20 Nov 2026 15:20:00 -0600
Message-ID: <laid-out@bluestem-energy.example>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p id="first">Which window applies?</p><script>parent.document.title = "acted"</script>
<p><img src="x" onerror="parent.document.title = 'acted'"><a href="https://elsewhere.example/">A page elsewhere</a></p>
"""
    + "<p>One more line.</p>\n" * 120
)


@pytest.fixture
def original(page: Page, demo: Demo, tmp_path: Path) -> FrameLocator:
    """Ravi, who may see originals, has clicked into the frame of one."""
    path = tmp_path / "laid-out.eml"
    path.write_text(LETTER)
    environment = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
    command = [sys.executable, "-m", "tieline", "ingest", str(path)]
    subprocess.run(command, check=True, env=environment | {"TIELINE_HOME": str(demo.home)})
    sign_in(page, demo, "ravi.menon")
    page.goto(f"{demo.address}/cases?view=unassigned")
    page.get_by_role("link", name="Laid out by its sender").first.click()
    page.locator("a.original").first.click()
    frame = page.frame_locator("iframe.original-frame")
    frame.get_by_text("Which window applies?").click()
    assert page.evaluate("document.activeElement.matches('iframe.original-frame')")
    return frame


def test_keys_pressed_in_the_frame_are_the_pages(page: Page, original: FrameLocator) -> None:
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    original.get_by_text("Which window applies?").click()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.press("Escape")

    original.get_by_text("Which window applies?").click()
    page.keyboard.press("r")
    page.wait_for_url(re.compile(r"/cases/\d+#reply-text$"))
    expect(page.locator("#reply-text")).to_be_focused()


def test_one_goes_back_to_the_case_and_on_by_two_letters(page: Page, original: FrameLocator) -> None:
    page.keyboard.press("u")
    page.wait_for_url(re.compile(r"/cases/\d+#message-\d+$"))
    expect(page.locator("#case-title")).to_have_text("Laid out by its sender")
    page.go_back()

    original.get_by_text("Which window applies?").click()
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url("**/cases?view=open")


def test_the_frame_keeps_what_it_needs_and_still_runs_nothing(page: Page, original: FrameLocator) -> None:
    inside = original.locator("html")
    page.keyboard.press("End")
    expect(original.get_by_text("One more line.").last).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(original.get_by_role("link", name="A page elsewhere")).to_have_count(1)

    assert "acted" not in page.title()
    assert inside.evaluate("root => root.ownerDocument.querySelectorAll('script, [onerror]').length") == 0
    allowed = page.locator("iframe.original-frame").get_attribute("sandbox") or ""
    assert "allow-scripts" not in allowed
