"""Files in a real browser: chosen, dropped and pasted; broken off and gone on with; sent, called back, looked at."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_string
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Demo
from tests.browser.test_journey import _write_in
from tests.browser.test_writing import opened, signed_in  # noqa: F401 - a fixture
from tieline.mail.tests.file_shop import pdf, picture

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

DROP = """({name, size, kind}) => {
  const files = new DataTransfer();
  files.items.add(new File([new Uint8Array(size).fill(65)], name, {type: "text/plain"}));
  const target = document.querySelector("#reply-text");
  const event = kind === "paste"
    ? new ClipboardEvent("paste", {clipboardData: files, bubbles: true, cancelable: true})
    : new DragEvent("drop", {dataTransfer: files, bubbles: true, cancelable: true});
  target.dispatchEvent(event);
}"""
CHIPS = "#reply-files .file"


def choose(page: Page, name: str, content: bytes, kind: str = "application/pdf") -> None:
    page.locator("[data-adder] input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": content})


def test_files_are_chosen_dropped_and_pasted_and_reach_the_client(
    signed_in: Callable[[str], Page],  # noqa: F811 - the fixture above
    demo: Demo,
    tmp_path: Path,
) -> None:
    _write_in(demo, tmp_path, key="files", subject="Please send the file")
    ana = opened(signed_in("ana.ortiz"), demo, "Please send the file")
    expect(ana.locator("#files-room")).to_contain_text("Up to 25 MB a message")
    statement = pdf("Statement of the operating day", "Second page")

    choose(ana, "Größe.pdf", statement)
    expect(ana.locator(CHIPS)).to_have_count(1)
    ana.evaluate(DROP, {"name": "dropped.txt", "size": 3_000_000, "kind": "drop"})
    expect(ana.locator(CHIPS)).to_have_count(2)
    ana.evaluate(DROP, {"name": "pasted.txt", "size": 10, "kind": "paste"})
    expect(ana.locator(CHIPS)).to_have_count(3)
    ana.get_by_role("button", name="Take pasted.txt away").first.click()
    expect(ana.locator(CHIPS)).to_have_count(2)
    ana.reload()
    expect(ana.locator(CHIPS)).to_have_count(2)

    ana.locator(f"{CHIPS} .file-look").first.click()
    panel = ana.locator("[data-file-preview]")
    expect(panel).to_contain_text("Page 1 of 2")
    ana.keyboard.press("ArrowRight")
    expect(panel).to_contain_text("Page 2 of 2")
    assert panel.locator("img").evaluate("async (one) => { await one.decode(); return one.naturalWidth }") > 400
    ana.keyboard.press("Escape")
    expect(panel).to_be_hidden()

    ana.locator("#reply-text").type("Here is the statement.")
    ana.get_by_role("button", name="Send to").click()
    expect(ana.locator(CHIPS)).to_have_count(0)
    ana.locator("[data-held] button").click()
    expect(ana.locator(CHIPS)).to_have_count(2)
    ana.get_by_role("button", name="Send to").click()
    expect(ana.locator(".message-ours").last).to_contain_text("Delivered", timeout=25_000)
    expect(ana.locator(".message-ours").last).to_contain_text("Größe.pdf")
    sent = next(one for one in demo.delivered if "Here is the statement." in one)
    files = {part.get_filename(): part.get_payload(decode=True) for part in message_from_string(sent).walk()}
    assert files["Größe.pdf"] == statement
    assert files["dropped.txt"] == b"A" * 3_000_000


def test_a_broken_line_and_a_reload_lose_no_part_and_too_much_is_told_at_once(
    signed_in: Callable[[str], Page],  # noqa: F811 - the fixture above
    demo: Demo,
    tmp_path: Path,
) -> None:
    _write_in(demo, tmp_path, key="broken", subject="A long file")
    ana = opened(signed_in("ana.ortiz"), demo, "A long file")
    parts: list[str] = []

    def break_off(route: Route) -> None:
        parts.append(route.request.headers.get("upload-offset", ""))
        if route.request.method == "PATCH" and len(parts) > 3:
            route.abort()
        else:
            route.continue_()

    ana.route("**/uploads/*", lambda route: break_off(route) if route.request.method == "PATCH" else route.continue_())
    ana.evaluate(DROP, {"name": "long.txt", "size": 6_000_000, "kind": "drop"})
    expect(ana.locator(".arriving progress")).to_have_attribute("value", "52", timeout=20_000)
    ana.locator("#reply-text").type("Not yet.")
    ana.get_by_role("button", name="Send to").click()
    expect(ana.locator(".arriving-words")).to_contain_text("Still arriving")
    assert ana.locator(".message-ours").count() == 0

    ana.unroute_all()
    ana.reload()
    expect(ana.locator(CHIPS)).to_have_count(1, timeout=20_000)
    expect(ana.locator(CHIPS)).to_contain_text("long.txt")

    ana.evaluate(DROP, {"name": "huge.txt", "size": 27_000_000, "kind": "drop"})
    expect(ana.locator(".arriving")).to_contain_text("Too large")
    ana.get_by_role("button", name="Stop and take it away").click()
    expect(ana.locator(".arriving")).to_have_count(0)


def test_a_picture_in_a_note_is_looked_at_by_a_colleague(
    signed_in: Callable[[str], Page],  # noqa: F811 - the fixture above
    demo: Demo,
    tmp_path: Path,
) -> None:
    _write_in(demo, tmp_path, key="note", subject="A picture for us")
    ana = opened(signed_in("ana.ortiz"), demo, "A picture for us")
    ana.get_by_text("Internal note").first.click()
    choose(ana, "screen.png", picture(size=(400, 300)), "image/png")
    expect(ana.locator("#note-files .file")).to_have_count(1)
    ana.locator("#note-text").fill("Look at this.")
    ana.get_by_role("button", name="Keep note").click()
    expect(ana.locator(".message-note").last).to_contain_text("screen.png")
    expect(ana.locator("#note-files .file")).to_have_count(0)

    jo = opened(signed_in("jo.park"), demo, "A picture for us")
    jo.locator(".message-note .file-look").last.focus()
    jo.keyboard.press("Enter")

    expect(jo.locator("[data-file-preview] img")).to_be_visible()
