"""What happens when hostile HTML is opened by staff? Nothing: no script runs, no dialog opens, nothing is fetched.

Each payload is tried as the body of a mail, and as text in the subject, the sender's name and a file's name; the
case page and the original view are then opened in a real browser that watches.
"""

from __future__ import annotations

import os
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request

from tests.browser.conftest import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

ACT = "alert(document.domain)"
HANDLERS = (
    "onerror onload onclick onmouseover onfocus onblur onanimationstart ontoggle onpointerenter onbegin onwheel "
    "oncopy ondrag onhashchange oninput onkeydown onpageshow onresize onscroll onsubmit ontransitionend"
).split()
TAGS = "img svg body video audio input details iframe object embed marquee select textarea math a div".split()
SINGLE = (
    f"<script>{ACT}</script>",
    f"<scr<script>ipt>{ACT}</scr</script>ipt>",
    f"<SCRIPT/XSS>{ACT}</SCRIPT>",
    f"<a href='javascript:{ACT}'>x</a>",
    f"<a href='java&#10;script:{ACT}'>x</a>",
    f"<a href='&#106;avascript:{ACT}'>x</a>",
    f"<a href=' javascript:{ACT}'>x</a>",
    f"<a href='data:text/html,<script>{ACT}</script>'>x</a>",
    f"<a href='vbscript:{ACT}'>x</a>",
    f"<form action='javascript:{ACT}'><button>go</button></form>",
    f"<iframe srcdoc='<script>parent.{ACT}</script>'></iframe>",
    f"<iframe src='javascript:{ACT}'></iframe>",
    f"<object data='javascript:{ACT}'></object>",
    f"<embed src='data:image/svg+xml,<svg onload={ACT}>'>",
    f"<svg><script>{ACT}</script></svg>",
    f"<svg><animate onbegin={ACT} attributeName=x></svg>",
    f"<svg><foreignObject><body onload={ACT}></foreignObject></svg>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={ACT}></style></mglyph></table></mtext></math>",
    f"<noscript><p title='</noscript><img src=x onerror={ACT}>'></noscript>",
    f"<template><script>{ACT}</script></template>",
    f"<style>@import 'http://127.0.0.1:9/x.css'; body{{background:url(javascript:{ACT})}}</style>",
    "<div style='background-image:url(http://127.0.0.1:9/track)'>x</div>",
    "<div style='position:fixed;inset:0;z-index:9999'>cover</div>",
    "<img src='http://127.0.0.1:9/pixel.gif' width=1 height=1>",
    "<img srcset='http://127.0.0.1:9/pixel.gif 1x'>",
    "<link rel=stylesheet href='http://127.0.0.1:9/x.css'>",
    "<base href='http://127.0.0.1:9/'>",
    f"<meta http-equiv=refresh content='0;url=javascript:{ACT}'>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'>",
    "<video poster='http://127.0.0.1:9/p.png'></video>",
    "<table background='http://127.0.0.1:9/p.png'><tr><td>x</td></tr></table>",
    f"<!--[if gte IE 4]><script>{ACT}</script><![endif]-->",
    f'<img src=x:x onerror="{ACT}"//',
    f'"><img src=x onerror={ACT}>',
    f"'-{ACT}-'",
    f"{{{{constructor.constructor('{ACT}')()}}}}",
    f"<x contenteditable onblur={ACT}>lose focus!</x>",
    f"<isindex type=image src=1 onerror={ACT}>",
    f"<button popovertarget=x>c</button><xss onbeforetoggle={ACT} popover id=x>XSS</xss>",
)
PAYLOADS = (*SINGLE, *(f"<{tag} src=x href=x autofocus open {handler}={ACT}>" for tag in TAGS for handler in HANDLERS))
BATCH = 14
"""Payloads in one mail: the browser opens a few dozen pages, not hundreds."""


def _mails(folder: Path) -> int:
    groups = [PAYLOADS[start : start + BATCH] for start in range(0, len(PAYLOADS), BATCH)]
    for number, group in enumerate(groups):
        mail = EmailMessage()
        mail["From"] = f'"{_line(group[0])}" <hostile{number}@stranger.example>'
        mail["To"] = "clientservices@gridoperator.example"
        mail["Subject"] = f"hostile {number} {_line(group[-1])}"
        mail["Date"] = f"Fri, 20 Nov 2026 15:{number % 60:02}:00 -0600"
        mail["Message-ID"] = f"<hostile{number}@stranger.example>"
        mail.set_content("\n".join(group))
        mail.add_alternative("<p>Hello</p>" + "\n".join(group), subtype="html")
        mail.add_attachment(b"x", maintype="text", subtype="html", filename=f"../../{_line(group[0])}.html")
        (folder / f"{number:03}.eml").write_bytes(mail.as_bytes())
    return len(groups)


def _line(payload: str) -> str:
    return payload.replace('"', "'").replace("\n", " ")[:120]


def test_hostile_mail_runs_nothing_and_fetches_nothing(ana: Page, demo: Demo, tmp_path: Path) -> None:
    number = _mails(tmp_path)
    environment = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
    command = [sys.executable, "-m", "tieline", "ingest", str(tmp_path)]
    subprocess.run(command, check=True, env=environment | {"TIELINE_HOME": str(demo.home)})
    events: list[str] = []
    ana.on("dialog", lambda dialog: (events.append(f"dialog {dialog.message}"), dialog.dismiss()))
    ana.on("request", lambda request: events.extend(_foreign(request, demo)))

    ana.goto(f"{demo.address}/palette?q=hostile")
    ana.goto(f"{demo.address}/cases?view=unassigned")
    links = ana.locator(".row a").filter(has_text="hostile")
    addresses = list(dict.fromkeys(links.nth(place).get_attribute("href") for place in range(links.count())))
    for address in addresses:
        ana.goto(f"{demo.address}{address}")
        original = ana.get_by_role("link", name="Original").first.get_attribute("href")
        ana.goto(f"{demo.address}{original}")
        ana.wait_for_timeout(100)
        ana.evaluate("document.querySelectorAll('*').forEach(one => one.dispatchEvent(new Event('mouseover')))")

    assert len(PAYLOADS) >= 300
    assert len(addresses) >= min(number, 20)
    assert events == []


def _foreign(request: Request, demo: Demo) -> list[str]:
    host = demo.address.rsplit(":", 1)[0]
    is_ours = request.url.startswith((host, "data:", "about:", "blob:"))
    return [] if is_ours and ":9/" not in request.url else [request.url]
