"""How long does a desk, ours or another, take for list, case, search and create, with one client and with eight?

    python bench/drive.py DESK.toml [DESK.toml ...] [--clients 1 8] [--seconds 15]
    python bench/drive.py DESK.toml --agents 500 [--every 30] [--seconds 60]

Each file describes one running desk: its address, how to sign in, and what to ask. All desks are measured in turns in
the same run, so that a busy machine is unfair to none; the last column is each figure's ratio to the first desk's.
With --agents, so many people ask for something every so many seconds, evenly mixed or by each page's `share`; a time
then counts from the moment the page was wanted, so that waiting behind others is part of it.

    name = "Tieline"
    address = "http://127.0.0.1:8000"
    [sign_in]
    path = "/sign-in"
    fields = { username = "ana.ortiz", password = "…" }
    token = 'name="csrfmiddlewaretoken" value="([^"]+)"'   # where a form carries a token, how to find it
    token_field = "csrfmiddlewaretoken"
    [[pages]]
    name = "case"
    path = "/cases/{number}"
    numbers = [1001, 21000]
    words = ["meter", "invoice"]                            # for paths with {word}
    headers = { HX-Request = "true" }                       # where a click asks for a part of the page
    expect = "timeline"                                     # what a right answer holds
    [[pages]]
    name = "create"
    path = "/cases/new"                                     # the form is asked for first when there is a token
    fields = { subject = "A question {number}", text = "…" }
"""

from __future__ import annotations

import argparse
import os
import random
import re
import secrets
import threading
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

LINES = 32
"""How many requests may be on their way at once when agents ask at their own pace."""

RUN = secrets.token_hex(4)
"""Every run asks in its own order, and makes its own cases: a key used before would only find the case it made."""


@dataclass(frozen=True)
class Desk:
    """A desk to ask: where it is, how one signs in, and its pages."""

    name: str
    address: str
    sign_in: Mapping[str, Any]
    pages: tuple[Mapping[str, Any], ...]


@dataclass
class Asked:
    """What one page took, and how often it did not answer as it should."""

    milliseconds: list[float] = field(default_factory=list)
    wrong: int = 0

    def at(self, share: float) -> float:
        """The time that this share of the answers did not exceed; none without answers."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def read(path: Path) -> Desk:
    """A desk as its file describes it."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    return Desk(told["name"], told["address"], told.get("sign_in", {}), tuple(told["pages"]))


def signed_in(desk: Desk) -> httpx.Client:
    """A browser's worth of cookies."""
    client = httpx.Client(base_url=desk.address, follow_redirects=True, timeout=60)
    if desk.sign_in:
        answer = _post(client, desk, desk.sign_in["path"], dict(desk.sign_in["fields"]))
        if answer.status_code >= 400:
            raise SystemExit(f"{desk.name}: signing in was answered with {answer.status_code}")
    return client


def ask(client: httpx.Client, desk: Desk, page: Mapping[str, Any], chance: random.Random, asked: Asked) -> None:
    """One page once; the time of a form's own page is not counted to what it creates."""
    low, high = page.get("numbers", (0, 10**9))
    chosen = {"number": chance.randint(low, high), "word": chance.choice(page.get("words", [""]))}
    path = page["path"].format(**chosen)
    try:
        if "fields" in page:
            fields = {key: str(value).format(**chosen) for key, value in page["fields"].items()}
            answer, spent = _timed_post(client, desk, path, fields)
        else:
            started = time.perf_counter()
            answer = client.get(path, headers=page.get("headers", {}))
            spent = time.perf_counter() - started
    except httpx.HTTPError:
        asked.wrong += 1
        return
    if answer.status_code >= 400 or page.get("expect", "") not in answer.text:
        asked.wrong += 1
    asked.milliseconds.append(spent * 1000)


def _post(client: httpx.Client, desk: Desk, path: str, fields: dict[str, str]) -> httpx.Response:
    return _timed_post(client, desk, path, fields)[0]


