"""How long does the server take for the inbox and for a case after years of work, with how many SQL statements?

    python bench/pages.py [--cases 200000] [--requests 300] [--home DIR]

Fills a throw-away instance with 2,000 cases and measures (the baseline), then with all of them and measures again;
each figure is printed with its ratio to the baseline. Last, real letters are handed to the running worker's own steps
while a list is asked for again and again: how soon does a new one stand in it? With --home the instance is kept.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SMALL = 2_000
PER_CASE_OPEN = 0.03
COMMON = ("settlement", "meter", "price", "invoice", "outage", "telemetry", "certificate", "deadline")
"""Words that one case in two holds here: the worst there is to search for."""


@dataclass
class Figures:
    """Server times in milliseconds and statement counts of one page."""

    name: str
    milliseconds: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)
    in_database: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    def line(self, baseline: Figures | None) -> str:
        ratio = f"  {self.percentile(0.95) / baseline.percentile(0.95):.2f} x baseline" if baseline else "  baseline"
        return (
            f"{self.name:28} p50 {self.percentile(0.5):7.1f} ms  p95 {self.percentile(0.95):7.1f} ms  "
            f"in the database {statistics.median(self.in_database):6.1f} ms  "
            f"statements at most {max(self.statements)}{ratio}"
        )


class Counted:
    """Counts statements and the time they take; used as a wrapper around every execute."""

    def __init__(self) -> None:
        self.count, self.seconds = 0, 0.0
        self.slow: dict[str, float] = {}

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent = time.perf_counter() - started
            self.count += 1
            self.seconds += spent
            self.slow[sql] = max(self.slow.get(sql, 0.0), spent)


@contextmanager
def instance(home: Path) -> Iterator[str]:
    """A working throw-away instance with staff and rules; yields the owner's address."""
    os.environ["TIELINE_HOME"] = str(home)
    os.environ["TIELINE_LOG_LEVEL"] = "ERROR"
    from tieline.project.bootstrap import instance_ready

    with instance_ready():
        yield os.environ["TIELINE_DATABASE_OWNER_URL"]


def people_the_house() -> None:
    """Eight agents, and the demonstration's rules to cite from."""
    from datetime import date

    from tieline.identity.actions import add_staff
    from tieline.identity.models import User
    from tieline.kernel import clock
    from tieline.kernel.actor import SYSTEM
    from tieline.kernel.profile import current_profile
    from tieline.kernel.viewing import viewing_as
    from tieline.rulebook.actions import import_edition

    book = next((current_profile().directory / "demo" / "rules").glob("*-2026-01-01.docx"))
    with viewing_as(SYSTEM):
        if User.objects.exists():
            return
        for number in range(8):
            add_staff(
                f"agent{number}", name=f"Agent {number}", email=f"agent{number}@operator.example",
                password="a-long-enough-secret", role="agent", team="client_services", by=SYSTEM, at=clock.now(),
            )  # fmt: skip
        import_edition(book, book=book.stem[:-11], effective_on=date(2026, 1, 1), by=SYSTEM, at=clock.now())


def market(cases: int, turns: int = 2) -> Any:
    from bench.market import Market
    from tieline.desk.profile import Taxonomy
    from tieline.kernel.profile import current_profile

    taxonomy = current_profile().get(Taxonomy)
    prefixes = {kind.key: kind.prefix or current_profile().case_prefix for kind in taxonomy.kinds}
    topics = tuple((topic.key, topic.area, topic.kind) for topic in taxonomy.topics)
    return Market(cases, int(cases * PER_CASE_OPEN), topics, prefixes, turns)


def signed_in() -> Any:
    from django.test import Client

    client = Client(HTTP_HOST="127.0.0.1")
    answer = client.post("/sign-in", {"username": "agent1", "password": "a-long-enough-secret"})
    if answer.status_code not in (302, 303):
        raise RuntimeError(f"sign-in answered {answer.status_code}: {answer.content[:500]!r}")
    return client


def measure(client: Any, requests: int, cases: int) -> tuple[dict[str, Figures], dict[str, float]]:
    """Ask for pages at random as an agent would: views of the list, further pages, and cases old and new."""
    from django.db import connection

    chance = random.Random(3)
    unclosed = int(cases * PER_CASE_OPEN)
    pages: dict[str, Callable[[], str]] = {
        "inbox, all open": lambda: "/cases?view=open",
        "inbox, any view": lambda: (
            f"/cases?view={chance.choice(['mine', 'unassigned', 'overdue', 'today', 'waiting', 'closed'])}"
        ),
        "an open case": lambda: f"/cases/{1000 + cases - chance.randrange(unclosed)}",
        "a closed case": lambda: f"/cases/{1001 + chance.randrange(cases - unclosed)}",
        "search, two common words": lambda: f"/cases?q={chance.choice(COMMON)}+{chance.choice(COMMON)}",
        "search by number": lambda: f"/cases?q=number:{1001 + chance.randrange(cases)}",
        "fields and a word": lambda: f"/cases?q=is:open+urgency>=high+owner:nobody+{chance.choice(COMMON)}",
        "palette": lambda: f"/palette?q={chance.choice(COMMON)}",
        "my list": lambda: "/cases/mine",
        "board": lambda: f"/cases/board?by={chance.choice(['state', 'owner', 'urgency', 'area'])}",
        "case as a fragment": lambda: f"/cases/{1000 + cases - chance.randrange(unclosed)}#fragment",
    }
    found = {name: Figures(name) for name in pages}
    slow: dict[str, float] = {}
    for turn in range(requests + 10):
        for name, address in pages.items():
            url, _, fragment = address().partition("#")
            counted = Counted()
            with connection.execute_wrapper(counted):
                started = time.perf_counter()
                answer = client.get(url, **({"HTTP_HX_REQUEST": "true"} if fragment else {}))
                spent = (time.perf_counter() - started) * 1000
            if answer.status_code != 200:
                raise RuntimeError(f"{url} answered {answer.status_code}")
            if turn >= 10:
                found[name].milliseconds.append(spent)
                found[name].statements.append(counted.count)
                found[name].in_database.append(counted.seconds * 1000)
                for sql, seconds in counted.slow.items():
                    slow[sql] = max(slow.get(sql, 0.0), seconds)
    return found, slow


