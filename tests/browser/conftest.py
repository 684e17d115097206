"""A real browser on a real demonstration: one `tieline demo` for all browser tests, one page each."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@dataclass(frozen=True)
class Demo:
    """A running demonstration: where it is and where the mail it sends arrives."""

    address: str
    home: Path

    @property
    def delivered(self) -> list[str]:
        """Every message the receiving server took, as text."""
        return [path.read_text(errors="replace") for path in (self.home / "delivered" / "new").glob("*")]


def _free_port_pair() -> int:
    while True:
        with socket.create_server(("127.0.0.1", 0)) as first:
            port = int(first.getsockname()[1])
        try:
            with socket.create_server(("127.0.0.1", port)), socket.create_server(("127.0.0.1", port + 1)):
                return port
        except OSError:
            continue


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`tieline demo` as its users start it; stopped by Ctrl-C at the end."""
    port = _free_port_pair()
    log = tmp_path_factory.mktemp("demo") / "log"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TIELINE_")}
    environment["TIELINE_UNDO_SECONDS"] = "4"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tieline", "demo", "--port", str(port)],
            stdout=output,
            stderr=output,
            env=environment,
        )
    try:
        home = _wait_until_up(process, f"http://127.0.0.1:{port}", log)
        yield Demo(f"http://127.0.0.1:{port}", home)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _wait_until_up(process: subprocess.Popen[bytes], address: str, log: Path) -> Path:
    for _ in range(600):
        if process.poll() is not None:
            pytest.fail(f"the demonstration did not start:\n{log.read_text()[-3000:]}")
        found = re.search(r"Mail we send arrives in (\S+)/delivered", log.read_text())
        if found and _answers(f"{address}/healthz"):
            return Path(found[1])
        time.sleep(0.5)
    pytest.fail(f"the demonstration was not up within five minutes:\n{log.read_text()[-3000:]}")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver. It keeps a loop running in this thread, which Django would otherwise take for asynchronous code."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A headless Chromium of this computer; skips where there is none."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("no Chromium or Chrome was found; install one (Debian: apt-get install chromium)")
    running = playwright.chromium.launch(executable_path=program, args=SWITCHES)
    yield running
    running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page that remembers every script error and refused resource."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    opened = context.new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    yield opened
    context.close()
    assert not troubles, troubles


@pytest.fixture
def ana(page: Page, demo: Demo) -> Page:
    """The page with Ana, an account manager, signed in."""
    sign_in(page, demo, "ana.ortiz")
    return page


def sign_in(page: Page, demo: Demo, name: str) -> None:
    """Somebody of the demonstration's staff signs in."""
    page.goto(f"{demo.address}/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill("tieline-demo-2026")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/cases**")


def barriers(page: Page) -> list[str]:
    """What axe finds on a page against WCAG 2.2 AA.

    A part that live news replaced while axe looked is gone from the page: axe finds it without a size and calls it by
    the root. Then it looks again, three times at most; what the root itself lacks is found each time.
    """
    found: list[dict[str, Any]] = []
    for _ in range(3):
        found = Axe().run(page, options=RULES).response["violations"]
        if not any(node["target"] == [":root"] for one in found for node in one["nodes"]):
            break
    return [f"{one['id']}: {one['help']} at {[node['target'] for node in one['nodes'][:4]]}" for one in found]
