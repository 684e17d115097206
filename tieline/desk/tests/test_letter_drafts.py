"""Are letters to people beside the client kept while they are written, and can they be taken back?"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.cast import MONDAY, Cast
from tests.letters import case_of, days, letter, receive
from tieline.clocks.queries import clocks_of
from tieline.desk.actions import Composed, DraftConflict, Guarded, NotYours, save_draft
from tieline.desk.actions.forwarding import MayNotBeForwarded, forward_message
from tieline.desk.actions.letters import take_back_letter
from tieline.desk.actions.merging import merge_cases, unmerge_case
from tieline.desk.actions.threads import start_thread, write_in_thread
from tieline.desk.models import Case, CasePerson, CaseThread, Draft, DraftKind, Message, ThreadKind
from tieline.desk.writing import Heading, own_draft
from tieline.journal.models import JournalEvent
from tieline.mail.holding import AlreadyLeaving
from tieline.mail.models import OutgoingMail, SendState

LATER = MONDAY + days(0.1)
HOLD = timedelta(seconds=10)
MAKER = "maker@elsewhere.example"


@pytest.fixture
def case(cast: Cast) -> Case:
    return case_of(receive(letter()))


def begin(case: Case, cast: Cast, text: str = "Does it count right?", *, hold: timedelta = HOLD) -> Message:
    return start_thread(
        case, kind=ThreadKind.OUTSIDE, people=[MAKER], subject="The meter", text=text, hold=hold,
        profile=cast.profile, by=cast.ana.as_actor(), at=LATER,
    )  # fmt: skip


def keep(case: Case, cast: Cast, text: str, *, kind: DraftKind = DraftKind.LETTER, **heading: object) -> Draft | None:
    return save_draft(
        case, kind=kind, text=text, version=0, heading=Heading(**heading), by=cast.ana.as_actor(), at=LATER  # type: ignore[arg-type]  # as each test names them
    )  # fmt: skip


def letters_out() -> int:
    return OutgoingMail.objects.filter(is_automatic=False).count()


def test_each_thread_has_a_draft_and_so_has_the_one_to_be_begun(case: Case, cast: Cast) -> None:
    threads = [begin(case, cast, text).thread for text in ("One?", "Two?")]
    for thread in threads:
        keep(case, cast, f"To {thread}", thread=thread)
    keep(case, cast, "A new one", to="half@an", subject="Meter", thread_kind="expert")
    keep(case, cast, "See below", kind=DraftKind.FORWARD, about=case.messages.order_by("pk")[0])

    ana = cast.ana.as_actor()
    fresh = own_draft(case, DraftKind.LETTER, ana)

    assert Draft.objects.count() == 4
    assert fresh is not None and (fresh.text, fresh.to, fresh.thread_kind) == ("A new one", "half@an", "expert")
    for thread in threads:
        mine = own_draft(case, DraftKind.LETTER, ana, Heading(thread=thread))
        assert mine is not None and mine.text == f"To {thread}"
    assert own_draft(case, DraftKind.LETTER, cast.mara.as_actor()) is None


def test_two_devices_do_not_write_over_the_address_of_each_other(case: Case, cast: Cast) -> None:
    keep(case, cast, "Hm?", to=MAKER)

    with pytest.raises(DraftConflict):
        keep(case, cast, "Hm?", to="other@elsewhere.example")


def test_what_was_sent_is_no_draft_any_more(case: Case, cast: Cast) -> None:
    key, ana = uuid4(), cast.ana.as_actor()
    keep(case, cast, "Does it count right?", to=MAKER)
    thread = begin(case, cast).thread
    assert thread is not None
    save_draft(
        case, kind=DraftKind.LETTER, text="Well", version=0, key=key, heading=Heading(thread=thread), by=ana, at=LATER
    )

    write_in_thread(case, thread, text="Well?", composed=Composed(key=key), profile=cast.profile, by=ana, at=LATER)

    assert not Draft.objects.exists()


def test_a_first_letter_taken_back_leaves_no_thread_and_is_a_draft_with_its_head(case: Case, cast: Cast) -> None:
    clocks = [(clock.state, clock.due_at) for clock in clocks_of(case.reference)]
    sent = begin(case, cast)

    draft = take_back_letter(sent, by=cast.ana.as_actor(), at=LATER)

    case.refresh_from_db()
    assert (letters_out(), CaseThread.objects.count(), CasePerson.objects.filter(address=MAKER).count()) == (0, 0, 0)
    assert (draft.kind, draft.text, draft.to) == (DraftKind.LETTER, "Does it count right?", MAKER)
    assert (draft.thread, draft.subject, draft.thread_kind) == (None, "The meter", ThreadKind.OUTSIDE)
    assert case.message_count == case.messages.count() == 1
    assert [(clock.state, clock.due_at) for clock in clocks_of(case.reference)] == clocks
    assert JournalEvent.objects.filter(kind="case.letter_taken_back").count() == 1


def test_a_further_letter_taken_back_is_the_draft_of_its_thread(case: Case, cast: Cast) -> None:
    thread, ana = begin(case, cast).thread, cast.ana.as_actor()
    assert thread is not None
    further = write_in_thread(case, thread, text="And?", hold=HOLD, profile=cast.profile, by=ana, at=LATER)
    keep(case, cast, "Typed since", thread=thread)

    draft = take_back_letter(further, by=ana, at=LATER)

    assert (draft.thread, draft.text) == (thread, "And?\n\nTyped since")
    assert [message.text for message in thread.messages.all()] == ["Does it count right?"]


def test_a_message_sent_on_and_taken_back_is_a_draft_at_that_message(case: Case, cast: Cast) -> None:
    message, ana = case.messages.get(), cast.ana.as_actor()
    sent = forward_message(message, to=[MAKER], text="Look", hold=HOLD, profile=cast.profile, by=ana, at=LATER)

    with pytest.raises(MayNotBeForwarded):
        forward_message(sent, to=["b@elsewhere.example"], text="", profile=cast.profile, by=ana, at=LATER)
    draft = take_back_letter(sent, by=ana, at=LATER)

    assert (draft.kind, draft.about, draft.to, draft.text) == (DraftKind.FORWARD, message, MAKER, "Look")
    assert (letters_out(), CaseThread.objects.count()) == (0, 0)


def test_only_its_writer_takes_a_letter_back_and_only_while_it_waits(case: Case, cast: Cast) -> None:
    sent = begin(case, cast)

    with pytest.raises(NotYours):
        take_back_letter(sent, by=cast.ravi.as_actor(), at=LATER)
    assert sent.outgoing is not None
    OutgoingMail.objects.filter(pk=sent.outgoing.pk).update(state=SendState.SENDING)
    with pytest.raises(AlreadyLeaving):
        take_back_letter(sent, by=cast.ana.as_actor(), at=LATER)

    assert (letters_out(), Message.objects.filter(pk=sent.pk).count()) == (1, 1)


def test_drafts_of_letters_go_over_with_their_threads_and_come_back(case: Case, cast: Cast) -> None:
    other, ana = case_of(receive(letter("Another"))), cast.ana.as_actor()
    thread = begin(case, cast, hold=timedelta(0)).thread
    keep(case, cast, "For the thread", thread=thread)
    keep(case, cast, "A new one", to=MAKER)
    keep(other, cast, "Its own", to=MAKER)

    merge_cases(case, other, profile=cast.profile, by=ana, at=LATER)
    merged = sorted(other.drafts.values_list("text", flat=True))
    unmerge_case(case, profile=cast.profile, by=ana, at=LATER)

    assert merged == ["For the thread", "Its own"]
    assert sorted(case.drafts.values_list("text", flat=True)) == ["A new one", "For the thread"]


def test_the_guards_hold_at_every_door(case: Case, cast: Cast) -> None:
    thread, ana = begin(case, cast).thread, cast.ana.as_actor()
    assert thread is not None
    before = letters_out()

    with pytest.raises(Guarded):
        begin(case, cast, "By TBD?")
    with pytest.raises(Guarded):
        write_in_thread(case, thread, text="By TBD?", profile=cast.profile, by=ana, at=LATER)
    with pytest.raises(Guarded) as stop:
        forward_message(
            case.messages.order_by("pk")[0], to=[MAKER], text="By TBD?", profile=cast.profile, by=ana, at=LATER
        )
    agreed = frozenset(one.token for one in stop.value.findings)
    forward_message(
        case.messages.order_by("pk")[0], to=[MAKER], text="By TBD?", agreed=agreed, profile=cast.profile, by=ana,
        at=LATER,
    )  # fmt: skip

    assert letters_out() == before + 1