def time_to_create(client: Any, count: int) -> Figures:
    """A case opened by hand through the page, the answer without the page it leads to."""
    from uuid import uuid4

    from django.db import connection

    from tieline.desk.profile import Taxonomy
    from tieline.kernel.profile import current_profile

    topic = current_profile().get(Taxonomy).default_topic
    found = Figures("create a case")
    for number in range(count + 5):
        told = {
            "key": str(uuid4()), "subject": f"A call {number}", "text": "It reads nothing since Friday.",
            "name": "Person 7", "address": "person7@company7.example", "channel": "phone", "topic": topic,
            "urgency": "normal",
        }  # fmt: skip
        counted = Counted()
        with connection.execute_wrapper(counted):
            started = time.perf_counter()
            answer = client.post("/cases/new", told)
            spent = (time.perf_counter() - started) * 1000
        if answer.status_code != 303:
            raise RuntimeError(f"/cases/new answered {answer.status_code}")
        if number >= 5:
            found.milliseconds.append(spent)
            found.statements.append(counted.count)
            found.in_database.append(counted.seconds * 1000)
    return found


def time_until_visible(client: Any, letters: int) -> list[float]:
    """Seconds from a letter's bytes to its subject in the list of its own number, through the worker's own steps."""
    from tieline.kernel import clock
    from tieline.kernel.actor import SYSTEM
    from tieline.kernel.profile import current_profile
    from tieline.kernel.viewing import viewing_as
    from tieline.mail.actions import keep, sort
    from tieline.mail.ingesting import seal_and_drive
    from tieline.mail.models import IncomingMail
    from tieline.mail.sources import Delivery

    spent = []
    while seal_and_drive():
        pass
    for number in range(letters):
        raw = (
            f"From: person{number + 1}@company{number + 1}.example\r\nTo: clientservices@localhost\r\n"
            f"Subject: [INQ-{2000 + number}] visible {number}\r\nMessage-ID: <v{number}.{time.time_ns()}@x.example>\r\n"
            f"In-Reply-To: <{number}.0@desk.example>\r\n\r\nWhere is it?\r\n"
        ).encode()
        started = time.perf_counter()
        at = clock.now()
        with viewing_as(SYSTEM):
            mail = keep(Delivery(f"imap:bench:{time.time_ns()}", "bench", raw), run=None, at=at)
            assert mail is not None
            sort(mail, profile=current_profile(), at=at, raw=raw)
        while not seal_and_drive():
            pass
        with viewing_as(SYSTEM):
            case = IncomingMail.objects.get(pk=mail.pk).case_number
        assert f"visible {number}".encode() in client.get(f"/cases/{case}").content
        client.get("/cases/rows?view=open")
        spent.append(time.perf_counter() - started)
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument(
        "--turns", type=int, default=2, help="letters and answers a case; messages are twice that and 1"
    )
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--home", type=Path, help="keep the instance here and use it again")
    parser.add_argument("--explain", action="store_true", help="print the slowest statements")
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="tieline-pages-") as fresh,
        instance(chosen.home or Path(fresh)) as owner_url,
    ):
        report(chosen, owner_url)


def report(chosen: argparse.Namespace, owner_url: str) -> None:
    from bench.market import fill
    from tieline.desk.models import Case
    from tieline.journal.listening import drive
    from tieline.kernel.actor import SYSTEM
    from tieline.kernel.viewing import viewing_as

    people_the_house()
    drive(limit=1)
    with viewing_as(SYSTEM):
        there = Case.objects.count()
    baseline = None
    if there < chosen.cases:
        if there == 0:
            fill(owner_url, market(SMALL, chosen.turns))
            client = signed_in()
            baseline, _ = measure(client, chosen.requests, SMALL)
            there = SMALL
        started = time.perf_counter()
        fill(owner_url, market(chosen.cases, chosen.turns), before=there)
        print(f"filled in {time.perf_counter() - started:.0f} s")
    client = signed_in()
    found, slow = measure(client, chosen.requests, chosen.cases)
    found["create a case"] = time_to_create(client, chosen.requests)
    print(f"load average {os.getloadavg()[0]:.1f}, {chosen.requests} requests a page")
    if baseline:
        print(f"with {SMALL} cases:")
        for figures in baseline.values():
            print("  " + figures.line(None))
    print(f"with {chosen.cases} cases and {chosen.cases * (chosen.turns * 2 + 1)} messages:")
    for name, figures in found.items():
        print("  " + figures.line(baseline.get(name) if baseline else None))
    visible = sorted(time_until_visible(client, 30))
    print(
        f"new mail visible after: median {visible[15]:.2f} s, slowest {visible[-1]:.2f} s "
        f"(the worker's own pause adds up to 0.2 s)"
    )
    if chosen.explain:
        for sql, seconds in sorted(slow.items(), key=lambda pair: -pair[1])[:8]:
            print(f"{seconds * 1000:7.1f} ms  {sql[:700]}")


if __name__ == "__main__":
    main()
