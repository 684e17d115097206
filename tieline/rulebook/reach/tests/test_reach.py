"""A change of the rules is reported once, reaches whatever rests on it, and is decided by its owners."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tieline.identity.permissions import NotAllowed
from tieline.journal.listening import drive
from tieline.journal.models import JournalEvent
from tieline.journal.sealing import seal
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.profile import current_profile
from tieline.kernel.reference import Reference
from tieline.mail.profile import Reply
from tieline.rulebook import standing
from tieline.rulebook.actions import import_edition
from tieline.rulebook.citing.proof import Fault, verify
from tieline.rulebook.history.timeline import successors
from tieline.rulebook.models import ChangeReport, ChangeTask, Edition, ParagraphVersion
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.reach import profile_values, queries
from tieline.rulebook.reach.actions import (
    AlreadyDecided,
    DecidedMeanwhile,
    ListMoved,
    NoSuchRequest,
    NothingChosen,
    NothingLookedAt,
    NothingSaid,
    NothingToDecide,
    amend,
    confirm,
    confirm_several,
    confirm_wanted,
    make_report,
    report_request,
)
from tieline.rulebook.reach.texts import CitingText, resting_of
from tieline.rulebook.reach.touched import by_edition
from tieline.rulebook.standing import Resting
from tieline.rulebook.tests.print_shop import Printed, guide, heading, kept

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
FIRST, SECOND, THIRD, FOURTH = date(2026, 1, 1), date(2026, 6, 1), date(2026, 9, 1), date(2026, 10, 1)
WAIVER = "An operator that waives a fee says so in a notice to all participants that report outages."
DECIDES = Actor(Reference("staff", "7"), "Ana", frozenset({"rulebook.see", "rulebook.decide"}), viewer="system")
READS = Actor(Reference("staff", "8"), "Rhea", frozenset({"rulebook.see"}), viewer="staff:8 see:rulebook")


class Shelf:
    """A context of the test's own: letters that hold versions, and cards that only hold words."""

    def __init__(self) -> None:
        self.letters: list[Resting] = []
        self.cards: list[CitingText] = []

    def held(self, on: Collection[int] | None, *, as_at: date) -> Iterable[Resting]:
        return [one for one in self.letters if on is None or one.version_id in on]

    def worded(self, on: Collection[int] | None, *, as_at: date) -> Iterable[Resting]:
        return resting_of(self.cards, on, as_at=as_at)

    def letter(self, section: str, path: str, *, owner: str = "team:retail", is_settled: bool = False) -> None:
        version = ParagraphVersion.objects.in_force(FIRST).get(paragraph__section__number=section, paragraph__path=path)
        number = len(self.letters) + 1
        self.letters.append(
            Resting(Reference("letter", str(number)), version.pk, f"Guide §{section}{path}", owner=owner,
                    name=f"Letter {number}", is_settled=is_settled)
        )  # fmt: skip

    def card(self, key: str, words: str) -> None:
        self.cards.append(CitingText(Reference("card", key), words, key.title(), owner="team:rules"))


@pytest.fixture
def book() -> str:
    return current_profile().get(Rulebook).books[0].key


@pytest.fixture
def shelf(db: None, tmp_path: Path, book: str) -> Iterator[Shelf]:
    """Two editions are read in: a dearer fee, a waiver that moved, a sentence that went."""
    extra = [Printed(f"(3) {WAIVER}"), Printed("(4) A fee is due at once.")]
    later = [heading("1.4 Waivers"), Printed(f"(1) {WAIVER}")]
    read_in(tmp_path, book, FIRST, guide(extra=extra))
    read_in(tmp_path, book, SECOND, guide(fee="The fee is 700 dollars.", extra=later))
    shelf = Shelf()
    standing.register("letter", shelf.held)
    standing.register("card", shelf.worded)
    yield shelf
    standing.forget("letter")
    standing.forget("card")


def read_in(folder: Path, book: str, day: date, content: bytes) -> None:
    import_edition(kept(folder, f"{day}.pdf", content), book=book, effective_on=day, by=SYSTEM, at=AT)


def second_report() -> ChangeReport:
    report = make_report(Edition.objects.get(effective_on=SECOND), by=SYSTEM, at=AT)
    assert report is not None
    return report


def asked(report: ChangeReport) -> list[tuple[str, str]]:
    return [(one.name, one.fault) for one in queries.tasks_of_report(report.pk)]


