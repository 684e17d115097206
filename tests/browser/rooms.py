"""Which pages has the staff door, and at what addresses does one see them with something in them?

`PAGES` names each page of `tieline/console/urls.py` with its addresses; `{case}` and the like stand for what
`furnish` made. What is no page of its own stands in `PARTS`, `FILES` or `ACTS`; the accessibility tests hold that
every name stands in exactly one of them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.conftest import Demo

BOOK = "/rules/illustrative-market-protocols"
PAGES: dict[str, tuple[str, ...]] = {
    "own-keys": ("/preferences/keys",),
    "password": ("/password",),
    "cases": ("/cases?view=open", "/cases?q=is:open owner:me", "/cases?q=is:opne", "/cases?q=zebra"),
    "case-new": ("/cases/new",),
    "my-list": ("/cases/mine",),
    "bulk-acts": ("/bulk",),
    "bulk-act": ("/bulk/{bulk}",),
    "case-board": tuple(f"/cases/board?q=is:open&by={by}" for by in ("state", "owner", "urgency", "area")),
    "saved-views": ("/views", "/views?q=is:open"),
    "saved-view": ("/views/{view}",),
    "case": ("/cases/{case}", "/cases/{full}", "/cases/{merged}", "/cases/{merged_into}"),
    "case-pile": ("/cases/{case}/pile",),
    "case-draft-text": ("/cases/{full}/drafts/{draft}",),
    "waiting-replies": ("/cases/waiting-replies", "/cases/waiting-replies?of=all"),
    "case-templates": ("/cases/{case}/templates",),
    "case-template": ("/cases/{case}/templates/closing",),
    "case-references": ("/cases/{case}/references",),
    "case-answer": (
        "/cases/{case}/answer?q=How long do we have to dispute a DAM statement?",
        "/cases/{case}/answer?q=How many megawatts did wind farms produce yesterday?",
    ),
    "case-assignment": ("/cases/{case}/assignment",),
    "case-consultations": ("/cases/{full}/consultations",),
    "consultations": ("/consultations", "/consultations?list=by-me", "/consultations?list=ended"),
    "consultation": ("/consultations/{consultation}",),
    "supervision": ("/supervision",),
    "team": ("/team",),
    "case-people": ("/cases/{full}/people",),
    "case-threads": ("/cases/{full}/threads",),
    "case-thread": ("/cases/{full}/threads/{thread}",),
    "case-forward": ("/cases/{full}/messages/{message}/forward",),
    "case-clocks": ("/cases/{case}/clocks",),
    "case-structure": ("/cases/{full}/structure",),
    "case-merging": ("/cases/{case}/merging", "/cases/{case}/merging?q=price", "/cases/{case}/merging?into={full}"),
    "case-splitting": ("/cases/{full}/splitting",),
    "message-moving": ("/cases/{full}/messages/{message}/moving",),
    "original": ("/cases/{full}/messages/{message}/original",),
    "attachment-preview": ("/attachments/{attachment}/preview",),
    "rules": ("/rules",),
    "rule-search": (
        "/rules/search?q=dispute&boxed=yes",
        "/rules/search?q=payment is due by 1500&boxed=yes",
        "/rules/search?q=zzzz",
    ),
    "change-reports": ("/rules/changes/reports",),
    "change-report": ("/rules/changes/reports/{report}",),
    "my-change-tasks": ("/rules/changes/mine",),
    "rule-map": ("/rules/map",),
    "rule-glossary": ("/rules/glossary", "/rules/glossary?contains=zebra"),
    "book": (BOOK, f"{BOOK}?contains=zebra"),
    "book-editions": (f"{BOOK}/editions",),
    "book-changes": (f"{BOOK}/changes", f"{BOOK}/changes?contains=zebra"),
    "section": (f"{BOOK}/9.7.1", f"{BOOK}/2.1", f"{BOOK}/1.3.1.1?as_at=2026-03-01"),
    "section-redline": (f"{BOOK}/9.16/redline", f"{BOOK}/9.14.2/redline?look=side&show=all"),
    "section-citing": (f"{BOOK}/9.14.2/citing",),
    "participants": ("/participants",),
    "participant": ("/participants/{participant}",),
    "palette": ("/palette", "/palette?q=settle"),
    "mail-ledger": ("/mail/ledger",),
    "mail-quarantine": ("/mail/quarantine",),
    "mail-quarantined": ("/mail/quarantine/{quarantined}",),
    "rule-timeline": ("/rules/versions/{version}/timeline",),
    "rule-source-text": ("/rules/versions/{version}/source/text",),
}  # fmt: skip
# parts of pages, looked at as parts of those
PARTS = {
    "case-rows", "my-sections", "my-count", "case-count", "presence-in-rows", "case-suggestions", "saved-views-aside",
    "case-changes", "case-draft", "draft-readers", "case-writers", "compose-suggestions", "case-presence",
    "consultation-quotation", "mail-quarantine-count", "case-uploads", "case-upload",
}  # fmt: skip
# files, pictures, and letters in a frame that are others' markup
FILES = {
    "case-export", "supervision-file", "original-frame", "attachment", "attachment-picture", "change-report-file",
    "rule-map-file", "rule-exhibit", "rule-source", "rule-source-picture", "book-changes-file",
    "mail-quarantined-frame",
}  # fmt: skip
# what only acts, or leads on to a page above; the page of signing in has a test of its own
ACTS = {
    "home", "sign-in", "sign-out", "preferences", "bulk-plan", "case-board-moves", "case-following", "case-seen",
    "case-labels", "case-replies", "case-reply", "draft-comments", "draft-comment", "draft-approval", "later-reply",
    "case-notes", "case-citations", "case-citation", "case-rewording", "case-routing", "case-handover", "absences",
    "absence", "capacity", "case-closure", "case-person", "case-requester", "case-links", "case-link",
    "case-letter", "rule-cited",
    "rule-version", "rule-origin", "change-confirmations", "change-task", "rule-version-source",
    "rule-source-page", "paragraph",
}  # fmt: skip
POST = """async ([address, sent]) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(address, {method: "POST", body: new URLSearchParams([...sent, ["csrfmiddlewaretoken", token]])});
  return [answer.status, answer.url, await answer.text()];
}"""  # noqa: E501


PATTERNS = {
    "bulk": r"/bulk/(\d+)", "view": r"/views/(\d+)", "draft": r"/drafts/(\d+)",
    "consultation": r"/consultations/(\d+)", "thread": r"/threads/(\d+)", "message": r"/messages/(\d+)/original",
    "attachment": r"/attachments/([\w-]+)/preview", "report": r"/rules/changes/reports/(\d+)",
    "edition": r"/rules/sources/(\d+)", "participant": r"/participants/(\d+)",
    "quarantined": r"/mail/quarantine/(\d+)", "version": r"/rules/versions/(\d+)",
}  # fmt: skip


LETTER = """From: {author}
To: clientservices@gridoperator.example
Subject: {subject}
Date: Fri, 20 Nov 2026 15:20:00 -0600
Message-ID: <{key}@bluestem-energy.example>

