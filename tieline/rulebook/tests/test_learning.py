"""What people cited teaches the search, if questions it has not seen are answered better; and it can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="learning needs numpy, of the optional group “meaning”")

from tieline.identity.permissions import NotAllowed
from tieline.journal.models import JournalEvent
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.reference import Reference
from tieline.rulebook.finding import experience_sources, learning
from tieline.rulebook.finding.experience_sources import CitedQuestion
from tieline.rulebook.finding.ranker_actions import kept_rankers, learn_ranker, roll_back_ranker, try_ranker
from tieline.rulebook.models import ParagraphVersion
from tieline.rulebook.queries import search
from tieline.rulebook.retrieval import boosting, encoder
from tieline.rulebook.retrieval.boosting import LearnerMissing
from tieline.rulebook.retrieval.ranker import TooFewToLearn
from tieline.rulebook.retrieval.rankers import NoSuchRanker
from tieline.rulebook.tests.rule_rows import AT, write_book

pytestmark = pytest.mark.skipif(not boosting.is_installed(), reason="learning needs lightgbm")
TODAY = date(2026, 3, 1)
ENDINGS = ("avo", "eki", "imu", "ola", "urra", "ynt", "erg", "osk", "upt", "ilb", "arf", "omd")
SUBJECTS = [f"{left}{right}" for left in "bcdfghjklmnp" for right in ENDINGS]
Asked = Callable[[int, str], None]


@pytest.fixture
def asked(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    """A book with two paragraphs on each of many subjects; call with how many questions cite which of the two."""
    encoder.encoder.cache_clear()
    versions = write_book(
        "market-rules",
        {
            f"{number // 10 + 1}.{number % 10 + 1}": (
                "Duties",
                [f"The {subject} shall be reported in writing.", f"A late one costs {number} dollars."],
            )
            for number, subject in enumerate(SUBJECTS)
        },
    )
    with monkeypatch.context() as patched:
        patched.setenv("TIELINE_HOME", str(tmp_path))
        patched.setattr(encoder, "missing", lambda: ("onnxruntime",))
        yield lambda count, cited: experience_sources.register("test", lambda: questions(versions, count, cited))
    experience_sources.forget("test")
    encoder.encoder.cache_clear()


def questions(versions: dict[str, ParagraphVersion], count: int, cited: str) -> Iterator[CitedQuestion]:
    for number, subject in enumerate(SUBJECTS[:count]):
        place = f"{number // 10 + 1}.{number % 10 + 1}{cited}"
        text = f"How and until when is the {subject} reported in writing?"
        yield CitedQuestion(text, frozenset({versions[place].pk}), AT)


def test_what_is_better_for_unseen_questions_is_promoted_and_can_be_taken_back(asked: Asked) -> None:
    asked(len(SUBJECTS), "(2)")
    question = f"How and until when is the {SUBJECTS[5]} reported in writing?"
    untrained = search(question, as_at=TODAY).hits[0]

    report = learn_ranker(as_at=TODAY, by=SYSTEM, at=AT)
    trained = search(question, as_at=TODAY).hits[0]
    rows = kept_rankers(by=SYSTEM)
    back_to = roll_back_ranker(by=SYSTEM, at=AT)

    assert report.number == 1
    assert report.after["map@10"] > report.before["map@10"]
    assert report.questions + report.held_out == len(SUBJECTS)
    assert (untrained.paragraph, trained.paragraph) == ("(1)", "(2)")
    assert [(row.number, row.is_in_use, row.notes["questions"]) for row in rows] == [(1, True, report.questions)]
    assert back_to is None
    assert search(question, as_at=TODAY).hits[0] == untrained
    kinds = (
        JournalEvent.objects.filter(kind__startswith="rulebook.ranker").order_by("pk").values_list("kind", flat=True)
    )
    assert list(kinds) == ["rulebook.ranker_promoted", "rulebook.ranker_rolled_back"]
    with pytest.raises(NoSuchRanker, match="nothing to go back from"):
        roll_back_ranker(by=SYSTEM, at=AT)


def test_a_paragraph_cited_before_says_so(asked: Asked) -> None:
    asked(len(SUBJECTS), "(2)")
    learn_ranker(as_at=TODAY, by=SYSTEM, at=AT)

    hits = [search(f"How is the {subject} reported in writing?", as_at=TODAY).hits[0] for subject in SUBJECTS[:8]]

    assert {hit.cited_times for hit in hits} >= {1}
    for hit in hits:
        answers = "1 answer" if hit.cited_times == 1 else f"{hit.cited_times} answers"
        assert (f"cited in {answers} that the ranking learned from" in hit.why) == bool(hit.cited_times)


def test_what_is_not_better_is_not_promoted(asked: Asked) -> None:
    asked(len(SUBJECTS), "(1)")

    report = learn_ranker(as_at=TODAY, by=SYSTEM, at=AT)

    assert (report.is_better, report.number) == (False, None)
    assert report.before["map@10"] == 1.0
    assert kept_rankers(by=SYSTEM) == []
    assert (
        report.verdict
        == "Better in 0% of 2000 resamples of the held-out questions; 90% are needed, so nothing changes."
    )


def test_what_few_held_out_questions_show_changes_nothing(asked: Asked) -> None:
    asked(60, "(2)")

    report = learn_ranker(as_at=TODAY, by=SYSTEM, at=AT)

    assert report.after["map@10"] > report.before["map@10"]
    assert report.held_out < learning.FEWEST_TO_PROMOTE
    assert (report.is_better, report.number) == (False, None)
    assert f"Only {report.held_out} questions are held out" in report.verdict


@pytest.mark.parametrize(
    ("rises", "is_sure"),
    [
        ([0.1] * 20 + [0.0] * 20, True),
        ([0.5] * 2 + [0.0] * 38, False),  # two questions only
        ([0.3, -0.3] * 20 + [0.05], False),  # as many lose as win
        ([0.0] * 40, False),
    ],
)
def test_better_is_what_holds_whichever_questions_are_drawn(rises: list[float], is_sure: bool) -> None:
    share = learning.share_better([0.5] * len(rises), [0.5 + rise for rise in rises])

    assert (share >= learning.SURE_FROM) == is_sure


def test_what_costs_recall_is_not_promoted() -> None:
    measured = {"map@10": 0.5, "recall@10": 0.8, "recall@1": 0.4}
    trial = learning.Trial(
        learned=None,  # type: ignore[arg-type]  # not looked at
        questions=200,
        held_out=50,
        before=measured,
        after=measured | {"map@10": 0.6, "recall@10": 0.79},
        sureness=1.0,
    )

    assert not trial.is_better
    assert "recall fell" in trial.verdict


def test_a_trial_keeps_nothing(asked: Asked) -> None:
    asked(len(SUBJECTS), "(2)")

    report = try_ranker(as_at=TODAY, by=SYSTEM)

    assert report.is_better
    assert kept_rankers(by=SYSTEM) == []
    assert not JournalEvent.objects.filter(kind__startswith="rulebook.ranker").exists()


def test_too_few_questions_are_refused_with_their_number(asked: Asked) -> None:
    asked(12, "(2)")

    with pytest.raises(TooFewToLearn, match="at least 50 questions with cited passages; there are 12"):
        learn_ranker(as_at=TODAY, by=SYSTEM, at=AT)


def test_without_the_learner_nothing_is_learned_and_it_is_said(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(len(SUBJECTS), "(2)")
    monkeypatch.setattr(learning, "is_installed", lambda: False)

    with pytest.raises(LearnerMissing, match="lightgbm"):
        learn_ranker(as_at=TODAY, by=SYSTEM, at=AT)


def test_learning_needs_the_right(asked: Asked) -> None:
    reader = Actor(Reference("staff", "7"), "Ana", frozenset({"rulebook.see"}))

    for act in (
        lambda: learn_ranker(as_at=TODAY, by=reader, at=AT),
        lambda: try_ranker(as_at=TODAY, by=reader),
        lambda: roll_back_ranker(by=reader, at=AT),
    ):
        with pytest.raises(NotAllowed, match=r"rulebook\.learn"):
            act()


def test_one_kind_of_question_has_one_source() -> None:
    experience_sources.register("once", questions)  # type: ignore[arg-type]  # never called
    try:
        with pytest.raises(ValueError, match="registered twice"):
            experience_sources.register("once", list)
    finally:
        experience_sources.forget("once")