def test_everything_that_rests_on_a_changed_paragraph_is_asked_about(shelf: Shelf) -> None:
    for path in ("(1)", "(2)", "(3)", "(4)"):
        shelf.letter("1.3", path)

    report = second_report()

    assert asked(report) == [("Letter 1", "changed"), ("Letter 3", "moved"), ("Letter 4", "gone")]
    assert report.counts == {"changed": 1, "moved": 1, "gone": 1, "added": 0}
    first = queries.tasks_of_report(report.pk)[0]
    assert (first.before, first.after) == ("The fee is 500 dollars.", "The fee is 700 dollars.")
    assert [one.text for one in first.redline.inline] == ["The fee is ", "500 ", "700 ", "dollars."]


def test_what_becomes_of_each_version_agrees_with_its_timeline(shelf: Shelf) -> None:
    edition = Edition.objects.get(effective_on=SECOND)
    ended = list(ParagraphVersion.objects.filter(effective_to=SECOND, pending_request="").defer("words"))

    after = successors(ended, as_at=SECOND)

    assert len(ended) == 3
    assert {pk: touch.now for pk, touch in by_edition(edition).versions.items()} == {
        one.pk: after[one.pk].pk if one.pk in after else None for one in ended
    }


def test_words_are_read_as_they_were_meant_before_the_change(shelf: Shelf) -> None:
    shelf.card("fee", "See Section 1.3(1).")
    shelf.card("waiver", "See Section 1.3(3) and Section 1.3(3).")
    shelf.card("reports", "See Section 1.2.")

    report = second_report()

    assert asked(report) == [("Fee", "changed"), ("Waiver", "moved")]


def test_one_task_speaks_for_a_citation_of_a_whole_section(shelf: Shelf) -> None:
    shelf.card("fees", "All of Section 1.3 applies.")

    (task,) = queries.tasks_of_report(second_report().pk)

    assert task.was_at == "1.3(1)"
    assert task.label == "Section 1.3 (3 paragraphs touched, this is the first)"


def test_one_of_several_citations_in_a_row_is_written_so_that_it_can_be_read_alone(shelf: Shelf) -> None:
    shelf.card("fees", "Sections 1.3(1) and 1.2 apply; so does Section 1.3(3).")

    labels = {one.label for one in resting_of(shelf.cards, None, as_at=FIRST)}

    assert labels == {"Section 1.3(1)", "Section 1.2", "Section 1.3(3)"}


def test_a_report_is_made_once_however_often_it_is_heard_of(shelf: Shelf) -> None:
    shelf.letter("1.3", "(1)")
    first = second_report()

    again = second_report()

    assert first == again
    assert ChangeTask.objects.filter(report=first).count() == 1
    assert JournalEvent.objects.filter(kind="rulebook.reach_reported").count() == 1


def test_the_first_edition_of_a_book_reaches_nothing(shelf: Shelf) -> None:
    assert make_report(Edition.objects.get(effective_on=FIRST), by=SYSTEM, at=AT) is None


def test_an_import_is_reported_by_itself_after_a_crash_between_them_too(shelf: Shelf) -> None:
    shelf.letter("1.3", "(1)")
    assert not ChangeReport.objects.exists()

    for _ in range(2):
        seal(at=AT)
        drive(names=["rulebook.reach.subscribers.report_reach"])

    report = ChangeReport.objects.get()
    assert (report.effective_on, asked(report)) == (SECOND, [("Letter 1", "changed")])


def test_a_request_is_reported_before_it_is_in_force(shelf: Shelf, tmp_path: Path, book: str) -> None:
    boxed = [
        Printed(f"[{REQUEST}: Replace paragraph (1) above with the following:]", grey=True),
        Printed("(1) The fee is 900 dollars.", grey=True),
    ]
    read_in(tmp_path, book, THIRD, guide(fee="The fee is 700 dollars.", extra=boxed))
    shelf.card("fee", "See Section 1.3(1).")

    report = report_request(book, REQUEST, by=SYSTEM, at=AT)
    again = report_request(book, REQUEST, by=SYSTEM, at=AT)

    assert again == report
    (task,) = queries.tasks_of_report(report.pk)
    assert (task.name, task.effective_on, task.after) == ("Fee", None, "The fee is 900 dollars.")
    assert queries.stale_holders("card", THIRD) == {}
    with pytest.raises(NoSuchRequest, match="No text of"):
        report_request(book, "Nothing", by=SYSTEM, at=AT)


