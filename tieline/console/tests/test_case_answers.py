"""The rules answer beside the case: from its own words, as at its day, into the reply of who may cite."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tieline.console.tests.arriving import receive
from tieline.desk.models import Case, CaseCitation
from tieline.identity.models import Role, User
from tieline.rulebook.models import Book, Paragraph, ParagraphVersion, Section, SectionVersion

HX = {"HX-Request": "true"}
MOST_STATEMENTS = 28
FILED = "A dispute shall be filed within ten Business Days."
REFUSED = "Later ones are refused."


@pytest.fixture
def rule(db: None) -> ParagraphVersion:
    """One paragraph in force: Section 9.14(2), until another wording holds in 2027."""
    book = Book.objects.create(key="protocols", name="Market Protocols")
    section = Section.objects.create(book=book, number="9.14", sort_key="0009.0014")
    SectionVersion.objects.create(section=section, title="Disputes", effective_from=date(2026, 1, 1))
    paragraph = Paragraph.objects.create(section=section, path="(2)", sort_key="0002")
    return ParagraphVersion.objects.create(
        paragraph=paragraph, text=f"{FILED} {REFUSED}", text_digest="x", heading="Disputes",
        effective_from=date(2026, 1, 1), effective_to=date(2027, 1, 1),
    )  # fmt: skip


def panel(browser: Client, case: Case, query: str = "") -> str:
    """The panel as the page's scripts get it."""
    answer = browser.get(f"/cases/{case.number}/answer{query}", headers=HX)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_case_page_opens_the_panel_only_when_asked(ana: Client, case: Case, rule: ParagraphVersion) -> None:
    page = ana.get(f"/cases/{case.number}").content.decode()

    assert f'hx-get="/cases/{case.number}/answer"' in page
    assert "answer-sentence" not in page


def test_an_answer_quotes_links_and_says_what_will_change(ana: Client, case: Case, rule: ParagraphVersion) -> None:
    shown = panel(ana, case, "?q=What+does+9.14(2)+say%3F&as_at=2026-11-01")

    assert "Answered" in shown
    assert f'<blockquote dir="auto">{FILED}</blockquote>' in shown
    assert f'href="/rules/protocols/9.14?as_at=2026-11-01#p{rule.pk}"' in shown
    assert "9.14(2) has these words only until 2027-01-01" in shown
    assert "<html" not in shown


def test_sentences_of_one_paragraph_stand_under_one_heading_with_one_caveat(
    ana: Client, case: Case, rule: ParagraphVersion
) -> None:
    shown = panel(ana, case, "?q=What+does+9.14(2)+say%3F&as_at=2026-11-01")

    assert (shown.count("<blockquote"), shown.count("<header>"), shown.count('class="answer-caveat"')) == (2, 1, 1)


def test_the_question_is_the_cases_own_last_words_without_what_is_quoted(
    ana: Client, cast: Cast, rule: ParagraphVersion
) -> None:
    receive(cast, "Another matter", "A secret of somebody else.", sender=f"{cast.kit.name} <{cast.kit.email}>")
    quoted = "\n\nOn Monday, Ana Ortiz wrote:\n> an older secret\n"
    case = receive(cast, "Re: Dispute window", f"By when must we file? {'Please tell us. ' * 60}{quoted}")

    shown = panel(ana, case)

    asked = html.unescape(re.findall(r"<textarea id=\"answer-q\"[^>]*>([^<]*)<", shown)[0])
    assert asked.startswith("Dispute window. By when must we file?")
    assert len(asked) <= 400
    assert "secret" not in shown


def test_the_day_is_the_cases_own(ana: Client, case: Case, rule: ParagraphVersion) -> None:
    shown = panel(ana, case, "?q=9.14(2)")

    day = f"{case.received_at:%Y-%m-%d}"
    assert f'name="as_at" type="date" value="{day}"' in shown
    assert ana.get(f"/cases/{case.number}/answer?q=9.14(2)&as_at=someday").status_code == 409


def test_what_is_nearest_and_what_is_not_found_look_unlike_an_answer(
    ana: Client, case: Case, rule: ParagraphVersion
) -> None:
    nearest = panel(ana, case, "?q=What+does+9.14(7)+say%3F&as_at=2026-11-01")
    nothing = panel(ana, case, "?q=zebra&as_at=2026-11-01")

    assert "Nearest passages" in nearest
    assert "answer-nearest" in nearest
    assert f"#p{rule.pk}" in nearest
    assert "Not found" in nothing
    for shown in (nearest, nothing):
        assert "answer-sentence" not in shown
        assert "data-answer" not in shown


def test_without_script_the_answer_is_a_page_of_its_own(ana: Client, case: Case, rule: ParagraphVersion) -> None:
    page = ana.get(f"/cases/{case.number}/answer?q=9.14(2)&as_at=2026-11-01").content.decode()

    assert "<html" in page
    assert "Cite these in the case" in page
    assert FILED in page
    assert f'href="/cases/{case.number}"' in page


