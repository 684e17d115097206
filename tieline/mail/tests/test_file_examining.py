"""Every file is looked at once, whatever is wrong with it or with the scanner; the next one never waits for it."""

from __future__ import annotations

import socket
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cast import MONDAY
from tests.servers import free_port
from tieline.kernel import instance
from tieline.mail.clamav import Found, Scan, ScanFailed, Scanner, ScannerAway
from tieline.mail.examining import Examiner, FileLabel, to_be_examined
from tieline.mail.models import FileExamination, Verdict
from tieline.mail.tests.clam import EICAR, clamd
from tieline.mail.tests.file_shop import pdf


def label_of(key: str) -> FileLabel:
    return FileLabel("a.txt", "text/plain")


def kept(content: bytes) -> FileExamination:
    key = instance.files().put(content)
    to_be_examined([key])
    to_be_examined([key])
    return FileExamination.objects.get(file_key=key)


def looked_at(examiner: Examiner, scanner: Scanner | None, *, minutes: int = 0) -> FileExamination | None:
    return examiner.examine_next(scanner=scanner, label_of=label_of, at=MONDAY + timedelta(minutes=minutes))


def test_the_scanner_is_asked_in_its_own_words() -> None:
    with clamd() as daemon:
        large = b"x" * 200_000

        assert Scanner(daemon.address).scan(large) == Scan(Found.NOTHING)
        assert Scanner(daemon.address).scan(EICAR) == Scan(Found.HARM, "Win.Test.EICAR_HDB-1")
        assert daemon.took == [large, EICAR]


def test_a_scanner_on_a_unix_socket_is_asked_too(tmp_path: Path) -> None:
    path = str(tmp_path / "clamd")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()

        def answer() -> None:
            line, _ = server.accept()
            with line:
                while b"\0\0\0\0" not in line.recv(4096):
                    pass
                line.sendall(b"stream: OK\0")

        threading.Thread(target=answer, daemon=True).start()
        assert Scanner(path).scan(b"abc") == Scan(Found.NOTHING)


@pytest.mark.parametrize(
    ("answer", "said"),
    [(b"", "no answer"), (b"\xff\xfe nonsense\0", "not understood"), (b"UNKNOWN COMMAND\0", "not understood"),
     (b"stream: Can't allocate memory ERROR\0", "not understood")],
)  # fmt: skip
def test_a_broken_answer_is_no_verdict(answer: bytes, said: str) -> None:
    with clamd() as daemon:
        daemon.answer = answer
        with pytest.raises(ScanFailed, match=said):
            Scanner(daemon.address).scan(b"abc")


def test_a_silent_an_overfed_and_an_absent_scanner_are_told_apart() -> None:
    with clamd() as daemon:
        daemon.silent_seconds = 0.5
        with pytest.raises(ScanFailed, match="in time"):
            Scanner(daemon.address, answer_seconds=0.05).scan(b"abc")
        daemon.silent_seconds, daemon.stops_after = 0.0, 10
        with pytest.raises(ScanFailed, match="larger than"):
            Scanner(daemon.address).scan(b"x" * 100)
    with pytest.raises(ScannerAway):
        Scanner(f"127.0.0.1:{free_port()}").scan(b"abc")
    with pytest.raises(ScannerAway):
        Scanner("/nowhere/clamd").scan(b"abc")


def test_clean_and_harmful_files_are_told_apart_and_harm_has_no_words(db: None) -> None:
    clean, harmful = kept(b"plain words"), kept(EICAR)
    examiner = Examiner()
    with clamd() as daemon:
        scanner = Scanner(daemon.address)
        assert looked_at(examiner, scanner)
        assert looked_at(examiner, scanner)
        assert looked_at(examiner, scanner) is None

    clean.refresh_from_db()
    harmful.refresh_from_db()
    assert (clean.verdict, clean.text, clean.examined_at) == (Verdict.CLEAN, "plain words", MONDAY)
    assert (harmful.verdict, harmful.found, harmful.text) == (Verdict.INFECTED, "Win.Test.EICAR_HDB-1", "")


def test_without_a_scanner_words_are_read_and_the_reason_is_kept(db: None) -> None:
    file = kept(pdf("Operating day"))

    looked_at(Examiner(), None)

    file.refresh_from_db()
    assert (file.verdict, file.found) == (Verdict.UNSCANNED, "no scanner is set up")
    assert "Operating day" in file.text


def test_a_scanner_that_is_away_is_waited_for_and_everything_else_goes_on(db: None) -> None:
    first, second = kept(b"one"), kept(b"two")
    examiner, away = Examiner(), Scanner(f"127.0.0.1:{free_port()}")

    assert looked_at(examiner, away)
    assert looked_at(examiner, away)
    assert looked_at(examiner, away) is None
    for file, text in ((first, "one"), (second, "two")):
        file.refresh_from_db()
        assert (file.verdict, file.text, file.examined_at) == (Verdict.UNSCANNED, text, None)
        assert "asked again" in file.found

    with clamd() as daemon:
        back = Scanner(daemon.address)
        assert looked_at(examiner, back, minutes=2)
        assert looked_at(examiner, back, minutes=2)
        assert looked_at(examiner, back, minutes=2) is None
        assert looked_at(examiner, back, minutes=2) is None
    first.refresh_from_db()
    assert (first.verdict, first.text) == (Verdict.CLEAN, "one")


def test_a_file_the_scanner_fails_at_is_tried_three_times_and_blocks_nobody(db: None) -> None:
    poison = kept(b"poison")
    examiner = Examiner()
    with clamd() as daemon:
        scanner = Scanner(daemon.address)
        daemon.answer = b"nonsense\0"
        looked_at(examiner, scanner)
        poison.refresh_from_db()
        assert (poison.examined_at, poison.found[:10]) == (None, "try 1 of 3")
        other = kept(b"other")
        daemon.answer = None
        looked_at(examiner, scanner, minutes=2)
        other.refresh_from_db()
        assert other.verdict == Verdict.CLEAN
        daemon.answer = b"nonsense\0"
        for minutes in (4, 6, 8, 10, 12):
            looked_at(examiner, scanner, minutes=minutes)
    poison.refresh_from_db()
    assert poison.verdict == Verdict.UNSCANNED
    assert poison.examined_at is not None
    assert poison.found == "the scanner's answer was not understood"
    assert len(daemon.took) == 4


def test_a_file_that_cannot_be_read_or_is_gone_says_so(db: None) -> None:
    broken, gone = kept(b"%PDF-1.7 broken"), kept(b"x")
    instance.files().remove(gone.file_key)
    examiner = Examiner()

    looked_at(examiner, None)
    looked_at(examiner, None)

    broken.refresh_from_db()
    gone.refresh_from_db()
    assert "damaged" in broken.text_problem
    assert gone.found == "the file is missing from the store"
    assert gone.examined_at == MONDAY
