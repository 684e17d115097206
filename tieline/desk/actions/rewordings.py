"""When was somebody shown a language model's words in a case? The words are not kept, only that they were there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tieline.desk.events import AnswerReworded
from tieline.desk.models import Case
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor

LONGEST_NAME = 100


@transaction.atomic
def record_rewording(case: Case, *, model: str, kept: int, struck: int, by: Actor, at: datetime) -> None:
    """Record that a model's sentences were shown: how many could be proved, and how many were struck."""
    require(by, "desk.reply")
    said = AnswerReworded(model=model[:LONGEST_NAME], kept=kept, struck=struck)
    record(said, about=case.reference, by=by, at=at)
