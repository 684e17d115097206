"""What a question expects, and which sentence holds it."""

from __future__ import annotations

import pytest

from tieline.rulebook.answering.expectations import Expectation, expected, fit, held


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("How long may a dispute be filed?", Expectation.TIME),
        ("By when is payment due?", Expectation.TIME),
        ("How many Business Days are there?", Expectation.TIME),
        ("How much is the fee?", Expectation.AMOUNT),
        ("Who signs the report?", Expectation.PERSON),
        ("What is an Operating Day?", Expectation.MEANING),
        ("Can we withdraw?", Expectation.PERMISSION),
        ("Is a report required?", Expectation.DUTY),
    ],
)
def test_a_question_says_what_it_expects(question: str, first: Expectation) -> None:
    assert expected(question)[0] is first


def test_a_question_may_expect_nothing_in_particular() -> None:
    assert expected("Settlement of statements") == ()
    assert fit((), ()) == 0.0


def test_a_deadline_is_held_by_a_sentence_with_a_duration() -> None:
    expectations = expected("How long do we have to file?")

    with_one = held(expectations, "The notice is filed within ten Business Days.")
    without = held(expectations, "The notice names the unit.")

    assert Expectation.TIME in with_one
    assert fit(expectations, with_one) > fit(expectations, without) == 0.0
