"""The quarantine page: what waits and why, looked at without harm, and ended one by one or several at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.cast import MONDAY, Cast
from tieline.console.tests.arriving import SCRIPTED, sign_in

if TYPE_CHECKING:
    from django.test import Client

    from tieline.mail.models import IncomingMail

LAYOUT = b"".join(
    (
        b"From: Some <b>One</b> <no-reply@service.example>\r\nReply-To: other@service.example\r\n",
        b"Subject: <script>alert(1)</script> your login code\r\nContent-Type: text/html\r\n\r\n",
        b"<p>Your code is 482913</p>" + SCRIPTED.encode(),
    )
)


@pytest.fixture
def ravi(cast: Cast) -> Client:
    return sign_in(cast.ravi.username)


def laid(cast: Cast, number: int = 1, raw: bytes = LAYOUT) -> IncomingMail:
    from tieline.mail.actions import keep, sort
    from tieline.mail.sources import Delivery

    mail = keep(Delivery(f"test:{number}", "test mailbox", raw + b" " * number), run=None, at=MONDAY)
    assert mail is not None
    return sort(mail, profile=cast.profile, at=MONDAY)


def test_the_shelf_shows_what_waits_and_why(ravi: Client, cast: Cast) -> None:
    assert "The shelf is empty" in ravi.get("/mail/quarantine").content.decode()
    assert ravi.get("/mail/quarantine/count").content.strip() == b""

    mail = laid(cast)
    page = ravi.get("/mail/quarantine").content.decode()

    assert "verification code" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert f"/mail/quarantine/{mail.pk}" in page
    assert b"</span>1<span" in ravi.get("/mail/quarantine/count").content


def test_a_preview_holds_nothing_that_acts(ravi: Client, cast: Cast) -> None:
    mail = laid(cast)

    page = ravi.get(f"/mail/quarantine/{mail.pk}").content.decode()
    frame = ravi.get(f"/mail/quarantine/{mail.pk}/frame")

    assert "other@service.example" in page
    assert "Your code is 482913" in page
    assert "tracker.example" in page
    assert "<script>alert" not in page
    shown = frame.content.decode()
    assert not any(word in shown for word in ("<script", "onerror", "<form", "<iframe", "<svg", "javascript:"))
    policy = frame["Content-Security-Policy"]
    assert policy.startswith("sandbox")
    assert "default-src 'none'" in policy
    assert "http" not in policy


def test_a_message_nobody_can_open_shows_its_source(ravi: Client, cast: Cast) -> None:
    deep = b"".join(b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(60))
    head = b"From: a@b.example\r\nSubject: Deep\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n"
    mail = laid(cast, raw=head + deep)

    page = ravi.get(f"/mail/quarantine/{mail.pk}").content.decode()

    assert "cannot be opened" in page
    assert "boundary=b1" in page
    assert "nests more than" in page


def test_several_are_released_or_discarded_at_once(ravi: Client, cast: Cast) -> None:
    mails = [laid(cast, number, LAYOUT.replace(b"482913", b"48291%d" % number)) for number in range(3)]

    released = ravi.post("/mail/quarantine", {"act": "release", "mail": [mails[0].pk, mails[1].pk]}, follow=True)
    refused = ravi.post("/mail/quarantine", {"act": "discard", "mail": [mails[2].pk]})
    discarded = ravi.post(
        "/mail/quarantine", {"act": "discard", "mail": [mails[2].pk, mails[0].pk], "reason": "not ours"}, follow=True
    )

    assert "2 messages released" in released.content.decode()
    assert refused.status_code == 409
    assert "1 message discarded; nothing was deleted. 1 had been ended by somebody else." in discarded.content.decode()
    assert ravi.get(f"/mail/quarantine/{mails[2].pk}").status_code == 404
    assert ravi.post("/mail/quarantine", {"act": "release"}).status_code == 409
    assert ravi.post("/mail/quarantine", {"act": "burn", "mail": [1]}).status_code == 409


def test_long_shelves_are_read_in_pages(ravi: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tieline.console.mail_quarantine.SHOWN", 2)
    mails = [laid(cast, number, LAYOUT.replace(b"482913", b"48291%d" % number)) for number in range(3)]

    first = ravi.get("/mail/quarantine").content.decode()
    second = ravi.get(f"/mail/quarantine?before={mails[1].pk}").content.decode()

    assert f"before={mails[1].pk}" in first
    assert f"/mail/quarantine/{mails[0].pk}" not in first
    assert f"/mail/quarantine/{mails[0].pk}" in second
    assert ravi.get("/mail/quarantine?before=x").status_code == 404


def test_only_those_with_the_right_find_the_place(ravi: Client, browser_of: Callable[[str], Client]) -> None:
    ana = browser_of("ana.ortiz")

    assert "/mail/quarantine/count" in ravi.get("/cases?view=open").content.decode()
    assert "/mail/quarantine" not in ana.get("/cases?view=open").content.decode()
    assert ana.get("/mail/quarantine").status_code == 403
