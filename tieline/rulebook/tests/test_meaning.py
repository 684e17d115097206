"""The search by words and meaning answers from the text of the day, says how sure it is, and never waits long."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="the search by meaning needs numpy, of the optional group “meaning”")

from django.db import connections

from conftest import ROOT
from tieline.kernel.profile import current_profile
from tieline.rulebook.finding import calibrating, meaning, misspelt, preparing
from tieline.rulebook.finding.by_words import search_by_words
from tieline.rulebook.models import ParagraphVersion, Term, TermKind
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.queries import Band, search
from tieline.rulebook.reading.boxed import find_boxed
from tieline.rulebook.retrieval import encoder, keeping
from tieline.rulebook.retrieval.vectors import VectorFile
from tieline.rulebook.tests.rule_rows import IN_FORCE, reword, write_book

TODAY, LATER = date(2026, 3, 1), date(2026, 6, 1)
RULES = {
    "2": ("Metering", ["A meter shall be read on each operating day."]),
    "2.1": ("Meter Data", ["The GMO keeps interval data for two years.", "A gauge that fails is replaced at once."]),
    "3": ("Money", ["An invoice is due ten days after it is issued.", "Interest is charged on late payment."]),
    "3.1": ("Disputes", ["A dispute of a statement is filed within ten days and names the operating day."]),
}
needs_model = pytest.mark.skipif(bool(encoder.missing()), reason="meaning needs onnxruntime and the model's package")


@pytest.fixture
def rules(db: None) -> dict[str, ParagraphVersion]:
    """A small book."""
    return write_book("market-rules", RULES)


@pytest.fixture
def without_the_model(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As on an instance where the model is not installed."""
    encoder.encoder.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(encoder, "missing", lambda: ("onnxruntime",))
        yield
    encoder.encoder.cache_clear()


def places(text: str, day: date = TODAY) -> list[str]:
    return [f"{hit.section}{hit.paragraph}" for hit in search(text, as_at=day).hits]


@needs_model
def test_meaning_finds_what_shares_no_word_and_the_reason_says_how_close(rules: dict[str, ParagraphVersion]) -> None:
    first, *_ = search("what does it cost to pay bills too slowly?", as_at=TODAY).hits

    assert f"{first.section}{first.paragraph}" == "3(2)"
    assert "close in meaning, 0." in first.why


def test_a_hit_says_what_stands_above_it_and_what_will_become_of_it(rules: dict[str, ParagraphVersion]) -> None:
    reword(rules["2.1(2)"], "A gauge that fails is replaced within a week.", on=LATER)
    ParagraphVersion.objects.create(
        paragraph=rules["2.1(2)"].paragraph, text="A gauge that fails is replaced by its owner.", text_digest="x",
        effective_from=IN_FORCE, pending_request="RR77",
    )  # fmt: skip

    first, *_ = search("gauge that fails", as_at=TODAY).hits

    assert (first.above, first.title) == (("Metering",), "Meter Data")
    assert first.later_from == LATER
    assert first.pending == ("RR77",)
    assert first.text == "A gauge that fails is replaced at once."


def test_each_day_finds_its_own_text_and_a_new_edition_is_seen_at_once(rules: dict[str, ParagraphVersion]) -> None:
    before = search("gauge replaced at once", as_at=LATER).hits[0]
    reword(rules["2.1(2)"], "A gauge that fails is replaced within a week.", on=LATER)

    assert before.text.endswith("at once.")
    assert search("gauge fails", as_at=LATER).hits[0].text.endswith("within a week.")
    assert search("gauge fails", as_at=TODAY).hits[0].text.endswith("at once.")


def test_approved_text_that_is_not_in_force_is_never_found(rules: dict[str, ParagraphVersion]) -> None:
    ParagraphVersion.objects.create(
        paragraph=rules["3(1)"].paragraph, text="An invoice is due in a fortnight by zeppelin.", text_digest="x",
        effective_from=IN_FORCE, pending_request="RR77",
    )  # fmt: skip

    assert all("zeppelin" not in hit.text for hit in search("invoice due by zeppelin", as_at=TODAY).hits)


