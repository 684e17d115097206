"""The rules that a conversation names are links in its messages, and the case lists where each leads or why nowhere."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import MONDAY, Cast
from tieline.console.rule_links import linked
from tieline.console.tests.arriving import receive
from tieline.desk.actions import add_note
from tieline.desk.models import Case
from tieline.rulebook.models import Book, Paragraph, ParagraphVersion, Section, SectionVersion

HX = {"HX-Request": "true"}
MOST_STATEMENTS = 8  # two of them ask for what is not sent yet
"""The session, the person, the case, its messages, and two for every rule it names."""
NOON = datetime(2026, 11, 2, 18, tzinfo=UTC)
MAIL = (
    "We read Section 9.14(2) so that ten days remain, and Section\n9.99(1) so that they do not.\n"
    "See https://operator.example/rules/9.14.2(6) for load of 9.14 MW, and 10.2.3.4 on our network."
)


@pytest.fixture
def rule(db: None) -> ParagraphVersion:
    """One paragraph in force: Section 9.14(2), from 2026 until another wording holds in 2027."""
    book = Book.objects.create(key="protocols", name="Market Protocols")
    section = Section.objects.create(book=book, number="9.14", sort_key="0009.0014")
    SectionVersion.objects.create(section=section, title="Disputes", effective_from=date(2026, 1, 1))
    paragraph = Paragraph.objects.create(section=section, path="(2)", sort_key="0002")
    return ParagraphVersion.objects.create(
        paragraph=paragraph, text="A dispute is filed within ten days.", text_digest="x",
        effective_from=date(2026, 1, 1), effective_to=date(2027, 1, 1),
    )  # fmt: skip


@pytest.fixture
def citing_case(cast: Cast, rule: ParagraphVersion) -> Case:
    return receive(cast, "Which window applies?", MAIL)


def links(markup: str) -> list[tuple[str, str]]:
    return re.findall(r'<a class="cites" href="([^"]*)">([^<]*)</a>', markup)


def test_the_rules_in_a_message_are_links_as_at_its_day(ana: Client, citing_case: Case) -> None:
    page = ana.get(f"/cases/{citing_case.number}").content.decode()

    (first, words), (second, broken) = links(page)
    assert (words, broken) == ("Section 9.14(2)", "Section\n9.99(1)")
    assert first.startswith("/rules/cited?q=9.14%282%29&amp;as_at=2026-")
    assert "9.99%281%29" in second
    assert f'hx-get="/cases/{citing_case.number}/references"' in page
    assert 'href="https://operator.example/rules/9.14.2(6)"' in page


def test_a_note_is_linked_too(ana: Client, cast: Cast, citing_case: Case) -> None:
    add_note(citing_case, text="9.14(2) it is", by=cast.ana.as_actor(), at=MONDAY)

    assert "9.14(2)" in [words for _, words in links(ana.get(f"/cases/{citing_case.number}").content.decode())]


def test_the_case_lists_where_its_references_lead_or_why_nowhere(
    ana: Client, citing_case: Case, rule: ParagraphVersion
) -> None:
    part = ana.get(f"/cases/{citing_case.number}/references", headers=HX).content.decode()

    assert len(links(part)) == 1
    assert f'#p{rule.pk}">' in part
    assert "<q>Section 9.99(1)</q>" in part
    assert "Section 9.99 is not in force on 2026-" in part
    assert "10.2.3.4" not in part


def test_without_a_script_the_list_is_a_page(ana: Client, case: Case) -> None:
    page = ana.get(f"/cases/{case.number}/references").content.decode()

    assert "<h1>Rules</h1>" in page
    assert "No rule is named in the conversation." in page


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("q=9.14(2)&as_at=2026-11-02", "/rules/protocols/9.14?as_at=2026-11-02#p{pk}"),
        ("q=9.14(2)&book=protocols&as_at=2026-11-02", "/rules/protocols/9.14?as_at=2026-11-02#p{pk}"),
        ("q=9.14(2)&as_at=2025-11-02", "/rules/search?q=9.14%282%29&as_at=2025-11-02"),
        ("q=9.99&as_at=2026-11-02", "/rules/search?q=9.99&as_at=2026-11-02"),
        ("q=%00<&as_at=2026-11-02", "/rules/search?q=%00%3C&as_at=2026-11-02"),
    ],
)
def test_a_link_leads_to_the_rule_or_else_to_the_search(
    ana: Client, rule: ParagraphVersion, asked: str, leads_to: str
) -> None:
    answer = ana.get(f"/rules/cited?{asked}")

    assert (answer.status_code, answer["Location"]) == (303, leads_to.format(pk=rule.pk))


def test_the_list_needs_few_statements(ana: Client, citing_case: Case) -> None:
    address = f"/cases/{citing_case.number}/references"
    ana.get(address, headers=HX)

    with CaptureQueriesContext(connection) as captured:
        ana.get(address, headers=HX)

    asked = [one["sql"] for one in captured if " FROM " in one["sql"]]
    assert len(asked) <= MOST_STATEMENTS, "\n".join(asked)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>Section 9.1(1)</b> & more", "&lt;b&gt;<a "),
        ("<script>9.1(1)</script>", "&lt;script&gt;"),
        ('Section 9.1(1)" onmouseover="x', "&#34; onmouseover=&#34;x"),
        ("write to 9.1.2(1)@operator.example", "9.1.2(1)@operator.example"),
        ("", ""),
    ],
)
def test_what_a_client_wrote_stays_text(cast: Cast, text: str, shown: str) -> None:
    markup = linked(text, NOON)

    assert shown in markup
    assert "<script" not in markup
    assert "<b>" not in markup


def test_a_range_is_two_links_and_no_more(cast: Cast) -> None:
    markup = linked("Sections 9.1 through 9.4 apply", NOON)

    assert [words for _, words in links(markup)] == ["Sections 9.1", "9.4"]


def test_a_very_long_text_is_linked_at_its_beginning(cast: Cast) -> None:
    markup = linked("Section 9.1(1) " + "word " * 40_000 + "Section 9.1(2)", NOON)

    assert [words for _, words in links(markup)] == ["Section 9.1(1)"]
