"""The open fixtures of other mail projects and real market mail: read or refused, and judged right."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tieline.mail.limits import Unparsable
from tieline.mail.machine import recognise
from tieline.mail.parse import ParsedMail, parse
from tieline.mail.quoting import separate
from tieline.mail.sources import deliveries

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("TIELINE_SHARED") or ROOT.parent / "shared")
MAIL = SHARED / "data" / "mail"
HUMAN = (
    "discourse_trimmer",
    "talon",
    "github_erp",
    "zapier_erp",
    "mail_parser_reply",
    "quotequail",
    "sisimai/maildir/not",
)

pytestmark = pytest.mark.skipif(not MAIL.is_dir(), reason="the shared mail fixtures are absent (set TIELINE_SHARED)")


def files_below(*names: str) -> Iterator[Path]:
    for name in names:
        yield from sorted(path for path in (MAIL / name).rglob("*") if path.is_file())


def read_or_refuse(path: Path) -> ParsedMail | None:
    try:
        return parse(path.read_bytes())
    except Unparsable as refusal:
        assert str(refusal).endswith(".")
        return None


def test_every_fixture_is_read_or_refused_in_time() -> None:
    for path in files_below("."):
        started = time.monotonic()
        mail = read_or_refuse(path)

        assert time.monotonic() - started < 5.0, path
        if mail is not None:
            shown = (
                mail.text,
                mail.html,
                mail.subject,
                str(mail.headers.fields),
                *(file.name for file in mail.attachments),
            )
            assert all("\x00" not in text and text.encode() is not None for text in shown), path
            assert mail.own_text.strip() or not mail.text.strip(), path


def test_machine_mail_is_recognised() -> None:
    mails = [mail for path in files_below("sisimai/maildir/bsd") if (mail := read_or_refuse(path))]

    assert mails
    recognised = sum(recognise(mail) is not None for mail in mails)
    assert recognised / len(mails) >= 0.975


def test_no_person_is_called_a_machine() -> None:
    for path in files_below(*HUMAN):
        mail = read_or_refuse(path)
        assert mail is None or recognise(mail) is None, path


def test_own_words_of_replies_in_many_languages() -> None:
    folder = MAIL / "discourse_trimmer" / "test"
    exact = Counter[bool]()
    for path in sorted((folder / "emails").iterdir()):
        own = separate(path.read_text("utf-8").replace("\r\n", "\n")).own_text.strip()
        wanted = (folder / "trimmed" / path.name).read_text("utf-8").replace("\r\n", "\n").strip()
        assert own, path
        exact[own == wanted] += 1

    assert exact[True] / exact.total() >= 0.9


def test_the_market_mail_is_read_whole_and_fast() -> None:
    path = MAIL / "market_mail.mbox.gz"
    found = list(deliveries(path))
    started = time.monotonic()
    mails = [parse(one.raw) for one in found]
    seconds = time.monotonic() - started

    assert len(mails) == 917
    assert len({one.key for one in found}) == 917
    assert not any(recognise(mail) for mail in mails)
    assert all(mail.sender and mail.date and mail.has_own_message_id for mail in mails)
    assert seconds / len(mails) < 0.02, "a typical message takes one or two thousandths of a second"