def test_a_request_that_came_into_force_is_asked_about_anew(shelf: Shelf, tmp_path: Path, book: str) -> None:
    boxed = [
        Printed(f"[{REQUEST}: Replace paragraph (1) above with the following:]", grey=True),
        Printed("(1) The fee is 900 dollars.", grey=True),
    ]
    read_in(tmp_path, book, THIRD, guide(fee="The fee is 700 dollars.", extra=boxed))
    shelf.card("fee", "See Section 1.3(1).")
    ahead = report_request(book, REQUEST, by=SYSTEM, at=AT)
    day = date(2026, 10, 1)

    read_in(tmp_path, book, day, guide(fee="The fee is 900 dollars."))
    in_force = make_report(Edition.objects.get(effective_on=day), by=SYSTEM, at=AT)

    assert in_force is not None
    ahead.refresh_from_db()
    assert ahead.effective_on == day
    assert [one.is_settled for one in queries.tasks_of_report(ahead.pk)] == [True]
    assert asked(in_force) == [("Fee", "changed")]


def announced(fee: str) -> list[Printed]:
    """A grey box that will set the fee."""
    return [
        Printed(f"[{REQUEST}: Replace paragraph (1) above with the following:]", grey=True),
        Printed(f"(1) The fee is {fee} dollars.", grey=True),
    ]


def decided_ahead(shelf: Shelf, folder: Path, book: str, *, words: str = "See Section 1.3(1).") -> None:
    """A card was confirmed when its text stood in a grey box: 900 dollars."""
    read_in(folder, book, THIRD, guide(fee="The fee is 700 dollars.", extra=announced("900")))
    shelf.card("fee", words)
    ahead = report_request(book, REQUEST, by=SYSTEM, at=AT)
    confirm(ahead.tasks.get(kind="card"), note="Names no sum.", by=DECIDES, at=AT)


def in_force(folder: Path, book: str, content: bytes) -> ChangeReport:
    read_in(folder, book, FOURTH, content)
    report = make_report(Edition.objects.get(effective_on=FOURTH), by=SYSTEM, at=AT)
    assert report is not None
    return report


def test_what_was_decided_of_a_request_holds_when_its_text_comes_into_force_unchanged(
    shelf: Shelf, tmp_path: Path, book: str
) -> None:
    decided_ahead(shelf, tmp_path, book)

    report = in_force(tmp_path, book, guide(fee="The fee is  900 dollars."))

    (task,) = queries.tasks_of_report(report.pk)
    assert (task.decision, task.decided_by_name, task.decided_at) == ("confirmed", "Ana", AT)
    assert task.note == f"decided on {AT:%Y-%m-%d} for {REQUEST}: Names no sum."
    assert queries.stale_holders("card", FOURTH) == {}
    told = JournalEvent.objects.filter(kind="rulebook.reach_reported").latest("pk")
    assert (told.facts["tasks"], told.facts["carried_over"]) == (1, 1)


@pytest.mark.parametrize(
    ("words", "content", "said"),
    [
        (
            "See Section 1.3(1).",
            {"fee": "The fee is 950 dollars."},
            "1.3(1): announced “900”, in force “950”.",
        ),
        (
            "See Section 1.3.",
            {"fee": "The fee is 900 dollars.", "extra": [Printed("(3) A fee is due within a week.")]},
            "was not announced",
        ),
    ],
    ids=["other words", "more changed"],
)
def test_what_came_into_force_otherwise_is_asked_anew_and_says_what_differs(
    shelf: Shelf, tmp_path: Path, book: str, words: str, content: dict[str, Any], said: str
) -> None:
    more = [Printed("(3) A fee is due at once.")] if "extra" in content else []
    read_in(tmp_path, book, THIRD, guide(fee="The fee is 700 dollars.", extra=[*more, *announced("900")]))
    shelf.card("fee", words)
    ahead = report_request(book, REQUEST, by=SYSTEM, at=AT)
    confirm(ahead.tasks.get(kind="card"), note="Names no sum.", by=DECIDES, at=AT)

    report = in_force(tmp_path, book, guide(**content))

    (task,) = queries.tasks_of_report(report.pk)
    assert task.is_open
    assert task.note.startswith(f"Ana had confirmed on {AT:%Y-%m-%d} for {REQUEST}, but the text differs. ")
    assert said in task.note


