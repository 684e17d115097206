"""Does every listener get every event exactly once, in order, whatever stumbles, crashes or comes late?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction

from tieline.journal import listening
from tieline.journal.listening import ATTEMPTS, Happened, UnknownListener, drive, lag, on, retry_parked
from tieline.journal.models import Cursor, Parked
from tieline.journal.sealing import seal
from tieline.journal.tests.bells import AT, BellRang, ring, ring_many, tamper
from tieline.kernel import clock
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as

Listen = Callable[..., str]


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch) -> Listen:
    """Register a reaction for this test alone; returns the listener's name."""
    monkeypatch.setattr(listening, "_listeners", {})

    def register(reaction: Callable[[Happened], None], *events: type) -> str:
        on(*events)(reaction)
        return list(listening.listeners())[-1]

    return register


@pytest.fixture
def later() -> Iterator[Callable[[int], None]]:
    """Move the clock on by so many seconds after the hour."""
    with clock.fixed_at(AT):
        yield lambda seconds: setattr(clock, "_read", lambda: AT + timedelta(seconds=seconds))


def test_a_listener_gets_every_event_of_its_kinds_once_in_sealed_order(db: None, listen: Listen) -> None:
    heard: list[tuple[int, int]] = []

    def hear(happened: Happened) -> None:
        assert isinstance(happened.event, BellRang)
        heard.append((happened.position, happened.event.number))

    listen(hear, BellRang)
    ring_many(5)
    seal(at=AT)

    passed = [drive(limit=2) for _ in range(4)]

    assert passed == [2, 2, 1, 0]
    assert heard == [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]
    assert lag() == {"journal.tests.test_listening.hear": 0}


def test_a_listener_is_told_who_when_and_about_what(db: None, listen: Listen) -> None:
    heard: list[Happened] = []
    listen(lambda happened: heard.append(happened), BellRang)
    ring(4)
    seal(at=AT)

    drive()

    assert str(heard[0].about) == "bell:4"
    assert str(heard[0].references["tower"]) == "tower:1"
    assert (str(heard[0].by), heard[0].by_name, heard[0].at) == ("system:tieline", "Tieline", AT)


def test_what_commits_late_is_heard_late_and_never_skipped(committed: str, listen: Listen) -> None:
    heard: list[int] = []
    listen(lambda happened: heard.append(happened.event.number), BellRang)
    held, may_commit = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with transaction.atomic():
            ring(1)
            held.set()
            assert may_commit.wait(10)
        connection.close()

    slow = threading.Thread(target=write_slowly)
    slow.start()
    assert held.wait(10)
    ring(2)
    seal(at=AT)
    drive()
    may_commit.set()
    slow.join()
    ring(3)
    seal(at=AT)
    drive()

    assert heard == [2, 1, 3]


def test_a_fault_undoes_the_reaction_and_is_tried_again_with_growing_pauses(
    db: None, listen: Listen, later: Callable[[int], None]
) -> None:
    tries: list[int] = []

    def stumble(happened: Happened) -> None:
        tries.append(happened.event_id)
        Cursor.objects.create(listener="left behind")
        raise ValueError("not today")

    name = listen(stumble, BellRang)
    ring(1)
    seal(at=AT)

    pauses = []
    for _ in range(3):
        drive()
        cursor = Cursor.objects.get(pk=name)
        pauses.append((cursor.retry_at - clock.now()).total_seconds())
        drive()
        later(int((cursor.retry_at - AT).total_seconds()) + 1)

    assert pauses == [0.5, 1.0, 2.0]
    assert len(tries) == 3
    assert not Cursor.objects.filter(pk="left behind").exists()


def park(listen: Listen, later: Callable[[int], None], reaction: Callable[[Happened], None]) -> str:
    """Drive a stumbling listener until it has given up what it cannot digest."""
    name = listen(reaction, BellRang)
    for attempt in range(ATTEMPTS):
        later(60 * (attempt + 1))
        drive()
    return name


