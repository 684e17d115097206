"""What a person's message means for the desk: every combination of thread, sender and time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import MONDAY
from tieline.desk.intake import Intake, Thread, decide, number_in

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


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        ("Re: [INQ-1042] A question", ("INQ-1042", 1042)),
        ("[INQ-1] and [INQ-2]", ("INQ-1", 1)),
        ("INQ-1042 without brackets", None),
        ("[XYZ-1042] another desk's number", None),
        ("[INQ-9999999999999] too long", None),
        ("[inq-1042]", None),
        ("", None),
    ],
)
def test_a_case_number_in_a_subject(subject: str, found: tuple[str, int] | None) -> None:
    assert number_in(subject, frozenset({"INQ", "CS"})) == found
