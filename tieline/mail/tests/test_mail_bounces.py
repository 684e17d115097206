"""Which message of ours a delivery report is about."""

import pytest

from tieline.mail.bounce import returned
from tieline.mail.parse import parse

REPORT = """\
From: MAILER-DAEMON@mx.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <report@mx.example>
Content-Type: multipart/report; report-type=delivery-status; boundary=e

--e

Your message could not be delivered to other@nowhere.example.
--e
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; Rita@Windfarm.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such
 user here

Final-Recipient: rfc822; fine@windfarm.example
Action: delivered
Status: 2.0.0
--e
Content-Type: {original}

From: desk@operator.example
Message-ID: <ours@operator.example>
Subject: statement

x
--e--
"""


@pytest.mark.parametrize("original", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_names_our_message_and_whom_it_failed_for(original: str) -> None:
    raw = REPORT.format(action="failed", status="5.1.1", original=original).encode()

    bounce = returned(parse(raw), raw)

    assert bounce.message_ids == ("<ours@operator.example>",)
    assert [(one.address, one.status) for one in bounce.recipients] == [("rita@windfarm.example", "5.1.1")]
    assert bounce.is_permanent
    assert bounce.reason == "rita@windfarm.example: 5.1.1 smtp; 550 5.1.1 no such user here"


def test_a_delay_is_not_permanent() -> None:
    raw = REPORT.format(action="delayed", status="4.4.1", original="message/rfc822").encode()

    assert not returned(parse(raw), raw).is_permanent


def test_failed_recipients_in_a_header() -> None:
    raw = b"From: mailer-daemon@mx.example\nX-Failed-Recipients: a@b.example, c@d.example\n\nx"

    bounce = returned(parse(raw), raw)

    assert [one.address for one in bounce.recipients] == ["a@b.example", "c@d.example"]


def test_a_report_in_plain_words() -> None:
    raw = b"""\
From: postmaster@mx.example

I could not deliver your message to:

<a@b.example>:
550 5.1.1 unknown

--- Below this line is a copy of the message.

Message-ID: <ours@operator.example>
From: desk@operator.example
"""

    bounce = returned(parse(raw), raw)

    assert bounce.message_ids == ("<ours@operator.example>",)
    assert [one.address for one in bounce.recipients] == ["a@b.example"]


def test_a_report_that_says_nothing_has_a_sentence() -> None:
    raw = b"From: postmaster@mx.example\n\nSomething went wrong."

    assert returned(parse(raw), raw).reason == "The message came back; the report names no address."
