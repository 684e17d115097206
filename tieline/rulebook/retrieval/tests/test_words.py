"""Which words does the search look for, and which pieces does the model read?"""

from __future__ import annotations

import pytest

from tieline.rulebook.retrieval.stemming import stem
from tieline.rulebook.retrieval.wordpiece import END, START, UNKNOWN, piece_numbers
from tieline.rulebook.retrieval.words import pairs, terms


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("caresses", "caress"), ("ponies", "poni"), ("cats", "cat"), ("agreed", "agre"), ("plastered", "plaster"),
        ("motoring", "motor"), ("hopping", "hop"), ("hoping", "hope"), ("happy", "happi"), ("sky", "sky"),
        ("relational", "relat"), ("generalization", "gener"), ("registration", "registr"), ("adoption", "adopt"),
        ("electricity", "electr"), ("settlement", "settlement"), ("controlling", "control"), ("cease", "ceas"),
    ],
)  # fmt: skip
def test_words_are_brought_to_porters_stems(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_numbers_of_sections_stay_whole() -> None:
    assert terms("See 6.6.3.1, and 10 days.") == ["see", "6.6.3.1", "10", "dai"]


def test_words_that_stand_everywhere_are_left_out_and_neighbours_pair() -> None:
    found = terms("The notice of a change")

    assert found == ["notic", "chang"]
    assert pairs(found) == ["notic chang"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, world!", [7592, 1010, 2088, 999]),
        ("café", [7668]),
        ("embeddings", [7861, 8270, 4667, 2015]),
        ("x" * 101, [UNKNOWN]),
    ],
)
def test_the_model_reads_berts_pieces(text: str, expected: list[int]) -> None:
    assert piece_numbers(text, longest=64) == [START, *expected, END]


def test_a_long_text_is_cut_and_still_ends() -> None:
    found = piece_numbers("word " * 500, longest=32)

    assert len(found) == 32
    assert found[-1] == END
