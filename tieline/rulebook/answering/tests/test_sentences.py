"""Rule text is cut where its sentences end, and nowhere else."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.rulebook.answering.sentences import sentences


def cut(text: str) -> list[str]:
    return [one.of(text) for one in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A fee is due. It is paid once.", ["A fee is due.", "It is paid once."]),
        ("See Section 6.6.3.1 for more. Then stop.", ["See Section 6.6.3.1 for more.", "Then stop."]),
        ("As said in Section 3. The rest follows.", ["As said in Section 3.", "The rest follows."]),
        ("Use Attachment A. The form is short.", ["Use Attachment A.", "The form is short."]),
        ("Form No. 12, e.g. by Acme Inc. Ltd., is kept.", ["Form No. 12, e.g. by Acme Inc. Ltd., is kept."]),
        ("It ends at 5 p.m. Central time.", ["It ends at 5 p.m. Central time."]),
        ("J. Smith signs. K. Jones reads.", ["J. Smith signs.", "K. Jones reads."]),
        ('He may say “yes.” Then he pays.', ['He may say “yes.”', "Then he pays."]),
        ("1. Name the unit. 2. Name the hour.", ["1. Name the unit.", "2. Name the hour."]),
        ("LMP = P × 1.05 + C. The price holds.", ["LMP = P × 1.05 + C.", "The price holds."]),
        ("The hour in which it began; and", ["The hour in which it began"]),
        ("It is so; however, it may change.", ["It is so; however, it may change."]),
        ("", []),
        (" \n ", []),
    ],
)  # fmt: skip
def test_a_sentence_ends_where_a_reader_says_so(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_an_item_inside_a_text_knows_the_words_that_lead_it_in() -> None:
    text = "A report names: (a) the unit; (b) the hour; and (c) the return. It is signed."

    found = sentences(text)

    assert [one.of(text) for one in found] == [
        "A report names:", "(a) the unit", "(b) the hour", "(c) the return.", "It is signed.",
    ]  # fmt: skip
    assert [one.lead for one in found] == [None, (0, 15), (0, 15), (0, 15), None]


def test_a_list_without_labels_is_cut_when_semicolons_part_three_items() -> None:
    assert cut("It holds: the unit; the hour; and the return.") == ["It holds:", "the unit", "the hour", "the return."]
    assert cut("It holds: one thing; another.") == ["It holds: one thing; another."]


@given(st.text(alphabet=st.sampled_from("aB1 .;:()\n“”ie,g'§"), max_size=80))
def test_sentences_are_spans_of_the_text_that_follow_each_other(text: str) -> None:
    found = sentences(text)

    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(one.of(text) == one.of(text).strip() for one in found)
