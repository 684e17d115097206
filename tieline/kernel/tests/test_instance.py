"""Where does an instance keep its things, and what does it say when it cannot?"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tieline.kernel import instance
from tieline.kernel.files import FileStore, NoRoomForFile


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance directory that does not exist yet."""
    monkeypatch.setenv("TIELINE_HOME", str(tmp_path / "deep" / "home"))
    return tmp_path / "deep" / "home"


def test_the_home_is_made_when_it_is_missing(home: Path) -> None:
    assert instance.home() == home
    assert home.is_dir()


def test_a_home_that_is_a_file_or_below_one_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.parent.mkdir()
    home.write_text("")

    with pytest.raises(instance.HomeUnusable, match="File exists"):
        instance.home()
    monkeypatch.setenv("TIELINE_HOME", str(home / "below"))
    with pytest.raises(instance.HomeUnusable, match="Not a directory"):
        instance.home()


def test_a_home_that_cannot_be_written_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.mkdir(parents=True)
    monkeypatch.setattr(os, "access", lambda path, mode: False)

    with pytest.raises(instance.HomeUnusable, match=r"Permission denied.*set TIELINE_HOME"):
        instance.home()


def test_the_secret_is_made_once_and_is_its_owners_alone(home: Path) -> None:
    made = instance.secret()

    assert instance.secret() == made
    assert len(made) >= 50
    assert stat.S_IMODE((home / "secret").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == ["secret"]


def test_earlier_secrets_are_read_a_line_each_and_need_not_be(home: Path) -> None:
    assert instance.earlier_secrets() == []

    (home / "earlier-secrets").write_text("newer\n\n older \n")

    assert instance.earlier_secrets() == ["newer", "older"]


def test_processes_that_make_the_secret_at_once_agree(home: Path) -> None:
    command = [sys.executable, "-c", "from tieline.kernel import instance; print(instance.secret())"]
    told: list[str] = []
    threads = [
        threading.Thread(target=lambda: told.append(subprocess.check_output(command, text=True))) for _ in range(3)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(told) == 3
    assert len(set(told)) == 1


def test_bytes_come_back_unchanged_under_a_key_that_says_nothing(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")

    keys = [store.put(b"\x00one\r\n"), store.put(b"\x00one\r\n")]

    assert [store.get(key) for key in keys] == [b"\x00one\r\n"] * 2
    assert len(set(keys)) == 2
    assert all(len(key) == 32 for key in keys)
    paths = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}


@pytest.mark.parametrize(
    "key", ["", "../../etc/passwd", "a" * 31, "A" * 32, "g" * 32, "/" + "a" * 31, "a" * 31 + "\x00", "٣" * 32]
)
def test_nothing_that_is_not_a_key_reaches_the_disk(tmp_path: Path, key: str) -> None:
    with pytest.raises(FileNotFoundError):
        FileStore(tmp_path).get(key)


def test_a_disk_that_refuses_is_said_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(NoRoomForFile, match="No space left on device"):
        FileStore(tmp_path).put(b"content")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_store_that_cannot_be_made_is_said_in_the_same_way(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")

    with pytest.raises(NoRoomForFile, match="nothing was changed"):
        FileStore(tmp_path / "files").put(b"content")
