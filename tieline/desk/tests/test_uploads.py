"""Files are brought up in parts, go out with a reply, come back with it, and belong to who brought them."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.test import override_settings

from tests.cast import MONDAY, Cast, viewer_of
from tests.servers import smtp_server
from tieline.console.tests.arriving import receive
from tieline.desk.actions import add_note, reply, send_later, take_back_reply
from tieline.desk.actions.threads import start_thread, write_in_thread
from tieline.desk.actions.uploads import (
    EmptyFile,
    HarmfulUpload,
    NoSuchUpload,
    OnlyForNotes,
    TooMuch,
    WrongPlace,
    add_whole,
    clear_uploads,
    discard_upload,
    partial_files,
    start_upload,
    take_part,
)
from tieline.desk.files import files_of, visible_file, with_files
from tieline.desk.models import Case, CaseState, Message, ThreadKind, Upload, UploadKind
from tieline.identity.permissions import NotAllowed
from tieline.kernel import instance
from tieline.kernel.actor import NOBODY
from tieline.kernel.viewing import viewing_as
from tieline.mail.models import FileExamination, OutgoingAttachment, OutgoingMail, Verdict
from tieline.mail.parse import parse
from tieline.mail.sending import send_waiting
from tieline.mail.transport import Security, Server


@pytest.fixture
def case(cast: Cast) -> Case:
    """An inquiry of Bluestem's."""
    return receive(cast, "Settlement statement differs", "Which window applies?")


PDF = b"%PDF-1.4\n" + bytes(range(256)) * 40


def brought(
    case: Case, cast: Cast, *, name: str = "statement.pdf", content: bytes = PDF, kind: UploadKind = UploadKind.REPLY
) -> Upload:
    return add_whole(
        case, name=name, content_type="application/pdf", size_bytes=len(content), parts=[content[:100], content[100:]],
        by=cast.ana.as_actor(), at=MONDAY, kind=kind,
    )  # fmt: skip


def answered(case: Case, cast: Cast, *uploads: Upload, hold: timedelta = timedelta(0)) -> Message:
    return reply(
        case, text="See the statement.", then=CaseState.WAITING, by=cast.ana.as_actor(), at=MONDAY, hold=hold,
        files=[upload.key for upload in uploads],
    )  # fmt: skip


def test_an_interrupted_file_goes_on_where_it_stopped_and_is_whole_to_the_byte(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    upload = start_upload(case, name="a.bin", content_type="", size_bytes=10, by=by, at=MONDAY)
    take_part(upload, offset=0, content=b"01234", by=by, at=MONDAY)

    with pytest.raises(WrongPlace) as wrong:
        take_part(upload, offset=3, content=b"xx", by=by, at=MONDAY)
    whole = take_part(upload, offset=wrong.value.received_bytes, content=b"56789", by=by, at=MONDAY)

    assert instance.files().get(whole.file_key) == b"0123456789"
    assert whole.file_key == whole.key.hex
    assert FileExamination.objects.get(file_key=whole.file_key).verdict == Verdict.WAITING


def test_a_part_written_but_not_recorded_is_written_over(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    upload = start_upload(case, name="a.bin", content_type="", size_bytes=6, by=by, at=MONDAY)
    take_part(upload, offset=0, content=b"abc", by=by, at=MONDAY)
    partial_files().write(upload.key.hex, b"XYZ", offset=3)  # the process died before its row was kept
    partial_files().finish(upload.key.hex)

    whole = take_part(upload, offset=3, content=b"def", by=by, at=MONDAY)

    assert instance.files().get(whole.file_key) == b"abcdef"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        (".htaccess", "htaccess"),
        ("\u200b.htaccess", "htaccess"),
        ("in\u202evoice\u200bfdp.exe", "invoicefdp.exe"),
        ("a\r\nb: c.txt", "ab_ c.txt"),
        ("\uff0e\uff0e\uff0fx", "x"),
        ("\x00\u200b", "file"),
    ],
)
def test_a_name_is_a_label_and_nothing_else(case: Case, cast: Cast, name: str, label: str) -> None:
    upload = brought(case, cast, name=name)

    assert upload.name == label
    place = instance.files().place(upload.file_key)
    assert place.name == upload.key.hex
    assert place.stat().st_mode & 0o077 == 0


