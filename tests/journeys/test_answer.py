"""A question on the command line is answered in the rules' words, and the exit status says whether."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.rules import BOOK, POSTING, adopt_rules
from tieline.cli.main import main
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as

DAY = ("--as-at", "2026-03-01")


@pytest.fixture
def rules(committed: str, tmp_path: Path) -> None:
    """A book of one page, in force since January."""
    with viewing_as(SYSTEM):
        adopt_rules(tmp_path)


def test_an_answer_is_printed_with_its_place(rules: None, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["answer", "what does 9.1(1) say?", *DAY])

    said = capsys.readouterr().out
    assert status == 0
    assert f"“{POSTING}”" in said
    assert "§9.1(1) Posting of Statements, in force since 2026-01-01" in said


def test_as_data_a_quote_is_its_versions_text_from_start_to_end(
    rules: None, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["answer", "what does 9.1(1) say?", *DAY, "--book", BOOK, "--json"])

    data = json.loads(capsys.readouterr().out)
    (sentence,) = data["sentences"]
    assert (status, data["band"], sentence["quote"]) == (0, "answered", POSTING)
    assert (sentence["start"], sentence["end"]) == (0, len(POSTING))


@pytest.mark.parametrize("question", ["May zebras cross?", "What does Section 9.1.7 say?", "Hello!"])
def test_what_is_not_answered_ends_with_three(rules: None, capsys: pytest.CaptureFixture[str], question: str) -> None:
    status = main(["answer", question, *DAY, "--json"])

    assert status == 3
    assert json.loads(capsys.readouterr().out)["sentences"] == []


def test_wrong_usage_ends_with_two(rules: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["answer", "  "]) == 2
    assert "Nothing was asked" in capsys.readouterr().err
    assert main(["answer", "9.1(1)", "--book", "no-such-book"]) == 2
    assert BOOK in capsys.readouterr().err
    with pytest.raises(SystemExit) as refused:
        main(["answer", "9.1(1)", "--as-at", "someday"])
    assert refused.value.code == 2


def test_a_day_in_another_spelling_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["answer", "9.1(1)", "--as-at", "20260301"])

    assert refused.value.code == 2
    assert "is not a day written as YYYY-MM-DD" in capsys.readouterr().err


def test_a_long_question_is_read_and_repeated_only_in_part(rules: None, capsys: pytest.CaptureFixture[str]) -> None:
    main(["answer", "what does 9.1(1) say? " * 200, *DAY, "--json"])

    said = capsys.readouterr()
    assert "Only the first 1,000 characters of the question are read." in said.err
    assert len(json.loads(said.out)["question"]) == 1000


def test_what_the_model_has_not_read_is_read_by_the_command_itself(
    rules: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No worker runs beside it, and a search by itself would read nothing."""
    monkeypatch.setattr("tieline.rulebook.finding.meaning.READ_AT_ONCE", 0)

    main(["answer", "When is a statement posted?", *DAY, "--json"])

    said = capsys.readouterr()
    assert json.loads(said.out)["missing"] == []
    assert "reading the rules for their meaning: 2 of 2 paragraphs" in said.err
