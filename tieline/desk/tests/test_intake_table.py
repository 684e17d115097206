"""What a person's message means for the desk: every combination of thread, sender and time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.cast import MONDAY
from tieline.desk.intake import Intake, Thread, decide

LATER = MONDAY + timedelta(hours=1)
EARLIER = MONDAY - timedelta(hours=1)


def thread(*, closed: bool = False, belongs: bool = True, until: object = None) -> Thread:
    return Thread("INQ-7", closed, until, belongs, "by its reply header")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "intake", "words"),
    [
        (None, Intake.OPEN, "a new inquiry"),
        (thread(), Intake.ADD, "answers INQ-7 (by its reply header)"),
        (thread(belongs=False), Intake.FOLLOW, "its sender is not on that case"),
        (thread(closed=True, until=LATER), Intake.REOPEN, "within the window"),
        (thread(closed=True, until=MONDAY), Intake.REOPEN, "within the window"),
        (thread(closed=True, until=EARLIER), Intake.FOLLOW, "after the window"),
        (thread(closed=True, until=None), Intake.FOLLOW, "cannot be counted"),
        (thread(closed=True, until=LATER, belongs=False), Intake.FOLLOW, "its sender is not on that case"),
    ],
)
def test_the_decision(known: Thread | None, intake: Intake, words: str) -> None:
    decision = decide(known, at=MONDAY)

    assert decision.intake == intake
    assert words in decision.reason


def test_a_number_that_proves_nothing_opens_a_linked_case() -> None:
    decision = decide(replace(thread(), is_proved=False), at=MONDAY)

    assert (decision.intake, "answers nothing" in decision.reason) == (Intake.FOLLOW, True)


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("disproved", [False, True])
def test_a_thread_beside_takes_its_people_whatever_the_case_does(closed: bool, disproved: bool) -> None:
    beside = replace(thread(closed=closed, until=EARLIER), is_beside=True, is_waiting=not closed)

    assert decide(beside, at=MONDAY, is_disproved=disproved).intake == Intake.ADD
