"""A file is had and looked at only through a case one may see, and never when it is harmful."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.test import Client, override_settings

from tests.cast import MONDAY, Cast, viewer_of
from tieline.console.tests.arriving import SCRIPTED, receive
from tieline.desk.actions import add_note, reply, take_mail
from tieline.desk.actions.uploads import add_whole
from tieline.desk.examined import examine_one
from tieline.desk.files import visible_file
from tieline.desk.models import Case, CaseState, Message, MessageKind, Upload
from tieline.identity.models import Role, User
from tieline.kernel import instance
from tieline.kernel.actor import NOBODY
from tieline.mail.actions import keep, sort
from tieline.mail.examining import Examiner
from tieline.mail.models import FileExamination, MailAttachment, Verdict
from tieline.mail.sources import Delivery
from tieline.mail.tests.clam import EICAR, clamd
from tieline.mail.tests.file_shop import pdf
from tieline.search.queries import find

HX = {"HX-Request": "true"}


def mailed(cast: Cast, content: bytes, *, name: str, subject: str = "With a file") -> MailAttachment:
    """A client's mail with this file has become a case."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"{cast.sam.name} <{cast.sam.email}>", "desk@localhost", subject
    mail["Message-ID"] = f"<{abs(hash((subject, name)))}@client.example>"
    mail.set_content("See the file.")
    mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    kept = keep(Delivery(f"test:{subject}", "test", mail.as_bytes()), run=None, at=MONDAY)
    assert kept is not None
    taken = sort(kept, profile=cast.profile, at=MONDAY, raw=mail.as_bytes())
    take_mail(taken, profile=cast.profile)
    return MailAttachment.objects.get(mail=taken)


def said_with_file(case: Case, cast: Cast, *, as_note: bool) -> Message:
    by = cast.ana.as_actor()
    upload = add_whole(case, name="ours.txt", content_type="text/plain", size_bytes=3, parts=[b"abc"], by=by, at=MONDAY)
    if as_note:
        return add_note(case, text="Look", by=by, at=MONDAY, files=[upload.key])
    return reply(case, text="Look", then=CaseState.WAITING, by=by, at=MONDAY, files=[upload.key])


def key_of(message: Message) -> str:
    return message.uploads.get().key.hex


def test_a_file_is_had_through_its_case_and_by_nobody_else(case: Case, cast: Cast) -> None:
    came = mailed(cast, b"abc", name="a.txt")

    assert visible_file(came.file_key, viewer_of(cast.bluestem)) is not None
    assert visible_file(came.file_key, cast.ana.as_actor()) is not None
    assert visible_file(came.file_key, viewer_of(cast.prickly_pear)) is None
    assert visible_file(came.file_key, NOBODY) is None
    for nonsense in ("", "x", "0" * 32, "../../etc/passwd", came.file_key.upper() + "0"):
        assert visible_file(nonsense, cast.ana.as_actor()) is None


def test_clients_have_files_of_what_reached_them_and_none_of_notes(case: Case, cast: Cast) -> None:
    sent, note = said_with_file(case, cast, as_note=False), said_with_file(case, cast, as_note=True)
    sam, ravi = viewer_of(cast.bluestem), cast.ravi.as_actor()

    assert visible_file(key_of(sent), sam) is None  # it has not left yet
    Message.objects.filter(pk=sent.pk).update(is_withheld=False)
    assert visible_file(key_of(sent), sam) is not None
    assert visible_file(key_of(note), sam) is None
    assert visible_file(key_of(note), ravi) is not None
    assert visible_file(key_of(sent), viewer_of(cast.prickly_pear)) is None


def test_a_file_goes_where_its_message_goes(case: Case, cast: Cast) -> None:
    sent = said_with_file(case, cast, as_note=False)
    other = receive(cast, "Another", "Something else.")

    Message.objects.filter(pk=sent.pk).update(case=other, kind=MessageKind.OURS)

    assert visible_file(key_of(sent), cast.ravi.as_actor()) is not None
    assert list(Upload.objects.filter(message__case=other)) == list(sent.uploads.all())


