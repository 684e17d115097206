"""The rules answer in their own words as at the day, or it is said that they do not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import current_profile
from tieline.rulebook import queries, quotes
from tieline.rulebook.actions import import_edition
from tieline.rulebook.answering import Answer, Band, answer, answers, draft, findings
from tieline.rulebook.models import ParagraphVersion
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.queries import Hit
from tieline.rulebook.tests.print_shop import Printed, guide, kept

JANUARY, JUNE = date(2026, 1, 1), date(2026, 6, 1)
LATE = "A late report costs twice the fee unless the operator has waived it in writing."


def bring(folder: Path, content: bytes, effective_on: date) -> str:
    key = current_profile().get(Rulebook).books[0].key
    path = kept(folder, f"guide-{effective_on}.pdf", content)
    import_edition(path, book=key, effective_on=effective_on, by=SYSTEM, at=datetime(2026, 1, 1, tzinfo=UTC))
    return key


@pytest.fixture
def book(db: None, tmp_path: Path) -> str:
    """The small guide, read in."""
    return bring(tmp_path, guide(), JANUARY)


@pytest.fixture
def sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search always holds that the rules answer, so that only the sentences decide."""
    search = queries.search

    def searched(text: str, *, as_at: date, book: str | None = None, limit: int = 10) -> queries.Search:
        found = search(text, as_at=as_at, book=book, limit=limit)
        return queries.Search(found.hits, Band.ANSWERED, 0.9, found.missing)

    monkeypatch.setattr(findings.queries, "search", searched)


def places(found: Answer) -> list[str]:
    return [f"{one.section}{one.paragraph}" for one in found.sentences]


def exact_words(found: Answer) -> bool:
    """Whether each quote is its version's text at its place."""
    texts = dict(ParagraphVersion.objects.values_list("pk", "text"))
    return all(
        texts[one.version_id][one.start : one.end] == one.quote and quotes.occurs_in(texts[one.version_id], one.quote)
        for one in found.sentences
    )


def test_a_question_is_answered_with_the_very_words_and_their_place(book: str, sure: None) -> None:
    found = answer("What does a late report cost?", as_at=JUNE)

    first = found.sentences[0]
    assert (found.band, first.quote, first.section, first.paragraph) == (Band.ANSWERED, LATE, "1.3", "(2)")
    assert first.label.endswith("§1.3(2)")
    assert (first.effective_from, first.later_from, first.pending) == (JANUARY, None, ())
    assert "late" in first.why
    assert exact_words(found)
    assert found.nearest == ()


def test_an_item_of_a_list_brings_the_words_that_lead_it_in(book: str, sure: None) -> None:
    found = answer("Does it name the expected return to service?", as_at=JUNE)

    assert [one.quote for one in found.sentences if one.section == "1.2"] == [
        "A report names:",
        "The expected return to service.",
    ]
    assert found.sentences[0].why == "leads in what follows"


def test_words_that_lead_a_list_in_bring_its_items(book: str) -> None:
    found = answer("What does paragraph (1) of Section 1.2 say?", as_at=JUNE)

    assert places(found) == ["1.2(1)", "1.2(1)(a)", "1.2(1)(b)", "1.2(1)(c)"]


def test_a_cited_place_answers_from_there_and_nowhere_else(book: str) -> None:
    found = answer("what does 1.3(2) say about the operator?", as_at=JUNE)

    assert [(one.section, one.paragraph, one.quote) for one in found.sentences] == [("1.3", "(2)", LATE)]
    assert "as cited" in found.sentences[0].why


def test_a_cited_place_that_is_not_in_force_is_refused_with_what_is_nearest(book: str) -> None:
    found = answer("what does Section 1.3.9 say?", as_at=JUNE)

    assert (found.band, found.sentences) == (Band.NEAREST, ())
    assert "1.3.9 is not in force on 2026-06-01" in found.says
    assert "§1.3(1) Fees" in found.says
    assert {hit.section for hit in found.nearest} == {"1.3"}


def test_of_two_cited_places_the_one_that_is_not_in_force_is_named(book: str) -> None:
    found = answer("what do Section 1.3(2) and Section 4.7 say?", as_at=JUNE)

    assert places(found) == ["1.3(2)"]
    assert "4.7 is not in force on 2026-06-01" in found.says


