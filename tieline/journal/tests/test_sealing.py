"""Is every kind of tampering found and named, and does sealing take everything exactly once?"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from tieline.journal.models import Cursor, JournalEvent, PendingSeal, Seal
from tieline.journal.sealing import GENESIS, seal, verify
from tieline.journal.tests.bells import AT, ring, ring_many, tamper
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as


def test_an_untouched_journal_is_sound_and_its_head_moves_with_every_event(committed: str) -> None:
    empty = verify()
    ring_many(3)
    seal(at=AT)

    verdict = verify(batch=2)

    assert empty.head == GENESIS.hex()
    assert (verdict.is_sound, verdict.sealed, verdict.unsealed) == (True, 3, 0)
    assert verdict.head == bytes(Seal.objects.get(position=3).hash).hex()


def test_events_wait_unsealed_without_being_a_problem(committed: str) -> None:
    ring_many(2)

    verdict = verify()

    assert (verdict.is_sound, verdict.sealed, verdict.unsealed) == (True, 0, 2)


TAMPERED = {
    "its facts": "UPDATE journal_journalevent SET facts = jsonb_set(facts, '{number}', '33') WHERE id = %s",
    "its kind": "UPDATE journal_journalevent SET kind = 'trial.fell' WHERE id = %s",
    "who did it": "UPDATE journal_journalevent SET actor = 'staff:1' WHERE id = %s",
    "the name": "UPDATE journal_journalevent SET actor_name = 'tieline' WHERE id = %s",
    "when": "UPDATE journal_journalevent SET at = at + interval '1 microsecond' WHERE id = %s",
    "when written": "UPDATE journal_journalevent SET recorded_at = recorded_at - interval '1 s' WHERE id = %s",
    "a link": "UPDATE journal_journallink SET object_id = '2' WHERE role = 'tower' AND event_id = %s",
    "a link's role": "UPDATE journal_journallink SET role = 'spire' WHERE role = 'tower' AND event_id = %s",
    "a link gone": "DELETE FROM journal_journallink WHERE role = 'tower' AND event_id = %s",
    "a link more": "INSERT INTO journal_journallink (event_id, role, object_kind, object_id) SELECT %s, 'a', 'b', 'c'",
    "its seal": "UPDATE journal_seal SET hash = set_byte(hash, 0, get_byte(hash, 0) # 1) WHERE event_id = %s",
    "when sealed": "UPDATE journal_seal SET sealed_at = sealed_at + interval '1 day' WHERE event_id = %s",
}


def test_a_changed_byte_anywhere_is_found_and_the_event_named(committed: str) -> None:
    written = ring_many(2 * len(TAMPERED))
    changed = dict(zip(TAMPERED, written[::2], strict=True))
    seal(at=AT)

    for what, statement in TAMPERED.items():
        tamper(statement, changed[what])
    problems = verify(batch=5).problems

    named = {int(problem.split()[1]) for problem in problems}
    assert [what for what, event_id in changed.items() if event_id not in named] == []
    assert named - set(changed.values()) == {changed["its seal"] + 1}
    assert all("does not match its seal" in problem for problem in problems)


def test_what_is_found_changed_is_told_with_kind_time_and_position(committed: str) -> None:
    _, changed = ring_many(2)
    seal(at=AT)

    tamper(TAMPERED["its facts"], changed)

    assert verify().problems == (
        f"Event {changed} (trial.rang at 2026-11-16T15:00:00.000000+00:00, position 2) does not match its seal: "
        f"it, its links or the seal before it was changed.",
    )


def test_a_removed_event_is_named(committed: str) -> None:
    _, removed, _ = ring_many(3)
    seal(at=AT)

    tamper("DELETE FROM journal_journalevent WHERE id = %s", removed)

    assert verify().problems == (f"Event {removed} (position 2) was sealed but is gone.",)


def test_a_removed_seal_is_named_with_the_event_it_sealed(committed: str) -> None:
    _, unsealed, next_ = ring_many(3)
    seal(at=AT)

    tamper("DELETE FROM journal_seal WHERE position = 2")
    problems = verify().problems

    assert problems[0] == "Position 2 is missing from the chain (next found: 3)."
    assert f"Event {next_} " in problems[1]
    assert problems[2].startswith(f"Event {unsealed} (trial.rang) is neither sealed nor waiting")


def test_a_row_slipped_in_is_named(committed: str) -> None:
    ring_many(2)
    seal(at=AT)

    tamper(
        "INSERT INTO journal_journalevent (kind, at, recorded_at, actor, actor_name, facts) "
        "VALUES ('trial.rang', %s, %s, 'staff:1', 'Somebody', '{}')",
        AT, AT,
    )  # fmt: skip
    (slipped_in,) = verify().problems

    assert slipped_in.endswith("it was slipped in or its seal removed.")


def test_every_row_slipped_in_is_named_however_many(committed: str) -> None:
    tamper(
        "INSERT INTO journal_journalevent (kind, at, recorded_at, actor, actor_name, facts) "
        "SELECT 'trial.rang', %s, %s, 'staff:1', 'Somebody', '{}' FROM generate_series(1, 1003)",
        AT, AT,
    )  # fmt: skip

    problems = verify().problems

    assert len(problems) == 1001
    assert problems[-1] == "3 more events are neither sealed nor waiting."


def test_two_events_that_changed_places_are_both_named(committed: str) -> None:
    _, second, third, _ = ring_many(4)
    seal(at=AT)

    tamper("UPDATE journal_seal SET event_id = -event_id WHERE position IN (2, 3)")
    tamper("UPDATE journal_seal SET event_id = %s WHERE position = 2", third)
    tamper("UPDATE journal_seal SET event_id = %s WHERE position = 3", second)
    problems = verify().problems

    assert [problem.split(" (")[0] for problem in problems] == [f"Event {third}", f"Event {second}"]


def test_an_end_cut_off_is_found_by_what_listeners_have_read(committed: str) -> None:
    *_, last = ring_many(3)
    seal(at=AT)
    Cursor.objects.create(listener="trial.reader", position=3)

    tamper("DELETE FROM journal_seal WHERE position = 3")
    tamper("DELETE FROM journal_journallink WHERE event_id = %s", last)
    tamper("DELETE FROM journal_journalevent WHERE id = %s", last)

    assert verify().problems == ("The chain ends at position 2, but position 3 was read before: its end was cut off.",)


def test_sealing_goes_on_in_batches_and_chains_them(committed: str) -> None:
    ring_many(25)

    batches = [seal(at=AT, limit=10) for _ in range(4)]

    assert batches == [10, 10, 5, 0]
    assert verify(batch=7).is_sound


def test_two_sealers_at_once_double_nothing(committed: str) -> None:
    ring_many(200)
    starting = threading.Barrier(4)

    def seal_all() -> int:
        starting.wait()
        sealed = 0
        while PendingSeal.objects.exists():
            sealed += seal(at=AT, limit=7)
        connection.close()
        return sealed

    with ThreadPoolExecutor(4) as sealers:
        taken = [future.result() for future in [sealers.submit(seal_all) for _ in range(4)]]

    assert sum(taken) == 200
    assert sorted(Seal.objects.values_list("position", flat=True)) == list(range(1, 201))
    assert verify().is_sound


def in_thread(work: Callable[[], None]) -> threading.Thread:
    """Start work on a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_writers_do_not_queue_and_the_slow_one_is_sealed_later(committed: str) -> None:
    written: dict[str, int] = {}
    slow_has_written, slow_may_commit = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with transaction.atomic():
            written["slow"] = ring(1).pk
            slow_has_written.set()
            assert slow_may_commit.wait(10)

    slow = in_thread(write_slowly)
    assert slow_has_written.wait(10)
    written["fast"] = ring(2).pk
    seal(at=AT)
    before = list(Seal.objects.order_by("position").values_list("event_id", flat=True))
    slow_may_commit.set()
    slow.join()
    seal(at=AT)

    assert written["slow"] < written["fast"]
    assert before == [written["fast"]]
    assert list(Seal.objects.order_by("position").values_list("event_id", flat=True)) == [
        written["fast"],
        written["slow"],
    ]
    assert verify().is_sound


def test_a_sealer_at_work_holds_up_neither_writers_nor_other_sealers(committed: str) -> None:
    ring(1)
    with viewing_as(SYSTEM):
        assert seal(at=AT) == 1
        outcome: list[int] = []

        def write_and_seal() -> None:
            ring(2)
            outcome.append(seal(at=AT))

        other = in_thread(write_and_seal)
        other.join(10)

        assert outcome == [0]

    assert seal(at=AT) == 1
    with viewing_as(SYSTEM):
        assert JournalEvent.objects.count() == 2