def test_a_preview_is_a_page_and_a_panel_of_our_own_making(ana: Client, cast: Cast) -> None:
    came = mailed(cast, pdf("Operating day", "Second"), name="statement.pdf")

    whole = ana.get(f"/attachments/{came.file_key}/preview?page=2")
    panel = ana.get(f"/attachments/{came.file_key}/preview", headers=HX).content.decode()
    picture = ana.get(f"/attachments/{came.file_key}/pages/2.png")

    assert "Page 2 of 2" in whole.content.decode()
    assert "<html" not in panel
    assert "Page 1 of 2" in panel
    assert picture.content.startswith(b"\x89PNG")
    assert picture["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert (picture["X-Content-Type-Options"], picture["Cache-Control"]) == ("nosniff", "no-store")
    assert ana.get(f"/attachments/{came.file_key}/pages/3.png").status_code == 404


@pytest.mark.parametrize("name", ["evil.html", "evil.svg", "evil.csv", "evil.txt", "evil.eml"])
def test_markup_in_files_stays_words(ana: Client, cast: Cast, name: str) -> None:
    came = mailed(cast, SCRIPTED.encode(), name=name)

    page = ana.get(f"/attachments/{came.file_key}/preview", headers=HX).content.decode()
    saved = ana.get(f"/attachments/{came.file_key}")

    assert "<script" not in page
    assert "onerror=" not in page.replace("&#34;", '"').partition("<pre")[0]
    assert "<iframe" not in page
    assert saved["Content-Type"] in ("application/octet-stream", "text/plain", "text/csv")
    assert saved["Content-Disposition"].startswith("attachment")


def test_a_harmful_file_is_neither_shown_nor_had_but_by_who_may(
    ana: Client, cast: Cast, browser_of: Callable[[str], Client]
) -> None:
    came = mailed(cast, EICAR, name="invoice.pdf")
    case = Case.objects.get(messages__incoming=came.mail)
    with clamd() as daemon, override_settings(CLAMAV=daemon.address):
        waiting = ana.get(f"/attachments/{came.file_key}/preview").content.decode()
        early = ana.get(f"/attachments/{came.file_key}")
        examine_one(Examiner(), MONDAY)
        page = ana.get(f"/cases/{case.number}").content.decode()
        preview = ana.get(f"/attachments/{came.file_key}/preview").content.decode()
        refused = ana.get(f"/attachments/{came.file_key}")
        had = browser_of("lena.fox").get(f"/attachments/{came.file_key}")

    assert "Still being examined" in waiting
    assert early.status_code == 409
    assert "Harmful: Win.Test.EICAR_HDB-1" in page
    assert f"/attachments/{came.file_key}" not in page
    assert "This file is harmful" in preview
    assert "EICAR-STANDARD" not in preview
    assert refused.status_code == 409
    assert (had.status_code, had["Content-Type"]) == (200, "application/octet-stream")
    assert had["Content-Disposition"].endswith('invoice.pdf.harmful"')


def test_what_cannot_be_shown_says_why(ana: Client, cast: Cast) -> None:
    unknown = mailed(cast, b"MZ\x00\x01", name="a.exe")
    lost = mailed(cast, b"abc", name="a.txt", subject="Lost")
    instance.files().remove(lost.file_key)

    assert "No preview for this kind" in ana.get(f"/attachments/{unknown.file_key}/preview").content.decode()
    assert "missing from the store" in ana.get(f"/attachments/{lost.file_key}/preview").content.decode()
    assert ana.get(f"/attachments/{lost.file_key}").status_code == 404


def test_staff_without_rights_find_no_file(ana: Client, cast: Cast, browser_of: Callable[[str], Client]) -> None:
    came = mailed(cast, b"abc", name="a.txt")
    User.objects.filter(pk=cast.mara.pk).update(role=Role.objects.create(key="none", name="None", rights=[]))
    mara = browser_of(cast.mara.username)

    for address in ("", "/preview", "/pages/1.png"):
        assert mara.get(f"/attachments/{came.file_key}{address}").status_code == 404


def test_a_case_is_found_by_the_words_of_its_files(cast: Cast) -> None:
    came = mailed(cast, pdf("Congestion on the Zanzibar constraint"), name="statement.pdf")
    case = Case.objects.get(messages__incoming=came.mail)

    examiner = Examiner()
    while examine_one(examiner, MONDAY):
        pass

    assert FileExamination.objects.get(file_key=came.file_key).verdict == Verdict.UNSCANNED
    found = find("zanzibar", viewer=cast.ana.as_actor())
    assert [one.object_id for one in found] == [str(case.number)]
    assert find("zanzibar", viewer=viewer_of(cast.bluestem)) == []


def test_files_of_earlier_days_are_looked_at_too(cast: Cast) -> None:
    came = mailed(cast, b"old words", name="a.txt")
    FileExamination.objects.all().delete()
    examiner = Examiner()

    done = [examine_one(examiner, MONDAY + timedelta(seconds=second)) for second in range(4)]

    assert done == [1, 1, 0, 0]
    assert FileExamination.objects.get(file_key=came.file_key).text == "old words"
