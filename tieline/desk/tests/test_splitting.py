"""Do messages find the case they belong to, alone or as a case of their own, and back? And how do cases link?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import MONDAY, Cast
from tests.letters import KIT, SAM, STRANGER, case_of, digest, letter, receive
from tieline.clocks.models import Clock
from tieline.desk.actions import AlreadyClosed, add_note, close_case, reply
from tieline.desk.actions.closing import OpenParts
from tieline.desk.actions.linking import LinkedAlready, PartOfItself, link_cases, unlink_cases
from tieline.desk.actions.merging import merge_cases
from tieline.desk.actions.moving import (
    IntoItself,
    NothingToUndo,
    NotLeftYet,
    NotTheirs,
    StaysInPlace,
    UndoOtherFirst,
    move_message,
    undo_move,
)
from tieline.desk.actions.splitting import NothingToSplit, split_case, standing_split, undo_split
from tieline.desk.models import (
    Case,
    CaseLink,
    CaseState,
    CaseThread,
    LinkKind,
    Message,
    MessageKind,
    Rearrangement,
    ThreadKind,
)
from tieline.desk.structure import links_of, structure_of
from tieline.identity.permissions import NotAllowed
from tieline.journal.models import JournalEvent
from tieline.mail.models import OutgoingMail
from tieline.search.queries import find

LATER = MONDAY + timedelta(hours=3)
PAT = "Pat Moss <pat.moss@bluestem-energy.example>"


def a_case(text: str = "One", *, sender: str = SAM) -> Case:
    return case_of(receive(letter(text, sender=sender)))


def with_two(cast: Cast) -> tuple[Case, Message, Message]:
    """A case in which Sam asked one thing, and another an hour later."""
    case = a_case("One")
    first = case.messages.get()
    assert first.incoming is not None
    again = letter("Another thing", subject="Another thing", in_reply_to=first.incoming.message_id)
    receive(again, at=MONDAY + timedelta(hours=1))
    return case, first, case.messages.get(text="Another thing")


def split(case: Case, *messages: Message, cast: Cast) -> Case:
    ids = [message.pk for message in messages]
    return split_case(case, ids, profile=cast.profile, by=cast.ana.as_actor(), at=LATER)


def move(message: Message, target: Case, cast: Cast) -> Rearrangement:
    return move_message(message, target, profile=cast.profile, by=cast.ana.as_actor(), at=LATER)


def texts(case: Case) -> list[str]:
    return list(case.messages.exclude(kind=MessageKind.NOTE).order_by("pk").values_list("text", flat=True))


def test_split_messages_become_a_case_whose_clocks_count_from_when_they_came(cast: Cast) -> None:
    case, _, second = with_two(cast)

    made = split(case, second, cast=cast)

    assert (texts(case), texts(made)) == (["One"], ["Another thing"])
    assert (made.subject, made.requester, made.participant) == ("Another thing", cast.sam, cast.bluestem)
    assert made.received_at == second.at
    assert {clock.started_at for clock in Clock.objects.filter(subject_id=str(made.number))} == {second.at}
    assert CaseLink.objects.get(case=made, other=case).kind == LinkKind.RELATED
    case.refresh_from_db()
    assert (case.message_count, case.excerpt) == (1, "One")


def test_a_split_is_undone_and_the_empty_case_ends(cast: Cast) -> None:
    case, _, second = with_two(cast)
    made = split(case, second, cast=cast)
    step = standing_split(made)
    assert step is not None

    undo_split(step, by=cast.ana.as_actor(), at=LATER)

    made.refresh_from_db()
    assert (texts(case), texts(made)) == (["One", "Another thing"], [])
    assert (made.state, made.outcome) == (CaseState.CLOSED, "undone_split")
    assert not links_of(case, cast.ana.as_actor()).exists()
    with pytest.raises(NothingToUndo):
        undo_split(step, by=cast.ana.as_actor(), at=LATER)


def test_a_split_case_in_which_more_was_said_stays_open(cast: Cast) -> None:
    case, _, second = with_two(cast)
    made = split(case, second, cast=cast)
    add_note(made, text="I look into it", by=cast.ana.as_actor(), at=LATER)
    step = standing_split(made)
    assert step is not None

    undo_split(step, by=cast.ana.as_actor(), at=LATER)

    made.refresh_from_db()
    assert (made.state, made.message_count) == (CaseState.OPEN, 1)


def test_a_case_split_off_and_merged_on_is_put_back_in_order(cast: Cast) -> None:
    case, _, second = with_two(cast)
    made, third = split(case, second, cast=cast), a_case("Three")
    merge_cases(made, third, profile=cast.profile, by=cast.ana.as_actor(), at=LATER)
    step = standing_split(made)
    assert step is not None

    with pytest.raises(UndoOtherFirst, match=f"{made.label} was merged into {third.label}"):
        undo_split(step, by=cast.ana.as_actor(), at=LATER)


def test_what_cannot_be_split_off(cast: Cast) -> None:
    case, first, second = with_two(cast)
    note = add_note(case, text="Look", by=cast.ana.as_actor(), at=LATER)

    for chosen in ((), (note,), (first, second)):
        with pytest.raises(NothingToSplit):
            split(case, *chosen, cast=cast)
    with pytest.raises(NotAllowed):
        split_case(case, [second.pk], profile=cast.profile, by=cast.mara.as_actor(), at=LATER)

    assert Case.objects.count() == 1


def test_a_message_moves_with_a_mark_and_back_without_one(cast: Cast) -> None:
    case, _, second = with_two(cast)
    other = a_case("Three", sender=PAT)

    step = move(second, other, cast)
    assert texts(other) == ["Another thing", "Three"]
    assert other.messages.filter(kind=MessageKind.NOTE, text__contains=f"moved here from {case.label}").exists()
    undo_move(step, profile=cast.profile, by=cast.ana.as_actor(), at=LATER)

    assert (texts(case), texts(other)) == (["One", "Another thing"], ["Three"])
    assert other.messages.count() == 1


def test_both_histories_tell_of_a_move_and_both_cases_are_found_anew(cast: Cast) -> None:
    case, _, second = with_two(cast)
    other = a_case("Three", sender=PAT)

    move(second, other, cast)
    digest(at=LATER)

    for one in (case, other):
        told = JournalEvent.objects.filter(links__object_kind="case", links__object_id=str(one.number))
        assert told.filter(kind="case.message_moved").exists()
    assert [one.object_id for one in find("another", viewer=cast.ana.as_actor())] == [str(other.number)]


@pytest.mark.parametrize("sender", [KIT, STRANGER])
def test_no_message_goes_where_its_writer_does_not_belong(sender: str, cast: Cast) -> None:
    case, first, _ = with_two(cast)
    others = a_case("Theirs", sender=sender)
    ours = reply(case, text="To Sam alone", then=CaseState.OPEN, by=cast.ana.as_actor(), at=LATER)
    note = add_note(case, text="About Bluestem", by=cast.ana.as_actor(), at=LATER)

    for message in (first, ours, note):
        with pytest.raises(NotTheirs):
            move(message, others, cast)
    with pytest.raises(NotTheirs):
        move(others.messages.get(), case, cast)


def test_a_message_of_another_house_is_split_off_into_its_own_case_and_takes_none_of_ours_along(cast: Cast) -> None:
    case = a_case("One")
    kits = Message.objects.create(
        case=case, kind=MessageKind.CLIENT, at=LATER, author=str(cast.kit.reference), author_name="Kit Arden",
        author_address=cast.kit.email, text="I was in copy",
    )  # fmt: skip
    note = add_note(case, text="About Bluestem", by=cast.ana.as_actor(), at=LATER)

    with pytest.raises(NotTheirs):
        split(case, kits, note, cast=cast)
    made = split(case, kits, cast=cast)

    assert (made.participant, made.requester) == (cast.prickly_pear, cast.kit)
    assert case.subject not in made.subject
    assert "Bluestem" not in " ".join(made.routing_reasons)


def test_what_stays_in_place(cast: Cast) -> None:
    case, first, second = with_two(cast)
    other, closed = a_case("Three"), a_case("Four")
    by = cast.ana.as_actor()
    close_case(closed, outcome="no_action", profile=cast.profile, by=by, at=LATER)
    thread = CaseThread.objects.create(
        case=case, kind=ThreadKind.OUTSIDE, subject="?", started_at=LATER, started_by="staff:1", started_by_name="Ana"
    )
    aside = Message.objects.create(
        case=case, kind=MessageKind.CLIENT, at=LATER, author="unknown:mail", author_name="Maker", text="Aside",
        thread=thread,
    )  # fmt: skip
    held = reply(case, text="Soon", then=CaseState.OPEN, hold=timedelta(seconds=9), by=by, at=LATER)
    move(second, other, cast)
    marker = other.messages.get(kind=MessageKind.NOTE)

    for message, target, refusal in (
        (first, case, IntoItself), (first, closed, AlreadyClosed), (aside, other, StaysInPlace),
        (held, other, NotLeftYet), (marker, case, StaysInPlace),
    ):  # fmt: skip
        with pytest.raises(refusal):
            move(message, target, cast)


def test_links_are_read_from_both_ends_and_taken_away(cast: Cast) -> None:
    one, other, by = a_case("One"), a_case("Two"), cast.ana.as_actor()

    link = link_cases(one, other, kind=LinkKind.BLOCKED, by=by, at=LATER)

    assert [line.words for line in structure_of(one, by).links] == ["Blocked by"]
    assert [line.words for line in structure_of(other, by).links] == ["Blocks"]
    for case, against in ((one, other), (other, one)):
        with pytest.raises(LinkedAlready):
            link_cases(case, against, kind=LinkKind.BLOCKED, by=by, at=LATER)
    unlink_cases(link, by=by, at=LATER)
    assert structure_of(one, by).links == ()


def test_a_parent_waits_for_its_parts(cast: Cast) -> None:
    parent, part, by = a_case("One"), a_case("Two"), cast.ana.as_actor()
    link_cases(part, parent, kind=LinkKind.PARENT, by=by, at=LATER)

    with pytest.raises(OpenParts, match=part.label):
        close_case(parent, outcome="no_action", profile=cast.profile, by=by, at=LATER)
    close_case(part, outcome="no_action", profile=cast.profile, by=by, at=LATER)

    assert close_case(parent, outcome="no_action", profile=cast.profile, by=by, at=LATER).is_closed


def test_no_case_is_part_of_itself_however_far_around(cast: Cast) -> None:
    first, second, third, by = a_case("One"), a_case("Two"), a_case("Three"), cast.ana.as_actor()
    link_cases(first, second, kind=LinkKind.PARENT, by=by, at=LATER)
    link_cases(second, third, kind=LinkKind.PARENT, by=by, at=LATER)

    with pytest.raises(PartOfItself):
        link_cases(third, first, kind=LinkKind.PARENT, by=by, at=LATER)
    with pytest.raises(LinkedAlready):
        link_cases(first, third, kind=LinkKind.PARENT, by=by, at=LATER)
    with pytest.raises(IntoItself):
        link_cases(first, first, kind=LinkKind.RELATED, by=by, at=LATER)
    with pytest.raises(NotAllowed):
        link_cases(first, third, kind=LinkKind.RELATED, by=cast.mara.as_actor(), at=LATER)


def test_a_parent_is_closed_all_the_same_for_a_reason_that_is_told(cast: Cast) -> None:
    parent, part, by = a_case("One"), a_case("Two"), cast.ana.as_actor()
    link_cases(part, parent, kind=LinkKind.PARENT, by=by, at=LATER)

    with pytest.raises(OpenParts) as refusal:
        close_case(parent, outcome="no_action", profile=cast.profile, by=by, at=LATER, despite_parts="  ")
    closed = close_case(
        parent, outcome="no_action", profile=cast.profile, by=by, at=LATER, despite_parts="the part goes on alone"
    )

    assert [one.label for one in refusal.value.parts] == [part.label]
    assert closed.is_closed
    assert JournalEvent.objects.get(kind="case.closed").facts["despite"] == "the part goes on alone"
    assert not Case.objects.get(pk=part.pk).is_closed


@pytest.mark.parametrize("how", ["moved", "split"])
@pytest.mark.parametrize("answers", ["the letter itself", "the acknowledgement"])
def test_an_answer_to_a_message_lands_where_the_message_lies_now(cast: Cast, how: str, answers: str) -> None:
    case = a_case("One")
    first = case.messages.get()
    assert first.incoming is not None
    receive(letter("And this", in_reply_to=first.incoming.message_id), at=MONDAY + timedelta(hours=1))
    if answers == "the letter itself":
        header = first.incoming.message_id
    else:
        header = OutgoingMail.objects.get(about_id=str(case.number), is_automatic=True).message_id
    if how == "moved":
        target = a_case("Three", sender=PAT)
        move(first, target, cast)
    else:
        target = split(case, first, cast=cast)

    landed = case_of(receive(letter("More on that", in_reply_to=header, at=LATER), at=LATER))

    assert landed == target
