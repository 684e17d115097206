"""A redline shows what changed word by word, and gives both wordings back whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.rulebook.history.redline import Mark, redline
from tieline.rulebook.quotes import plain


def shown(before: str, after: str) -> str:
    signs = {Mark.KEPT: "{}", Mark.ADDED: "+{}+", Mark.STRUCK: "-{}-"}
    return "".join(signs[one.mark].format(one.text.strip()) + " " for one in redline(before, after).inline).strip()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("The fee is 500 dollars.", "The fee is 700 dollars.", "The fee is -500- +700+ dollars."),
        ("The fee is 500 dollars.", "The fee is 500 dollars.", "The fee is 500 dollars."),
        ("One agent may act.", "One agent may not act.", "One agent may +not+ act."),
        ("Within ten Business Days.", "Within ten days.", "Within ten -Business Days- +days+ ."),
        ("", "New text.", "+New text.+"),
        ("Old text.", "", "-Old text.-"),
        ("in a unit and the meter", "at my plant and a gauge", "-in a unit and the meter- +at my plant and a gauge+"),
    ],
)
def test_what_changed_is_marked(before: str, after: str, said: str) -> None:
    assert shown(before, after).replace(" .", ".") == said.replace(" .", ".")


def test_spacing_and_quotation_marks_are_no_change() -> None:
    compared = redline('The "agent"  acts -\nat once.', "The “agent” acts –  at once.")

    assert compared.is_equal
    assert [one.mark for one in compared.inline] == [Mark.KEPT]


def test_both_sides_stand_beside_each_other() -> None:
    compared = redline("A report names the unit.", "A report always names the plant.")

    assert "".join(one.text for one in compared.before) == "A report names the unit."
    assert "".join(one.text for one in compared.after) == "A report always names the plant."
    assert (compared.words_added, compared.words_struck) == (2, 1)


SAID = st.sampled_from(["the", "unit", "(a)", "pays", "500", "days;", "\n", "and", "“fee”"])
TEXTS = st.lists(SAID, max_size=25).map(" ".join)


@given(TEXTS, TEXTS)
def test_both_wordings_can_be_read_back(before: str, after: str) -> None:
    compared = redline(before, after)

    assert plain("".join(one.text for one in compared.before)).split() == plain(before).split()
    assert plain("".join(one.text for one in compared.after)).split() == plain(after).split()


def test_two_very_long_texts_are_compared_in_time() -> None:
    before = "The operator posts the report. " * 3000

    compared = redline(before, before + "It is late. " + before)

    assert compared.words_struck == 0
    assert compared.words_added == 15_003
