"""Labels on a case: free words, small letters, the same for everybody."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from django.db import transaction

from tieline.desk.actions.locking import locked
from tieline.desk.events import CaseLabelled, CaseUnlabelled
from tieline.desk.models import Case
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.refusal import Refusal

LONGEST = 60
MOST = 20


class UnfitLabel(Refusal):
    """A label is a few words on one line."""

    def __init__(self) -> None:
        super().__init__(
            f"A label needs at least one letter or digit and at most {LONGEST} characters, without commas."
        )


class TooManyLabels(Refusal):
    """A case with too many labels says nothing any more."""

    def __init__(self, case: Case) -> None:
        super().__init__(f"{case.label} has {MOST} labels already; take one off first.")


def label_of(text: str) -> str:
    """A label as it is kept: one form of each letter, small, single spaces. Refuses UnfitLabel."""
    # what two people type for the same word must be the same label
    words = unicodedata.normalize("NFKC", text).lower().split()
    label = " ".join("".join(letter for letter in word if letter.isprintable()) for word in words).strip()
    if not any(letter.isalnum() for letter in label) or len(label) > LONGEST or "," in label:
        raise UnfitLabel
    return label


@transaction.atomic
def label_case(case: Case, *, label: str, by: Actor, at: datetime) -> Case:
    """Put a label on a case, closed or not; one it has already changes nothing. Refuses UnfitLabel, TooManyLabels."""
    require(by, "desk.note")
    label = label_of(label)
    case = locked(case)
    if label in case.labels:
        return case
    if len(case.labels) >= MOST:
        raise TooManyLabels(case)
    case.labels = sorted([*case.labels, label])
    case.save(update_fields=["labels"])
    record(CaseLabelled(label=label), about=case.reference, by=by, at=at)
    return case


@transaction.atomic
def unlabel_case(case: Case, *, label: str, by: Actor, at: datetime) -> Case:
    """Take a label off a case; one it does not have changes nothing."""
    require(by, "desk.note")
    label = label_of(label)
    case = locked(case)
    if label not in case.labels:
        return case
    case.labels = [one for one in case.labels if one != label]
    case.save(update_fields=["labels"])
    record(CaseUnlabelled(label=label), about=case.reference, by=by, at=at)
    return case
