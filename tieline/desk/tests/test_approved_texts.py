"""An approved text is put into a reply with its blanks filled; one whose rule changed only by who was told so."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.cast import MONDAY, Cast, viewer_of
from tests.letters import case_of, letter, receive
from tests.rules import BOOK, adopt_rules
from tieline.desk import approved_texts
from tieline.desk.approved_texts import NoSuchText, TextInDoubt, filled, filled_in_doubt, offered
from tieline.desk.models import Case
from tieline.identity.permissions import NotAllowed
from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import Profile
from tieline.mail.profile import Reply
from tieline.rulebook.models import ChangeTask, Edition
from tieline.rulebook.reach import profile_values
from tieline.rulebook.reach.actions import confirm, make_report

CHANGED_ON = date(2026, 12, 1)
AFTER = MONDAY + timedelta(days=30)
TEXTS = {
    "posting": Reply(
        "posting", "When statements are posted", "Hello {{ person }},\n\nsee Section 9.1(1). {{ agent }}\n"
    ),
    "thanks": Reply("thanks", "Thank you", "Hello {{ person }},\n\n{{ number }} is done. {{ outcome }}\n"),
}


@pytest.fixture
def case(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A case; two texts are approved, and the rule under one of them changes in December."""
    for module in (approved_texts, profile_values):
        monkeypatch.setattr(module, "read_replies", _texts)
    adopt_rules(tmp_path)
    adopt_rules(tmp_path, effective_on=CHANGED_ON, posting="The Operator shall post within five days.")
    make_report(Edition.objects.get(book__key=BOOK, effective_on=CHANGED_ON), by=SYSTEM, at=MONDAY)
    return case_of(receive(letter()))


def _texts(profile: Profile) -> dict[str, Reply]:
    return TEXTS


def test_blanks_are_filled_and_what_is_not_known_stays_in_sight(case: Case, cast: Cast) -> None:
    text = filled(case, "thanks", profile=cast.profile, by=cast.ana.as_actor(), at=MONDAY)

    assert text.words == f"Hello Sam Doyle,\n\n{case.label} is done. {{{{ outcome }}}}"


def test_a_text_is_in_doubt_from_the_day_its_rule_changes(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()

    before = filled(case, "posting", profile=cast.profile, by=by, at=MONDAY)
    with pytest.raises(TextInDoubt, match="changed on 2026-12-01"):
        filled(case, "posting", profile=cast.profile, by=by, at=AFTER)

    assert "Section 9.1(1)" in before.words
    assert [(one.key, len(one.doubts)) for one in offered(cast.profile, as_at=AFTER.date())] == [
        ("thanks", 0), ("posting", 1),
    ]  # fmt: skip


def test_who_was_told_inserts_it_all_the_same_and_a_decision_ends_the_doubt(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()

    told = filled_in_doubt(case, "posting", profile=cast.profile, by=by)
    confirm(ChangeTask.objects.get(kind="reply_template"), note="Still right.", by=by, at=AFTER)

    assert filled(case, "posting", profile=cast.profile, by=by, at=AFTER) == told


def test_a_client_fills_nothing_and_an_unknown_text_is_refused(case: Case, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        filled(case, "thanks", profile=cast.profile, by=viewer_of(cast.bluestem), at=MONDAY)
    with pytest.raises(NoSuchText, match="no approved text"):
        filled(case, "nothing", profile=cast.profile, by=cast.ana.as_actor(), at=MONDAY)
