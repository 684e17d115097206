"""Files in the composer as browsers meet them: in parts, by plain form, as chips, and back again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from tests.cast import Cast
from tieline.desk.models import Case, Upload
from tieline.kernel import instance
from tieline.mail.models import FileExamination, OutgoingMail, Verdict

HX = {"HX-Request": "true"}
PART = "application/offset+octet-stream"


def announced(ana: Client, case: Case, *, name: str = "list.csv", size: int = 6) -> str:
    answer = ana.post(f"/cases/{case.number}/uploads", {"name": name, "size": size, "type": "text/csv"})
    assert answer.status_code == 201, answer.content.decode()
    return str(answer.json()["address"])


def part(ana: Client, address: str, offset: int, content: bytes) -> tuple[int, str]:
    answer = ana.patch(address, content, content_type=PART, headers={"Upload-Offset": str(offset)})
    return answer.status_code, answer.get("Upload-Offset", "")


def keys_in(page: str) -> list[str]:
    return re.findall(r'<input type="hidden" name="files" value="([0-9a-f]{32})">', page)


def chip(ana: Client, case: Case, cast: Cast) -> str:
    address = announced(ana, case)
    assert part(ana, address, 0, b"a,b\n1,") == (204, "6")
    return address.rpartition("/")[2]


def test_a_file_comes_in_parts_and_goes_on_where_the_server_says(ana: Client, case: Case) -> None:
    address = announced(ana, case)

    assert part(ana, address, 0, b"a,b") == (204, "3")
    assert part(ana, address, 0, b"a,b") == (409, "3")
    asked = ana.head(address)
    assert (asked["Upload-Offset"], asked["Upload-Length"]) == ("3", "6")
    assert "Interrupted at 50 %" in ana.get(f"/cases/{case.number}").content.decode()
    assert part(ana, address, 3, b"\n1,") == (204, "6")

    page = ana.get(f"/cases/{case.number}").content.decode()
    assert set(keys_in(page)) == {address.rpartition("/")[2]}
    assert "list.csv" in page
    assert "Interrupted" not in page


def test_a_part_without_a_place_or_too_long_is_refused(ana: Client, case: Case) -> None:
    address = announced(ana, case)

    assert ana.patch(address, b"abc", content_type=PART).status_code == 400
    assert ana.patch(address, b"abc", content_type=PART, headers={"Upload-Offset": "-1"}).status_code == 400
    assert part(ana, address, 0, b"too long for it") == (409, "")
    assert ana.head(address)["Upload-Offset"] == "0"


def test_the_limit_is_told_before_and_kept_by_the_server(ana: Client, case: Case) -> None:
    with override_settings(LARGEST_FILE_MB=1):
        page = ana.get(f"/cases/{case.number}").content.decode()
        refused = ana.post(
            f"/cases/{case.number}/uploads", {"name": "big.bin", "size": 2_000_000}, headers=HX
        ).content.decode()

    assert "Up to 1.0 MB a message" in page or "Up to 1 MB a message" in page
    assert "“big.bin” is too large" in refused
    assert not Upload.objects.exists()


def test_a_plain_form_brings_files_and_takes_them_away(ana: Client, case: Case) -> None:
    files = [SimpleUploadedFile(name, b"abc", "text/plain") for name in ("one.txt", "two.txt")]

    answer = ana.post(f"/cases/{case.number}/uploads", {"file": files})
    page = ana.get(f"/cases/{case.number}").content.decode()
    first = Upload.objects.order_by("pk")[0]
    away = ana.post(f"/cases/{case.number}/uploads/{first.key.hex}", {"_method": "delete"})

    assert (answer.status_code, away.status_code) == (303, 303)
    assert len(set(keys_in(page))) == 2
    left = ana.get(f"/cases/{case.number}").content.decode()
    assert "one.txt" not in left
    assert "two.txt" in left


def test_chips_go_with_the_reply_and_leave_the_composer(ana: Client, case: Case, cast: Cast) -> None:
    key = chip(ana, case, cast)

    sent = ana.post(f"/cases/{case.number}/replies", {"text": "Good morning.", "files": [key]}, headers=HX)
    page = ana.get(f"/cases/{case.number}").content.decode()

    assert sent.status_code == 200, sent.content.decode()
    assert 'id="reply-files" class="chips-row"' in sent.content.decode()
    assert keys_in(page) == []
    assert f"/attachments/{key}" in page
    assert [one.name for one in OutgoingMail.objects.get().attachments.all()] == ["list.csv"]


def test_a_note_takes_its_files(ana: Client, case: Case, cast: Cast) -> None:
    key = chip(ana, case, cast)

    ana.post(f"/cases/{case.number}/notes", {"text": "Look.", "files": [key]})

    assert Upload.objects.get().message is not None
    assert not OutgoingMail.objects.exists()


def test_nobody_elses_upload_is_there(ana: Client, case: Case, cast: Cast, browser_of: Callable[[str], Client]) -> None:
    key = chip(ana, case, cast)
    ravi = browser_of("ravi.menon")

    assert ravi.get(f"/cases/{case.number}/uploads/{key}").status_code == 404
    assert ravi.delete(f"/cases/{case.number}/uploads/{key}").status_code == 404
    assert ravi.get(f"/attachments/{key}").status_code == 404
    assert "list.csv" not in ravi.get(f"/cases/{case.number}").content.decode()
    assert ana.get(f"/attachments/{key}").status_code == 200
    assert ana.get(f"/cases/{case.number}/uploads/nonsense").status_code == 404
    assert ana.get(f"/cases/{case.number}/uploads").status_code == 303


def test_a_harmful_chip_is_shown_red_and_does_not_go_along(ana: Client, case: Case, cast: Cast) -> None:
    key = chip(ana, case, cast)
    FileExamination.objects.filter(file_key=key).update(verdict=Verdict.INFECTED, found="Eicar-Signature")

    page = ana.get(f"/cases/{case.number}").content.decode()
    sent = ana.post(f"/cases/{case.number}/replies", {"text": "Good morning.", "files": [key]})

    assert "Harmful: Eicar-Signature" in page
    assert keys_in(page) == []
    assert sent.status_code == 409
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("key", ["x", "0" * 31, "'; drop", "0" * 32])
def test_a_form_with_unknown_files_sends_nothing(ana: Client, case: Case, key: str) -> None:
    answer = ana.post(f"/cases/{case.number}/replies", {"text": "Good morning.", "files": [key]})

    assert answer.status_code == 409
    assert not OutgoingMail.objects.exists()


def test_markup_in_a_name_stays_words(ana: Client, case: Case) -> None:
    address = announced(ana, case, name='"><img src=x onerror=alert(1)>.csv')
    part(ana, address, 0, b"a,b\n1,")

    page = ana.get(f"/cases/{case.number}").content.decode()

    assert "<img src=x" not in page
    assert instance.files().get(address.rpartition("/")[2]) == b"a,b\n1,"


def test_a_file_for_a_note_goes_with_no_reply(ana: Client, case: Case) -> None:
    addresses = {}
    for mode in ("note", "all", ""):
        said = {"name": f"{mode}.csv", "size": 6, "type": "text/csv", "mode": mode}
        address = ana.post(f"/cases/{case.number}/uploads", said).json()["address"]
        part(ana, address, 0, b"a,b\n1,")
        addresses[mode] = address.rpartition("/")[2]
    plain = [SimpleUploadedFile("plain.txt", b"abc", "text/plain")]
    ana.post(f"/cases/{case.number}/uploads", {"file": plain, "mode": "note"})

    page = ana.get(f"/cases/{case.number}").content.decode()
    reply, note = page[page.index('id="reply-files"') :].split('id="note-files"')

    assert set(keys_in(reply)) == {addresses["all"], addresses[""]}
    assert set(keys_in(note)) == {addresses["note"], Upload.objects.get(name="plain.txt").key.hex}
