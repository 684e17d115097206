"""Does the mark of a sender's check read without colour, open by keyboard, and hold WCAG 2.2 AA, light and dark?"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, barriers
from tests.letters import letter

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

MARKS = {
    "pass": "Sender check passed",
    "fail": "Sender check failed",
    "none": "Sender check inconclusive",
    "unknown": "Sender not checked",
}


@pytest.fixture
def marked(demo: Demo, tmp_path: Path) -> dict[str, int]:
    """The cases of letters of every verdict in the demonstration."""
    for result in MARKS:
        stamp = f"Authentication-Results: mx.grid.example; dmarc={result}\r\n" if result != "unknown" else ""
        raw = letter(f"Is a letter checked as {result} kept?", subject=f"Checked {result}")
        (tmp_path / f"{result}.eml").write_bytes(stamp.encode() + raw)
    environment = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
    environment |= {"TIELINE_HOME": str(demo.home), "TIELINE_MAIL_TRUSTED_HOPS": "mx.grid.example"}
    ingest = [sys.executable, "-m", "tieline", "ingest", "--json", str(tmp_path)]
    told = subprocess.run(ingest, check=True, env=environment, capture_output=True, text=True).stdout
    lines = [json.loads(line) for line in told.splitlines()]
    return {Path(str(line["source"])).stem: int(re.sub(r"\D", "", str(line["case"]))) for line in lines}


def test_every_mark_says_its_verdict_and_has_no_barrier(ana: Page, demo: Demo, marked: dict[str, int]) -> None:
    for result, words in MARKS.items():
        ana.goto(f"{demo.address}/cases/{marked[result]}")
        mark = ana.locator(f".sender-check.sender-{result} > summary").first
        expect(mark).to_have_text(words)
        mark.focus()
        ana.keyboard.press("Enter")
        expect(ana.locator(".sender-check[open] li").first).to_be_visible()
        for scheme in ("light", "dark"):
            ana.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            assert barriers(ana) == [], (result, scheme)
