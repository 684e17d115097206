"""The glossary of a day: whose explanation counts, where a text uses a term, and what a question is widened by."""

from __future__ import annotations

import random
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import current_profile
from tieline.rulebook.actions import import_edition
from tieline.rulebook.glossary import DefinedTerm, expansions, marked, terms_in_force
from tieline.rulebook.models import ParagraphVersion, Term, TermKind
from tieline.rulebook.outlining.terms import write_terms
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.tests.print_shop import kept, word

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST, SECOND = date(2026, 1, 1), date(2026, 6, 1)
ACRONYM, DEFINITION = TermKind.ACRONYM, TermKind.DEFINITION


def term(name: str, kind: TermKind = DEFINITION, meaning: str = "something") -> DefinedTerm:
    return DefinedTerm(name, kind, meaning, 1, "guide", "2.1")


TERMS = (
    term("Operating Day"),
    term("Operating Day Report"),
    term("Fee"),
    term("Trading Entity"),
    term("Point-to-Point Right"),
    term("outage"),
    term("Glass"),
    term("TE", ACRONYM, "Trading Entity"),
    term("PSS/E", ACRONYM, "Power System Simulator"),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Operating Day Report is due.", ["Operating Day Report"]),
        ("Each Operating Day has a Fee.", ["Operating Day", "Fee"]),
        ("on two Operating Days,\nTrading\n Entities pay", ["Operating Days", "Trading\n Entities"]),
        ("each operating day has a fee", []),
        ("Feed the Feeder", []),
        ("a TE, TEs and a TE’s fee; not TEA, not te", ["TE", "TEs", "TE"]),
        ("a Point-to-Point Right and a Point to Point Right", ["Point-to-Point Right"]),
        ("an outage, Outages", ["outage", "Outages"]),
        ("run PSS/E; Glasses", ["PSS/E", "Glasses"]),
        ("", []),
    ],
)
def test_the_longest_term_is_marked_in_whole_words(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end, _ in marked(text, TERMS)] == expected


def test_the_first_of_two_terms_of_one_name_explains_it() -> None:
    here, elsewhere = term("Fee", meaning="what is owed"), term("Fee", meaning="something else")

    assert [one for _, _, one in marked("a Fee", (here, elsewhere))] == [here]


def test_ten_thousand_terms_are_marked_in_a_long_section_at_once() -> None:
    chance = random.Random(7)
    words = [f"Word{n}" for n in range(400)]
    terms = tuple(term(" ".join(chance.choices(words, k=chance.randint(1, 5)))) for _ in range(10_000))
    text = " ".join(chance.choice([*words, *["the"] * 400]) for _ in range(3000))
    marked(text, terms)

    started = time.process_time()
    found = marked(text, terms)

    assert len(found) > 100
    assert time.process_time() - started < 0.1


def bring(directory: Path, texts: list[tuple[str, int]], effective_on: date = FIRST, *, book: str = "guide") -> None:
    path = kept(directory, f"{book}.docx", word([("1.1 Definitions", 1), *texts]))
    import_edition(path, book=book, effective_on=effective_on, by=SYSTEM, at=AT)
    if not Term.objects.filter(version__effective_from=effective_on, version__paragraph__section__book__key=book):
        versions = ParagraphVersion.objects.filter(effective_from=effective_on, paragraph__section__book__key=book)
        write_terms(versions, current_profile().get(Rulebook).grammar)


def names(as_at: date, book: str | None = None) -> list[tuple[str, str, str]]:
    return [(one.name, one.meaning, one.book) for one in terms_in_force(as_at, book)]


def test_a_new_edition_changes_the_terms_from_its_day_on(db: None, tmp_path: Path) -> None:
    bring(tmp_path, [("(1) “Fee” means 500 dollars.", 0), ("(2) A Trading Entity (TE) pays it.", 0)])
    assert names(FIRST) == [("Fee", "500 dollars.", "guide"), ("TE", "Trading Entity", "guide")]

    bring(tmp_path, [("(1) “Fee” means 700 dollars.", 0)], SECOND)

    assert names(SECOND) == [("Fee", "700 dollars.", "guide")]
    assert names(FIRST) == [("Fee", "500 dollars.", "guide"), ("TE", "Trading Entity", "guide")]
    assert names(date(2025, 12, 31)) == []


def test_a_book_explains_its_own_terms_and_borrows_the_others(db: None, tmp_path: Path) -> None:
    bring(tmp_path, [("(1) “Fee” means a sum owed.", 0)], book="guide")
    bring(tmp_path, [("(1) “Fee” means a price.", 0), ("(2) “Hub” means some nodes.", 0)], book="manual")

    assert names(FIRST, "guide") == [("Fee", "a sum owed.", "guide"), ("Hub", "some nodes.", "manual")]
    assert names(FIRST, "manual") == [("Fee", "a price.", "manual"), ("Hub", "some nodes.", "manual")]
    assert [book for _, _, book in names(FIRST)] == ["guide", "manual", "manual"]


def test_the_paragraph_that_defines_goes_before_one_that_only_writes_out(db: None, tmp_path: Path) -> None:
    bring(tmp_path, [("(1) Text.", 0), ("1.2 Duties", 1), ("(1) A Trading Entity (TE) pays.", 0)])
    bring(tmp_path, [("TE is short for a trading entity; a Trading Entity (TE) trades.", 0)], SECOND)

    assert [(one.name, one.section) for one in terms_in_force(SECOND)] == [("TE", "1.1")]


def test_a_question_is_widened_by_acronyms_both_ways(db: None, tmp_path: Path) -> None:
    bring(tmp_path, [("(1) A Trading Entity Group (TEG) and an Area Station (AS).", 0)])

    def widened(text: str) -> list[tuple[str, str]]:
        return [(one.term, one.meaning) for one in expansions(text, FIRST)]

    assert widened("What does a teg pay?") == [("TEG", "Trading Entity Group")]
    assert widened("what do trading entity groups pay") == [("Trading Entity Group", "TEG")]
    assert widened("as it is") == []
    assert widened("the AS") == [("AS", "Area Station")]
    assert widened("nothing") == []
