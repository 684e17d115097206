"""Which pages has the staff door, and at what addresses does one see them with something in them?

`PAGES` names each page of `tieline/console/urls.py` with its addresses; `{case}` and the like stand for what
`furnish` made. What is no page of its own stands in `PARTS`, `FILES` or `ACTS`; the accessibility tests hold that
every name stands in exactly one of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from playwright.sync_api import Page

BOOK = "/rules/illustrative-market-protocols"
PAGES: dict[str, tuple[str, ...]] = {
    "own-keys": ("/preferences/keys",),
    "password": ("/password",),
    "cases": ("/cases?view=open", "/cases?view=mine", "/cases?q=is:open owner:me", "/cases?q=is:opne", "/cases?q=zebra"),
    "case-new": ("/cases/new",),
    "my-list": ("/cases/mine",),
    "bulk-acts": ("/bulk",),
    "bulk-act": ("/bulk/{bulk}",),
    "case-board": tuple(f"/cases/board?q=is:open&by={by}" for by in ("state", "owner", "topic", "urgency")),
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
    "consultations": ("/consultations", "/consultations?list=by-me", "/consultations?list=all"),
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
    "rule-source-page": ("/rules/sources/{edition}/pages/2",),
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
    "absence", "capacity", "case-closure", "case-person", "case-requester", "case-links", "case-link", "rule-cited",
    "rule-version", "rule-origin", "change-confirmations", "change-task", "rule-version-source", "paragraph",
}  # fmt: skip
POST = """async ([address, sent]) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(address, {method: "POST", body: new URLSearchParams([...sent, ["csrfmiddlewaretoken", token]])});
  return [answer.status, answer.url, await answer.text()];
}"""  # noqa: E501


@dataclass
class Furnisher:
    """Somebody with every right who puts one of everything into the demonstration, through the doors."""

    page: Page
    address: str
    made: dict[str, str] = field(default_factory=dict)

    def post(self, path: str, sent: Iterable[tuple[str, object]]) -> str:
        """Act at a door; the page it leads to."""
        answer = self.page.evaluate(POST, [path.format_map(self.made), [[name, str(value)] for name, value in sent]])
        assert int(answer[0]) < 400, (path, answer[0], re.sub(r"(?s)<style.*?</style>|<[^>]+>|\s+", " ", answer[2])[-500:])
        return str(answer[1]) + str(answer[2])

    def find(self, name: str, path: str, pattern: str) -> None:
        """Note what the page says of something."""
        text = self.page.evaluate("async (path) => (await fetch(path)).text()", path.format_map(self.made))
        self.note(name, str(text))

    def note(self, name: str, text: str, pattern: str = "") -> None:
        """Take the number out of an answer."""
        found = re.search(pattern or PATTERNS[name], text)
        assert found, f"no {name}"
        self.made[name] = found[1]


PATTERNS = {
    "bulk": r"/bulk/(\d+)", "view": r"/views/(\d+)", "draft": r"/drafts/(\d+)",
    "consultation": r"/consultations/(\d+)", "thread": r"/threads/(\d+)", "message": r"/messages/(\d+)/original",
    "attachment": r"/attachments/([\w-]+)/preview", "report": r"/rules/changes/reports/(\d+)",
    "edition": r"/rules/sources/(\d+)", "participant": r"/participants/(\d+)",
    "quarantined": r"/mail/quarantine/(\d+)", "version": r"/rules/versions/(\d+)/timeline",
}  # fmt: skip


def furnish(page: Page, address: str) -> dict[str, str]:
    """One of everything, and the numbers it has: what the placeholders of `PAGES` stand for."""
    page.goto(f"{address}/cases?view=open")
    numbers = page.locator("[data-row] > a").evaluate_all("rows => rows.map((row) => row.href.match(/cases.(\\\\d+)/)?.[1])")
    print(json.dumps(numbers))
    one = Furnisher(page, address)
    return one.made
