"""Does a group start again what dies, without holding up the others, and stop all of it?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tieline.project import group as group_module
from tieline.project import processes
from tieline.project.group import Part, ProcessGroup
from tieline.project.heartbeat import beat, last_beat

AT = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)


def script(name: str, words: str) -> Part:
    """A part that is a few words of Python."""
    return Part(name, (sys.executable, "-S", "-c", words))


def lives_in(folder: Path, name: str, *, then: str) -> Part:
    """A part that notes each of its starts and then goes on as said."""
    note = f"import os, signal, sys, time; open({str(folder / name)!r}, 'a').write(f'{{os.getpid()}}\\n'); "
    return script(name, note + then)


def starts(folder: Path, name: str) -> list[int]:
    """The process numbers a part has had."""
    path = folder / name
    return [int(line) for line in path.read_text().splitlines()] if path.exists() else []


def run_until(parts: tuple[Part, ...], holds: Callable[[], bool]) -> None:
    """Run a group in this process and send it SIGTERM as soon as it holds."""

    def watch() -> None:
        until = time.monotonic() + 20
        while not holds() and time.monotonic() < until:
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)

    watcher = threading.Thread(target=watch)
    watcher.start()
    ProcessGroup(parts).run()
    watcher.join()
    assert holds()


def is_gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_what_dies_is_started_again_and_the_rest_stays(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    steady = lives_in(tmp_path, "steady", then="time.sleep(60)")
    frail = lives_in(tmp_path, "frail", then="print('I fall'); sys.exit(3)")

    run_until((frail, steady), lambda: len(starts(tmp_path, "frail")) >= 2)

    assert len(starts(tmp_path, "steady")) == 1
    assert all(is_gone(pid) for pid in starts(tmp_path, "steady"))
    told = capfd.readouterr().out
    assert "frail  | I fall" in told
    assert "frail | died with status 3; starting again" in told


def test_a_part_that_keeps_falling_does_not_hold_up_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_module, "FIRST_PAUSE_SECONDS", 0.1)
    falling = lives_in(tmp_path, "falling", then="sys.exit(1)")
    once = lives_in(
        tmp_path, "once", then=f"time.sleep(60 if len(open({str(tmp_path / 'once')!r}).readlines()) > 1 else 1)"
    )

    run_until((falling, once), lambda: len(starts(tmp_path, "once")) == 2)

    assert 2 <= len(starts(tmp_path, "falling")) <= 6


def test_a_part_that_will_not_stop_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_module, "GRACE_SECONDS", 0.3)
    stubborn = lives_in(
        tmp_path,
        "stubborn",
        then="signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
    )

    run_until((stubborn,), lambda: bool(starts(tmp_path, "stubborn")))

    assert all(is_gone(pid) for pid in starts(tmp_path, "stubborn"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's death")
def test_a_part_ends_with_a_group_that_was_killed_outright(tmp_path: Path) -> None:
    part = lives_in(tmp_path, "orphan", then="time.sleep(60)")
    words = (
        f"from tieline.project.group import Part, ProcessGroup; ProcessGroup((Part('x', {part.arguments!r}),)).run()"
    )
    group = subprocess.Popen([sys.executable, "-c", words])
    until = time.monotonic() + 20
    while not starts(tmp_path, "orphan") and time.monotonic() < until:
        time.sleep(0.02)

    group.kill()
    group.wait()
    (orphan,) = starts(tmp_path, "orphan")
    while not (is_gone(orphan) or _is_zombie(orphan)) and time.monotonic() < until:
        time.sleep(0.02)

    assert is_gone(orphan) or _is_zombie(orphan)


def _is_zombie(pid: int) -> bool:
    return ") Z " in Path(f"/proc/{pid}/stat").read_text()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own for heartbeats."""
    monkeypatch.setenv("TIELINE_HOME", str(tmp_path))
    monkeypatch.setattr("tieline.project.heartbeat._last", {})
    return tmp_path


def test_a_heartbeat_is_written_at_most_every_two_seconds(home: Path) -> None:
    beat("worker", at=AT)
    beat("worker", at=AT + timedelta(seconds=1))
    between = last_beat("worker")
    beat("worker", at=AT + timedelta(seconds=2))

    assert between == AT
    assert last_beat("worker") == AT + timedelta(seconds=2)
    assert last_beat("ticker") is None
    assert [path.name for path in (home / "alive").iterdir()] == ["worker"]


def test_a_full_disk_does_not_stop_the_work(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    (home / "alive").write_text("in the way")

    beat("worker", at=AT)

    assert "worker cannot note that it is alive: File exists" in caplog.text
    assert last_beat("worker") is None


def test_a_thread_that_fails_unforeseen_ends_the_worker_so_that_it_is_started_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: told.append((pid, number)))
    outcomes = iter([OSError("the server is away"), ZeroDivisionError("a mistake of ours")])
    monkeypatch.setattr(time, "sleep", lambda seconds: None)

    def work() -> float:
        raise next(outcomes)

    with pytest.raises(ZeroDivisionError):
        processes._run_beside(work, 0.0)

    assert told == [(os.getpid(), signal.SIGTERM)]
    assert "the server is away" in caplog.text
    assert "a mistake of ours" in caplog.text
