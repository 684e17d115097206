"""That a language model's words were shown in a case is in its record; only who may reply may have them."""

from __future__ import annotations

import pytest

from tests.cast import MONDAY, Cast, viewer_of
from tests.letters import case_of, letter, receive
from tieline.desk.actions import record_rewording
from tieline.desk.models import Case
from tieline.identity.permissions import NotAllowed
from tieline.journal.queries import about


@pytest.fixture
def case(cast: Cast) -> Case:
    return case_of(receive(letter()))


def test_a_rewording_is_recorded_with_its_model_and_counts(case: Case, cast: Cast) -> None:
    record_rewording(case, model="m" * 300, kept=3, struck=1, by=cast.ana.as_actor(), at=MONDAY)

    newest = about(case.reference)[0]
    assert (newest.kind, newest.facts) == ("case.answer_reworded", {"model": "m" * 100, "kept": 3, "struck": 1})


def test_a_rewording_by_who_may_not_reply_is_refused(case: Case, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        record_rewording(case, model="m", kept=1, struck=0, by=viewer_of(cast.bluestem), at=MONDAY)

    assert all(one.kind != "case.answer_reworded" for one in about(case.reference))
