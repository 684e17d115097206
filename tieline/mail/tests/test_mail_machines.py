"""Machine or person: each rule beside the human letter that looks like it."""

import pytest

from tieline.mail.machine import MachineKind, may_be_answered_automatically, recognise
from tieline.mail.parse import parse


def kind_of(*headers: str, body: str = "Hello.") -> MachineKind | None:
    found = recognise(parse("\n".join(("From: Rita <rita@windfarm.example>", *headers, "", body)).encode()))
    return found.kind if found else None


REPORT = "--e\nContent-Type: message/{0}\n\nFinal-Recipient: rfc822; a@b.example\n\n--e--"


@pytest.mark.parametrize(
    ("report", "kind"),
    [
        ("delivery-status", MachineKind.BOUNCE),
        ("disposition-notification", MachineKind.RECEIPT),
        ("feedback-report", MachineKind.FEEDBACK),
    ],
)
def test_reports_are_told_by_their_type(report: str, kind: MachineKind) -> None:
    content_type = f"Content-Type: multipart/report; report-type={report}; boundary=e"

    assert kind_of(content_type, body=REPORT.format(report)) is kind


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Auto-Submitted: auto-replied", MachineKind.AUTO_REPLY),
        ("Auto-Submitted: auto-generated; x=y", MachineKind.AUTO_REPLY),
        ("Auto-Submitted: no", None),
        ("Return-Path: <>", MachineKind.BOUNCE),
        ("Return-Path: <rita@windfarm.example>", None),
        ("X-Autoreply: yes", MachineKind.AUTO_REPLY),
        ("X-Failed-Recipients: a@b.example", MachineKind.BOUNCE),
        ("Precedence: auto_reply", MachineKind.AUTO_REPLY),
        ("Precedence: bulk", MachineKind.LIST),
        ("Precedence: first-class", None),
        ("List-Id: <market.example>", MachineKind.LIST),
        ("X-Auto-Response-Suppress: All", None),
    ],
)
def test_headers_tell(header: str, kind: MachineKind | None) -> None:
    assert kind_of(header) is kind


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("Automatic reply: statement", MachineKind.AUTO_REPLY),
        ("Réponse automatique : statement", MachineKind.AUTO_REPLY),
        ("Out of Office: statement", MachineKind.AUTO_REPLY),
        ("Out of Office AutoReply: statement", MachineKind.AUTO_REPLY),
        ("Out of the office", None),
        ("Out of office on Friday, please settle before", None),
        ("Automatic generation control: question", None),
        ("Undeliverable: statement", MachineKind.BOUNCE),
        ("Mail delivery failed: returning message to sender", MachineKind.BOUNCE),
        ("Fwd: Returned mail: see transcript", None),
        ("RE: Delivery failure of our meter readings", None),
        ("Question about the failure of our meter", None),
    ],
)
def test_subjects_tell_only_when_they_are_unmistakable(subject: str, kind: MachineKind | None) -> None:
    assert kind_of(f"Subject: {subject}") is kind


def test_an_absence_note_that_answers_a_message_is_an_auto_reply() -> None:
    assert kind_of("Subject: Out of the office", "In-Reply-To: <one@operator.example>") is MachineKind.AUTO_REPLY


def test_a_postmaster_is_a_machine() -> None:
    assert recognise(parse(b"From: MAILER-DAEMON@mx.example\nSubject: hi\n\nx")) is not None
    assert recognise(parse(b"From: Mail Delivery Subsystem\nSubject: hi\n\nx")) is not None
    assert recognise(parse(b"From: Bo Postmaster <bo@windfarm.example>\nSubject: hi\n\nx")) is None


@pytest.mark.parametrize("header", ["X-Auto-Response-Suppress: OOF, AutoReply", "Return-Path: <>", "List-Id: <a.b>"])
def test_who_asks_for_silence_gets_it(header: str) -> None:
    head = "From: a@b.example\n"

    assert not may_be_answered_automatically(parse(f"{head}{header}\n\nx".encode()))
    assert may_be_answered_automatically(parse(f"{head}Subject: question\n\nx".encode()))
    assert not may_be_answered_automatically(parse(b"Subject: nobody wrote this\n\nx"))
