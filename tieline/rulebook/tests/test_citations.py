"""A citation is read in every spelling people use, and nothing else is taken for one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.rulebook.citing.citations import ancestors, counting_of, find_citations, read_citation
from tieline.rulebook.profile import Book, Counting, Grammar
from tieline.rulebook.quotes import digest, occurs_in

BOOKS = (Book("protocols", "Market Protocols", "MP"), Book("guide", "Planning Guide", "PG"))
GRAMMAR = Grammar()


@pytest.mark.parametrize(
    ("written", "section", "path"),
    [
        ("6.6.3.1(2)(a)", "6.6.3.1", "(2)(a)"),
        ("§6.6.3.1(2)(a)", "6.6.3.1", "(2)(a)"),
        ("§ 6.6.3.1 (2)(a)", "6.6.3.1", "(2)(a)"),
        ("paragraph (2)(a) of Section 9.14.2", "9.14.2", "(2)(a)"),
        ("Paragraphs (2)(a) of section 9.14.2, Notice", "9.14.2", "(2)(a)"),
        ("Section 9.14.2, paragraph (2)(a)", "9.14.2", "(2)(a)"),
        ("Section 9.14.2 paragraph (2)", "9.14.2", "(2)"),
        ("see Section 6.6.3.1, Title of It", "6.6.3.1", ""),
        ("6.5.7.3.1(1)(a)(i)(A)", "6.5.7.3.1", "(1)(a)(i)(A)"),
    ],
)
def test_spellings(written: str, section: str, path: str) -> None:
    found = read_citation(written, GRAMMAR)

    assert found is not None
    assert (found.section, found.path) == (section, path)


def test_the_book_is_the_one_the_words_beside_it_name() -> None:
    assert [
        one.book
        for text in ("Protocols §9.14.2", "the Planning Guide Section 5.2.1", "Section 5.2.1")
        for one in find_citations(text, GRAMMAR, BOOKS)
    ] == ["protocols", "guide", None]


def test_each_place_in_a_text_is_read_once() -> None:
    text = "Under paragraph (1) of Section 3.1.2 and 4.1(2), but 2.5 MW is a quantity."

    found = find_citations(text, GRAMMAR)

    assert [str(one) for one in found] == ["3.1.2(1)", "4.1(2)", "2.5"]
    assert [one.is_explicit for one in found] == [True, True, False]
    assert text[found[0].start : found[0].end] == "paragraph (1) of Section 3.1.2"


def test_what_a_label_counts_in_follows_from_its_place() -> None:
    assert counting_of("(2)(a)(i)(A)", GRAMMAR) == (
        Counting.NUMBERS,
        Counting.LETTERS,
        Counting.ROMANS,
        Counting.CAPITALS,
    )
    assert counting_of("(2)(i)", GRAMMAR) == (Counting.NUMBERS, Counting.LETTERS)


def test_ancestors_come_deepest_first() -> None:
    assert ancestors("(2)(a)(i)") == ("(2)(a)(i)", "(2)(a)", "(2)")


NUMBERS = st.lists(st.integers(1, 30), min_size=2, max_size=7).map(lambda parts: ".".join(map(str, parts)))
LABELS = st.lists(st.from_regex(r"\A(?:[1-9][0-9]?|[a-z]|[A-Z]|iv|vii)\Z"), max_size=4)


FORMS = st.sampled_from(["{0}{1}", "§{0}{1}", "Section {0}, paragraph {1}", "paragraph {1} of Section {0}"])


@given(NUMBERS, LABELS, FORMS)
def test_every_number_and_chain_is_read_back(number: str, labels: list[str], form: str) -> None:
    path = "".join(f"({label})" for label in labels)
    found = read_citation(form.format(number, path), GRAMMAR)

    assert found is not None
    assert (found.section, found.path) == (number, path)


@pytest.mark.parametrize("text", ["", "hello", "call 555 0100", "12/15/2025", "(1) a list"])
def test_other_texts_hold_no_citation(text: str) -> None:
    assert find_citations(text, GRAMMAR) == ()


def test_a_quotation_is_found_whatever_its_spaces_and_marks() -> None:
    text = "The operator’s “next\nmeeting” is on\u00a0Monday – at the latest."

    assert occurs_in(text, 'operator\'s "next meeting" is on Monday - at')
    assert not occurs_in(text, "next meeting is on Tuesday")
    assert not occurs_in(text, "  ")
    assert digest(text) == digest(re.sub(r"\s+", "  ", text))