def hear(happened: Happened) -> None:
    """Leave a row that goes when the reaction is undone, and that nobody can leave twice."""
    Cursor.objects.create(listener=f"heard {happened.event.number}")


def heard() -> list[str]:
    rows = Cursor.objects.filter(listener__startswith="heard").order_by("listener")
    return list(rows.values_list("listener", flat=True))


def test_what_cannot_be_digested_is_parked_and_the_rest_goes_on(
    db: None, listen: Listen, later: Callable[[int], None]
) -> None:
    def dislike_the_second(happened: Happened) -> None:
        if happened.event.number == 2:
            raise ValueError("I do not like 2")
        hear(happened)

    _, second, _ = ring_many(3)
    seal(at=AT)

    name = park(listen, later, dislike_the_second)

    parked = Parked.objects.get()
    assert heard() == ["heard 1", "heard 3"]
    assert (parked.listener, parked.event_id, parked.position) == (name, second, 2)
    assert parked.problem.strip().endswith("ValueError: I do not like 2")


def test_one_stumbling_listener_does_not_hold_up_the_others(db: None, listen: Listen) -> None:
    heard: list[int] = []

    def a_stumbles(happened: Happened) -> None:
        raise ValueError

    def b_hears(happened: Happened) -> None:
        heard.append(happened.event.number)

    listen(a_stumbles, BellRang)
    listen(b_hears, BellRang)
    ring_many(2)
    seal(at=AT)

    drive()

    assert heard == [1, 2]


def test_retrying_digests_what_was_parked_and_repeats_nothing_else(
    db: None, listen: Listen, later: Callable[[int], None]
) -> None:
    disliked = {2}

    def dislike(happened: Happened) -> None:
        if happened.event.number in disliked:
            raise ValueError
        hear(happened)

    ring_many(3)
    seal(at=AT)
    name = park(listen, later, dislike)

    still_parked, before = retry_parked(name), heard()
    disliked.clear()
    digested = retry_parked(name)
    drive()

    assert (still_parked, digested) == (0, 1)
    assert (before, heard()) == (["heard 1", "heard 3"], ["heard 1", "heard 2", "heard 3"])
    assert not Parked.objects.exists()


def test_retrying_an_unknown_listener_is_refused(db: None, listen: Listen) -> None:
    listen(lambda happened: None, BellRang)

    with pytest.raises(UnknownListener, match="no listener “nobody”"):
        retry_parked("nobody")


def test_an_event_this_version_cannot_read_stops_nobody(
    committed: str, listen: Listen, later: Callable[[int], None]
) -> None:
    heard: list[int] = []

    def hear_everything(happened: Happened) -> None:
        heard.append(happened.event_id)

    def hear_bells(happened: Happened) -> None:
        heard.append(happened.event_id)

    strange, faulty, good = ring_many(3)
    tamper("UPDATE journal_journalevent SET kind = 'trial.from_the_future' WHERE id = %s", strange)
    tamper("UPDATE journal_journalevent SET facts = '{}' WHERE id = %s", faulty)
    seal(at=AT)
    listen(hear_everything)
    listen(hear_bells, BellRang)

    for attempt in range(2 * ATTEMPTS):
        later(60 * (attempt + 1))
        drive()

    assert heard == [good, good]
    with viewing_as(SYSTEM):
        parked = {(one.listener.rpartition(".")[2], one.event_id) for one in Parked.objects.all()}
    assert parked == {("hear_everything", strange), ("hear_everything", faulty), ("hear_bells", faulty)}


def test_two_drivers_at_once_do_not_double(committed: str, listen: Listen) -> None:
    heard: list[int] = []
    listen(lambda happened: heard.append(happened.event_id), BellRang)
    written = ring_many(60)
    seal(at=AT)
    starting = threading.Barrier(3)

    def run() -> None:
        starting.wait()
        for _ in range(30):
            drive(limit=5)
        connection.close()

    drivers = [threading.Thread(target=run) for _ in range(3)]
    for driver in drivers:
        driver.start()
    for driver in drivers:
        driver.join()
    while drive():
        pass

    assert heard == written
