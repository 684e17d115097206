"""The glossary page, and how a page explains the terms of a text."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tieline.console.rule_glossary import MOST_AT_ONCE
from tieline.rulebook.glossary import DefinedTerm
from tieline.rulebook.models import Book, Edition, Paragraph, ParagraphVersion, Section, SectionVersion, Term, TermKind

FIRST = date(2026, 1, 1)
ADDRESS = "/rules/glossary?as_at=2026-06-01"
FEE = DefinedTerm("Fee", TermKind.DEFINITION, "What is <owed>.", 8, "guide", "2.1")


@pytest.fixture
def defining(db: None) -> ParagraphVersion:
    """A book with one paragraph in force since the first of January."""
    book = Book.objects.create(key="guide", name="Market Guide")
    Edition.objects.create(
        book=book,
        effective_on=FIRST,
        file_name="guide.html",
        file_digest="d",
        imported_at=datetime(2026, 1, 2, tzinfo=UTC),
        sections=1,
        paragraphs=1,
        pending=0,
    )
    section = Section.objects.create(book=book, number="2.1", sort_key="0002.0001")
    SectionVersion.objects.create(section=section, title="Definitions", effective_from=FIRST)
    paragraph = Paragraph.objects.create(section=section, path="(1)", sort_key="0001")
    return ParagraphVersion.objects.create(
        paragraph=paragraph, text="Text.", text_digest="x", heading="Definitions", effective_from=FIRST
    )


def define(version: ParagraphVersion, **meanings: str) -> None:
    Term.objects.bulk_create(
        Term(version=version, kind=TermKind.DEFINITION, name=name, folded=name.casefold(), meaning=meaning)
        for name, meaning in meanings.items()
    )


def test_the_glossary_says_what_each_term_means_and_where(ana: Client, defining: ParagraphVersion) -> None:
    define(defining, Fee="What is owed.", Outage="A unit out of service.")

    page = ana.get(ADDRESS).content.decode()

    assert "2 terms in force on 2026-06-01" in page
    assert page.index("Fee") < page.index("Outage")
    assert f'href="/rules/versions/{defining.pk}">Market Guide §2.1</a>' in page


def test_the_glossary_is_filtered_by_words_and_by_book(ana: Client, defining: ParagraphVersion) -> None:
    define(defining, Fee="What is owed.", Outage="A unit out of service.")

    by_word = ana.get(f"{ADDRESS}&contains=service").content.decode()
    by_book = ana.get(f"{ADDRESS}&book=another").content.decode()

    assert "1 term in force" in by_word
    assert "What is owed." not in by_word
    assert "No term answers to this" in by_book


def test_no_term_is_explained_before_its_book_is_in_force(ana: Client, defining: ParagraphVersion) -> None:
    define(defining, Fee="What is owed.")

    assert "explains a term" in ana.get("/rules/glossary?as_at=2025-12-31").content.decode()
    assert ana.get("/rules/glossary?as_at=soon").status_code == 409


def test_a_long_glossary_shows_one_letter_at_a_time(ana: Client, defining: ParagraphVersion) -> None:
    define(defining, **{f"Word{n:03}": "x" for n in range(MOST_AT_ONCE)}, Ab="first")

    assert "shown are those under A" in ana.get(ADDRESS).content.decode()
    assert "Word299" in ana.get(f"{ADDRESS}&letter=w").content.decode()


def test_the_glossary_asks_the_database_no_more_for_more_terms(ana: Client, defining: ParagraphVersion) -> None:
    define(defining, Fee="What is owed.")
    with CaptureQueriesContext(
        connection,
    ) as few:
        ana.get(f"{ADDRESS}&contains=a")
    Edition.objects.update(file_digest="another")
    define(defining, **{f"Word{n}": "x" for n in range(50)})

    with CaptureQueriesContext(connection) as many:
        ana.get(f"{ADDRESS}&contains=a")

    assert len(many) == len(few)


def test_a_term_is_explained_beside_itself_without_script_or_style() -> None:
    template = '{% from "console/rules_glossary/_term.html" import explained %}{{ explained(said, term, key) }}'

    shown = engines["jinja2"].from_string(template).render({"said": "Fees", "term": FEE, "key": "8-1"})

    assert 'tabindex="0" role="term" aria-describedby="term-8-1">Fees</span>' in shown
    assert 'role="tooltip" id="term-8-1"><b>Fee</b> What is &lt;owed&gt;.' in shown
    assert "style=" not in shown
    assert "on" + "click" not in shown
