"""What the command line says of changes, citations and their reach, and what its exit status means."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from tests.cast import MONDAY, assemble
from tests.letters import case_of, letter, receive
from tests.rules import BOOK, POSTING, adopt_rules
from tieline.cli.main import main
from tieline.desk.actions import cite
from tieline.desk.models import Case, CaseCitation
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as
from tieline.rulebook import queries as rulebook

CHANGED_ON = date(2026, 6, 1)
LATER = "The Operator shall post within five days, see Section 9.7(3)."
SPAN = ("--book", BOOK, "--from", "2026-01-01", "--to", "2026-06-01")


@pytest.fixture
def rules(committed: str, tmp_path: Path) -> Case:
    """Two editions, the second with another posting rule, and a case that cites the first."""
    with viewing_as(SYSTEM):
        assemble()
        adopt_rules(tmp_path)
        case = case_of(receive(letter()))
        version = rulebook.cite("9.1(1)", as_at=date(2026, 3, 1)).version_id
        cite(case, version_id=version, quote="tenth Business Day", by=SYSTEM, at=MONDAY)
        adopt_rules(tmp_path, effective_on=CHANGED_ON, posting=LATER)
    return case


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    capsys.readouterr()
    status = main(["rulebook", *words])
    return status, capsys.readouterr().out


def test_changes_are_counted_listed_and_written_to_files(
    rules: Case, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    rows, word = tmp_path / "changes.csv", tmp_path / "changes.docx"

    status, said = printed(capsys, "changes", *SPAN, "--csv", str(rows), "--docx", str(word))
    listed = json.loads(printed(capsys, "changes", *SPAN, "--json")[1])

    assert status == 0
    assert "paragraphs: 0 added, 1 changed, 0 moved, 0 gone, 1 unchanged" in said
    assert "changed  9.1(1)" in said
    assert listed["counts"]["paragraphs"]["changed"] == 1
    assert rows.read_text("utf-8-sig").startswith("kind,section,")
    assert word.read_bytes().startswith(b"PK")


def test_changes_of_an_unfit_span_are_refused(rules: Case, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["rulebook", "changes", "--book", BOOK, "--from", "2025-01-01", "--to", "2026-06-01"])

    assert status == 1
    assert "first known edition is of 2026-01-01" in capsys.readouterr().err


def test_a_section_sought_before_its_first_day_is_told_with_that_day(
    rules: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = printed(capsys, "find", "9.1", "--as-at", "2025-06-01")
    main(["rulebook", "find", "9.1", "--as-at", "2025-06-01", "--json"])
    as_data = capsys.readouterr()

    assert status == 0
    assert "stands from 2026-01-01; on 2025-06-01 nothing of it is in force." in said
    assert (json.loads(as_data.out), "stands from 2026-01-01" in as_data.err) == ([], True)


@pytest.mark.parametrize(
    "words",
    [
        ("find", "Statements", "--book", "nope"),
        ("citations", "--book", "nope"),
        ("reach", "9.1", "--book", "nope"),
        ("sections", "--book", "nope"),
    ],
)
def test_a_book_that_nobody_read_in_is_named_and_not_taken_for_an_empty_one(
    committed: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    status = main(["rulebook", *words, "--json"])

    said = capsys.readouterr()
    assert (status, said.out) == (1, "")
    assert "No edition of a rule book “nope”" in said.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("sections", "--book", BOOK, "--as-at", "2026-02-31"), "there is no day 2026-02-31"),
        (("sections", "--book", BOOK, "--as-at", "20260201"), "is not a day written as YYYY-MM-DD"),
        (("find", " "), "expected words or a section number"),
        (("find", "posting", "--limit", "many"), "expected a number from 1 to 1000"),
    ],
)
def test_a_slip_of_the_pen_is_wrong_usage_and_says_what_was_expected(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["rulebook", *words])

    assert left.value.code == 2
    assert sentence in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_named(
    rules: Case, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    status = main(["rulebook", "changes", *SPAN, "--csv", str(tmp_path / "nowhere" / "changes.csv"), "--json"])

    said = capsys.readouterr()
    assert (status, said.out) == (1, "")
    assert "changes.csv cannot be written: No such file or directory." in said.err


def test_verify_tells_what_changed_and_fails_only_on_a_false_quote(
    rules: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = printed(capsys, "verify", "--as-at", "2026-07-01")
    findings = json.loads(printed(capsys, "verify", "--as-at", "2026-07-01", "--json")[1])["findings"]
    of_cases = [(one["kind"], one["fault"], one["holder"]) for one in findings if one["kind"] == "case_citation"]
    with viewing_as(SYSTEM):
        CaseCitation.objects.update(quote="twentieth Business Day")
    false_status, false_said = printed(capsys, "verify", "--as-at", "2026-07-01", "--json")

    assert status == 0
    assert f"citations checked, {len(findings)} findings" in said, "the profile's own citations are checked as well"
    assert of_cases == [("case_citation", "changed", f"case:{rules.number}")]
    assert f"changed: case_citation case:{rules.number}" in said
    assert false_status == 1
    assert json.loads(false_said)["counts"]["misquoted"] == 1


def test_citations_that_lead_nowhere_are_listed(rules: Case, capsys: pytest.CaptureFixture[str]) -> None:
    before = printed(capsys, "citations", "--book", BOOK, "--as-at", "2026-03-01")
    status, said = printed(capsys, "citations", "--book", BOOK, "--as-at", "2026-07-01")

    assert before == (0, "Every citation leads to its place.\n")
    assert status == 0
    assert said.startswith("9.1(1): 'Section 9.7(3)'")


def test_what_a_section_governs_is_listed(rules: Case, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = printed(capsys, "reach", "9.1", "--book", BOOK)
    rows = json.loads(printed(capsys, "reach", "9", "--json")[1])

    assert (status, "9.1 Posting of Statements  (1 cases)" in said) == (0, True)
    assert [(row["section"], row["cases"]) for row in rows] == [("9.1", 1)]
    assert printed(capsys, "reach", "8") == (0, "Nothing rests on Section 8.\n")


def test_reports_that_are_missing_are_made_once_and_shown(
    rules: Case, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    rows = tmp_path / "tasks.csv"

    assert printed(capsys, "reports") == (0, "No change has been reported yet.\n")
    (made,) = json.loads(printed(capsys, "reports", "--make", "--json")[1])
    (again,) = json.loads(printed(capsys, "reports", "--make", "--json")[1])
    status, said = printed(capsys, "report", str(made["id"]), "--csv", str(rows))

    assert made == again
    assert (made["decided"], made["counts"]["changed"]) == (0, 1)
    assert sorted(row["kind"] for row in csv.DictReader(rows.open(encoding="utf-8-sig"))) == [
        "case_citation",
        "profile_value",
    ]
    assert made["total"] == 2
    assert (status, "open      changed  case_citation" in said) == (0, True)
    assert POSTING in rows.read_text("utf-8-sig")
    assert main(["rulebook", "report", "999"]) == 1
    assert "There is no change report 999" in capsys.readouterr().err
