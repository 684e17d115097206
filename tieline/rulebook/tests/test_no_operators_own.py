"""Nothing in the rule book is one operator's: a market that does everything otherwise is read by its profile alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import current_profile
from tieline.rulebook import queries
from tieline.rulebook.actions import ImportReport, import_edition
from tieline.rulebook.citing.resolution import citing, resolve, unresolved
from tieline.rulebook.glossary import terms_in_force
from tieline.rulebook.models import ParagraphVersion
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.tests.other_market import BOOK, PLACES, REQUEST, as_pdf, as_web_page, as_word, profile
from tieline.rulebook.tests.print_shop import kept

AT, FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC), date(2026, 1, 1)
FORMS = {"docx": as_word, "pdf": as_pdf, "html": as_web_page}


@pytest.fixture
def market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = profile(tmp_path)
    monkeypatch.setenv("TIELINE_PROFILE", str(made))
    return made


def bring(directory: Path, form: str) -> ImportReport:
    path = kept(directory, f"ordnung.{form}", FORMS[form]())
    return import_edition(path, book=BOOK, effective_on=FIRST, by=SYSTEM, at=AT)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_form_gives_the_same_places_and_texts(db: None, market: Path, tmp_path: Path, form: str) -> None:
    report = bring(tmp_path, form)

    in_force = ParagraphVersion.objects.in_force(FIRST).select_related("paragraph__section")
    found = {(one.paragraph.section.number, one.paragraph.path, " ".join(one.text.split())) for one in in_force}
    assert found == set(PLACES)
    assert (report.sections, report.pending, report.unplaced) == (3, 1, ())
    assert [(row.number, row.title) for row in queries.sections(BOOK, FIRST)] == [
        ("1", "Begriffe"),
        ("4-7", "Meldung"),
        ("12", "Gebühren"),
    ]


@pytest.mark.parametrize("form", sorted(FORMS))
def test_text_not_in_force_is_pending_under_its_request(db: None, market: Path, tmp_path: Path, form: str) -> None:
    bring(tmp_path, form)

    pending = ParagraphVersion.objects.exclude(pending_request="").get()
    assert (pending.pending_request, pending.paragraph.path) == (REQUEST, "(1)")
    assert pending.text == "Die Gebühr beträgt 700 Kronen."
    assert queries.cite("Art. 12 (1)", as_at=FIRST).text == "Die Gebühr beträgt 500 Kronen."


def test_an_edition_in_another_form_changes_nothing(db: None, market: Path, tmp_path: Path) -> None:
    bring(tmp_path, "docx")

    reports = [bring(tmp_path, form) for form in ("html", "pdf")]

    assert [(one.added, one.changed, one.moved, one.gone) for one in reports] == [(0, 0, 0, 0)] * 2


def test_citations_in_its_own_way_are_found_and_resolved(db: None, market: Path, tmp_path: Path) -> None:
    bring(tmp_path, "html")

    read = resolve("Nach Art. 12 (3) lit. b und § 4-7 Abs. 2 sowie Art. 12 gilt Art. 99.", as_at=FIRST, book=BOOK)

    assert [(one.section, one.path, one.is_resolved) for one in read.citations] == [
        ("12", "(3)(b)", True),
        ("4-7", "(2)", True),
        ("12", "", True),
        ("99", "", False),
    ]
    assert [(one.section, one.path) for one in citing(BOOK, "12", as_at=FIRST)] == [("4-7", "(1)")]
    assert [(one.section, one.path) for one in unresolved(BOOK, as_at=FIRST)] == [("12", "(4)")]


def test_what_is_cited_and_what_is_sought_in_words_is_found(db: None, market: Path, tmp_path: Path) -> None:
    bring(tmp_path, "docx")

    by_number = queries.find("Art. 12 (3) lit. b", as_at=FIRST)
    by_words = queries.find("Meldung Werk", as_at=FIRST)

    assert by_number[0].text == "der Zähler fehlt, nämlich:"
    assert by_words[0].text == "Die Meldung nennt das Werk."


def test_its_terms_and_acronyms_are_explained(db: None, market: Path, tmp_path: Path) -> None:
    bring(tmp_path, "html")

    assert [(one.name, one.meaning) for one in terms_in_force(FIRST, BOOK)] == [
        ("Bilanzkreis", "eine Gruppe von Zählpunkten."),
        ("BKF", "Bilanz-Kreis-Führer"),
    ]


def test_its_grammar_shares_nothing_with_the_defaults(market: Path) -> None:
    grammar = current_profile().get(Rulebook).grammar

    assert grammar.heading.match("1.1 Purpose") is None
    assert not any(level.pattern.match(label) for level in grammar.levels for label in ("(1) x", "(a) x", "(i) x"))
