"""Clock sheet, rules, participants, palette and ledger: what is read rather than done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from tests.cast import Cast
from tieline.desk.models import Case
from tieline.rulebook.models import Book, Paragraph, ParagraphVersion, Section, SectionVersion

HX = {"HX-Request": "true"}


@pytest.fixture
def rule(db: None) -> ParagraphVersion:
    """One paragraph in force: Section 9.14(2)."""
    book = Book.objects.create(key="protocols", name="Market Protocols")
    section = Section.objects.create(book=book, number="9.14", sort_key="0009.0014")
    SectionVersion.objects.create(section=section, title="Disputes", effective_from=date(2026, 1, 1))
    paragraph = Paragraph.objects.create(section=section, path="(2)", sort_key="0002")
    return ParagraphVersion.objects.create(
        paragraph=paragraph,
        text="A dispute shall be filed within ten Business Days. Later ones are refused.",
        text_digest="x", heading="Disputes", effective_from=date(2026, 1, 1),
    )  # fmt: skip


def test_the_clock_sheet_proves_each_clock_as_page_and_as_data(ana: Client, case: Case) -> None:
    page = ana.get(f"/cases/{case.number}/clocks").content.decode()
    sheet = ana.get(f"/cases/{case.number}/clocks?format=json").json()

    assert "Every day on the way" in page
    assert "agree" in page
    assert {clock["measure"] for clock in sheet["clocks"]} == {"first_answer", "resolution"}
    assert all(clock["agrees"] and clock["steps"] and clock["calendar"]["version_now"] for clock in sheet["clocks"])


def test_a_rule_is_found_cited_with_its_words_and_withdrawn(ana: Client, case: Case, rule: ParagraphVersion) -> None:
    hits = ana.get(f"/rules/search?q=9.14(2)&as_at=2026-11-01&case={case.number}", headers=HX).content.decode()
    cited = ana.post(
        f"/cases/{case.number}/citations",
        {"version_id": rule.pk, "quote": "within ten Business Days"},
        headers=HX,
    )
    citation = case.citations.get()
    gone = ana.post(f"/cases/{case.number}/citations/{citation.pk}", {"_method": "delete"})

    assert "ten Business Days" in hits
    assert "Cite" in hits
    assert "within ten Business Days" in cited.content.decode()
    assert gone.status_code == 303
    citation.refresh_from_db()
    assert citation.withdrawn_at is not None


def test_words_the_rule_does_not_hold_are_refused_and_kept(ana: Client, case: Case, rule: ParagraphVersion) -> None:
    answer = ana.post(f"/cases/{case.number}/citations", {"version_id": rule.pk, "quote": "within five days"})

    assert answer.status_code == 409
    assert "within five days</textarea>" in answer.content.decode()
    assert not case.citations.exists()


def test_the_books_are_read_as_at_a_day(ana: Client, rule: ParagraphVersion) -> None:
    assert "Market Protocols" in ana.get("/rules").content.decode()
    assert "Disputes" in ana.get("/rules/protocols?as_at=2026-11-01").content.decode()
    assert "ten Business Days" in ana.get("/rules/protocols/9.14?as_at=2026-11-01").content.decode()
    assert ana.get("/rules/protocols/9.14?as_at=2025-11-01").status_code == 404
    assert ana.get("/rules/protocols/9.15").status_code == 404
    assert ana.get("/rules/no-such-book").status_code == 404
    assert ana.get("/rules?as_at=tomorrow").status_code == 409


def test_a_search_without_a_find_says_so(ana: Client, rule: ParagraphVersion) -> None:
    assert "No paragraph in force" in ana.get("/rules/search?q=zebra", headers=HX).content.decode()


def test_participants_are_listed_filtered_and_shown(ana: Client, cast: Cast) -> None:
    assert "Prickly Pear" in ana.get("/participants").content.decode()
    assert "Prickly Pear" not in ana.get("/participants?q=blue").content.decode()
    assert "Clear" in ana.get("/participants?q=zebra").content.decode()
    assert "Sam Doyle" in ana.get(f"/participants/{cast.bluestem.pk}").content.decode()


def test_the_palette_goes_and_finds(ana: Client, cast: Cast, rule: ParagraphVersion) -> None:
    found = ana.get("/palette?q=bluestem", headers=HX).content.decode()
    places = ana.get("/palette?q=", headers=HX).content.decode()

    assert f"/participants/{cast.bluestem.pk}" in found
    assert "Inbox" in places
    assert "/rules/protocols/9.14" in ana.get("/palette?q=9.14(2)", headers=HX).content.decode()
    assert "<html" in ana.get("/palette?q=x").content.decode()


def test_the_ledger_is_for_those_with_the_right(browser_of: Callable[[str], Client], case: Case, cast: Cast) -> None:
    ravi = browser_of(cast.ravi.username)

    assert case.subject in ravi.get("/mail/ledger?outcome=case").content.decode()
    assert "No message with this outcome" in ravi.get("/mail/ledger?outcome=machine").content.decode()
    assert ravi.get("/mail/ledger?outcome=other").status_code == 404
    assert browser_of("ana.ortiz").get("/mail/ledger").status_code == 403


def test_dense_lists_are_remembered(ana: Client) -> None:
    ana.post("/preferences", {"dense": "yes"})

    assert 'data-density="dense"' in ana.get("/cases?view=open").content.decode()
