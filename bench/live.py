"""How soon does an open page hear of a change? From a committed act to its arrival at every one of many listeners.

    python bench/live.py [--listeners 200] [--rounds 60] [--home DIR]

Starts a throw-away instance with the real live process and a real worker, connects that many streams of signed-in
staff, and then writes notes one after the other. Two figures: from the commit of an act, which the worker's pause is
part of, and from a word told straight on the channel, as presence is.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def cookies(many: int) -> list[str]:
    """A session of its own for every listener."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from tieline.identity.models import User
    from tieline.kernel.actor import SYSTEM
    from tieline.kernel.viewing import viewing_as

    with viewing_as(SYSTEM):
        users = list(User.objects.order_by("pk"))
        made = []
        for number in range(many):
            user, session = users[number % len(users)], SessionStore()
            session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
            session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
            session.create()
            made.append(session.session_key)
    return [str(key) for key in made]


class Listeners:
    """Many open streams; each line that arrives is noted with its instant."""

    def __init__(self, port: int, keys: list[str]) -> None:
        self.port, self.keys = port, keys
        self.arrived: dict[str, list[float]] = {}
        self.ready = 0

    async def listen(self, key: str) -> None:
        from django.conf import settings

        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = f"GET /live HTTP/1.1\r\nHost: x\r\nCookie: {settings.SESSION_COOKIE_NAME}={key}\r\n\r\n"
        writer.write(head.encode())
        event = ""
        while line := (await reader.readline()).decode().strip() or await self._goes_on(reader):
            if line.startswith("retry:"):
                self.ready += 1
            elif line.startswith("event: "):
                event = line[7:]
            elif line.startswith("data: "):
                self.arrived.setdefault(f"{event} {line[6:]}", []).append(time.perf_counter())

    async def _goes_on(self, reader: asyncio.StreamReader) -> str:
        return "" if reader.at_eof() else " "

    async def run(self) -> None:
        await asyncio.gather(*(self.listen(key) for key in self.keys))


def measure(listeners: Listeners, act: Any, rounds: int) -> list[float]:
    """Seconds from the act's return to its arrival at each listener."""
    spent: list[float] = []
    for _ in range(rounds):
        listeners.arrived.clear()
        told = act()
        began, until = time.perf_counter(), time.perf_counter() + 10
        while len(listeners.arrived.get(told, ())) < len(listeners.keys) and time.perf_counter() < until:
            time.sleep(0.005)
        heard = list(listeners.arrived.get(told, ()))
        spent += [max(0.0, instant - began) for instant in heard]
        spent += [10.0] * (len(listeners.keys) - len(heard))
        time.sleep(0.05)
    return spent


def figures(name: str, spent: list[float]) -> str:
    return (
        f"{name:32} p50 {percentile(spent, 0.5) * 1000:7.1f} ms  p99 {percentile(spent, 0.99) * 1000:7.1f} ms  "
        f"slowest {max(spent) * 1000:7.1f} ms  ({len(spent)} arrivals)"
    )


def run(many: int, rounds: int) -> None:
    from tieline.desk.actions import add_note
    from tieline.desk.models import Case
    from tieline.identity.models import User
    from tieline.kernel import clock
    from tieline.kernel.actor import SYSTEM
    from tieline.kernel.news import tell
    from tieline.kernel.viewing import viewing_as
    from tieline.project.processes import Loop, Worker

    port = int(os.environ["BENCH_LIVE_PORT"])
    worker = Loop("worker", Worker().work, 0.2)
    threading.Thread(target=_loop, args=(worker,), daemon=True).start()
    listeners = Listeners(port, cookies(many))
    threading.Thread(target=lambda: asyncio.run(listeners.run()), daemon=True).start()
    until = time.monotonic() + 60
    while listeners.ready < many and time.monotonic() < until:
        time.sleep(0.1)
    print(f"{listeners.ready} of {many} streams are open")
    with viewing_as(SYSTEM):
        case, by = Case.objects.order_by("pk")[0], User.objects.order_by("pk")[0].as_actor()

    def note() -> str:
        with viewing_as(SYSTEM):
            add_note(case, text="A word.", by=by, at=clock.now())
        return f'case {{"numbers": ["{case.number}"]}}'

    def word() -> str:
        with viewing_as(SYSTEM):
            tell("presence", case.number)
        return f'presence {{"number": "{case.number}"}}'

    print(figures("an act, through the worker", measure(listeners, note, rounds)))
    print(figures("a word on the channel", measure(listeners, word, rounds)))


def _loop(worker: Any) -> None:
    while True:
        if not worker.work():
            time.sleep(worker.pause_seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listeners", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--home", type=Path)
    chosen = parser.parse_args()
    import subprocess

    from bench.market import fill
    from bench.pages import instance, market, people_the_house

    home = chosen.home or Path(tempfile.mkdtemp(prefix="tieline-live-"))
    with instance(home) as owner:
        people_the_house()
        fill(owner, market(50))
        os.environ["BENCH_LIVE_PORT"] = "8971"
        command = [sys.executable, "-m", "granian", "tieline.project.live:application", "--interface", "asgi"]
        live = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", "8971", "--workers", "1"], cwd=ROOT, start_new_session=True
        )
        try:
            time.sleep(4)
            run(chosen.listeners, chosen.rounds)
        finally:
            os.killpg(live.pid, signal.SIGKILL)  # it would wait for its streams to end


if __name__ == "__main__":
    main()