def test_a_request_asked_for_is_told_with_where_its_text_stands(rules: dict[str, ParagraphVersion]) -> None:
    prefix = next(one.revision_request for one in current_profile().get(Rulebook).books if one.revision_request)
    carried = f"{prefix}0077"
    ParagraphVersion.objects.create(
        paragraph=rules["3(1)"].paragraph, text="An invoice is due in a fortnight.", text_digest="x",
        effective_from=IN_FORCE, pending_request=f"{prefix}0078 and {carried}",
    )  # fmt: skip

    where = "its text stands in grey boxes: Market Rules 3(1)."
    for asked in (carried, carried.lower(), f"the {prefix}0076 and {carried}"):
        found = search(asked, as_at=TODAY)
        assert (found.hits, found.says) == ((), f"{carried} is approved and not in force on 2026-03-01; {where}")
    assert [one.text for one in find_boxed(carried, as_at=TODAY)] == ["An invoice is due in a fortnight."]
    assert search(f"{carried} and late payment", as_at=TODAY).hits
    assert search(f"{prefix}0999", as_at=TODAY).says == ""


def test_a_later_version_is_told_of_only_where_there_is_one(rules: dict[str, ParagraphVersion]) -> None:
    for place, following in (("2.1(2)", "A gauge that fails is replaced within a week."), ("3(2)", "")):
        if following:
            reword(rules[place], following, on=LATER)
        else:
            ParagraphVersion.objects.filter(pk=rules[place].pk).update(effective_to=LATER)

    changed, gone = (search(text, as_at=TODAY).hits[0] for text in ("2.1(2)", "3(2)"))

    assert (changed.effective_to, changed.later_from) == (LATER, LATER)
    assert (gone.effective_to, gone.later_from) == (LATER, None)
    assert "    in force since 2026-01-01 until 2026-06-01" in gone.lines()


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("3.1(1)", Band.ANSWERED),
        ("3.1(9)", Band.NEAREST),
        ("Section 8.8.8", Band.NOT_FOUND),
        ("late payment", Band.ANSWERED),
        ("late zebra", Band.NEAREST),
        ("zebra", Band.NOT_FOUND),
        ("Within how many days is a dispute of a statement filed?", Band.ANSWERED),
        ("Which wine goes well with roasted duck in orange sauce?", Band.NOT_FOUND),
    ],
)
def test_a_search_stands_in_one_of_three_bands(text: str, band: Band, rules: dict[str, ParagraphVersion]) -> None:
    assert search(text, as_at=TODAY).band == band


def test_only_questions_have_a_probability_and_a_middling_one_gives_what_is_nearest() -> None:
    question, text = "Within how many days is a disputed statement filed?", ["A dispute of a statement is filed."]

    assert calibrating.band(question, text, 0.35) == (Band.NEAREST, 0.35)
    assert calibrating.band(question, text, 0.05) == (Band.NOT_FOUND, 0.05)
    assert calibrating.band(question, [], 0.9) == (Band.NOT_FOUND, 0.9)
    assert calibrating.band("statement dispute", text, 0.35) == (Band.ANSWERED, None)


def test_an_acronym_is_understood_both_ways(rules: dict[str, ParagraphVersion]) -> None:
    Term.objects.create(
        version=rules["2(1)"], kind=TermKind.ACRONYM, name="GMO", folded="gmo", meaning="Grid Metering Office"
    )

    found = search("how long does the Grid Metering Office keep data?", as_at=TODAY)
    short = search("gmo duties", as_at=TODAY)

    assert f"{found.hits[0].section}{found.hits[0].paragraph}" == "2.1(1)"
    assert [str(one) for one in found.expanded] == ["Grid Metering Office = GMO"]
    assert "Grid Metering Office = GMO" in found.hits[0].why
    assert [str(one) for one in short.expanded] == ["GMO = Grid Metering Office"]


def test_small_words_are_no_acronyms_unless_written_as_one(rules: dict[str, ParagraphVersion]) -> None:
    Term.objects.create(
        version=rules["2(1)"], kind=TermKind.ACRONYM, name="IT", folded="it", meaning="Interval Totalizer"
    )

    assert search("is it due", as_at=TODAY).expanded == ()
    assert len(search("is IT due", as_at=TODAY).expanded) == 1


@pytest.mark.parametrize("text", ["interval data", "What is Interval Data?", "what does interval data mean"])
def test_the_paragraph_that_defines_the_very_term_comes_first(text: str, rules: dict[str, ParagraphVersion]) -> None:
    Term.objects.create(
        version=rules["3.1(1)"], kind=TermKind.DEFINITION, name="Interval Data", folded="interval data", meaning="…"
    )

    found = search(text, as_at=TODAY)

    assert found.hits[0].section == "3.1"
    assert "says what “Interval Data” means" in found.hits[0].why
    assert found.band == Band.ANSWERED


