"""Does every message of a case say how far its sender is proved, in words, with its reasons, at no further price?"""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from tests.cast import MONDAY, Cast
from tests.letters import case_of, letter, receive
from tieline.desk.actions import add_note
from tieline.desk.models import Case
from tieline.desk.threads import tag
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as
from tieline.mail.models import IncomingMail

RESULTS = {
    "pass": ("dmarc=pass header.from=bluestem-energy.example; dkim=pass", "Sender check passed", "DMARC passed for"),
    "fail": ("dmarc=fail header.from=bluestem-energy.example; arc=pass", "Sender check failed", "DMARC failed for"),
    "none": ("dmarc=none", "Sender check inconclusive", "checked, but nothing speaks for"),
    "unknown": ("", "Sender not checked", "none of our servers says"),
}


def came(result: str) -> Case:
    stamp = f"Authentication-Results: mx.grid.example; {result}\r\n" if result else ""
    with override_settings(MAIL_TRUSTED_HOPS="mx.grid.example"):
        return case_of(receive(stamp.encode() + letter()))


def page_of(case: Case, browser: Client) -> str:
    return browser.get(f"/cases/{case.number}").content.decode()


@pytest.mark.parametrize("proof", RESULTS)
def test_a_message_says_in_words_how_far_its_sender_is_proved_and_why(ana: Client, cast: Cast, proof: str) -> None:
    result, words, reason = RESULTS[proof]

    page = page_of(came(result), ana)

    mark = re.search(rf'<details class="sender-check sender-{proof}">.*?</details>', page, re.DOTALL)
    assert mark is not None
    assert words in mark[0]
    assert f'title="{reason}' in mark[0]
    assert f"<li>{reason}" in mark[0]


def test_what_our_servers_reported_is_told(ana: Client, cast: Cast) -> None:
    assert "Reported by our mail servers: DMARC fail, ARC pass" in page_of(came(RESULTS["fail"][0]), ana)


def test_a_letter_of_before_says_so(ana: Client, cast: Cast) -> None:
    case = came("")
    with viewing_as(SYSTEM):
        IncomingMail.objects.update(authenticity_facts={})

    assert "it came before senders were checked" in page_of(case, ana)


def test_what_we_wrote_ourselves_has_no_mark(ana: Client, cast: Cast) -> None:
    case = came("")
    with viewing_as(SYSTEM):
        add_note(case, text="Look at this.", by=cast.ana.as_actor(), at=MONDAY)

    assert page_of(case, ana).count('class="sender-check') == 1


def test_a_hostile_domain_in_a_reason_is_shown_as_words(ana: Client, cast: Cast) -> None:
    page = page_of(came('dmarc=pass header.from="x<script>alert(1)</script>.evil.example"'), ana)

    assert "<script>alert(1)" not in page
    assert "x&lt;script&gt;alert(1)" in page


def test_marks_cost_no_statement_however_many_messages_there_are(ana: Client, cast: Cast) -> None:
    case = came("")
    with CaptureQueriesContext(
        connection,
    ) as one:
        page_of(case, ana)
    with override_settings(MAIL_TRUSTED_HOPS="mx.grid.example"):
        for number in range(4):
            receive(letter(f"Further {number}", subject=f"Re: {tag(case)}"))
    with CaptureQueriesContext(connection) as five:
        assert page_of(case, ana).count('class="sender-check') == 5

    assert len(five) <= len(one)