{words}
"""
SAM = "Sam Doyle <sam.doyle@bluestem-energy.example>"
LETTERS = {
    key: LETTER.format(key=key, author=author, subject=subject, words=words)
    for key, author, subject, words in (
        ("twin-a", SAM, "One question asked twice", "By when must we dispute?"),
        ("twin-b", SAM, "One question asked twice", "Once more: by when?"),
        ("code", "Sign in <no-reply@stranger.example>", "Your verification code", "Your verification code is 123456."),
    )
}


@dataclass
class Furnisher:
    """Somebody with every right who puts one of everything into the demonstration, through the doors."""

    page: Page
    made: dict[str, str]

    def post(self, path: str, **sent: object) -> str:
        """Act at a door: the address it led to and the page there."""
        pairs = [[name, str(value)] for name, value in sent.items()]
        status, address, text = self.page.evaluate(POST, [path.format_map(self.made), pairs])
        assert int(status) < 400, (path, status, plain(text))
        return f"{address} {text}"

    def get(self, path: str) -> str:
        """What a page says."""
        return str(self.page.evaluate("async (path) => (await fetch(path)).text()", path.format_map(self.made)))

    def note(self, name: str, text: str) -> None:
        """Remember the number of something that a page spoke of."""
        found = re.search(PATTERNS[name], text)
        assert found, f"no {name}: {plain(text)}"
        self.made[name] = found[1]


def furnish(page: Page, demo: Demo, folder: Path) -> dict[str, str]:
    """One of everything, and the numbers it has: what the placeholders of `PAGES` stand for."""
    _let_letters_in(demo, folder)
    page.goto(f"{demo.address}/cases?view=open")
    numbers = page.locator("[data-row] > a").evaluate_all("rows => rows.map((row) => row.pathname.split('/')[2])")
    one = Furnisher(page, dict(zip(("full", "case"), numbers, strict=False)))
    page.goto(f"{demo.address}/cases?view=unassigned")
    twins = page.locator("[data-row] > a", has_text="One question asked twice")
    first, second = twins.evaluate_all("rows => rows.map((row) => row.pathname.split('/')[2])")
    one.made |= {"merged": first, "merged_into": second}
    for name, path in (
        ("message", "/cases/{full}"), ("attachment", "/cases/{full}"), ("report", "/rules/changes/reports"),
        ("edition", f"{BOOK}/editions"), ("participant", "/participants"), ("version", f"{BOOK}/9.16"),
        ("quarantined", "/mail/quarantine"),
    ):  # fmt: skip
        one.note(name, one.get(path))
    _furnish_a_case(one)
    one.post("/cases/{merged}/merging", into=one.made["merged_into"], reason="the same question")
    one.note("view", one.post("/views", name="Urgent", query="is:open", shared_with="nobody") + one.get("/views"))
    one.note("bulk", one.post("/bulk", act="follow", number=one.made["case"], query="is:open"))
    return one.made


def _let_letters_in(demo: Demo, folder: Path) -> None:
    """One question asked twice by the same person, and a letter that lands on the shelf."""
    for name, letter in LETTERS.items():
        (folder / f"{name}.eml").write_text(letter)
    environment = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
    command = [sys.executable, "-m", "tieline", "ingest", str(folder)]
    subprocess.run(command, check=True, env=environment | {"TIELINE_HOME": str(demo.home)})


def _furnish_a_case(one: Furnisher) -> None:
    """A note, a label, a draft somebody shall read, a thread, a link, advice and a reply for later, all in one case."""
    one.post("/cases/{full}/assignment", owner="me")
    one.post("/cases/{full}/notes", text="Look at the second interval.")
    one.post("/cases/{full}/labels", label="storm")
    one.post("/cases/{full}/people", address="pat@bluestem-energy.example", reason="asked for it")
    one.post("/cases/{full}/links", other=one.made["case"], kind="related")
    sent = one.post("/cases/{full}/threads", to="maker@elsewhere.example", thread_kind="outside", text="Good morning.")
    one.note("thread", sent)
    asked = one.post("/cases/{full}/consultations", whom="team:settlements", question="Which interval?")
    one.note("consultation", asked + one.get("/cases/{full}/consultations") + one.get("/consultations?list=by-me"))
    one.post("/cases/{full}/replies", text="Tomorrow then.", when="hour")
    one.post("/cases/{full}/draft", kind="reply", text="Good morning, the interval is", draft=0)
    one.note("draft", one.get("/cases/{full}/draft/readers?kind=reply"))
    one.post("/cases/{full}/drafts/{draft}/comments", text="Say since when.")


def plain(text: str) -> str:
    """The end of what a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())[-400:]