def test_what_is_empty_or_too_large_is_refused_in_words(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    with override_settings(LARGEST_FILE_MB=1):
        start_upload(case, name="half.bin", content_type="", size_bytes=600_000, by=by, at=MONDAY)
        with pytest.raises(TooMuch, match=r"“more.bin” is too large: .* 1 MB together, 0.4 MB are left"):
            start_upload(case, name="more.bin", content_type="", size_bytes=600_000, by=by, at=MONDAY)
    with pytest.raises(EmptyFile):
        start_upload(case, name="none.bin", content_type="", size_bytes=0, by=by, at=MONDAY)
    upload = start_upload(case, name="two.bin", content_type="", size_bytes=2, by=by, at=MONDAY)
    with pytest.raises(TooMuch):
        take_part(upload, offset=0, content=b"three", by=by, at=MONDAY)


def test_a_file_belongs_to_who_brought_it_and_to_its_case(case: Case, cast: Cast) -> None:
    upload = brought(case, cast)
    ravi = cast.ravi.as_actor()

    with pytest.raises(NoSuchUpload):
        discard_upload(upload, by=ravi, at=MONDAY)
    with pytest.raises(NoSuchUpload):
        reply(case, text="x", then=CaseState.OPEN, by=ravi, at=MONDAY, files=[upload.key])
    with pytest.raises(NoSuchUpload):
        answered(case, cast, Upload(key=uuid4()))
    with pytest.raises(NotAllowed):
        start_upload(case, name="x", content_type="", size_bytes=1, by=NOBODY, at=MONDAY)
    assert visible_file(upload.file_key, ravi) is None
    assert visible_file(upload.file_key, cast.ana.as_actor()) is not None


def test_files_reach_the_client_to_the_byte_with_their_names(case: Case, cast: Cast) -> None:
    names = ["Abrechnung Müller – Größe.pdf", 'quo"te;.pdf', "見積書.pdf"]
    files = [brought(case, cast, name=name, content=PDF + name.encode()) for name in names]
    message = answered(case, cast, *files)

    with smtp_server() as inbox:
        server = Server(host="127.0.0.1", port=inbox.port, security=Security.NONE, connection_seconds=5)
        assert send_waiting(server, sender_name="Desk", at=MONDAY) == 1
        received = parse(inbox.contents[0])

    assert [file.name for file in received.attachments] == [file.name for file in files]
    assert [file.payload for file in received.attachments] == [PDF + name.encode() for name in names]
    assert "See the statement." in received.text
    assert b"filename*=utf-8''" in inbox.contents[0].lower()
    assert [file.name for file in files_of(with_files(case.messages.all()).get(pk=message.pk))] == [
        file.name for file in files
    ]


def test_a_reply_taken_back_gives_its_files_back(case: Case, cast: Cast) -> None:
    upload = brought(case, cast)
    message = answered(case, cast, upload, hold=timedelta(seconds=10))
    with pytest.raises(NoSuchUpload):
        answered(case, cast, upload)

    take_back_reply(message, by=cast.ana.as_actor(), at=MONDAY)

    upload.refresh_from_db()
    assert upload.message is None
    assert not OutgoingAttachment.objects.exists()
    assert answered(case, cast, upload).uploads.get() == upload


def test_a_note_carries_files_that_nobody_sends(case: Case, cast: Cast) -> None:
    upload = brought(case, cast, kind=UploadKind.NOTE)

    note = add_note(case, text="Look", by=cast.ana.as_actor(), at=MONDAY,
                    files=[upload.key])  # fmt: skip

    assert note.uploads.get() == upload
    assert not OutgoingMail.objects.exists()


def test_a_file_for_a_note_leaves_with_no_letter_whatever_a_form_says(case: Case, cast: Cast) -> None:
    ana = cast.ana.as_actor()
    for_note = brought(case, cast, kind=UploadKind.NOTE)
    thread = start_thread(
        case, kind=ThreadKind.OUTSIDE, people=["maker@elsewhere.example"], subject="Meter", text="Is it so?",
        profile=cast.profile, by=ana, at=MONDAY,
    ).thread  # fmt: skip
    assert thread is not None
    soon = MONDAY + timedelta(hours=1)

    def letter_with(key: UUID) -> None:
        write_in_thread(case, thread, text="See it.", files=[key], profile=cast.profile, by=ana, at=MONDAY)

    for act in (
        lambda: answered(case, cast, for_note),
        lambda: letter_with(for_note.key),
        lambda: send_later(
            case, text="Later", then=CaseState.OPEN, send_at=soon, files=[for_note.key], by=ana, at=MONDAY
        ),
    ):
        with pytest.raises(OnlyForNotes, match="was brought up for a note"):
            act()

    assert not OutgoingAttachment.objects.exists()
    assert not Upload.objects.exclude(message=None).exists()


def test_who_may_only_write_notes_brings_files_for_notes_only(case: Case, cast: Cast) -> None:
    announced = partial(start_upload, case, name="a.csv", content_type="", size_bytes=3, at=MONDAY)

    announced(by=cast.mara.as_actor(), kind=UploadKind.NOTE)

    with pytest.raises(NotAllowed):
        announced(by=cast.mara.as_actor(), kind=UploadKind.REPLY)


def test_a_participant_never_gets_a_file_of_a_note(case: Case, cast: Cast) -> None:
    upload = brought(case, cast, kind=UploadKind.NOTE)
    add_note(case, text="Look", by=cast.ana.as_actor(), at=MONDAY, files=[upload.key])

    with viewing_as(viewer_of(cast.bluestem)):
        assert visible_file(upload.key.hex, viewer_of(cast.bluestem)) is None
        assert not Upload.objects.exists()


def test_a_harmful_file_is_not_sent_whenever_it_is_found_out(case: Case, cast: Cast) -> None:
    early, late = brought(case, cast, name="early.pdf"), brought(case, cast, name="late.pdf")
    FileExamination.objects.filter(file_key=early.file_key).update(verdict=Verdict.INFECTED, found="Eicar")

    with pytest.raises(HarmfulUpload, match=r"“early\.pdf” is harmful"):
        answered(case, cast, early)
    answered(case, cast, late)
    FileExamination.objects.filter(file_key=late.file_key).update(verdict=Verdict.INFECTED, found="Eicar")
    with smtp_server() as inbox:
        server = Server(host="127.0.0.1", port=inbox.port, security=Security.NONE, connection_seconds=5)
        assert send_waiting(server, sender_name="Desk", at=MONDAY) == 0
        assert inbox.received == []
    outgoing = OutgoingMail.objects.get()
    assert outgoing.state == "failed"
    assert "late.pdf" in outgoing.problem


def test_what_was_taken_away_or_given_up_is_forgotten_and_the_rest_stays(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    gone, kept, sent = (brought(case, cast, name=f"{name}.pdf") for name in ("gone", "kept", "sent"))
    broken = start_upload(case, name="broken", content_type="", size_bytes=9, by=by, at=MONDAY - timedelta(days=8))
    take_part(broken, offset=0, content=b"abc", by=by, at=MONDAY)
    discard_upload(gone, by=by, at=MONDAY)
    answered(case, cast, sent)

    assert clear_uploads(MONDAY) == 2
    assert clear_uploads(MONDAY) == 0

    assert set(Upload.objects.values_list("name", flat=True)) == {"kept.pdf", "sent.pdf"}
    assert instance.files().get(kept.file_key) == PDF
    with pytest.raises(FileNotFoundError):
        instance.files().get(gone.key.hex)
