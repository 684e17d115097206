"""Mail that is broken, hostile or too much: refused with a sentence or set aside, and nothing lost."""

from __future__ import annotations

import errno
import gzip
import json
import os
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.letters import letter, receive
from tieline.kernel import instance
from tieline.kernel.actor import SYSTEM
from tieline.kernel.files import FileStore, NoRoomForFile
from tieline.kernel.profile import current_profile
from tieline.kernel.refusal import Refusal
from tieline.kernel.viewing import viewing_as
from tieline.mail.ingesting import Line, ingest
from tieline.mail.models import IncomingMail, Outcome
from tieline.mail.sources import BrokenSource, NoSuchSource

ROOT = Path(__file__).parents[2]
STAMP = b"From someone Mon Nov 16 09:15:00 2026\n"


def ledger(path: Path) -> list[Line]:
    """What became of everything under the path."""
    return list(ingest(path, profile=current_profile(), skipped=lambda *_: None))


def until_refused(path: Path) -> tuple[list[Line], Refusal]:
    lines: list[Line] = []
    try:
        for line in ingest(path, profile=current_profile(), skipped=lambda *_: None):
            lines.append(line)
    except Refusal as refusal:
        return lines, refusal
    raise AssertionError("nothing was refused")


def outcomes(lines: list[Line]) -> list[str]:
    return [line.outcome for line in lines]


def mbox(*letters: bytes) -> bytes:
    return b"".join(STAMP + one.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n\n" for one in letters)


def with_file(payload: bytes, *, text: str = "See the file.") -> bytes:
    import base64

    body = (
        f"--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--b\r\nContent-Type: application/octet-stream\r\n"
        "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=meter.bin\r\n\r\n"
        f"{base64.encodebytes(payload).decode()}\r\n--b--"
    )
    return letter(body, mime_version="1.0", content_type="multipart/mixed; boundary=b")


def nested(levels: int) -> bytes:
    head = "\r\n".join(f"Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}" for level in range(levels))
    return b"From: a@b.example\r\nSubject: deep\r\nMIME-Version: 1.0\r\n" + head.encode() + b"\r\n\r\nx\r\n"


SINGLE: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "quarantine", "The message is empty."),
    "blank": (b"\n\n \n", "quarantine", "The message is empty."),
    "binary": (bytes(range(256)) * 40, "quarantine", ""),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(500), "quarantine", ""),
    "deep": (nested(200), "quarantine", "nests more than"),
    "truncated": (with_file(os.urandom(3000))[:900], "case", "a new inquiry"),
    "head only": (b"From: a@b.example\r\nSubject: x", "case", "a new inquiry"),
    "no from": (letter(sender=""), "case", "a new inquiry"),
    "odd from": (letter(sender="<<>>@@ , ;"), "case", "a new inquiry"),
    "nul bytes": (letter("a\x00b", subject="s\x00t", sender="x\x00y <a@b.example>"), "case", "a new inquiry"),
    "unknown charset": (
        letter("Gr\xfc\xdfe", content_type="text/plain; charset=klingon-8"), "case", "a new inquiry",
    ),
    "wrong charset": (letter(content_type="text/plain; charset=utf-8") + b"\xff\xfe\xc3", "case", "a new inquiry"),
    "broken base64": (
        letter("!!!not=base64===", content_transfer_encoding="base64"), "case", "a new inquiry",
    ),
    "lone surrogate": (letter(subject="=?utf-7?q?+2AA-?="), "case", "a new inquiry"),
    "endless subject": (letter(subject="x" * 100_000), "case", "a new inquiry"),
    "thousand recipients": (letter(cc=", ".join(f"p{n}@c.example" for n in range(3000))), "case", "a new inquiry"),
}  # fmt: skip


@pytest.mark.parametrize("name", SINGLE)
def test_every_odd_message_has_one_outcome_with_a_reason(name: str, db: None, tmp_path: Path) -> None:
    raw, outcome, words = SINGLE[name]
    path = tmp_path / "one.eml"
    path.write_bytes(raw)

    (line,) = ledger(path)

    assert (line.outcome, words in line.reason) == (outcome, True), line
    assert line.reason
    mail = IncomingMail.objects.get()
    assert instance.files().get(mail.file_key) == raw


def test_all_of_them_in_one_mailbox_have_one_outcome_each(db: None, tmp_path: Path) -> None:
    path = tmp_path / "odd.mbox"
    path.write_bytes(mbox(*(raw for raw, _, _ in SINGLE.values())))

    lines = ledger(path)

    assert len(lines) == len({line.source for line in lines}) == IncomingMail.objects.count() == len(SINGLE)
    assert not IncomingMail.objects.filter(outcome="").exists()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.binary(max_size=400),
    st.sampled_from(
        [b"", b"From: a@b.example\n", b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"]
    ),
    st.sampled_from([b"", b"\nContent-Type: text/html; charset=", b"\nSubject: =?utf-8?b?", b"\nReferences: <"]),
)
def test_whatever_bytes_come_they_are_taken_or_set_aside(db: None, noise: bytes, head: bytes, middle: bytes) -> None:
    mail = receive(head + middle + noise)

    assert mail.outcome in Outcome.values
    assert mail.reason


@pytest.mark.parametrize("kind", ["missing", "pipe"])
def test_what_is_no_file_is_refused(kind: str, db: None, tmp_path: Path) -> None:
    path = tmp_path / "thing"
    if kind == "pipe":
        os.mkfifo(path)

    lines, refusal = until_refused(path)

    assert (lines, type(refusal)) == ([], NoSuchSource)