def test_a_citation_that_leads_nowhere_is_found_and_changes_no_verdict(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = Reply("lost", "A lost text", "See Section 1.3(1), Section 97.5 and Section 97.5.")
    monkeypatch.setattr(profile_values, "read_replies", lambda profile: {"lost": lost})

    proof = verify(as_at=SECOND)

    (found,) = (one for one in proof.findings if one.kind == "reply_template")
    assert (found.fault, found.resting.label, found.as_data()["version"]) == (Fault.UNRESOLVED, "Section 97.5", None)
    assert "is not in force" in found.says
    assert not proof.is_misquoting


def test_what_was_confirmed_is_no_finding_until_it_changes_again(shelf: Shelf, tmp_path: Path, book: str) -> None:
    shelf.letter("1.3", "(1)")
    shelf.letter("1.3", "(4)")
    changed, gone = ChangeTask.objects.filter(report=second_report()).order_by("fault")
    before = [(one.resting.name, one.fault) for one in verify(as_at=SECOND).findings if one.kind == "letter"]

    confirm(changed, note="Names no sum.", by=DECIDES, at=AT)
    amend(gone, note="Taken out of the letter.", by=DECIDES, at=AT)
    read_in(tmp_path, book, THIRD, guide(fee="The fee is 800 dollars."))
    after, again = (
        [(one.resting.name, one.fault) for one in verify(as_at=day).findings if one.kind == "letter"]
        for day in (SECOND, THIRD)
    )

    assert before == [("Letter 1", Fault.CHANGED), ("Letter 2", Fault.GONE)]
    assert after == [("Letter 2", Fault.GONE)]
    assert again == before


def test_a_newer_decision_about_the_same_paragraph_leaves_nothing_to_decide_in_older_reports(
    shelf: Shelf, tmp_path: Path, book: str
) -> None:
    shelf.card("fee", "See Section 1.3(1).")
    shelf.card("other", "See Section 1.3(1).")
    older = second_report()
    read_in(tmp_path, book, THIRD, guide(fee="The fee is 800 dollars."))
    newer = make_report(Edition.objects.get(effective_on=THIRD), by=SYSTEM, at=AT)
    assert newer is not None

    confirm(newer.tasks.get(holder="card:fee"), note="", by=DECIDES, at=AT)

    states = {one.name: (one.is_open, one.note) for one in queries.tasks_of_report(older.pk)}
    assert states == {"Fee": (False, f"decided with the change of {THIRD}"), "Other": (True, "")}
    assert [one.resting.name for one in verify(as_at=THIRD).findings if one.kind == "card"] == ["Other", "Other"]


def test_an_older_question_about_several_paragraphs_is_not_answered_with_one_of_them(
    shelf: Shelf, tmp_path: Path, book: str
) -> None:
    shelf.card("fees", "All of Section 1.3 applies.")
    older = second_report()
    read_in(tmp_path, book, THIRD, guide(fee="The fee is 800 dollars."))
    newer = make_report(Edition.objects.get(effective_on=THIRD), by=SYSTEM, at=AT)
    assert newer is not None

    confirm(newer.tasks.get(holder="card:fees"), note="", by=DECIDES, at=AT)

    assert [one.is_open for one in queries.tasks_of_report(older.pk)] == [True]


def test_several_are_confirmed_together_or_not_at_all(shelf: Shelf) -> None:
    for path in ("(1)", "(3)", "(4)"):
        shelf.letter("1.3", path)
    report = second_report()
    first, second, third = ChangeTask.objects.filter(report=report).order_by("pk")
    confirm(third, note="", by=DECIDES, at=AT)

    with pytest.raises(DecidedMeanwhile, match=r"“Letter 3” \(Ana\). Nothing was confirmed"):
        confirm_several(report, [first.pk, third.pk], note="Read.", by=DECIDES, at=AT)
    with pytest.raises(ListMoved):
        confirm_several(report, [first.pk, 0], note="Read.", by=DECIDES, at=AT)
    with pytest.raises(NothingLookedAt):
        confirm_several(report, [first.pk], note=" ", by=DECIDES, at=AT)
    with pytest.raises(NothingChosen):
        confirm_several(report, [], note="Read.", by=DECIDES, at=AT)
    with pytest.raises(NotAllowed, match=r"rulebook\.decide"):
        confirm_several(report, [first.pk], note="Read.", by=READS, at=AT)
    assert queries.waiting_in(report.pk, queries.Wanted()) == [first.pk, second.pk]
    with pytest.raises(ListMoved, match="2 wait for a decision there, not 3"):
        confirm_wanted(report, queries.Wanted(), seen=3, note="Read.", by=DECIDES, at=AT)

    confirm_wanted(report, queries.Wanted(), seen=2, note="Read.", by=DECIDES, at=AT)

    assert queries.waiting_in(report.pk, queries.Wanted()) == []
    assert JournalEvent.objects.filter(kind="change_task.confirmed").count() == 3


def test_an_owner_confirms_or_amends_once(shelf: Shelf) -> None:
    shelf.letter("1.3", "(1)")
    shelf.letter("1.3", "(3)")
    confirmed, amended = ChangeTask.objects.filter(report=second_report()).order_by("pk")

    confirm(confirmed, note="", by=DECIDES, at=AT)
    amend(amended, note=" Cites 1.4(1) now. ", by=DECIDES, at=AT)

    for task in (confirmed, amended):
        task.refresh_from_db()
    assert (confirmed.decision, confirmed.decided_by_name) == ("confirmed", "Ana")
    assert (amended.decision, amended.note) == ("amended", "Cites 1.4(1) now.")
    with pytest.raises(AlreadyDecided, match="Ana has already confirmed “Letter 1”"):
        amend(confirmed, note="No", by=DECIDES, at=AT)
    (line,) = queries.reports()
    assert (line.decided, line.total) == (2, 2)
    assert [(one.owner, one.decided, one.total) for one in line.shares] == [("team:retail", 2, 2)]
    kinds = JournalEvent.objects.filter(kind__startswith="change_task.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["change_task.confirmed", "change_task.amended"]


def test_what_cannot_be_decided_is_refused(shelf: Shelf) -> None:
    shelf.letter("1.3", "(1)")
    shelf.letter("1.3", "(3)", is_settled=True)
    undecided, settled = ChangeTask.objects.filter(report=second_report()).order_by("pk")

    with pytest.raises(NotAllowed, match=r"rulebook\.decide"):
        confirm(undecided, note="", by=READS, at=AT)
    with pytest.raises(NothingSaid):
        amend(undecided, note="  ", by=DECIDES, at=AT)
    with pytest.raises(NothingToDecide):
        confirm(settled, note="", by=DECIDES, at=AT)
    assert not ChangeTask.objects.exclude(decision="").exists()


def test_owners_see_what_is_theirs_and_stale_things_stay_stale_until_decided(shelf: Shelf) -> None:
    shelf.letter("1.3", "(1)", owner="staff:7")
    shelf.letter("1.3", "(3)", owner="team:retail")
    shelf.card("fee", "See Section 1.3(1).")
    second_report()

    assert [one.name for one in queries.open_tasks_of(("staff:7",))] == ["Letter 1"]
    assert list(queries.stale_holders("card", SECOND)) == ["card:fee"]
    assert queries.stale_holders("card", date(2026, 5, 31)) == {}
    assert [one.fault for one in verify(as_at=SECOND).findings if one.kind == "card"] == [Fault.CHANGED]
    confirm(ChangeTask.objects.get(kind="card"), note="", by=DECIDES, at=AT)
    assert queries.stale_holders("card", SECOND) == {}
    assert [one for one in verify(as_at=SECOND).findings if one.kind == "card"] == []


def test_a_change_found_by_its_version_is_told_once(shelf: Shelf) -> None:
    shelf.letter("1.3", "(1)")
    second_report()

    assert [one.fault for one in verify(as_at=SECOND).findings if one.kind == "letter"] == [Fault.CHANGED]


def test_tasks_are_filtered_and_stale_things_are_asked_for_at_once(shelf: Shelf) -> None:
    for path in ("(1)", "(3)", "(4)"):
        shelf.letter("1.3", path)
    shelf.letters[1] = replace(shelf.letters[1], owner="")
    report = second_report()

    def found(**words: str) -> list[str]:
        return [one.name for one in queries.report_page(report.pk, queries.Wanted(**words)).tasks]

    assert found(fault="gone") == ["Letter 3"]
    assert found(owner="nobody") == ["Letter 2"]
    assert found(kind="card") == []
    assert found(state="decided") == []
    assert len(found(state="open")) == 3
    with CaptureQueriesContext(connection) as captured:
        queries.stale_holders("letter", SECOND)
    assert len(captured) == 1
    with pytest.raises(queries.NoSuchReport):
        queries.report(0)


def test_a_letter_that_cites_a_paragraph_twice_is_asked_once(shelf: Shelf) -> None:
    shelf.letter("1.3", "(1)")
    shelf.letters = [replace(shelf.letters[0], quote=words) for words in ("The fee", "500 dollars")]

    (task,) = queries.tasks_of_report(second_report().pk)

    assert task.quote == "The fee\n500 dollars"


def _a_request() -> str:
    """A request's name as the profile's first book writes it."""
    return f"{current_profile().get(Rulebook).books[0].revision_request}101"


REQUEST = _a_request()
