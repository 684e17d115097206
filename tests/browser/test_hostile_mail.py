"""What happens when hostile mail is opened by staff? Nothing: no script runs, no dialog opens, nothing is fetched.

Every mail of the corpus is taken in, its case is opened and so is its original, in a real browser that watches all its
tabs; so is the preview of those on the quarantine shelf. Several tabs load at once, which is what makes hundreds of
pages bearable; each page is loaded to its end with its frames, and the pointer is moved over everything in it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, Request

from tests.browser.conftest import Demo, sign_in
from tests.hostile_mail import Hostile, all_mails, for_the_shelf

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

TABS = 4
GO = "address => { location.href = address }"
HOVER = """() => {
  const events = ['mouseover', 'pointerenter', 'focus', 'wheel', 'toggle'];
  for (const one of document.querySelectorAll('*')) events.forEach(name => one.dispatchEvent(new Event(name)));
  document.querySelectorAll('main details').forEach(one => { one.open = true; });
}"""


@dataclass
class Watch:
    """What the browser did that it must not do."""

    demo: Demo
    events: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Watch every tab of the context, also those that open by themselves."""
        context.on("dialog", self._dialog)
        context.on("request", self._request)

    def _dialog(self, dialog: Dialog) -> None:
        self.events.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        host = self.demo.address.rsplit(":", 1)[0]
        is_ours = request.url.startswith((host, "data:", "about:", "blob:"))
        if not is_ours or ":9/" in request.url:
            self.events.append(request.url)


@pytest.fixture
def ravi(page: Page, demo: Demo) -> Page:
    """A lead's browser: sees originals and the quarantine shelf."""
    sign_in(page, demo, "ravi.menon")
    return page


@pytest.mark.parametrize("step", [12, pytest.param(1, marks=pytest.mark.sweep)], ids=["some", "all"])
def test_hostile_mail_runs_nothing_and_fetches_nothing(ravi: Page, demo: Demo, tmp_path: Path, step: int) -> None:
    mails = all_mails()[::step]
    cases = _take_in(mails, tmp_path, demo)
    watch = Watch(demo)
    watch.over(ravi.context)
    started = time.monotonic()

    opened = list(_visit(ravi.context, [f"{demo.address}/cases/{number}?view=open" for number in cases.values()]))
    originals = sorted(address for page in opened for address in page)
    seen = list(_visit(ravi.context, [f"{demo.address}{address}" for address in originals]))
    ravi.goto(f"{demo.address}/palette?q=hostile")
    ravi.goto(f"{demo.address}/cases?view=unassigned")

    print(f"{len(mails)} mails, {len(opened) + len(seen)} pages in {time.monotonic() - started:.0f} s")
    assert len(mails) * step >= 300
    assert len(set(cases.values())) == len(mails), "each mail opens a case of its own"
    assert len(originals) == len(mails)
    assert watch.events == []


def test_hostile_mail_on_the_shelf_does_nothing_either(ravi: Page, demo: Demo, tmp_path: Path) -> None:
    mails = for_the_shelf()
    assert _take_in(mails, tmp_path, demo) == {}, "none of them becomes a case"
    watch = Watch(demo)
    watch.over(ravi.context)

    ravi.goto(f"{demo.address}/mail/quarantine")
    links = ravi.locator(".shelf-head a")
    addresses = [f"{demo.address}{links.nth(place).get_attribute('href')}" for place in range(links.count())]
    list(_visit(ravi.context, addresses))

    assert len(addresses) >= len(mails)
    assert watch.events == []


def _take_in(mails: list[Hostile], folder: Path, demo: Demo) -> dict[str, int]:
    """Read the mails in from a folder; the case numbers by file name."""
    for number, mail in enumerate(mails):
        (folder / f"{number:03}.eml").write_bytes(mail.raw)
    environment = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
    command = [sys.executable, "-m", "tieline", "ingest", "--json", str(folder)]
    done = subprocess.run(
        command, check=True, env=environment | {"TIELINE_HOME": str(demo.home)}, capture_output=True, text=True
    )
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {line["source"]: line["case"] for line in lines if line.get("case")}


def _visit(context: BrowserContext, addresses: list[str]) -> Iterator[list[str]]:
    """Load every address, several at a time, move over everything, and give each page's links to originals."""
    tabs = [context.new_page() for _ in range(TABS)]
    for start in range(0, len(addresses), TABS):
        loading = list(zip(tabs, addresses[start : start + TABS], strict=False))
        for tab, address in loading:
            tab.evaluate(GO, address)
        for tab, address in loading:
            tab.wait_for_url(address, wait_until="load")
            tab.evaluate(HOVER)
            yield tab.eval_on_selector_all("main a.original", "all => all.map(one => one.getAttribute('href'))")
    for tab in tabs:
        tab.close()
