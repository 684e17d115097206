"""Do two cases become one without a loss, and two again as they were?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.cast import MONDAY, Cast, viewer_of
from tests.letters import KIT, SAM, STRANGER, case_of, digest, letter, receive
from tests.rules import adopt_rules
from tieline.clocks.models import Clock, ClockState
from tieline.desk.actions import AlreadyClosed, add_note, cite, close_case, reopen_case, reply, save_draft
from tieline.desk.actions.merging import merge_cases, unmerge_case
from tieline.desk.actions.messages import note_delivery
from tieline.desk.actions.moving import IntoItself, NothingToUndo, NotLeftYet, NotTheirs, UndoOtherFirst
from tieline.desk.models import Case, CasePerson, CaseState, Draft, DraftKind, MessageKind, Rearrangement
from tieline.desk.structure import family, family_clocks, survivor
from tieline.identity.permissions import NotAllowed
from tieline.journal.models import JournalEvent
from tieline.kernel.viewing import viewing_as
from tieline.mail.models import OutgoingMail
from tieline.rulebook import queries as rulebook
from tieline.search.queries import find

LATER = MONDAY + timedelta(hours=1)
PAT = "Pat Moss <pat.moss@bluestem-energy.example>"


def a_case(text: str = "Where is our statement?", *, sender: str = SAM) -> Case:
    return case_of(receive(letter(text, sender=sender)))


def merge(source: Case, target: Case, cast: Cast) -> Case:
    return merge_cases(source, target, profile=cast.profile, by=cast.ana.as_actor(), at=LATER)


def unmerge(source: Case, cast: Cast) -> Case:
    return unmerge_case(source, profile=cast.profile, by=cast.ana.as_actor(), at=LATER)


def texts(case: Case) -> list[str]:
    return list(case.messages.exclude(kind=MessageKind.NOTE).order_by("pk").values_list("text", flat=True))


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_the_survivor_has_everything_and_the_other_says_where_it_went(cast: Cast) -> None:
    source, target = a_case("One"), a_case("Two")
    add_note(source, text="Look", by=cast.ana.as_actor(), at=MONDAY)

    merge(source, target, cast)

    source, target = fresh(source), fresh(target)
    assert texts(target) == ["One", "Two"]
    assert (texts(source), source.message_count, target.message_count) == ([], 0, 4)
    assert (source.state, source.outcome, source.merged_into) == (CaseState.CLOSED, "merged", target)
    assert survivor(source) == target
    assert "merged into this case: 2 messages" in target.messages.order_by("-pk")[0].text


def test_undoing_restores_both(cast: Cast) -> None:
    source, target = a_case("One"), a_case("Two")
    as_they_were = [standing(source), standing(target)]

    merge(source, target, cast)
    unmerge(source, cast)

    assert [standing(source), standing(target)] == as_they_were
    with pytest.raises(NothingToUndo):
        unmerge(source, cast)


def standing(case: Case) -> tuple[object, ...]:
    now = fresh(case)
    return (
        now.state, now.outcome, now.owner_id, now.closed_at, now.due_at, now.message_count, now.excerpt,
        now.answered_at, texts(now),
        [(clock.pk, clock.state, clock.due_at) for clock in family_clocks(now)],
    )  # fmt: skip


def test_both_histories_tell_of_it(cast: Cast) -> None:
    source, target = a_case("One"), a_case("Two")

    merge(source, target, cast)
    unmerge(source, cast)

    for case in (source, target):
        told = JournalEvent.objects.filter(links__object_kind="case", links__object_id=str(case.number))
        assert {"case.merged", "case.unmerged"} <= set(told.values_list("kind", flat=True))


def test_both_are_found_by_the_words_they_now_hold(cast: Cast) -> None:
    source, target = a_case("A zebra was here"), a_case("Two")
    viewer = cast.ana.as_actor()
    assert [one.object_id for one in find("zebra", viewer=viewer)] == [str(source.number)]

    merge(source, target, cast)
    digest(at=LATER)
    assert [one.object_id for one in find("zebra", viewer=viewer)] == [str(target.number)]
    unmerge(source, cast)
    digest(at=LATER)

    assert [one.object_id for one in find("zebra", viewer=viewer)] == [str(source.number)]


def test_clocks_stay_on_their_number_and_end_with_the_survivor(cast: Cast) -> None:
    source, target = a_case("One"), a_case("Two")
    earlier = min(clock.due_at for clock in family_clocks(source) if clock.due_at)

    merged = merge(source, target, cast)
    assert fresh(merged).due_at == earlier
    assert len(family_clocks(merged)) == 4
    close_case(merged, outcome="no_action", profile=cast.profile, by=cast.ana.as_actor(), at=LATER)

    assert {clock.state for clock in family_clocks(merged)} == {ClockState.ENDED}


def test_an_answer_from_the_survivor_is_the_first_answer_of_both(cast: Cast) -> None:
    source, target = a_case("One"), a_case("Two")
    merge(source, target, cast)

    message = reply(fresh(target), text="Both.", then=CaseState.WAITING, by=cast.ana.as_actor(), at=LATER)
    note_delivery(message, profile=cast.profile, at=LATER)

    clocks = Clock.objects.filter(subject_id__in=[str(source.number), str(target.number)])
    assert {clock.state for clock in clocks.filter(measure="first_answer")} == {ClockState.ENDED}
    assert {clock.state for clock in clocks.filter(measure="resolution")} == {ClockState.PAUSED}
    assert fresh(target).due_at is None


def test_a_question_waiting_on_us_makes_the_survivor_ours_and_undoing_gives_the_turn_back(cast: Cast) -> None:
    source, target = a_case("One"), a_case("Two")
    message = reply(target, text="Yes?", then=CaseState.WAITING, by=cast.ana.as_actor(), at=MONDAY)
    note_delivery(message, profile=cast.profile, at=MONDAY)
    OutgoingMail.objects.filter(about_id=str(target.number)).update(state="sent")

    merge(source, target, cast)
    assert fresh(target).state == CaseState.OPEN
    unmerge(source, cast)

    assert fresh(target).state == CaseState.WAITING
    assert fresh(target).due_at is None
    assert fresh(source).due_at is not None


def test_a_mail_that_answers_the_merged_case_lands_on_the_survivor(cast: Cast) -> None:
    source, target = a_case("One"), a_case("Two")
    said = reply(source, text="Which day?", then=CaseState.OPEN, by=cast.ana.as_actor(), at=MONDAY)
    assert said.outgoing is not None
    merge(source, target, cast)

    came = receive(letter("Friday", in_reply_to=said.outgoing.message_id), at=LATER)

    assert case_of(came) == target
    unmerge(source, cast)
    assert "Friday" in texts(source), "it answers nothing but mail of the case that was taken out"


def test_what_came_to_the_survivor_itself_stays_there(cast: Cast) -> None:
    source, target = a_case("One"), a_case("Two")
    merge(source, target, cast)
    add_note(target, text="Said since", by=cast.ana.as_actor(), at=LATER)

    unmerge(source, cast)

    assert target.messages.filter(text="Said since").exists()


def test_chains_are_undone_from_the_end(cast: Cast) -> None:
    first, second, third = a_case("One"), a_case("Two"), a_case("Three")
    merge(first, second, cast)
    merge(second, third, cast)

    assert survivor(fresh(first)) == third
    assert set(family(third)) == {first, second, third}
    assert texts(third) == ["One", "Two", "Three"]
    with pytest.raises(UndoOtherFirst, match=f"{second.label} was merged into {third.label}"):
        unmerge(first, cast)

    unmerge(second, cast)
    unmerge(first, cast)
    assert [texts(case) for case in (first, second, third)] == [["One"], ["Two"], ["Three"]]


def test_what_may_not_be_merged(cast: Cast) -> None:
    source, target, third = a_case("One"), a_case("Two"), a_case("Three")
    with pytest.raises(IntoItself):
        merge(source, source, cast)
    with pytest.raises(NotAllowed):
        merge_cases(source, target, profile=cast.profile, by=cast.mara.as_actor(), at=LATER)
    merge(source, target, cast)

    for case, into in ((source, third), (target, source), (third, source)):
        with pytest.raises(AlreadyClosed, match="was merged into"):
            merge(case, into, cast)
    with pytest.raises(AlreadyClosed, match="go on there"):
        reopen_case(source, reason="?", profile=cast.profile, by=cast.ana.as_actor(), at=LATER)
    with pytest.raises(AlreadyClosed, match="go on there"):
        reply(source, text="Hello", then=CaseState.OPEN, by=cast.ana.as_actor(), at=LATER)
    with pytest.raises(AlreadyClosed, match="go on there"):
        add_note(source, text="Hello", by=cast.ana.as_actor(), at=LATER)


@pytest.mark.parametrize("sender", [KIT, STRANGER])
def test_nothing_goes_into_a_case_of_others(sender: str, cast: Cast) -> None:
    ours, others = a_case("One"), a_case("Two", sender=sender)

    for source, target in ((ours, others), (others, ours)):
        with pytest.raises(NotTheirs, match="not surely the same participant's"):
            merge(source, target, cast)

    assert not Rearrangement.objects.exists()


def test_two_of_one_unknown_address_may_be_merged(cast: Cast) -> None:
    source, target = a_case("One", sender=STRANGER), a_case("Two", sender=STRANGER)

    merge(source, target, cast)

    assert texts(target) == ["One", "Two"]


def test_a_participant_sees_neither_more_nor_less_than_before(cast: Cast) -> None:
    source, target = a_case("One"), a_case("Two", sender=PAT)
    with viewing_as(viewer_of(cast.prickly_pear)):
        assert not Case.objects.exists()
    merge(source, target, cast)

    with viewing_as(viewer_of(cast.prickly_pear)):
        assert not Case.objects.exists()
    with viewing_as(viewer_of(cast.bluestem)):
        assert texts(target) == ["One", "Two"]
        assert not target.messages.filter(kind=MessageKind.NOTE).exists()


def test_who_asked_in_the_merged_case_is_put_in_copy(cast: Cast) -> None:
    source, target = a_case("One", sender=PAT), a_case("Two")

    merge(source, target, cast)
    assert CasePerson.objects.get(case=target).address == "pat.moss@bluestem-energy.example"

    unmerge(source, cast)
    assert not CasePerson.objects.exists()


def test_a_reply_that_is_held_stops_the_merging(cast: Cast) -> None:
    source, target = a_case("One"), a_case("Two")
    reply(source, text="Soon", then=CaseState.OPEN, hold=timedelta(seconds=5), by=cast.ana.as_actor(), at=LATER)

    with pytest.raises(NotLeftYet, match="A reply of Ana Ortiz"):
        merge(source, target, cast)


def test_citations_go_over_once(cast: Cast, tmp_path: Path) -> None:
    adopt_rules(tmp_path)
    source, target = a_case("One"), a_case("Two")
    by = cast.ana.as_actor()
    first, second = (rulebook.cite(label, as_at=MONDAY.date()).version_id for label in ("9.1(1)", "9.1(2)"))
    for case, version in ((source, first), (source, second), (target, first)):
        cite(case, version_id=version, quote="", by=by, at=MONDAY)

    merge(source, target, cast)
    assert sorted(target.citations.values_list("version_id", flat=True)) == sorted([first, second])
    assert list(source.citations.values_list("version_id", flat=True)) == [first]

    unmerge(source, cast)
    assert sorted(source.citations.values_list("version_id", flat=True)) == sorted([first, second])
    assert list(target.citations.values_list("version_id", flat=True)) == [first]


def test_drafts_go_with_their_writer_unless_one_is_there(cast: Cast) -> None:
    source, target = a_case("One"), a_case("Two")
    for case, user in ((source, cast.ana), (source, cast.ravi), (target, cast.ravi)):
        save_draft(case, kind=DraftKind.REPLY, text=case.label, version=0, by=user.as_actor(), at=MONDAY)

    merge(source, target, cast)
    assert Draft.objects.get(case=target, author=cast.ana).text == source.label
    assert Draft.objects.get(case=target, author=cast.ravi).text == target.label
    assert Draft.objects.get(case=source).author == cast.ravi

    unmerge(source, cast)
    assert Draft.objects.filter(case=source).count() == 2


def test_a_case_taken_out_of_a_closed_one_is_due_again(cast: Cast) -> None:
    source, target = a_case("One"), a_case("Two")
    merge(source, target, cast)
    close_case(target, outcome="no_action", profile=cast.profile, by=cast.ana.as_actor(), at=LATER)

    unmerge(source, cast)

    assert (fresh(source).state, fresh(target).state) == (CaseState.OPEN, CaseState.CLOSED)
    assert fresh(source).due_at is not None


def test_an_answer_given_in_the_merged_case_counts_for_the_survivor_only_while_it_is_merged(cast: Cast) -> None:
    source, target = a_case("One"), a_case("Two")
    message = reply(source, text="Yes.", then=CaseState.OPEN, by=cast.ana.as_actor(), at=MONDAY)
    note_delivery(message, profile=cast.profile, at=LATER)

    merge(source, target, cast)
    assert fresh(target).answered_at == LATER
    unmerge(source, cast)

    assert (fresh(source).answered_at, fresh(target).answered_at) == (LATER, None)
