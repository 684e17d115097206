"""Who is at a case: what is said once is seen by others, idle after a minute, gone after three silences."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import MONDAY, Cast, viewer_of
from tieline.desk.actions.presence import be_present, leave, sweep
from tieline.desk.models import Case, Doing, Presence
from tieline.desk.presence import present_at
from tieline.identity.permissions import NotAllowed
from tieline.journal.models import JournalEvent
from tieline.kernel.viewing import viewing_as

NOW = timedelta()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What open pages were told."""
    heard: list[tuple[str, int]] = []
    monkeypatch.setattr("tieline.desk.actions.presence.tell", lambda kind, number: heard.append((kind, number)))
    return heard


@pytest.fixture
def case(cast: Cast) -> Case:
    from tieline.console.tests.arriving import receive

    return receive(cast, "Who looks at this?", "One question.")


def say(case: Case, cast: Cast, doing: Doing = Doing.VIEWING, *, rested: int = 0, seconds: int = 0) -> None:
    at = MONDAY + timedelta(seconds=seconds)
    be_present(case, doing=doing, rested=timedelta(seconds=rested), by=cast.ravi.as_actor(), at=at)


def seen(case: Case, *, seconds: int = 0, but: int | None = None) -> list[str]:
    found = present_at([case.number], but=but, at=MONDAY + timedelta(seconds=seconds))
    return [one.words for one in found.get(case.number, ())]


def test_somebody_arrives_types_rests_and_goes(case: Case, cast: Cast, told: list[tuple[str, int]]) -> None:
    name = cast.ravi.name
    say(case, cast)
    assert seen(case) == [f"{name} is looking"]
    say(case, cast, Doing.TYPING, seconds=5)
    assert seen(case, seconds=5) == [f"{name} is typing"]
    say(case, cast, Doing.VIEWING, rested=60, seconds=70)
    assert seen(case, seconds=70) == [f"{name} has it open, idle"]
    leave(case, by=cast.ravi.as_actor())
    assert seen(case, seconds=70) == []

    assert told == [("presence", case.number)] * 4


def test_what_only_renews_is_not_told(case: Case, cast: Cast, told: list[tuple[str, int]]) -> None:
    say(case, cast)
    say(case, cast, seconds=15)
    say(case, cast, seconds=30)

    assert len(told) == 1
    assert Presence.objects.count() == 1


def test_silence_is_absence_and_is_swept_and_told(case: Case, cast: Cast, told: list[tuple[str, int]]) -> None:
    say(case, cast)
    assert seen(case, seconds=44)
    assert sweep(MONDAY + timedelta(seconds=44)) == 0
    assert seen(case, seconds=45) == []
    assert sweep(MONDAY + timedelta(seconds=45)) == 1
    assert (Presence.objects.count(), len(told)) == (0, 2)


def test_oneself_is_left_out(case: Case, cast: Cast) -> None:
    say(case, cast)

    assert seen(case, but=cast.ravi.pk) == []


def test_the_journal_knows_nothing_of_it(case: Case, cast: Cast) -> None:
    before = JournalEvent.objects.count()
    say(case, cast)
    leave(case, by=cast.ravi.as_actor())

    assert JournalEvent.objects.count() == before


def test_a_participant_neither_says_nor_sees_it(case: Case, cast: Cast) -> None:
    say(case, cast)
    pat = viewer_of(cast.bluestem)

    with pytest.raises(NotAllowed):
        be_present(case, doing=Doing.VIEWING, rested=NOW, by=pat, at=MONDAY)
    with viewing_as(pat):
        assert present_at([case.number], but=None, at=MONDAY) == {}
