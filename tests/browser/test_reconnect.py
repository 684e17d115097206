"""Live updates lost and come back: what changed meanwhile is shown, and nothing waits for a reload."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_journey import _write_in
from tests.browser.test_writing import signed_in

__all__ = ["signed_in"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
BANNER = "[data-live-state]"


def live_processes(demo: Demo) -> list[int]:
    """The live process of this demonstration, found by its port."""
    port = int(demo.address.rpartition(":")[2]) + 1
    found = subprocess.run(["ps", "-eww", "-o", "pid,args"], capture_output=True, text=True, check=True).stdout
    return [
        int(line.split()[0]) for line in found.splitlines() if "tieline.project.live" in line and f" {port}" in line
    ]


def test_what_came_while_the_live_process_was_dead_is_shown_when_it_is_back(
    signed_in: Callable[[str], Page], demo: Demo, tmp_path: Path
) -> None:
    ana = signed_in("ana.ortiz")
    ana.goto(f"{demo.address}/cases?view=unassigned")
    _write_in(demo, tmp_path, key="before-death", subject="Heard before it died")
    expect(ana.get_by_text("1 new").or_(ana.get_by_text("Heard before it died")).first).to_be_visible(timeout=5_000)
    dead = live_processes(demo)
    assert dead
    for process in dead:
        os.kill(process, signal.SIGKILL)
    _write_in(demo, tmp_path, key="while-dead", subject="Came while it was dead")

    shown = ana.get_by_text("2 new").or_(ana.get_by_text("Came while it was dead"))
    expect(shown.first).to_be_visible(timeout=20_000)
    expect(ana.locator(BANNER)).to_be_hidden(timeout=20_000)


def test_a_cut_line_is_said_and_what_was_missed_appears_without_a_reload(
    signed_in: Callable[[str], Page], demo: Demo, tmp_path: Path
) -> None:
    ana = signed_in("ana.ortiz")
    ana.goto(f"{demo.address}/cases?view=unassigned")
    ana.wait_for_timeout(1_000)
    ana.context.set_offline(True)
    for process in live_processes(demo):
        os.kill(process, signal.SIGKILL)  # an open stream does not notice that the browser is offline
    expect(ana.locator(BANNER)).to_be_visible(timeout=20_000)
    _write_in(demo, tmp_path, key="offline", subject="Written while the line was cut")
    time.sleep(2)
    ana.context.set_offline(False)

    shown = ana.get_by_text("new", exact=False).and_(ana.locator("[data-new]:not([hidden])"))
    expect(shown.or_(ana.get_by_text("Written while the line was cut")).first).to_be_visible(timeout=25_000)
    expect(ana.locator(BANNER)).to_be_hidden(timeout=25_000)
