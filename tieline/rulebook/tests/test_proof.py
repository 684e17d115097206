"""Every citation that does not hold any more is found, whoever keeps it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import current_profile
from tieline.kernel.reference import Reference
from tieline.rulebook import standing
from tieline.rulebook.actions import import_edition
from tieline.rulebook.citing.proof import Fault, missing_quotes, verify
from tieline.rulebook.models import ParagraphVersion
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.standing import Resting
from tieline.rulebook.tests.print_shop import Printed, guide, heading, kept

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
FIRST, SECOND = date(2026, 1, 1), date(2026, 6, 1)
WAIVER = "An operator that waives a fee says so in a notice to all participants that report outages."


class Letters:
    """A context of the test's own that keeps citations."""

    def __init__(self) -> None:
        self.kept: list[Resting] = []

    def resting(self, on: Collection[int] | None, *, as_at: date) -> Iterable[Resting]:
        return [one for one in self.kept if on is None or one.version_id in on]

    def cite(self, section: str, path: str, quote: str = "") -> None:
        version = ParagraphVersion.objects.in_force(FIRST).get(paragraph__section__number=section, paragraph__path=path)
        label = f"Guide §{section}{path}"
        self.kept.append(Resting(Reference("letter", str(len(self.kept) + 1)), version.pk, label, quote))


@pytest.fixture
def letters(db: None, tmp_path: Path) -> Iterator[Letters]:
    """Two editions are read in, and letters may cite them; nothing else rests on the rules."""
    key = current_profile().get(Rulebook).books[0].key
    extra = [Printed(f"(3) {WAIVER}"), Printed("(4) A fee is due at once.")]
    later = [heading("1.4 Waivers"), Printed(f"(1) {WAIVER}")]
    path = kept(tmp_path, "first.pdf", guide(extra=extra))
    import_edition(path, book=key, effective_on=FIRST, by=SYSTEM, at=AT)
    path = kept(tmp_path, "second.pdf", guide(fee="The fee is 700 dollars.", extra=later))
    import_edition(path, book=key, effective_on=SECOND, by=SYSTEM, at=AT)
    letters = Letters()
    standing.register("letter", letters.resting)
    yield letters
    standing.forget("letter")


def faults(as_at: date) -> list[tuple[str, Fault]]:
    found = (one for one in verify(as_at=as_at).findings if one.kind == "letter")
    return [(one.resting.label, one.fault) for one in found]


def test_a_citation_that_holds_is_not_listed(letters: Letters) -> None:
    letters.cite("1.3", "(2)", "twice the  fee unless")

    assert faults(SECOND) == []
    assert verify(as_at=SECOND).checked >= 1


def test_words_that_the_version_does_not_have_are_found(letters: Letters) -> None:
    letters.cite("1.3", "(2)", "three times the fee")

    assert faults(SECOND) == [("Guide §1.3(2)", Fault.MISQUOTED)]
    assert verify(as_at=SECOND).is_misquoting


def test_a_citation_is_flagged_from_the_day_its_paragraph_changes(letters: Letters) -> None:
    letters.cite("1.3", "(1)", "500 dollars")

    assert faults(date(2026, 5, 31)) == []
    assert faults(SECOND) == [("Guide §1.3(1)", Fault.CHANGED)]
    assert not verify(as_at=SECOND).is_misquoting


def test_it_is_said_where_the_text_went(letters: Letters) -> None:
    letters.cite("1.3", "(3)")
    letters.cite("1.3", "(4)")

    moved, gone = (one for one in verify(as_at=SECOND).findings if one.kind == "letter")

    assert (moved.fault, gone.fault) == (Fault.MOVED, Fault.GONE)
    assert "its text now stands at 1.4(1)" in moved.says
    assert "nothing took its place" in gone.says


def test_a_version_that_is_not_there_is_found(letters: Letters) -> None:
    letters.kept.append(Resting(Reference("letter", "9"), 0, "Guide §9"))

    assert faults(SECOND) == [("Guide §9", Fault.GONE)]


def test_the_proof_as_data_counts_by_fault(letters: Letters) -> None:
    letters.cite("1.3", "(1)", "500 pounds")

    data = verify(as_at=SECOND).as_data()

    counts = data["counts"]
    assert isinstance(counts, dict)
    assert counts.pop("unresolved") == sum(one.kind != "letter" for one in verify(as_at=SECOND).findings)
    assert counts == {"misquoted": 1, "changed": 1, "moved": 0, "gone": 0, "pending": 0}


def test_one_kind_has_one_function(letters: Letters) -> None:
    other = Letters()

    with pytest.raises(ValueError, match="registered twice"):
        standing.register("letter", other.resting)
    assert "letter" in standing.kinds()


def test_what_rests_on_some_paragraphs_can_be_asked(letters: Letters) -> None:
    letters.cite("1.3", "(1)")
    letters.cite("1.3", "(2)")
    first = letters.kept[0]

    assert [one for kind, one in standing.resting({first.version_id}, as_at=FIRST) if kind == "letter"] == [first]


def test_missing_quotes_of_a_text() -> None:
    assert missing_quotes("A “fee” is due.", ['"fee" is', "a fee was"]) == ("a fee was",)