def test_a_letter_is_read_by_what_it_asks_alone_when_that_is_surer(book: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = "What does a late report cost us?"
    hits = tuple(queries.find("late report", as_at=JUNE))

    def searched(text: str, **_: object) -> queries.Search:
        is_sure = text == asked
        return queries.Search(hits, Band.ANSWERED if is_sure else Band.NOT_FOUND, 0.9 if is_sure else 0.1)

    monkeypatch.setattr(findings.queries, "search", searched)

    found = answer(f"The weather was bad on Monday. {asked} We wish you a good week.", as_at=JUNE)

    assert [one.quote for one in found.sentences] == [LATE]
    assert found.probability == 0.9


def searched_as(monkeypatch: pytest.MonkeyPatch, sure_of: str, probability: float = 0.9) -> list[str]:
    """The search finds the late report, and is sure only of this text; returns what it was asked."""
    hits, texts = tuple(queries.find("late report", as_at=JUNE)), list[str]()

    def searched(text: str, **_: object) -> queries.Search:
        texts.append(text)
        is_sure = text == sure_of
        return queries.Search(hits, Band.ANSWERED if is_sure else Band.NOT_FOUND, probability if is_sure else 0.05)

    monkeypatch.setattr(findings.queries, "search", searched)
    return texts


@pytest.mark.parametrize(
    ("letter", "asked"),
    [
        ("Late reports. The week was long. Please tell us what a late report costs.", "what a late report costs."),
        ("Fees. Our unit failed. We would like to know what a late report costs.", "what a late report costs."),
        ("Cost of a late report. The unit failed on Monday. Regards", "Cost of a late report."),
    ],
)
def test_a_letter_without_a_question_mark_asks_by_its_request_or_its_subject(
    book: str, monkeypatch: pytest.MonkeyPatch, letter: str, asked: str
) -> None:
    searched_as(monkeypatch, asked)

    assert [one.quote for one in answer(letter, as_at=JUNE).sentences] == [LATE]


def test_a_place_named_in_passing_does_not_answer_what_is_asked_beside_it(book: str) -> None:
    found = answer("Thank you for Section 1.3(2). Who wins the football cup of zebras?", as_at=JUNE)

    assert found.sentences == ()


def test_a_place_in_the_question_does_not_answer_what_it_does_not_speak_of(book: str) -> None:
    found = answer("Under Section 1.3(2), which zebra wins the football cup this summer?", as_at=JUNE)

    assert (found.band, found.sentences) == (Band.NEAREST, ())
    assert [hit.paragraph for hit in found.nearest] == ["(2)"]


def test_what_is_asked_beside_a_place_named_in_passing_is_searched_without_it(
    book: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = searched_as(monkeypatch, "What does a late report cost?")

    found = answer("We have read Section 1.2. What does a late report cost?", as_at=JUNE)

    assert [one.quote for one in found.sentences] == [LATE]
    assert not any("1.2" in text for text in texts if "cost" in text)


@pytest.mark.parametrize(("probability", "is_answered"), [(0.95, True), (0.65, False)])
def test_what_the_search_doubts_a_sentence_must_make_good(
    book: str, monkeypatch: pytest.MonkeyPatch, probability: float, is_answered: bool
) -> None:
    asked = "Which late report shall win the yearly turtle contest?"
    searched_as(monkeypatch, asked, probability)
    monkeypatch.setattr(answers, "likenesses", lambda _, texts: [0.52] * len(texts))

    assert answer(asked, as_at=JUNE).is_answered is is_answered


def test_what_the_rules_do_not_speak_of_is_not_found(book: str) -> None:
    found = answer("May zebras cross the motorway?", as_at=JUNE)

    assert (found.band, found.sentences, found.nearest) == (Band.NOT_FOUND, (), ())
    assert "do not answer this" in found.says


def test_a_doubtful_find_is_shown_as_nearest_and_claims_nothing(book: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hits = tuple(queries.find("late report", as_at=JUNE))
    doubtful = queries.Search(hits, Band.NEAREST, 0.4)
    monkeypatch.setattr(findings.queries, "search", lambda *_, **__: doubtful)

    found = answer("When is a late report on the moon waived?", as_at=JUNE)

    assert (found.band, found.sentences, found.probability) == (Band.NEAREST, (), 0.4)
    assert found.nearest
    assert "§1.3(2) Fees" in found.says
    assert draft(found) == ""


def test_a_sure_search_does_not_make_sentences_answer_that_speak_of_something_else(
    book: str, sure: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "likenesses", lambda *_: None)

    found = answer("Which turtle wins the yearly outage swimming contest on Mars this summer?", as_at=JUNE)

    assert found.band is Band.NEAREST
    assert found.sentences == ()


@pytest.mark.parametrize(
    "nothing", ["", "  \n", "Hello, good morning!", "Thanks, best regards", "the of and", "?!", "\0"]
)
def test_who_asks_nothing_is_asked_for_words(book: str, nothing: str) -> None:
    found = answer(nothing, as_at=JUNE)

    assert (found.band, found.sentences, found.nearest) == (Band.NOT_FOUND, (), ())
    assert "Nothing was asked" in found.says


def test_an_older_day_quotes_the_older_text_and_says_that_a_later_one_is_known(book: str, tmp_path: Path) -> None:
    bring(tmp_path, guide(fee="The fee is 700 dollars."), JUNE)

    before, after = (answer("what does 1.3(1) say?", as_at=day) for day in (date(2026, 5, 31), JUNE))

    assert [one.quote for one in before.sentences] == ["The fee is 500 dollars."]
    assert before.sentences[0].later_from == JUNE
    assert "1.3(1) has these words only until 2026-06-01" in before.says
    assert [one.quote for one in after.sentences] == ["The fee is 700 dollars."]
    assert "only until" not in after.says
    assert exact_words(before)
    assert exact_words(after)


def test_a_grey_box_is_never_quoted_and_the_paragraph_it_will_change_says_so(db: None, tmp_path: Path) -> None:
    request = current_profile().get(Rulebook).books[0].revision_request + "999"
    box = [
        Printed(f"[{request}: Replace paragraph (1) above upon system implementation:]", grey=True),
        Printed("(1) The fee is 900 dollars.", grey=True),
    ]
    bring(tmp_path, guide(extra=box), JANUARY)

    found = answer("what does 1.3(1) say about the fee?", as_at=JUNE)

    assert [one.quote for one in found.sentences] == ["The fee is 500 dollars."]
    assert found.sentences[0].pending == (request,)
    assert f"{request}, approved and not in force, will change 1.3(1)" in found.says
    assert f"to be changed by {request}" in draft(found)


def test_even_a_search_that_finds_a_grey_box_does_not_get_it_quoted(
    book: str, sure: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (hit,) = queries.find("1.3(2)", as_at=JUNE)
    ParagraphVersion.objects.filter(pk=hit.version_id).update(pending_request="RR1")
    wrong = queries.Search((hit,), Band.ANSWERED, 0.9)
    monkeypatch.setattr(findings.queries, "search", lambda *_, **__: wrong)

    found = answer("What does a late report cost?", as_at=JUNE)

    assert (found.band, found.sentences, found.nearest) == (Band.NOT_FOUND, (), ())


def test_a_draft_holds_each_quote_with_its_place_and_since_when(book: str) -> None:
    found = answer("what does 1.3(2) say?", as_at=JUNE)

    assert draft(found) == (
        f"The rules in force on 2026-06-01 say:\n\n“{LATE}” ({found.sentences[0].label}, in force since 2026-01-01)"
    )


def test_an_answer_as_data_has_the_places_of_its_quotes(book: str) -> None:
    data = answer("what does 1.3(2) say?", as_at=JUNE).as_data()

    assert (data["band"], data["as_at"]) == ("answered", "2026-06-01")
    (sentence,) = data["sentences"]  # type: ignore[misc]
    assert {"quote", "label", "version_id", "start", "end", "effective_from", "later_from", "why"} <= set(sentence)
    assert (sentence["start"], sentence["end"]) == (0, len(LATE))


HOSTILE = (
    "<script>alert(1)</script> late report",
    "'; DROP TABLE rulebook_paragraphversion; -- fee",
    "late report " * 900,
    "fee \x00\x01\x1b[31m report",
    "fee & | ! ( : * \\ report",
    "%s %(day)s {fee} report",
    "‮troper etal fee report",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_questions_are_only_words(book: str, sure: None, text: str) -> None:
    found = answer(text, as_at=JUNE)

    assert len(found.question) <= 1000
    assert "\0" not in found.question
    assert exact_words(found)


def test_another_book_does_not_answer(book: str) -> None:
    assert answer("what does 1.3(2) say?", as_at=JUNE, book="another").band is not Band.ANSWERED


WORDS = "what who when may must the fee late report outage operator 1.3(2) 1.2 1.9 hour names unit zebra cost".split()


@given(st.lists(st.sampled_from(WORDS), max_size=8))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_every_quote_stands_in_its_version(book: str, sure: None, asked: list[str]) -> None:
    found = answer(" ".join(asked), as_at=JUNE)

    assert exact_words(found)
    assert bool(found.sentences) == (found.band is Band.ANSWERED)
    assert len(found.sentences) <= 8
    assert len({(one.version_id, one.start) for one in found.sentences}) == len(found.sentences)


def test_nearest_passages_are_hits_in_force(book: str) -> None:
    found = answer("Section 1.3.9", as_at=JUNE)

    assert all(isinstance(hit, Hit) and hit.effective_from <= JUNE for hit in found.nearest)