def _timed_post(client: httpx.Client, desk: Desk, path: str, fields: dict[str, str]) -> tuple[httpx.Response, float]:
    pattern = desk.sign_in.get("token")
    if pattern:
        found = re.search(pattern, client.get(path).text)
        if found:
            fields = {**fields, desk.sign_in["token_field"]: found[1]}
    started = time.perf_counter()
    answer = client.post(path, data=fields, headers={"Referer": f"{desk.address}{path}"}, follow_redirects=False)
    spent = time.perf_counter() - started
    return answer, spent


def measure(desk: Desk, page: Mapping[str, Any], clients: int, seconds: float) -> Asked:
    """So many clients ask for one page again and again."""
    all_asked = [Asked() for _ in range(clients)]
    browsers = [signed_in(desk) for _ in range(clients)]
    until = time.perf_counter() + seconds

    def work(number: int) -> None:
        chance = random.Random(f"{RUN} {number}")
        while time.perf_counter() < until:
            ask(browsers[number], desk, page, chance, all_asked[number])
        browsers[number].close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Asked(
        [spent for asked in all_asked for spent in asked.milliseconds], sum(asked.wrong for asked in all_asked)
    )


def paced(desk: Desk, agents: int, every: float, seconds: float) -> dict[str, Asked]:
    """So many people, each wanting a page every so many seconds, whether or not the others have theirs yet."""
    browsers = [signed_in(desk) for _ in range(LINES)]
    chance = random.Random(1)
    wanted = sorted(chance.uniform(0, seconds) for _ in range(int(agents * seconds / every)))
    shares = [float(page.get("share", 1)) for page in desk.pages]
    chosen = iter([(at, chance.choices(desk.pages, shares)[0]) for at in wanted])
    taking, found = threading.Lock(), {str(page["name"]): Asked() for page in desk.pages}
    began = time.perf_counter()

    def work(number: int) -> None:
        own = random.Random(f"{RUN} {number}")
        while True:
            with taking:
                at, page = next(chosen, (None, None))
            if at is None or page is None:
                return
            time.sleep(max(0.0, began + at - time.perf_counter()))
            late = (time.perf_counter() - began - at) * 1000
            once = Asked()
            ask(browsers[number], desk, page, own, once)
            with taking:
                found[page["name"]].milliseconds += [late + spent for spent in once.milliseconds]
                found[page["name"]].wrong += once.wrong

    threads = [threading.Thread(target=work, args=(number,)) for number in range(LINES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("desks", type=Path, nargs="+")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--agents", type=int, help="so many people at their own pace, instead of clients in a row")
    parser.add_argument("--every", type=float, default=30.0, help="seconds from one wish of an agent to the next")
    chosen = parser.parse_args()
    desks = [read(path) for path in chosen.desks]
    print(f"load average before {os.getloadavg()[0]:.1f}")
    if chosen.agents:
        for desk in desks:
            for name, asked in paced(desk, chosen.agents, chosen.every, chosen.seconds).items():
                print(
                    f"{name:8} {chosen.agents} agents  {desk.name:20} p50 {asked.at(0.5):8.1f} ms  "
                    f"p95 {asked.at(0.95):8.1f} ms  {len(asked.milliseconds):6} answers, {asked.wrong} wrong"
                )
        return
    for name in [page["name"] for page in desks[0].pages]:
        for clients in chosen.clients:
            first = None
            for desk in desks:
                page = next((one for one in desk.pages if one["name"] == name), None)
                if page is None:
                    continue
                asked = measure(desk, page, clients, chosen.seconds)
                first = first or asked.at(0.5)
                print(
                    f"{name:8} {clients} clients  {desk.name:20} "
                    f"p50 {asked.at(0.5):8.1f} ms  p95 {asked.at(0.95):8.1f} ms  "
                    f"{len(asked.milliseconds):6} answers, {asked.wrong} wrong  {asked.at(0.5) / first:5.2f} x",
                    flush=True,
                )


if __name__ == "__main__":
    main()