def test_without_the_model_words_find_and_it_is_said(
    without_the_model: None, rules: dict[str, ParagraphVersion]
) -> None:
    found = search("when is an invoice due?", as_at=TODAY)

    assert found.hits[0].section == "3"
    assert found.missing == ("The model for meaning is not installed (onnxruntime): found by words only.",)


@needs_model
def test_what_was_not_read_yet_is_found_by_words_until_it_is(
    rules: dict[str, ParagraphVersion], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TIELINE_HOME", str(tmp_path))
    monkeypatch.setattr(meaning, "READ_AT_ONCE", 3)

    until_then = search("when is an invoice due?", as_at=TODAY)
    told: list[tuple[int, int]] = []
    preparing.finder_made(TODAY, say=lambda read, of: told.append((read, of)))
    then = search("when is an invoice due?", as_at=TODAY)

    assert until_then.hits[0].section == "3"
    assert until_then.missing == ("The index by meaning of Market Rules is being prepared; found by words until then.",)
    assert told == [(0, 6), (6, 6)]
    assert then.missing == ()
    assert "close in meaning" in then.hits[0].why


@needs_model
@pytest.mark.parametrize("fault", ["read-only", "full"])
def test_what_cannot_be_kept_is_found_by_words_and_said_and_logged_once(
    fault: str,
    rules: dict[str, ParagraphVersion],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("TIELINE_HOME", str(tmp_path))
    keeping.log_once.cache_clear()
    _spoil(tmp_path / "vectors", fault)

    preparing.finder_made(TODAY, say=lambda read, of: None)
    found = [search("when is an invoice due?", as_at=TODAY) for _ in range(3)]
    preparing.ReadingAhead().work()

    assert {one.hits[0].section for one in found} == {"3"}
    (sentence,) = {one.missing for one in found}
    assert sentence[0].startswith("The index by meaning cannot be kept (")
    assert sentence[0].endswith("): found by words only.")
    assert [record.getMessage() for record in caplog.records] == list(sentence)


def _spoil(directory: Path, fault: str) -> None:
    """Nothing can be written: root may write into any directory, so a file stands in for a read-only one."""
    if fault == "full":
        if not Path("/dev/full").exists():
            pytest.skip("a full disk needs /dev/full")
        directory.mkdir()
        (directory / f"{encoder.MODEL}.vectors").symlink_to("/dev/full")
    elif os.geteuid() == 0:
        directory.write_text("in the way")
    else:
        directory.mkdir(mode=0o500)


@needs_model
def test_a_read_only_directory_in_which_all_is_read_is_enough(
    rules: dict[str, ParagraphVersion], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TIELINE_HOME", str(tmp_path))
    preparing.finder_made(TODAY, say=lambda read, of: None)
    meaning._shelf.clear()

    def unwritable(_: object) -> None:
        raise OSError("read-only")

    monkeypatch.setattr(VectorFile, "_opened", unwritable)

    assert search("when is an invoice due?", as_at=TODAY).missing == ()


def test_only_what_reads_so_since_a_day_is_found(rules: dict[str, ParagraphVersion]) -> None:
    reword(rules["3(1)"], "An invoice is due at once, with a statement.", on=LATER)

    since = search("invoice statement dispute", as_at=LATER, changed_since=LATER)
    by_words = search_by_words("invoice statement", as_at=LATER, book=None, limit=10, changed_since=LATER)
    cited = [search("3(2)", as_at=LATER, changed_since=day).hits for day in (IN_FORCE, LATER)]

    assert [f"{hit.section}{hit.paragraph}" for hit in since.hits] == ["3(1)"]
    assert [one.version.effective_from for one in by_words.sightings] == [LATER]
    assert [len(hits) for hits in cited] == [1, 0]


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("intrest on late paymnet", "interest on late payment"),
        ("When is a disptue of a statment filed?", "When is a dispute of a statement filed?"),
        ("interest on late payment", ""),
        ("interest on cryptocurrency", ""),  # no word of the rules is near
        ("gauges that rail", ""),  # a word of the language, though “fail” stands in the rules
        ("inter", ""),  # an unfinished word
    ],
)
def test_a_misspelt_word_is_offered_as_the_rules_write_it(
    text: str, instead: str, rules: dict[str, ParagraphVersion]
) -> None:
    assert search(text, as_at=TODAY).instead == instead


@pytest.mark.parametrize(
    ("one", "other", "off"),
    [("fee", "fee", 0), ("fee", "fees", 1), ("paymnet", "payment", 1), ("setlment", "settlement", 2), ("a", "wxyz", 3)],
)
def test_letters_are_counted_as_people_mistype_them(one: str, other: str, off: int) -> None:
    assert misspelt.letters_off(one, other, most=2) == off == misspelt.letters_off(other, one, most=2)


@needs_model
def test_the_worker_reads_ahead_what_is_new_and_only_that(
    rules: dict[str, ParagraphVersion], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TIELINE_HOME", str(tmp_path))
    monkeypatch.setattr(preparing, "LOOKED_EVERY_SECONDS", 0.0)
    read: list[int] = []
    one_by_one = preparing._read
    monkeypatch.setattr(preparing, "_read", lambda texts, say: (read.append(len(texts)), one_by_one(texts, say)))
    ahead = preparing.ReadingAhead()

    ahead.work()
    ahead.work()
    reword(rules["3(1)"], "An invoice is due at once.", on=LATER)
    ahead.work()

    assert read == [6, 1]


def test_a_thread_never_reads_while_another_process_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIELINE_HOME", str(tmp_path))
    import fcntl

    with preparing._turn(fcntl.LOCK_EX) as first, preparing._turn(fcntl.LOCK_EX | fcntl.LOCK_NB) as second:
        assert (first, second) == (True, False)


def test_few_finders_are_kept_and_the_one_asked_for_last_among_them() -> None:
    shelf = meaning.Shelf()

    def making(size: int) -> Callable[[], meaning.Making]:
        made = object.__new__(meaning.Making)
        made.size = size
        return lambda: made

    for number in range(5):
        shelf.making(("db", "home", (number,), None), making(10))
    shelf.making(("db", "home", (9,), None), making(meaning.MOST_PASSAGES + 1))

    assert [key[2] for key in shelf._kept] == [(9,)]


def test_two_may_ask_while_an_edition_arrives(committed: str) -> None:
    rules = write_book("market-rules", RULES)
    found: list[str] = []
    faults: list[BaseException] = []
    arrived = threading.Event()

    def ask() -> None:
        try:
            for _ in range(8):
                found.append(search("gauge that fails", as_at=LATER).hits[0].text)
            arrived.wait(20)
            found.append(search("gauge that fails", as_at=LATER).hits[0].text)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    askers = [threading.Thread(target=ask) for _ in range(2)]
    for one in askers:
        one.start()
    reword(rules["2.1(2)"], "A gauge that fails is replaced within a week.", on=LATER)
    arrived.set()
    for one in askers:
        one.join(30)

    assert faults == []
    assert set(found) <= {RULES["2.1"][1][1], "A gauge that fails is replaced within a week."}
    assert (
        found[-2:] == ["A gauge that fails is replaced within a week."] * 2
        or found.count("A gauge that fails is replaced within a week.") >= 2
    )


WITHOUT_ARRAYS = """
import sys

class Without:
    def __init__(self, finder): self.finder = finder
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"numpy", "onnxruntime"}:
            return None
        return self.finder.find_spec(name, path, target)
    def __getattr__(self, name): return getattr(self.finder, name)

sys.meta_path = [Without(finder) for finder in sys.meta_path]
import django
django.setup()
from datetime import date
from tieline.rulebook.queries import search
found = search("when is an invoice due?", as_at=date(2026, 3, 1))
print(found.hits[0].section, found.band, found.missing[0])
print("numpy" in sys.modules)
"""


def test_without_arrays_words_find_and_it_is_said(committed: str) -> None:
    write_book("market-rules", RULES)

    answer = subprocess.run(
        [sys.executable, "-c", WITHOUT_ARRAYS], cwd=ROOT, env=os.environ.copy(), capture_output=True, text=True
    )

    assert answer.stdout.splitlines() == [
        "3 answered The packages for the search by meaning are not installed (numpy is missing): found by words only.",
        "False",
    ], answer.stderr


def test_a_process_that_does_not_search_loads_no_arrays() -> None:
    code = "import sys, django; django.setup(); print('numpy' in sys.modules)"

    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ.copy(), capture_output=True, text=True, check=True
    )

    assert answer.stdout.strip() == "False"
