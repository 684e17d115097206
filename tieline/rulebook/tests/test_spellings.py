"""Citations are found in every spelling people use, and hardly ever where there is none."""

from __future__ import annotations

import csv
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tieline.rulebook.citing.citations import find_citations, find_requests
from tieline.rulebook.citing.spellings import Within
from tieline.rulebook.profile import Book, Grammar

CORPUS = Path(__file__).parent / "spellings.tsv"
BOOKS = (
    Book("MP", "Market Protocols", "MP", "MPR"),
    Book("PG", "Planning Guide", "PG", "PGR"),
    Book("MM", "Retail Metering Manual", "RMM", "MMR"),
)
GRAMMAR = Grammar(
    section_number=re.compile(r"[1-9]\d?(?:\.\d{1,3}){0,6}"),
    revision_request=re.compile(r"\b(?:MPR|PGR|MMR)s?[\s-]?\d{3,4}\b"),
)
PRECISION, RECALL = 0.98, 0.95


@dataclass(frozen=True)
class Marked:
    """A sentence, what it cites, and the section in hand where it is said."""

    text: str
    cites: Counter[str]
    within: Within | None


def corpus() -> Iterator[Marked]:
    with CORPUS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            number, _, path = row["within"].partition("(")
            within = Within(number, f"({path}") if number else None
            yield Marked(row["text"].replace("\\n", "\n"), Counter(row["cites"].split()), within)


def found_in(marked: Marked) -> Counter[str]:
    cited = find_citations(marked.text, GRAMMAR, BOOKS, within=marked.within)
    rules = (f"{one.book}:{one}" if one.book else str(one) for one in cited if one.is_explicit)
    return Counter(rules) + Counter(mention.request for mention in find_requests(marked.text, GRAMMAR, BOOKS))


def scores(rows: list[Marked]) -> tuple[float, float]:
    right = sum((found_in(row) & row.cites).total() for row in rows)
    found = sum(found_in(row).total() for row in rows)
    marked = sum(row.cites.total() for row in rows)
    return right / found, right / marked


def test_the_corpus_is_large_and_holds_hard_cases() -> None:
    rows = list(corpus())

    assert sum(row.cites.total() for row in rows) >= 800
    assert sum(not row.cites for row in rows) >= 150


def test_precision_and_recall_on_the_marked_corpus() -> None:
    precision, recall = scores(list(corpus()))

    assert precision >= PRECISION
    assert recall >= RECALL


def test_no_hard_negative_is_taken_for_a_rule() -> None:
    negatives = [row for row in corpus() if not row.cites]

    taken = {row.text: dict(found_in(row)) for row in negatives if found_in(row)}

    assert taken == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("See Sections 3.1 and 3.2(1).", ["Sections 3.1", "3.2(1)"]),
        ("paragraphs (1) and (2) of Section 4.1", ["paragraphs (1)", "(2) of Section 4.1"]),
        ("Section 9.1(1) through (3) apply", ["Section 9.1(1)", "through", "(3)"]),
    ],
)
def test_each_place_stands_where_its_words_do(text: str, words: list[str]) -> None:
    found = find_citations(text, GRAMMAR, BOOKS)

    assert [text[one.start : one.end] for one in found] == words


def test_what_lies_inside_a_range_is_implied() -> None:
    found = find_citations("Section 9.1(1) through (3)", GRAMMAR, BOOKS)

    assert [(str(one), one.is_implied) for one in found] == [
        ("9.1(1)", False),
        ("9.1(2)", True),
        ("9.1(3)", False),
    ]


def test_without_a_section_in_hand_words_such_as_above_cite_nothing() -> None:
    assert find_citations("as in paragraph (2) above", GRAMMAR, BOOKS) == ()


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("Section 9.2.2. Paragraph (4) thereof", ["9.2.2", "9.2.2(4)"]),
        ("Planning Guide Section 5.3(1); id. at (2)", ["5.3(1)", "5.3(2)"]),
        ("Section 13 of the Securities Act, and paragraph (2) of that Section", []),
        ("paragraph (2) of the same Section", []),
    ],
)
def test_the_same_section_is_the_one_cited_last(text: str, cited: list[str]) -> None:
    found = find_citations(text, GRAMMAR, BOOKS)

    assert [str(one) for one in found] == cited
    assert len({one.book for one in found}) <= 1


@pytest.mark.parametrize(
    "text",
    [
        "under Section\n> 9.14.2(6), as quoted",
        "under Section\u00a09.14.2\u00a0(6), as printed",
        "under Section 9. 14. 2 (6), as scanned",
        "under Sect1on 9.l4.2(6), as scanned",
    ],
)
def test_marks_of_mail_and_scans_are_overlooked_and_every_letter_keeps_its_place(text: str) -> None:
    (found, *_) = find_citations(text, GRAMMAR)

    assert str(found) == "9.14.2(6)"
    assert text[found.start :].startswith("Sec")
    assert text[: found.end].endswith("(6)")


HOSTILE = (
    "(" * 20_000,
    "Section " * 5_000,
    "1." * 20_000,
    "paragraph (1) of " * 3_000,
    "3.1, " * 8_000,
    "1.2 " * 60_000,
    "\n> " * 50_000,
    "Section" + " " * 300_000 + "x",
    "paragraph (1)" + "\n" * 300_000,
    "Section 8. 3. 2. " * 3_000,
    "v2.1 a b c " * 5_000,
    "see the " * 30_000,
)
SOON_SECONDS = 20
"""Generous, for busy machines; what is not linear takes minutes."""


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: repr(text[:12]))
def test_very_long_and_hostile_texts_are_read_in_time(hostile: str) -> None:
    started = time.process_time()

    find_citations(hostile, GRAMMAR, BOOKS)

    assert time.process_time() - started < SOON_SECONDS
