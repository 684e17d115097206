"""Definitions and acronyms are found where a book explains them, and nothing else is taken for one."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tieline.kernel.profile import current_profile
from tieline.rulebook.documents.extract import read_document
from tieline.rulebook.history.versions import places
from tieline.rulebook.models import TermKind
from tieline.rulebook.outlining.structure import read_edition
from tieline.rulebook.outlining.terms import terms_of, written_out
from tieline.rulebook.profile import Grammar, Rulebook

GRAMMAR = Grammar()
ACRONYM, DEFINITION = TermKind.ACRONYM, TermKind.DEFINITION


def found(text: str, *, path: str = "(1)", title: str = "Purpose") -> list[tuple[TermKind, str, str]]:
    return [(one.kind, one.name, one.meaning) for one in terms_of(text, path=path, titles=(title,), grammar=GRAMMAR)]


@pytest.mark.parametrize(
    ("text", "name", "meaning"),
    [
        ("A Market Trading Entity (MTE) reports.", "MTE", "Market Trading Entity"),
        ("All Market Trading Entities (MTEs) report.", "MTE", "Market Trading Entity"),
        ("See the Certificate of Convenience and Necessity (CCN).", "CCN", "Certificate of Convenience and Necessity"),
        ("the Grid Code (GC), as amended", "GC", "Grid Code"),
        ("energy measured in megawatt-hours (MWh)", "MWh", "megawatt-hours"),
        ("an Inverter-Based Resource (IBR)", "IBR", "Inverter-Based Resource"),
        ("Transmission and/or Distribution Owner (TDO)", "TDO", "Transmission and/or Distribution Owner"),
        ("a root mean square (RMS, see below) value", "RMS", "root mean square"),
    ],
)
def test_an_acronym_in_brackets_stands_for_the_words_its_letters_come_from(text: str, name: str, meaning: str) -> None:
    assert [(one.name, one.meaning) for one in written_out(text)] == [(name, meaning)]


@pytest.mark.parametrize(
    "text",
    [
        "as in paragraph (A) and (ii)",
        "the report (see below) is late",
        "the fee (USD) is due",
        "The hour ends. Market (OK)",
        "a power of ten (GWH)",
        "(MTE) stands first",
        "the MTE desk (MTE)",
        "in dollars (2026)",
    ],
)
def test_what_stands_in_brackets_otherwise_is_no_acronym(text: str) -> None:
    assert list(written_out(text)) == []


def test_a_list_of_acronyms_is_read_line_by_line() -> None:
    text = "ACE Area Control Error\nCOD | Commercial Operation Date\nMW – Megawatt\nThis list is not complete."

    assert found(text, title="Acronyms and abbreviations") == [
        (ACRONYM, "ACE", "Area Control Error"),
        (ACRONYM, "COD", "Commercial Operation Date"),
        (ACRONYM, "MW", "Megawatt"),
    ]
    assert found("ACE Area Control Error") == []


def test_a_bold_term_is_defined_under_a_title_that_says_so() -> None:
    text = "Trading Hub (TH)\nA set of nodes."

    assert found(text, path="[Trading Hub (TH)]", title="Definitions") == [
        (ACRONYM, "TH", "Trading Hub"),
        (DEFINITION, "Trading Hub", "A set of nodes."),
    ]
    assert [kind for kind, _, _ in found(text, path="[Trading Hub (TH)]")] == [ACRONYM]


def test_a_bold_acronym_in_a_list_of_both_is_no_definition() -> None:
    title = "Definitions and acronyms"

    assert found("TH Trading Hub", path="[TH]", title=title) == [(ACRONYM, "TH", "Trading Hub")]
    assert found("Hub A node.", path="[Hub]", title=title) == [(DEFINITION, "Hub", "A node.")]


@pytest.mark.parametrize(
    "text",
    ["“Outage” means a unit out of service.", 'The term "Outage" is defined as a unit out of service.'],
)
def test_a_sentence_that_says_what_a_word_means_defines_it(text: str) -> None:
    assert found(text) == [(DEFINITION, "Outage", "a unit out of service.")]


def test_a_term_without_a_meaning_is_none() -> None:
    assert found("Outage", path="[Outage]", title="Definitions") == []


def test_the_acronyms_of_a_real_guide(shared: Path) -> None:
    """Every acronym that the guide writes in brackets but one, which names a computer system."""
    guides = sorted((shared / "rules").glob("*_PLANNING_GUIDE__2025-12-15.pdf"))
    if not guides:
        pytest.skip("the real guide is not there")
    grammar = current_profile().get(Rulebook).grammar
    coming = places(read_edition(read_document(guides[0]), grammar))
    terms = [
        one
        for place, each in coming.items()
        for one in terms_of(each.paragraph.text, path=place.path, titles=(each.heading, each.above), grammar=grammar)
    ]

    bracketed = {
        name.removesuffix("s")
        for each in coming.values()
        for name in re.findall(r"\(([A-Z][\w&/-]{1,11})\)", each.paragraph.text)
    }
    names = {one.name for one in terms if one.kind is ACRONYM}
    meanings = {(one.name, one.meaning) for one in terms}
    assert len(bracketed - {name.removesuffix("s") for name in names}) <= 1
    assert len(names) >= 80
    assert max(Counter(name for name, _ in meanings).values()) <= 3
    assert sum(one.kind is DEFINITION for one in terms) == 2
