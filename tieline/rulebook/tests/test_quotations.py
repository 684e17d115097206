"""What a letter quotes from a rule stands in it, or is named; what it quotes from elsewhere is left alone."""

from __future__ import annotations

from datetime import date

import pytest

from tieline.kernel.profile import current_profile
from tieline.rulebook import quotes
from tieline.rulebook.citing.proof import Fault
from tieline.rulebook.citing.quotations import doubts, quotations
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.tests.rule_rows import reword, write_book

TODAY, LATER = date(2026, 6, 1), date(2026, 7, 1)
RULE = "The operator shall pay each invoice within 15 Business Days, unless the payee is unable to receive it."


@pytest.fixture
def rules(db: None) -> None:
    key = current_profile().get(Rulebook).books[0].key
    versions = write_book(key, {"9.7": ("Payment", [RULE, "A payee may ask for an earlier payment in writing."])})
    reword(versions["9.7(1)"], RULE.replace("15", "10"), on=LATER)


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("within 15 Business Days", True),
        ("within 15  Business\nDays,", True),
        ("5 Business Days", False),
        ("able to receive it", False),
        ("shall pay each inv", False),
        ("…", False),
        ("shall pay … 15 Business Days", False),
    ],
)
def test_a_quotation_is_whole_words_and_whole_numbers(quote: str, *, stands: bool) -> None:
    assert quotes.occurs_in(RULE, quote) is stands


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("[t]he operator shall pay each invoice", True),
        ("the operator shall pay [...] within 15 Business Days,", True),
        ("The operator shall pay … unless the payee is unable", True),
        ("The operator shall [not] pay each invoice", False),
        ("unless the payee ... within 15 Business Days", False),
    ],
)
def test_a_letter_may_leave_words_out_but_put_none_in(quote: str, *, stands: bool) -> None:
    assert quotes.occurs_in_parts(RULE, quote) is stands


WRONG = "shall pay each invoice within 5 Business Days"


@pytest.mark.parametrize(
    "text",
    [
        f"It is so: “{WRONG}” (Section 9.7(1)).",
        f'Section 9.7(1) says "{WRONG}".',
        f"“{WRONG},” as Section 9.7 puts it.",
        f"Under Section 9.7, the operator “{WRONG}”.",
    ],
)
@pytest.mark.usefixtures("rules")
def test_words_that_do_not_stand_in_the_rule_beside_them_are_found(text: str) -> None:
    (doubt,) = doubts(text, as_at=TODAY)

    assert doubt.fault is Fault.MISQUOTED
    assert doubt.quotation.words.startswith(WRONG)
    assert text[doubt.quotation.start : doubt.quotation.end].strip('“”"') == doubt.quotation.words


@pytest.mark.parametrize(
    "text",
    [
        "“shall pay each invoice within 15 Business Days” (Section 9.7(1))",
        "Section 9.7 reads: “a payee may ask for an earlier payment”.",
        "You wrote “we have not been paid since March”. Section 9.7(1) gives fifteen days.",
        "“we have not been paid since March” (Section 99.7)",
        "The term “Business Days” (Section 9.7(1)) is defined elsewhere.",
    ],
)
@pytest.mark.usefixtures("rules")
def test_what_stands_there_or_is_quoted_from_elsewhere_is_left_alone(text: str) -> None:
    assert doubts(text, as_at=TODAY) == ()


@pytest.mark.usefixtures("rules")
def test_words_of_the_client_are_no_quotation_of_the_rule() -> None:
    text = f"You say “{WRONG}” (Section 9.7(1)); that is not what stands there."

    assert doubts(text, as_at=TODAY, known=[f"I read that you {WRONG}, so where is it?"]) == ()


@pytest.mark.usefixtures("rules")
def test_words_that_stood_there_once_are_told_apart_unless_the_letter_says_so_itself() -> None:
    old = "“within 15 Business Days” (Section 9.7(1), in force since 2026-01-01"

    (doubt,) = doubts(f"{old})", as_at=LATER)

    assert (doubt.fault, doubt.ended_on) == (Fault.CHANGED, LATER)
    assert doubts(f"{old}, until {LATER})", as_at=LATER) == ()
    assert len(quotations(f"{old})", as_at=LATER)) == 1