def test_putting_it_into_the_reply_cites_each_quotation(ana: Client, case: Case, rule: ParagraphVersion) -> None:
    shown = panel(ana, case, "?q=What+does+9.14(2)+say%3F&as_at=2026-11-01")
    quotes = re.findall(r'name="quote" value="([^"]*)"', shown)

    done = ana.post(
        f"/cases/{case.number}/answer", {"version_id": [rule.pk] * len(quotes), "quote": quotes}, headers=HX
    )

    assert "Put into the reply" in shown
    assert "The rules in force on 2026-11-01 say:" in shown
    assert quotes == [FILED, REFUSED]
    assert done.status_code == 200
    assert FILED in done.content.decode()
    assert set(case.citations.values_list("version_id", "quote")) == {(rule.pk, FILED), (rule.pk, REFUSED)}


def test_a_plain_form_cites_and_leads_back_to_the_case(ana: Client, case: Case, rule: ParagraphVersion) -> None:
    answer = ana.post(f"/cases/{case.number}/answer", {"version_id": [rule.pk], "quote": [FILED]})

    assert (answer.status_code, answer["Location"]) == (303, f"/cases/{case.number}")


@pytest.mark.parametrize(
    ("versions", "quotes"), [([], []), (["x"], [FILED]), (["1", "2"], [FILED]), (["9" * 30], [FILED])]
)
def test_quotations_that_cannot_be_read_are_refused(
    ana: Client, case: Case, rule: ParagraphVersion, versions: list[str], quotes: list[str]
) -> None:
    answer = ana.post(f"/cases/{case.number}/answer", {"version_id": versions, "quote": quotes})

    assert answer.status_code == 409
    assert not CaseCitation.objects.exists()


def test_one_invented_quotation_has_none_cited(ana: Client, case: Case, rule: ParagraphVersion) -> None:
    sent = {"version_id": [rule.pk, rule.pk], "quote": [FILED, "It may be filed at any time."]}

    answer = ana.post(f"/cases/{case.number}/answer", sent)

    assert answer.status_code == 409
    assert "quote it exactly" in answer.content.decode()
    assert not CaseCitation.objects.exists()


def test_who_may_not_cite_reads_the_answer_and_has_no_button(
    browser_of: Callable[[str], Client], cast: Cast, case: Case, rule: ParagraphVersion
) -> None:
    reader = Role.objects.create(key="looking", name="Looking", rights=["desk.see", "rulebook.see"])
    User.objects.filter(pk=cast.mara.pk).update(role=reader)
    mara = browser_of(cast.mara.username)

    shown = panel(mara, case, "?q=9.14(2)&as_at=2026-11-01")
    refused = mara.post(f"/cases/{case.number}/answer", {"version_id": [rule.pk], "quote": [FILED]})

    assert FILED in shown
    assert "data-answer" not in shown
    assert refused.status_code == 403
    assert "desk.cite" in refused.content.decode()


def test_without_the_right_to_the_rules_there_is_no_answer_and_no_door_to_it(
    browser_of: Callable[[str], Client], cast: Cast, case: Case, rule: ParagraphVersion
) -> None:
    blind = Role.objects.create(key="blind", name="Without rules", rights=["desk.see"])
    User.objects.filter(pk=cast.mara.pk).update(role=blind)
    mara = browser_of(cast.mara.username)

    refused = mara.get(f"/cases/{case.number}/answer?q=9.14(2)")

    assert f"/cases/{case.number}/answer" not in mara.get(f"/cases/{case.number}").content.decode()
    assert refused.status_code == 403
    assert FILED not in refused.content.decode()


def test_who_may_only_note_puts_it_into_the_note(
    browser_of: Callable[[str], Client], cast: Cast, case: Case, rule: ParagraphVersion
) -> None:
    assert "Put into the note" in panel(browser_of(cast.mara.username), case, "?q=9.14(2)&as_at=2026-11-01")


@pytest.mark.parametrize(
    "query", ["%3Cscript%3Ealert(1)%3C/script%3E+9.14(2)", "%00%01+9.14(2)", "'%3B+DROP+TABLE+x%3B--", "a+" * 5000]
)
def test_a_hostile_question_is_shown_as_words(ana: Client, case: Case, rule: ParagraphVersion, query: str) -> None:
    shown = panel(ana, case, f"?q={query}&as_at=2026-11-01")

    assert "<script" not in shown
    assert " style=" not in shown
    assert " onclick=" not in shown


def test_an_answer_needs_few_statements(ana: Client, case: Case, rule: ParagraphVersion) -> None:
    address = "?q=By+when+shall+a+dispute+be+filed%3F&as_at=2026-11-01"
    panel(ana, case, address)

    with CaptureQueriesContext(connection) as captured:
        panel(ana, case, address)

    asked = [one["sql"] for one in captured if one["sql"] not in ("BEGIN", "COMMIT")]
    assert len(asked) <= MOST_STATEMENTS, "\n".join(asked)
