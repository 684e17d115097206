"""How do several processes live and die as one? Started together, one log, restarted when one dies, stopped."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from types import FrameType

GRACE_SECONDS = 15.0
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0


@dataclass(frozen=True)
class Part:
    """One process of the group: its name in the log and its command line."""

    name: str
    arguments: tuple[str, ...]

    @classmethod
    def command(cls, name: str) -> Part:
        """A part that is a command of our own."""
        return cls(name, (sys.executable, "-m", "tieline", name))

    @classmethod
    def granian(cls, name: str, interface: str, target: str, host: str, port: int, *, workers: int) -> Part:
        """A part served by granian; worker processes that grow or die are replaced by it."""
        return cls(
            name,
            (
                sys.executable, "-m", "granian", target, "--interface", interface, "--host", host,
                "--port", str(port), "--workers", str(workers), "--respawn-failed-workers",
                "--workers-kill-timeout", "5", "--log-level", "warning", "--no-ws",
                *(("--blocking-threads", "4", "--backpressure", "64") if interface == "wsgi" else ()),
            ),
        )  # fmt: skip


@dataclass
class _Running:
    part: Part
    process: subprocess.Popen[bytes]
    started_at: float
    pause_seconds: float = FIRST_PAUSE_SECONDS
    again_at: float | None = None


@dataclass
class ProcessGroup:
    """Runs its parts until SIGINT or SIGTERM, then stops them all and waits for them."""

    parts: tuple[Part, ...]
    _stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Start every part, restart what dies (with growing pauses), stop cleanly."""
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}
        running = [self._start(part) for part in self.parts]
        try:
            while not self._stopping.wait(0.2):
                running = [self._look_after(one) for one in running]
        finally:
            _stop_all(running)
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping.set()

    def _start(self, part: Part) -> _Running:
        process = subprocess.Popen(
            (sys.executable, "-m", "tieline.project.tied", str(os.getpid()), *part.arguments),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        threading.Thread(target=_pass_log_on, args=(part.name, process), daemon=True).start()
        return _Running(part, process, time.monotonic())

    def _look_after(self, one: _Running) -> _Running:
        if one.process.poll() is None:
            return one
        now = time.monotonic()
        if one.again_at is None:
            if now - one.started_at > STEADY_SECONDS:
                one.pause_seconds = FIRST_PAUSE_SECONDS
            print(f"{one.part.name} | died with status {one.process.returncode}; starting again", flush=True)
            one.again_at = now + one.pause_seconds
        if now < one.again_at:
            return one
        again = self._start(one.part)
        again.pause_seconds = min(one.pause_seconds * 2, LONGEST_PAUSE_SECONDS)
        return again


def _pass_log_on(name: str, process: subprocess.Popen[bytes]) -> None:
    """Each line under the part's name; where nobody reads our output any more, the part must not be held up."""
    for line in process.stdout or ():
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.write(f"{name:6} | {line.decode(errors='replace')}")
            sys.stdout.flush()


def _stop_all(running: list[_Running]) -> None:
    for one in running:
        if one.process.poll() is None:
            one.process.terminate()
    until = time.monotonic() + GRACE_SECONDS
    for one in running:
        try:
            one.process.wait(max(until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            one.process.kill()
            one.process.wait()


def why_not_listen(host: str, port: int) -> str | None:
    """Why nothing of ours could listen there, in words; None when it could."""
    if not 0 < port < 65_536:
        return "there is no such port"
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            return "it is taken" if problem.errno == errno.EADDRINUSE else str(problem.strerror or problem)
    return None
