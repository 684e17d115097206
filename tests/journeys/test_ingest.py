"""Files and mailboxes are taken in once, whatever is read again, and the ledger says what became of each message."""

from __future__ import annotations

import json
import mailbox
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cast import MONDAY, Cast, assemble
from tests.letters import digest, letter
from tests.servers import ImapServer, imap_server
from tieline.cli.main import main
from tieline.desk.models import Case
from tieline.kernel import clock
from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import current_profile
from tieline.kernel.viewing import viewing_as
from tieline.mail import fetching, ingesting
from tieline.mail.fetching import fetch_mail
from tieline.mail.imap import ImapAccount
from tieline.mail.ingesting import Line, ingest
from tieline.mail.models import IncomingMail, OutgoingMail
from tieline.mail.transport import Security
from tieline.search.models import Entry


def ledger(path: Path) -> list[Line]:
    return list(ingest(path, profile=current_profile(), skipped=lambda *_: None))


def mbox(path: Path, *letters: bytes) -> Path:
    box = mailbox.mbox(path)
    for raw in letters:
        box.add(raw)
    box.close()
    return path


def test_a_run_tells_every_outcome_and_a_second_run_adds_nothing(cast: Cast, tmp_path: Path) -> None:
    question = letter("When?", message_id="<q@client.example>")
    path = mbox(
        tmp_path / "post.mbox",
        question,
        letter("And?", in_reply_to="<q@client.example>", subject="Re: A question"),
        letter("Away", auto_submitted="auto-replied"),
        question,
        b"\n",
    )

    lines = ledger(path)

    assert [line.outcome for line in lines] == ["case", "message", "machine", "duplicate", "quarantine"]
    assert lines[0].case == lines[1].case
    assert [line.outcome for line in ledger(path)] == ["duplicate"] * 5
    assert (Case.objects.count(), IncomingMail.objects.count()) == (1, 5)
    assert Entry.objects.filter(object_kind="case").count() == 1
    assert not OutgoingMail.objects.exists(), "letters read from files are old and are not acknowledged"


def test_a_run_that_broke_off_is_resumed_with_the_outcomes_of_the_first(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = mbox(tmp_path / "post.mbox", *(letter(f"Number {n}", subject=f"n {n}") for n in range(9)))
    monkeypatch.setattr(ingesting, "BATCH", 3)
    reading = ingest(path, profile=current_profile(), skipped=lambda *_: None)
    first = [next(reading) for _ in range(4)]
    reading.close()

    again = ledger(path)

    assert again[:4] == first
    assert [line.outcome for line in again] == ["case"] * 9
    assert {line.outcome for line in ledger(path)} == {"duplicate"}


def test_a_maildir_a_folder_and_one_file_give_the_same(cast: Cast, tmp_path: Path) -> None:
    letters = [letter(f"Number {n}", subject=f"n {n}") for n in range(3)]
    box = mailbox.Maildir(tmp_path / "maildir")
    (tmp_path / "folder").mkdir()
    for number, raw in enumerate(letters):
        box.add(raw)
        (tmp_path / "folder" / f"{number}.eml").write_bytes(raw)

    assert [line.outcome for line in ledger(tmp_path / "maildir")] == ["case"] * 3
    assert [line.outcome for line in ledger(tmp_path / "folder")] == ["duplicate"] * 3
    assert [line.outcome for line in ledger(tmp_path / "folder" / "0.eml")] == ["duplicate"]
    assert Case.objects.count() == 3


def test_the_command_prints_the_ledger_as_data(
    committed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = mbox(tmp_path / "post.mbox", letter(message_id="<q@client.example>"))

    assert main(["ingest", str(path), "--json"]) == 0
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert line == {
        "source": "post.mbox#1",
        "message_id": "<q@client.example>",
        "outcome": "case",
        "case": 1001,
        "reason": "a new inquiry",
    }
    assert main(["ingest", str(path)]) == 0
    assert "1 duplicate" in capsys.readouterr().out


class Died(BaseException):
    """The process is gone at this very point."""


@contextmanager
def death_in(function: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def die(*_: object, **__: object) -> None:
        raise Died

    with monkeypatch.context() as doomed:
        doomed.setattr(fetching, function, die)
        with pytest.raises(Died):
            yield


@pytest.fixture
def server(committed: str) -> Iterator[ImapServer]:
    with viewing_as(SYSTEM):
        assemble()
    with imap_server() as server:
        yield server


def fetch(server: ImapServer) -> int:
    account = ImapAccount(
        name="desk", host=server.host, port=server.port, user=server.user, password=server.password,
        security=Security.NONE, connection_seconds=5,
    )  # fmt: skip
    with clock.fixed_at(MONDAY):
        taken = fetch_mail(account, profile=current_profile(), watch_seconds=0)
    digest(at=MONDAY)
    return taken


def outcomes() -> list[str]:
    with viewing_as(SYSTEM):
        return list(IncomingMail.objects.order_by("pk").values_list("outcome", flat=True))


@pytest.mark.parametrize("step", ["keep", "sort", "_move_cursor"])
def test_a_fetch_that_dies_at_any_step_loses_and_doubles_nothing(
    step: str, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(letter("One", subject="one"), letter("Two", subject="two"))
    with death_in(step, monkeypatch):
        fetch(server)

    fetch(server)
    fetch(server)

    assert outcomes() == ["case", "case"]
    with viewing_as(SYSTEM):
        assert OutgoingMail.objects.count() == 1, "one acknowledgement a day for one address"


def test_a_mailbox_that_numbers_anew_is_read_again_and_nothing_doubles(server: ImapServer) -> None:
    server.deliver(letter("One", subject="one"), letter("Undated", subject="two", at=None))
    fetch(server)

    server.give_new_uidvalidity()
    server.deliver(letter("Three", subject="three"))

    assert fetch(server) == 3
    assert outcomes() == ["case", "case", "duplicate", "duplicate", "case"]
