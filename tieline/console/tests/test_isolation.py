"""Who may see what through the staff door, and what do headers forbid?"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import get_resolver

from tests.cast import Cast, viewer_of
from tieline.console.tests.arriving import SCRIPTED, receive
from tieline.desk.models import Case, Message
from tieline.identity.models import Role, User
from tieline.kernel.actor import NOBODY
from tieline.mail.models import MailAttachment

OPEN = {"sign-in", "healthz"}


def _filled(pattern: str, case: Case) -> str:
    message = Message.objects.filter(case=case).first()
    values = dict.fromkeys(re.findall(r"%\((\w+)\)s", pattern), "1") | {
        "number": "9.1" if "book" in pattern else str(case.number),
        "message_id": str(message.pk if message else 1),
        "citation_id": "1",
        "report_id": "1",
        "task_id": "1",
        "participant_id": str(case.participant_id),
        "key": "0" * 32,
        "book": "protocols",
    }
    return "/" + pattern % values


def _addresses() -> list[tuple[str, str]]:
    found = get_resolver().reverse_dict
    names = sorted({name for name in found if isinstance(name, str)})
    return [(name, found.getlist(name)[0][0][0][0]) for name in names]


def test_every_page_but_sign_in_and_health_needs_a_signed_in_user(case: Case) -> None:
    for name, pattern in _addresses():
        answer = Client().get(_filled(pattern, case))
        if name in OPEN:
            assert answer.status_code != 302, name
        else:
            assert answer.status_code in (302, 405), name
            assert answer.status_code == 405 or answer["Location"].startswith("/sign-in"), name


def test_every_page_is_a_404_or_a_plain_no_for_staff_without_any_right(
    browser_of: Callable[[str], Client], case: Case, cast: Cast
) -> None:
    none = Role.objects.create(key="none", name="Nothing yet", rights=[])
    User.objects.filter(pk=cast.mara.pk).update(role=none)
    mara = browser_of(cast.mara.username)

    for name, pattern in _addresses():
        answer = mara.get(_filled(pattern, case))
        assert case.subject not in answer.content.decode(), name
    refused = mara.get("/cases")
    assert refused.status_code == 403
    assert "desk.see" in refused.content.decode()
    assert mara.get(f"/cases/{case.number}").status_code == 404
    assert mara.post(f"/cases/{case.number}/notes", {"text": "x"}).status_code == 404


def test_a_rival_and_a_nobody_find_no_case(case: Case, cast: Cast) -> None:
    assert Case.objects.visible_to(viewer_of(cast.bluestem)).filter(pk=case.pk).exists()
    assert not Case.objects.visible_to(viewer_of(cast.prickly_pear)).filter(pk=case.pk).exists()
    assert not Case.objects.visible_to(NOBODY).exists()


def test_a_citation_or_message_of_another_case_is_not_there(ana: Client, cast: Cast, case: Case) -> None:
    other = receive(cast, "Another question", "Something else entirely.")
    message = Message.objects.get(case=case)

    assert ana.get(f"/cases/{case.number}/messages/{message.pk}/original").status_code == 200
    assert ana.get(f"/cases/{other.number}/messages/{message.pk}/original").status_code == 404
    assert ana.post(f"/cases/{other.number}/citations/1", {"_method": "delete"}).status_code == 404


def test_the_original_needs_its_right(browser_of: Callable[[str], Client], cast: Cast, case: Case) -> None:
    message = Message.objects.get(case=case)

    assert browser_of("mara.lind").get(f"/cases/{case.number}/messages/{message.pk}/original").status_code == 403


def test_hostile_html_is_shown_without_anything_that_acts(ana: Client, cast: Cast) -> None:
    case = receive(cast, "Hostile", "Hello", html=SCRIPTED)
    address = f"/cases/{case.number}/messages/{Message.objects.get(case=case).pk}/original"

    page, frame = ana.get(address), ana.get(f"{address}/frame")

    shown = frame.content.decode().lower()
    for word in (
        "<script",
        "onerror",
        "onclick",
        "onload",
        "javascript:",
        "<form",
        "<iframe",
        "<svg",
        ' src="http',
    ):
        assert word not in shown, word
    assert "1 remote picture not loaded" in page.content.decode()
    assert "sandbox" in frame["Content-Security-Policy"]
    assert "allow-scripts" not in frame["Content-Security-Policy"] + page.content.decode()
    assert "script-src" not in frame["Content-Security-Policy"]
    assert "default-src 'none'" in frame["Content-Security-Policy"]
    assert frame["X-Frame-Options"] == "SAMEORIGIN"


def test_an_attachment_is_saved_never_shown(ana: Client, cast: Cast) -> None:
    receive(cast, "With file", "See the file.", file="state\u202ement.html")
    key = MailAttachment.objects.get().file_key

    answer = ana.get(f"/attachments/{key}")

    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert ana.get(f"/attachments/{'0' * 32}").status_code == 404


@pytest.mark.parametrize("address", ["/cases?view=open", "/participants", "/rules", "/palette", "/sign-in"])
def test_pages_hold_nothing_the_policy_forbids(ana: Client, case: Case, address: str) -> None:
    answer = ana.get(address, follow=True)
    page, policy = answer.content.decode(), answer["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert page.count("<script") == page.count("<script src=") + page.count('<script type="module" src=')


def test_a_crash_says_a_number_and_nothing_else(ana: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("tieline.console.participants.card", crash)
    ana.raise_request_exception = False

    answer = ana.get(f"/participants/{cast.bluestem.pk}")

    assert answer.status_code == 500
    assert answer["X-Request-Id"] in answer.content.decode()
    assert "secret detail" not in answer.content.decode()
