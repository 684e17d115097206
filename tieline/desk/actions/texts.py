"""An approved text goes into a reply although a rule under it has changed: who did so knew, and the case says it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tieline.desk.actions.locking import locked
from tieline.desk.approved_texts import FilledText, doubts_of, filled_in_doubt
from tieline.desk.events import DoubtfulTextInserted
from tieline.desk.models import Case
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile


@transaction.atomic
def insert_in_doubt(case: Case, key: str, *, profile: Profile, by: Actor, at: datetime) -> FilledText:
    """The text for a case, whatever has changed under it, and a word in the case's history that it was taken so.

    A text that is in no doubt any more is given without a word. Refuses NoSuchText.
    """
    require(by, "desk.reply")
    case = locked(case)
    text = filled_in_doubt(case, key, profile=profile, by=by)
    doubts = doubts_of(key, profile=profile, at=at)
    if doubts:
        said = DoubtfulTextInserted(title=text.title, rests_on=", ".join(dict.fromkeys(one.label for one in doubts)))
        record(said, about=case.reference, by=by, at=at)
    return text