def test_an_archive_that_ends_in_the_middle_gives_what_is_whole_and_says_so(db: None, tmp_path: Path) -> None:
    path = tmp_path / "market.mbox.gz"
    whole = gzip.compress(mbox(*(letter(os.urandom(300).hex(), subject=f"n {n}") for n in range(100))))
    path.write_bytes(whole[: len(whole) // 2])

    lines, refusal = until_refused(path)

    assert isinstance(refusal, BrokenSource)
    assert "ends in the middle" in str(refusal)
    assert len(lines) > 20
    assert str(len(lines)) in str(refusal)
    path.write_bytes(whole)
    again = ledger(path)
    assert outcomes(again) == ["case"] * 100
    assert [line.case for line in again[: len(lines)]] == [line.case for line in lines]


def refusing_store(after: int) -> Callable[[FileStore, bytes], str]:
    stored, put = [], FileStore.put

    def refuse(self: FileStore, content: bytes) -> str:
        stored.append(len(content))
        if len(stored) > after:
            raise NoRoomForFile(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
        return put(self, content)

    return refuse


@pytest.mark.parametrize("after", [0, 1, 60, 115])
def test_a_full_disk_stops_with_a_sentence_and_the_rest_is_read_later(
    after: int, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "files.mbox"
    path.write_bytes(mbox(*(with_file(os.urandom(50), text=f"File {n}") for n in range(60))))
    with monkeypatch.context() as full:
        full.setattr(FileStore, "put", refusing_store(after))
        lines, refusal = until_refused(path)

    assert "No space left on device" in str(refusal)
    again = ledger(path)
    assert outcomes(again) == ["case"] * 60
    assert again[: len(lines)] == lines
    mails = IncomingMail.objects.all()
    assert mails.count() == 60
    assert all(instance.files().get(mail.file_key) for mail in mails)
    assert all(mail.attachments.count() == 1 for mail in mails)


def run_ingest(path: Path, *, limit_bytes: int | None = None) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, its database the test's."""

    def limited() -> None:
        if limit_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

    return subprocess.run(
        [sys.executable, "-m", "tieline", "ingest", str(path), "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, preexec_fn=limited,
    )  # fmt: skip


def printed(run: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.mark.slow
def test_a_disk_that_really_refuses_an_attachment(committed: str, tmp_path: Path) -> None:
    path = tmp_path / "files.mbox"
    path.write_bytes(mbox(letter("small"), with_file(os.urandom(400_000)), letter("small too", subject="b")))

    refused = run_ingest(path, limit_bytes=100_000)
    resumed = run_ingest(path)

    assert refused.returncode == 1
    assert refused.stderr.strip().endswith("The file could not be stored (File too large); nothing was changed.")
    assert "Traceback" not in refused.stderr
    assert (resumed.returncode, [line["outcome"] for line in printed(resumed)]) == (0, ["case"] * 3)


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["big.eml", "big.mbox", "big.mbox.gz"])
def test_a_60_megabyte_attachment_is_kept_and_set_aside(shape: str, committed: str, tmp_path: Path) -> None:
    big = with_file(os.urandom(1000) * 60_000)
    alone = shape.endswith(".eml")
    path = tmp_path / shape
    content = big if alone else mbox(letter("before"), big, letter("after", subject="after"))
    path.write_bytes(gzip.compress(content, 1) if shape.endswith(".gz") else content)

    lines = ledger(path)

    assert outcomes(lines) == (["quarantine"] if alone else ["case", "quarantine", "case"])
    with viewing_as(SYSTEM):
        kept = IncomingMail.objects.get(outcome="quarantine")
    assert "at most 40.0 MB are read" in kept.reason
    raw = instance.files().get(kept.file_key)
    assert len(raw) == kept.size_bytes > 80_000_000
    assert raw.replace(b"\r\n", b"\n").strip() == big.replace(b"\r\n", b"\n").strip()


def test_the_command_refuses_with_status_one(
    committed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tieline.cli.main import main

    status = main(["ingest", str(tmp_path / "nowhere"), "--json"])

    assert status == 1
    assert capsys.readouterr().err.strip() == f"tieline: There is no file or directory '{tmp_path / 'nowhere'}'."


HUMAN = (
    "discourse_trimmer",
    "talon",
    "github_erp",
    "zapier_erp",
    "mail_parser_reply",
    "quotequail",
    "sisimai/maildir/not",
)


@pytest.mark.slow
def test_every_fixture_has_one_outcome_and_no_person_is_called_a_machine(committed: str, shared: Path) -> None:
    lines = ledger(shared / "mail")

    totals = Counter(outcomes(lines))
    assert set(totals) <= set(Outcome.values)
    assert len({line.source for line in lines}) == len(lines)
    with viewing_as(SYSTEM):
        assert IncomingMail.objects.count() == len(lines)
        assert not IncomingMail.objects.filter(outcome="").exists()
    assert sum(line.source.startswith("market_mail.mbox.gz#") and line.outcome == "case" for line in lines) == 917
    mistaken = [line for line in lines if line.source.startswith(HUMAN) and line.outcome == "machine"]
    assert mistaken == []
    assert all(line.reason for line in lines)
    again = ledger(shared / "mail")
    assert set(outcomes(again)) == {"duplicate"}
