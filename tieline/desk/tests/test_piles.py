"""Is what I lay aside mine alone, and does it come back on time, on the client's word, and say why?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import MONDAY, Cast
from tests.letters import case_of, digest, letter, receive
from tieline.desk.actions import add_note, assign, reply
from tieline.desk.actions.piles import (
    WakesInThePast,
    WroteMeanwhile,
    finish_for_me,
    follow,
    lay_back,
    put_off,
    see,
    take_up,
    unfollow,
)
from tieline.desk.events import ConsultationAnswered
from tieline.desk.models import (
    Case,
    CaseState,
    Consultation,
    Draft,
    DraftKind,
    DraftReader,
    Mention,
    Personal,
    Pile,
)
from tieline.desk.personal import TO_DO, MySection, Section, my_list, section, to_do_count
from tieline.desk.profile import GuardWords
from tieline.desk.snoozing import choices, instant_of
from tieline.desk.waking import wake
from tieline.identity.models import User
from tieline.journal.actions import record
from tieline.journal.models import JournalEvent
from tieline.kernel.reference import Reference

SOON = MONDAY + timedelta(minutes=5)
HOUR = timedelta(hours=1)


@pytest.fixture
def case(cast: Cast) -> Case:
    case = case_of(receive(letter()))
    assign(case, owner=cast.ana, by=cast.ravi.as_actor(), at=MONDAY)
    digest(at=MONDAY)
    case.refresh_from_db()
    return case


def sections(user: User, cast: Cast, at: datetime = SOON) -> dict[str, MySection]:
    return {one.key.value: one for one in my_list(user, profile=cast.profile, at=at).sections}


def counts(user: User, cast: Cast, at: datetime = SOON) -> dict[str, int]:
    return {key: one.count for key, one in sections(user, cast, at).items() if one.count}


def write_again(case: Case, at: datetime) -> None:
    first = case.messages.order_by("pk")[0].incoming
    assert first is not None
    receive(letter("Any news?", in_reply_to=first.message_id, at=at), at=at)


def test_what_is_given_to_me_is_to_do_and_says_who_gave_it(case: Case, cast: Cast) -> None:
    (row,) = sections(cast.ana, cast)["assigned"].rows

    assert (row.row.number, row.why, row.is_unread) == (case.number, "Ravi Menon gave it to you", True)
    assert counts(cast.ravi, cast) == {}


def test_what_i_put_off_leaves_my_list_and_nobody_elses(case: Case, cast: Cast) -> None:
    follow(case, by=cast.ravi.as_actor(), at=MONDAY)
    ravis = sections(cast.ravi, cast)

    put_off(case, until=SOON + HOUR, by=cast.ana.as_actor(), at=SOON)

    assert counts(cast.ana, cast)["later"] == 1
    assert "assigned" not in counts(cast.ana, cast)
    assert sections(cast.ravi, cast) == ravis
    case.refresh_from_db()
    assert (case.state, case.owner_id) == (CaseState.OPEN, cast.ana.pk)


def test_it_wakes_at_its_time_and_says_so(case: Case, cast: Cast) -> None:
    put_off(case, until=SOON + HOUR, by=cast.ana.as_actor(), at=SOON)

    assert wake(SOON + HOUR - timedelta(seconds=1)) == 0
    assert wake(SOON + HOUR) == 1
    assert wake(SOON + HOUR) == 0

    (row,) = sections(cast.ana, cast, SOON + HOUR)["assigned"].rows
    assert row.why == "You put it off until Mon 16 Nov 10:05"
    assert not JournalEvent.objects.filter(kind="case.reopened").exists()


@pytest.mark.parametrize("lay", ["later", "done"])
def test_the_clients_word_brings_it_back_at_once(case: Case, cast: Cast, lay: str) -> None:
    if lay == "later":
        put_off(case, until=SOON + 5 * HOUR, by=cast.ana.as_actor(), at=SOON)
    else:
        finish_for_me(case, by=cast.ana.as_actor(), at=SOON)
    assert "assigned" not in counts(cast.ana, cast)

    write_again(case, SOON + HOUR)

    (row,) = sections(cast.ana, cast, SOON + HOUR)["assigned"].rows
    assert row.why == "Sam Doyle wrote"
    assert Personal.objects.get(user=cast.ana).wakes_at is None


def test_words_that_came_before_it_was_laid_aside_do_not_bring_it_back(case: Case, cast: Cast) -> None:
    finish_for_me(case, by=cast.ana.as_actor(), at=SOON)

    digest(at=SOON)

    assert Personal.objects.get(user=cast.ana).pile == Pile.DONE


def test_a_case_is_not_laid_aside_past_words_the_page_did_not_show(case: Case, cast: Cast) -> None:
    seen = case.messages.get().pk
    write_again(case, SOON)

    with pytest.raises(WroteMeanwhile):
        finish_for_me(case, seen=seen, by=cast.ana.as_actor(), at=SOON)
    with pytest.raises(WroteMeanwhile):
        put_off(case, until=SOON + HOUR, seen=seen, by=cast.ana.as_actor(), at=SOON)

    finish_for_me(case, seen=case.messages.latest("pk").pk, by=cast.ana.as_actor(), at=SOON)


def test_nothing_is_put_off_into_the_past(case: Case, cast: Cast) -> None:
    with pytest.raises(WakesInThePast):
        put_off(case, until=SOON, by=cast.ana.as_actor(), at=SOON)


def test_given_to_me_again_it_is_to_do_again_and_leaves_the_other(case: Case, cast: Cast) -> None:
    finish_for_me(case, by=cast.ana.as_actor(), at=SOON)

    assign(case, owner=cast.ravi, by=cast.lena.as_actor(), at=SOON + HOUR)
    digest(at=SOON + HOUR)
    assert counts(cast.ravi, cast)["assigned"] == 1
    assert counts(cast.ana, cast) == {"done": 1}
    assign(case, owner=cast.ana, by=cast.lena.as_actor(), at=SOON + 2 * HOUR)
    digest(at=SOON + 2 * HOUR)

    assert counts(cast.ana, cast)["assigned"] == 1
    assert "back" not in counts(cast.ravi, cast)


def test_a_note_that_names_me_is_on_my_desk_until_i_have_seen_it(case: Case, cast: Cast) -> None:
    note = add_note(
        case, text="@mara.lind, and @Ravi Menon: is this so? mail@ana.ortiz", by=cast.ana.as_actor(), at=SOON
    )
    digest(at=SOON)

    (row,) = sections(cast.mara, cast)["mentions"].rows
    assert (row.why, row.is_unread) == ("Ana Ortiz named you in a note", True)
    assert counts(cast.ravi, cast) == {"mentions": 1}
    assert set(Mention.objects.values_list("user__username", flat=True)) == {"mara.lind", "ravi.menon"}
    see(case, upto=note.pk, by=cast.mara.as_actor(), at=SOON)

    assert counts(cast.mara, cast) == {"back": 1}
    finish_for_me(case, by=cast.mara.as_actor(), at=SOON)
    assert counts(cast.mara, cast) == {"done": 1}


def test_advice_brings_the_case_back_to_who_asked(case: Case, cast: Cast) -> None:
    assert cast.ana.team is not None
    asked = Consultation.objects.create(
        case=case, team=cast.ana.team, expert=cast.mara, question="So?", asked_by=cast.ana, asked_at=MONDAY
    )
    assert sum(counts(cast.mara, cast).values()) == 1
    finish_for_me(case, by=cast.ana.as_actor(), at=SOON)
    links = {"consultation": Reference("consultation", str(asked.pk))}
    record(ConsultationAnswered(team=""), about=case.reference, by=cast.mara.as_actor(), at=SOON + HOUR, links=links)

    digest(at=SOON + HOUR)

    (row,) = sections(cast.ana, cast, SOON + HOUR)["assigned"].rows
    assert row.why == "Mara Lind answered your question"


def test_following_shows_what_is_new_to_me(case: Case, cast: Cast) -> None:
    follow(case, by=cast.mara.as_actor(), at=SOON)
    see(case, upto=case.messages.get().pk, by=cast.mara.as_actor(), at=SOON)
    assert counts(cast.mara, cast) == {}

    add_note(case, text="Asked the bank.", by=cast.ana.as_actor(), at=SOON)
    assert counts(cast.mara, cast) == {"following": 1}
    unfollow(case, by=cast.mara.as_actor(), at=SOON)

    assert counts(cast.mara, cast) == {}


def test_counters_are_the_lists_own_queries(case: Case, cast: Cast) -> None:
    for number in range(3):
        other = case_of(receive(letter(f"And {number}?", subject=f"Number {number}")))
        assign(other, owner=cast.ana, by=cast.ravi.as_actor(), at=MONDAY)
    add_note(case, text="@ana.ortiz look", by=cast.ravi.as_actor(), at=SOON)
    digest(at=SOON)

    for key, one in sections(cast.ana, cast).items():
        assert one.count == section(Section(key), cast.ana, profile=cast.profile, at=SOON).count(), key
    together = {row.row.number for key in TO_DO for row in sections(cast.ana, cast)[key].rows}
    assert to_do_count(cast.ana, profile=cast.profile, at=SOON) == len(together) == 4


def test_my_list_takes_few_statements(case: Case, cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        my_list(cast.ana, profile=cast.profile, at=SOON)

    assert len(asked) <= 5


def test_undo_lays_back_what_lay_there(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    put_off(case, until=SOON + HOUR, by=by, at=SOON)
    finish_for_me(case, by=by, at=SOON)

    lay_back(case, pile=Pile.LATER, until=SOON + HOUR, by=by, at=SOON)
    assert Personal.objects.get(user=cast.ana).wakes_at == SOON + HOUR
    take_up(case, by=by, at=SOON)

    assert counts(cast.ana, cast)["assigned"] == 1


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # Monday 09:10: later today, tomorrow, Monday, a week on (the same Monday: once)
        ("2026-11-16T15:10+00:00", ["today 12:00", "tomorrow Tue 17", "monday Mon 23"]),
        # Friday evening: no "later today"; the next working morning is Monday
        ("2026-11-20T23:30+00:00", ["tomorrow Mon 23"]),
    ],
)
def test_the_menu_offers_each_time_once(case: Case, cast: Cast, now: str, expected: list[str]) -> None:
    zone = cast.profile.time_zone
    offered = choices(case, profile=cast.profile, at=datetime.fromisoformat(now))

    said = [f"{one.key} {one.at.astimezone(zone):{'%H:%M' if one.key == 'today' else '%a %d'}}" for one in offered]
    assert said[: len(expected)] == expected
    assert len({one.at for one in offered}) == len(offered)


@pytest.mark.parametrize(
    ("day", "wall_time", "utc"),
    [
        ("2026-03-08", "02:30", "2026-03-08T08:30+00:00"),  # left out in spring: an hour on
        ("2026-11-01", "01:30", "2026-11-01T06:30+00:00"),  # twice in autumn: the first
        ("2026-11-16", "08:00", "2026-11-16T14:00+00:00"),
    ],
)
def test_a_time_of_ones_own_is_read_in_the_markets_zone(cast: Cast, day: str, wall_time: str, utc: str) -> None:
    at = instant_of(date.fromisoformat(day), time.fromisoformat(wall_time), cast.profile)

    assert at == datetime.fromisoformat(utc)


@pytest.mark.parametrize(("lay", "ravis"), [("later", ("later", "")), ("done", ("todo", "Ana Ortiz left a note"))])
def test_a_colleagues_words_bring_it_back_for_the_owner_and_followers_and_ones_own_do_not(
    case: Case, cast: Cast, lay: str, ravis: tuple[str, str]
) -> None:
    follow(case, by=cast.mara.as_actor(), at=SOON)
    for user in (cast.ana, cast.mara, cast.ravi):
        if lay == "later":
            put_off(case, until=SOON + 5 * HOUR, by=user.as_actor(), at=SOON)
        else:
            finish_for_me(case, by=user.as_actor(), at=SOON)
    add_note(case, text="Asked the bank.", by=cast.ana.as_actor(), at=SOON + HOUR)
    digest(at=SOON + HOUR)
    piles = {one.user.username: (one.pile, one.woken_why) for one in Personal.objects.select_related("user")}

    reply(case, text="Soon.", then=CaseState.WAITING, by=cast.ravi.as_actor(), at=SOON + 2 * HOUR)
    digest(at=SOON + 2 * HOUR)

    assert piles[cast.mara.username] == (Pile.TO_DO, "Ana Ortiz left a note")
    assert (piles[cast.ana.username], piles[cast.ravi.username]) == ((lay, ""), ravis)
    (row,) = sections(cast.ana, cast, SOON + 2 * HOUR)["assigned"].rows
    assert row.why == "Ravi Menon replied to the client"
    assert Personal.objects.get(user=cast.ravi).pile == ravis[0]


def test_new_words_bring_back_what_anybody_was_done_with_and_leave_what_they_put_off(case: Case, cast: Cast) -> None:
    finish_for_me(case, by=cast.mara.as_actor(), at=SOON)
    put_off(case, until=SOON + 5 * HOUR, by=cast.lena.as_actor(), at=SOON)
    finish_for_me(case, by=cast.ravi.as_actor(), at=SOON)

    add_note(case, text="Asked the bank.", by=cast.ravi.as_actor(), at=SOON + HOUR)
    digest(at=SOON + HOUR)

    piles = {one.user.username: (one.pile, one.woken_why) for one in Personal.objects.select_related("user")}
    assert piles[cast.mara.username] == (Pile.TO_DO, "Ravi Menon left a note")
    assert piles[cast.lena.username] == (Pile.LATER, "")
    assert piles[cast.ravi.username] == (Pile.DONE, "")
    (row,) = sections(cast.mara, cast, SOON + HOUR)["back"].rows
    assert row.why == "Ravi Menon left a note"
    assert not JournalEvent.objects.filter(kind="case.reopened").exists()


def test_advice_brings_the_case_back_once(case: Case, cast: Cast) -> None:
    assert cast.ana.team is not None
    asked = Consultation.objects.create(
        case=case, team=cast.ana.team, expert=cast.mara, question="So?", asked_by=cast.ana, asked_at=MONDAY
    )
    finish_for_me(case, by=cast.ana.as_actor(), at=SOON)
    links = {"consultation": Reference("consultation", str(asked.pk))}
    record(ConsultationAnswered(team=""), about=case.reference, by=cast.mara.as_actor(), at=SOON + HOUR, links=links)

    digest(at=SOON + HOUR)

    assert JournalEvent.objects.filter(kind="case.came_back", at=SOON + HOUR).count() == 1


def shared_with_ravi(case: Case, cast: Cast) -> DraftReader:
    draft = Draft.objects.create(
        case=case, author=cast.ana, kind=DraftKind.REPLY, text="Ten days.", version=3, updated_at=MONDAY
    )
    return DraftReader.objects.create(draft=draft, reader=cast.ravi, asked_at=MONDAY)


def test_a_shared_draft_waits_until_its_words_of_now_were_looked_at(case: Case, cast: Cast) -> None:
    asked = shared_with_ravi(case, cast)
    (row,) = sections(cast.ravi, cast)["shared"].rows
    waiting = counts(cast.ravi, cast)

    DraftReader.objects.filter(pk=asked.pk).update(looked_at=SOON)
    looked = counts(cast.ravi, cast)
    Draft.objects.update(version=4, updated_at=SOON + HOUR)
    changed = counts(cast.ravi, cast)
    DraftReader.objects.filter(pk=asked.pk).update(approved_version=4)

    assert row.why == "Ana Ortiz asks you to read a draft"
    assert (waiting, looked, changed, counts(cast.ravi, cast)) == ({"shared": 1}, {}, {"shared": 1}, {})


def test_a_draft_that_needs_my_approval_waits_for_my_review_until_it_has_it(case: Case, cast: Cast) -> None:
    words = replace(cast.profile.get(GuardWords), second_pair_topics=(case.topic,))
    profile = replace(cast.profile, sections={**cast.profile.sections, GuardWords: words})
    asked = shared_with_ravi(case, cast)
    DraftReader.objects.filter(pk=asked.pk).update(looked_at=SOON)

    found = {key: section(key, cast.ravi, profile=profile, at=SOON).count() for key in (Section.REVIEW, Section.SHARED)}
    DraftReader.objects.filter(pk=asked.pk).update(approved_version=3)

    assert found == {Section.REVIEW: 1, Section.SHARED: 0}
    assert section(Section.REVIEW, cast.ravi, profile=profile, at=SOON).count() == 0
