"""What a question expects, and which sentence holds it."""

from __future__ import annotations

import pytest

from tieline.rulebook.answering.expectations import Expectation, expected, fit, held, is_contrary


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


@pytest.mark.parametrize(
    "sentence",
    [
        "It issues on the fifth day after the month.", "The form is due by September 15.", "It closes at 1600.",
        "It issues on the one hundred eightieth day.", "The twenty-first Business Day counts.",
    ],
)  # fmt: skip
def test_a_day_by_its_number_or_its_date_and_an_hour_are_times(sentence: str) -> None:
    assert held((Expectation.TIME,), sentence) == (Expectation.TIME,)


def test_a_section_or_a_year_alone_is_no_time() -> None:
    assert held((Expectation.TIME,), "The form of 2026 names Section 9.1 and the unit.") == ()


@pytest.mark.parametrize(
    ("question", "sentence", "expected_contrary"),
    [
        ("Which items are not protected?", "Each of the following is protected:", True),
        ("Which items are not protected?", "Information is not protected when it:", False),
        ("When isn't a charge due?", "A charge is due in each hour.", True),
        ("In which cases is no charge due?", "No charge is due:", False),
        ("What counts as protected?", "Information is not protected when it:", True),
        ("What counts as protected?", "Each of the following is protected:", False),
        ("Are prices protected?", "Prices are not protected.", False),
        ("What happens if we do not pay?", "The operator draws on security.", False),
        ("What happens if we do not pay?", "The payment is not refunded.", False),
    ],
)
def test_which_things_are_not_so_is_told_by_a_denial(question: str, sentence: str, expected_contrary: bool) -> None:
    assert is_contrary(question, sentence) is expected_contrary
