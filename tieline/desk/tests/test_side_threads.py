"""What is said beside the client stays beside: unseen, unquoted, and without moving the case."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.cast import MONDAY, Cast, viewer_of
from tests.letters import KIT, case_of, days, digest, letter, receive
from tieline.clocks.queries import clocks_of
from tieline.desk.actions import NotAnswered, add_note, close_case, reply
from tieline.desk.actions.forwarding import MayNotBeForwarded, forward_message
from tieline.desk.actions.threads import NobodyInThread, RequestersOwn, start_thread, write_in_thread
from tieline.desk.models import Case, CaseState, CaseThread, Message, ThreadKind
from tieline.desk.threads import tag
from tieline.identity.permissions import NotAllowed
from tieline.journal.actions import record
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as
from tieline.mail.actions import outgoing_reference
from tieline.mail.events import MailBounced, MailDelivered
from tieline.mail.models import MailAttachment, OutgoingMail, Proof

LATER = MONDAY + days(0.1)
MAKER = "maker@elsewhere.example"


def begun(cast: Cast) -> Message:
    """The first letter of a thread with the maker of the meter."""
    case = case_of(receive(letter()))
    return start_thread(
        case,
        kind=ThreadKind.OUTSIDE,
        people=[MAKER],
        subject="The meter",
        text="Does it count right?",
        profile=cast.profile,
        by=cast.ana.as_actor(),
        at=MONDAY,
    )


def standing(case: Case) -> list[object]:
    return sorted((clock.measure, clock.state, clock.due_at, clock.ended_at) for clock in clocks_of(case.reference))


def mail_of(message: Message) -> OutgoingMail:
    assert message.outgoing is not None
    return message.outgoing


@pytest.mark.parametrize("how", ["message id", "token"])
def test_an_answer_lands_in_its_thread_and_moves_nothing(cast: Cast, how: str) -> None:
    asked = begun(cast)
    case = Case.objects.get(pk=asked.case_id)
    reply(case, text="We ask the maker.", then=CaseState.WAITING, by=cast.ana.as_actor(), at=MONDAY)
    case.refresh_from_db()
    before = (case.state, case.excerpt, case.due_at, standing(case))
    header = {"in_reply_to": mail_of(asked).message_id} if how == "message id" else {"subject": mail_of(asked).subject}

    mail = receive(letter("It does.", sender=MAKER, at=LATER, **header), at=LATER)

    case.refresh_from_db()
    assert (mail.outcome, case_of(mail)) == ("message", case)
    assert Message.objects.get(incoming=mail).thread_id == asked.thread_id
    assert (case.state, case.excerpt, case.due_at, standing(case)) == before


def test_an_answer_in_a_thread_reopens_nothing(cast: Cast) -> None:
    asked = begun(cast)
    case = close_case(asked.case, outcome="no_action", profile=cast.profile, by=cast.ana.as_actor(), at=MONDAY)

    mail = receive(letter("Late.", sender=MAKER, in_reply_to=mail_of(asked).message_id, at=LATER), at=LATER)

    assert case_of(mail) == case
    assert case_of(mail).is_closed


def test_a_letter_to_somebody_else_is_no_answer_to_the_client(cast: Cast) -> None:
    asked = begun(cast)
    before = standing(asked.case)
    sent = outgoing_reference(mail_of(asked))
    record(MailDelivered(message_id="x"), about=sent, by=SYSTEM, at=LATER)
    record(MailBounced(reason="gone"), about=sent, by=SYSTEM, at=LATER)

    digest(at=LATER)

    case = Case.objects.get(pk=asked.case_id)
    assert (case.answered_at, case.state, standing(case)) == (None, CaseState.OPEN, before)
    with pytest.raises(NotAnswered):
        close_case(case, outcome="answered", profile=cast.profile, by=cast.ana.as_actor(), at=LATER)


def test_the_client_is_quoted_nothing_of_a_thread_and_its_people_nothing_of_the_client(cast: Cast) -> None:
    asked = begun(cast)
    receive(letter("Secret of the maker.", sender=MAKER, in_reply_to=mail_of(asked).message_id, at=LATER), at=LATER)
    ana = cast.ana.as_actor()

    to_client = mail_of(reply(asked.case, text="So.", then=CaseState.OPEN, by=ana, at=LATER))
    assert asked.thread is not None
    to_maker = mail_of(
        write_in_thread(asked.case, asked.thread, text="Thanks.", profile=cast.profile, by=ana, at=LATER)
    )

    assert "Secret of the maker" not in to_client.text
    assert mail_of(asked).message_id not in to_client.references
    assert (to_maker.recipients, to_maker.copied) == ([MAKER], [])
    assert "when the statement is posted" not in to_maker.text + mail_of(asked).text
    assert "Secret of the maker" in to_maker.text


def test_the_participant_sees_no_message_of_a_thread(cast: Cast) -> None:
    asked = begun(cast)

    with viewing_as(viewer_of(cast.bluestem)), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM desk_message WHERE id = %s", [asked.pk])
        (seen,) = cursor.fetchone()
        cursor.execute("SELECT (SELECT count(*) FROM desk_casethread) + (SELECT count(*) FROM desk_caseperson)")
        (rows,) = cursor.fetchone()

    assert (seen, rows) == (0, 0)


def test_a_thread_person_who_answers_the_clients_letter_still_lands_beside(cast: Cast) -> None:
    asked = begun(cast)
    ours = mail_of(reply(asked.case, text="So.", then=CaseState.OPEN, by=cast.ana.as_actor(), at=MONDAY))

    mail = receive(letter("I saw that.", sender=MAKER, in_reply_to=ours.message_id, at=LATER), at=LATER)

    assert Message.objects.get(incoming=mail).thread_id == asked.thread_id


def test_a_client_who_answers_a_threads_letter_is_heard_in_the_conversation(cast: Cast) -> None:
    asked = begun(cast)

    mail = receive(letter("I got this.", in_reply_to=mail_of(asked).message_id, at=LATER), at=LATER)

    assert case_of(mail) == asked.case
    assert Message.objects.get(incoming=mail).thread is None


def test_a_thread_needs_somebody_and_never_the_requester(cast: Cast) -> None:
    case, ana = case_of(receive(letter())), cast.ana.as_actor()

    for people, refusal in (([], NobodyInThread), ([cast.sam.email], RequestersOwn)):
        with pytest.raises(refusal):
            start_thread(
                case, kind=ThreadKind.OUTSIDE, people=people, subject="x", text="Hm?", profile=cast.profile, by=ana,
                at=MONDAY,
            )  # fmt: skip


def test_one_letter_to_two_cases_goes_to_the_nearest_and_says_so(cast: Cast) -> None:
    first, second = case_of(receive(letter("One"))), case_of(receive(letter("Two")))
    ana = cast.ana.as_actor()
    ours = [mail_of(reply(one, text="Yes.", then=CaseState.OPEN, by=ana, at=MONDAY)) for one in (first, second)]

    mail = receive(letter("Both", in_reply_to=ours[0].message_id, references=ours[1].message_id, at=LATER), at=LATER)

    assert case_of(mail) == first
    assert f"answers {second.label} as well" in Message.objects.get(incoming=mail).remark


def test_a_case_forwarded_to_a_rival_who_answers_gives_the_rival_a_case_of_his_own(cast: Cast) -> None:
    case = case_of(receive(letter()))
    ours = mail_of(reply(case, text="Yes.", then=CaseState.OPEN, by=cast.ana.as_actor(), at=MONDAY))

    mail = receive(
        letter("So?", sender=KIT, subject=f"Fwd: {tag(case)}", in_reply_to=ours.message_id, at=LATER), at=LATER
    )

    own = case_of(mail)
    assert (own.follows, own.participant) == (case, cast.prickly_pear)
    assert not own.messages.exclude(incoming=mail).exists()


def test_forwarding_sends_the_words_and_the_chosen_file_and_nothing_else(cast: Cast) -> None:
    case = case_of(receive(letter("My words.\r\n\r\nOn Monday you wrote:\r\n> our old secret")))
    message = case.messages.get()
    assert message.incoming is not None
    kept = MailAttachment.objects.create(
        mail=message.incoming, name="a.csv", content_type="text/csv", size_bytes=1, file_key="0" * 32
    )

    sent = forward_message(
        message, to=[MAKER], text="Please look.", files=[kept.file_key], profile=cast.profile, by=cast.ana.as_actor(),
        at=LATER,
    )  # fmt: skip

    letter_out = mail_of(sent)
    assert letter_out.recipients == [MAKER]
    assert "My words." in letter_out.text and "our old secret" not in letter_out.text
    assert [file.file_key for file in letter_out.attachments.all()] == [kept.file_key]
    assert CaseThread.objects.get(pk=sent.thread_id).kind == ThreadKind.OUTSIDE


def test_b5_a_right_to_forward_sends_out_nothing_it_was_not_given_for(cast: Cast) -> None:
    case, other = case_of(receive(letter())), case_of(receive(letter("Other", sender=KIT)))
    ana = cast.ana.as_actor()
    note = add_note(case, text="Between us.", by=ana, at=MONDAY)
    rivals = start_thread(
        case, kind=ThreadKind.PARTICIPANT, people=[cast.kit.email], subject="x", text="Yours?", profile=cast.profile,
        by=ana, at=MONDAY,
    )  # fmt: skip
    held = reply(case, text="Not gone.", then=CaseState.OPEN, by=ana, at=MONDAY)
    theirs = MailAttachment.objects.create(
        mail=other.messages.get().incoming, name="b", content_type="text/csv", size_bytes=1, file_key="1" * 32
    )
    before = OutgoingMail.objects.count()

    for message, files in [(note, []), (rivals, []), (held, []), (case.messages.order_by("pk")[0], [theirs.file_key])]:
        with pytest.raises(MayNotBeForwarded):
            forward_message(message, to=[MAKER], text="", files=files, profile=cast.profile, by=ana, at=LATER)
    with pytest.raises(NotAllowed):
        forward_message(
            case.messages.order_by("pk")[0], to=[MAKER], text="", profile=cast.profile, by=cast.mara.as_actor(),
            at=LATER,
        )  # fmt: skip

    assert OutgoingMail.objects.count() == before


def test_a_forged_letter_is_forwarded_with_its_warning(cast: Cast) -> None:
    message = case_of(receive(letter())).messages.get()
    assert message.incoming is not None
    message.incoming.authenticity = Proof.FAIL
    message.incoming.save()

    sent = forward_message(message, to=[MAKER], text="", profile=cast.profile, by=cast.ana.as_actor(), at=LATER)

    assert "check of this sender failed" in mail_of(sent).text
