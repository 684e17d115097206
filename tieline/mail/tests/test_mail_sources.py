"""Messages in files and folders: found, counted, keyed the same on every run."""

import gzip
from contextlib import suppress
from pathlib import Path

import pytest

from tieline.mail.sources import BrokenSource, NoSuchSource, Skipped, deliveries

ONE = b"From: a@b.example\nSubject: one\n\nFirst.\n"
TWO = b"From: c@d.example\nSubject: two\n\nFrom here on:\n\nFrom now\n"
STAMP = b"From someone Mon Nov  2 09:15:00 2026\n"
MBOX = STAMP + ONE + b"\n" + STAMP + TWO + b"\n" + STAMP + ONE


def test_an_mbox_is_split_at_its_envelope_lines_only(tmp_path: Path) -> None:
    path = tmp_path / "market.mbox"
    path.write_bytes(MBOX)

    found = list(deliveries(path))

    assert [one.raw for one in found] == [ONE, TWO, ONE]
    assert [one.source for one in found] == ["market.mbox#1", "market.mbox#2", "market.mbox#3"]


def test_keys_name_the_bytes_and_count_copies(tmp_path: Path) -> None:
    packed, plain = tmp_path / "a.mbox.gz", tmp_path / "b.mbox"
    packed.write_bytes(gzip.compress(MBOX))
    plain.write_bytes(MBOX)

    keys = [one.key for one in deliveries(packed)]

    assert keys == [one.key for one in deliveries(plain)]
    assert len(set(keys)) == 3
    assert keys[0].removesuffix(":0") == keys[2].removesuffix(":1")


def test_a_broken_archive_delivers_what_is_whole_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "market.mbox.gz"
    noise = b"".join(STAMP + ONE + bytes(str(number), "ascii") + b"\n\n" for number in range(5_000))
    path.write_bytes(gzip.compress(noise)[:-200])

    with pytest.raises(BrokenSource, match=r"'market.mbox.gz' is damaged or ends in the middle: \d+ whole messages"):
        list(deliveries(path))

    whole = _until_broken(path)
    assert whole and all(raw.startswith(b"From: a@b.example") for raw in whole)


def _until_broken(path: Path) -> list[bytes]:
    taken: list[bytes] = []
    with suppress(BrokenSource):
        for delivery in deliveries(path):
            taken.append(delivery.raw)
    return taken


def test_a_maildir_gives_new_and_current_but_not_unfinished_mail(tmp_path: Path) -> None:
    for folder in ("cur", "new", "tmp"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"1.{folder}.host:2,S").write_bytes(ONE + folder.encode())

    assert [one.source for one in deliveries(tmp_path)] == ["cur/1.cur.host:2,S", "new/1.new.host:2,S"]


def test_a_folder_gives_mail_and_reports_the_rest(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.eml").write_bytes(ONE)
    (tmp_path / "b.txt").write_bytes(TWO)
    (tmp_path / "c").write_bytes(MBOX)
    (tmp_path / "email.07").write_bytes(ONE)
    (tmp_path / "notes.txt").write_bytes(b"Remember the milk\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "link.eml").symlink_to(tmp_path / "b.txt")
    skipped: list[Skipped] = []

    sources = [one.source for one in deliveries(tmp_path, report=skipped.append)]

    assert sources == ["b.txt", "c#1", "c#2", "c#3", "deep/a.eml", "email.07"]
    assert [one.source for one in skipped] == ["notes.txt", "picture.png"]


def test_a_single_file_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "letter"
    path.write_bytes(b"not really mail")

    (delivery,) = deliveries(path)

    assert delivery.raw == b"not really mail"


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoSuchSource, match="There is no file or directory"):
        list(deliveries(tmp_path / "nowhere"))
