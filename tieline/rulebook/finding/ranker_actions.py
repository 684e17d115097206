"""What changes how the search ranks: learning from what was cited, and taking that back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING

from django.db import transaction

from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.rulebook.events import RankerPromoted, RankerRolledBack
from tieline.rulebook.finding.experience_sources import cited_questions

if TYPE_CHECKING:
    from tieline.rulebook.finding.learning import Trial


class CannotLearn(Refusal):
    """The packages that rank and learn are not installed."""

    def __init__(self) -> None:
        super().__init__(
            "Learning a ranking needs the packages of the groups “meaning” and “learning”; numpy is missing."
        )


@dataclass(frozen=True)
class LearningReport:
    """What came of learning: figures of held-out questions before and after, and the ranker's number if promoted."""

    questions: int
    held_out: int
    before: dict[str, float]
    after: dict[str, float]
    is_better: bool
    verdict: str
    number: int | None

    def as_data(self) -> dict[str, object]:
        """The report as the command line prints it."""
        return {
            "questions": self.questions,
            "held_out": self.held_out,
            "before": self.before,
            "after": self.after,
            "is_better": self.is_better,
            "verdict": self.verdict,
            "promoted": self.number,
        }


@dataclass(frozen=True)
class RankerRow:
    """A ranker that is kept, what was said of it, and whether the search goes by it."""

    number: int
    notes: dict[str, object]
    is_in_use: bool

    def as_data(self) -> dict[str, object]:
        """The row as the command line prints it."""
        return {"number": self.number, "in_use": self.is_in_use, **self.notes}


def try_ranker(*, as_at: date, by: Actor) -> LearningReport:
    """Learn from what was cited and measure it, and keep nothing; refuses as `learn_ranker` does."""
    require(by, "rulebook.learn")
    _refuse_without_arrays()
    from tieline.rulebook.finding.learning import tried

    trial = tried(cited_questions(), as_at=as_at)
    return _reported(trial, None)


@transaction.atomic
def learn_ranker(*, as_at: date, by: Actor, at: datetime) -> LearningReport:
    """Learn from what was cited; promote what was learned when held-out questions are better answered, beyond chance.

    Refuses CannotLearn, LearnerMissing, NothingToLearnOn and TooFewToLearn.
    """
    require(by, "rulebook.learn")
    _refuse_without_arrays()
    from tieline.rulebook.finding.learning import tried
    from tieline.rulebook.finding.meaning import rankers

    trial = tried(cited_questions(), as_at=as_at)
    number = None
    if trial.is_better:
        number = rankers().keep(trial.learned)
        said = RankerPromoted(
            number=number,
            questions=trial.questions,
            map_before=trial.before["map@10"],
            map_after=trial.after["map@10"],
            recall_before=trial.before["recall@10"],
            recall_after=trial.after["recall@10"],
        )
        record(said, about=Reference("ranker", str(number)), by=by, at=at)
        rankers().use(number)
    return _reported(trial, number)


@transaction.atomic
def roll_back_ranker(*, by: Actor, at: datetime) -> int | None:
    """Rank again as before the ranker in use; returns the one now in use, None for the untrained search.

    Refuses NoSuchRanker when there is none to go back from.
    """
    require(by, "rulebook.learn")
    _refuse_without_arrays()
    from tieline.rulebook.finding.meaning import rankers

    number = rankers().in_use()
    back_to = rankers().roll_back()
    said = RankerRolledBack(number=number or 0, back_to=back_to)
    record(said, about=Reference("ranker", str(number)), by=by, at=at)
    return back_to


def kept_rankers(*, by: Actor) -> list[RankerRow]:
    """The rankers that are kept, oldest first."""
    require(by, "rulebook.see")
    _refuse_without_arrays()
    from tieline.rulebook.finding.meaning import rankers

    store = rankers()
    return [RankerRow(number, store.notes(number), number == store.in_use()) for number in store.numbers()]


def _reported(trial: Trial, number: int | None) -> LearningReport:
    return LearningReport(
        questions=trial.questions,
        held_out=trial.held_out,
        before=trial.before,
        after=trial.after,
        is_better=trial.is_better,
        verdict=trial.verdict,
        number=number,
    )


def _refuse_without_arrays() -> None:
    if find_spec("numpy") is None:
        raise CannotLearn
