"""Who is on a case, who is written to, and who gains what by being named? Each change has a reason and a record."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings

from tests.cast import MONDAY, Cast
from tests.letters import STRANGER, case_of, days, letter, receive
from tieline.desk.actions import reply
from tieline.desk.actions.people import (
    AnotherParticipants,
    NoAddress,
    NoReason,
    OnCaseAlready,
    add_person,
    change_requester,
    remove_person,
)
from tieline.desk.models import Case, CasePerson, CaseRole, CaseState, Message
from tieline.desk.people import recipients
from tieline.desk.tests.test_unproved_senders import FAILED, PASSED, checked
from tieline.identity.permissions import NotAllowed
from tieline.journal.models import JournalEvent
from tieline.mail.models import AddressStanding, OutgoingMail

LATER = MONDAY + days(0.1)
PAT = "pat.quill@bluestem-energy.example"
MAKER = "maker@elsewhere.example"


@pytest.fixture(autouse=True)
def our_border() -> Iterator[None]:
    with override_settings(MAIL_TRUSTED_HOPS="mx.grid.example"):
        yield


def opened(**headers: str) -> Case:
    return case_of(receive(checked(PASSED, letter(**headers))))


def on(case: Case) -> list[tuple[str, str]]:
    return sorted(CasePerson.objects.filter(case=case, removed_at=None).values_list("role", "address"))


def test_whom_a_proved_client_puts_in_copy_is_on_the_case_but_not_the_desk_nor_staff(cast: Cast) -> None:
    copied = f"Pat <{PAT}>, clientservices+x@localhost, {cast.ana.email}, {cast.sam.email}"

    case = opened(cc=copied)

    assert on(case) == [("cc", PAT)]
    assert JournalEvent.objects.filter(kind="case.person_added").count() == 1


@pytest.mark.parametrize("result", [FAILED, ""])
def test_c3_copies_of_a_letter_that_is_not_proved_are_not_added(cast: Cast, result: str) -> None:
    raw = letter(cc=PAT)

    case = case_of(receive(checked(result, raw) if result else raw))

    assert on(case) == []


def test_who_was_taken_off_does_not_come_back_by_being_copied_again(cast: Cast) -> None:
    case = opened(cc=PAT)
    ana = cast.ana.as_actor()
    ours = reply(case, text="Yes.", then=CaseState.OPEN, by=ana, at=MONDAY).outgoing
    assert ours is not None
    remove_person(case.people.get(), reason="left the firm", by=ana, at=MONDAY)

    receive(checked(PASSED, letter("More", cc=PAT, in_reply_to=ours.message_id, at=LATER)), at=LATER)

    assert on(case) == []


def test_a_letter_to_half_the_market_puts_thirty_on_the_case(cast: Cast) -> None:
    case = opened(cc=", ".join(f"p{number}@market.example" for number in range(200)))

    assert case.people.count() == 30


def test_a_reply_goes_to_the_requester_and_never_to_the_last_sender(cast: Cast) -> None:
    case = opened(cc=PAT)
    ana = cast.ana.as_actor()
    ours = reply(case, text="Yes.", then=CaseState.WAITING, by=ana, at=MONDAY, cc=[PAT]).outgoing
    assert ours is not None
    mail = receive(letter("And I?", sender=PAT, in_reply_to=ours.message_id, at=LATER), at=LATER)

    answer = reply(case, text="You too.", then=CaseState.WAITING, by=ana, at=LATER).outgoing

    assert case_of(mail) == case
    assert (ours.recipients, ours.copied) == ([cast.sam.email], [PAT])
    assert answer is not None and (answer.recipients, answer.copied) == ([cast.sam.email], [])


def test_a_stranger_copied_once_answers_beside_and_the_client_sees_nothing_of_it(cast: Cast) -> None:
    case = opened()
    ana = cast.ana.as_actor()
    ours = reply(case, text="Yes.", then=CaseState.WAITING, by=ana, at=MONDAY, cc=[MAKER]).outgoing
    assert ours is not None

    mail = receive(letter("Hm.", sender=MAKER, in_reply_to=ours.message_id, at=LATER), at=LATER)

    case = case_of(mail)
    said = Message.objects.get(incoming=mail)
    assert on(case) == [("outside", MAKER), ("outside", MAKER)], "by that message, and on the thread it opened"
    assert said.thread is not None
    assert case.state == CaseState.WAITING


def test_people_come_and_go_with_a_reason_and_by_right(cast: Cast) -> None:
    case, ana = opened(), cast.ana.as_actor()

    with pytest.raises(NoReason):
        add_person(case, role=CaseRole.COPIED, address=PAT, reason=" ", by=ana, at=MONDAY)
    with pytest.raises(NoAddress):
        add_person(case, role=CaseRole.COPIED, address="clientservices@localhost", reason="x", by=ana, at=MONDAY)
    with pytest.raises(OnCaseAlready):
        add_person(case, role=CaseRole.COPIED, address=cast.sam.email, reason="x", by=ana, at=MONDAY)
    with pytest.raises(NotAllowed):
        add_person(case, role=CaseRole.COPIED, address=PAT, reason="x", by=cast.mara.as_actor(), at=MONDAY)
    added = add_person(case, role=CaseRole.COPIED, address=PAT, reason="asked for it", by=ana, at=MONDAY)
    remove_person(added, reason="enough", by=ana, at=MONDAY)

    assert on(case) == []
    kinds = JournalEvent.objects.filter(kind__startswith="case.person").values_list("kind", flat=True)
    assert sorted(kinds) == ["case.person_added", "case.person_removed"]


def test_the_requester_changes_by_hand_and_the_former_stays_in_copy(cast: Cast) -> None:
    case = change_requester(opened(), address=PAT, reason="took over", by=cast.ana.as_actor(), at=MONDAY)

    answer = reply(case, text="Hello.", then=CaseState.OPEN, by=cast.ana.as_actor(), at=MONDAY).outgoing

    assert answer is not None and answer.recipients == [PAT]
    assert on(case) == [("cc", cast.sam.email)]
    assert case.participant == cast.bluestem


def test_a_rival_never_becomes_the_requester_of_a_case_that_is_surely_anothers(cast: Cast) -> None:
    case = opened()

    with pytest.raises(AnotherParticipants, match="Prickly Pear"):
        change_requester(case, address=cast.kit.email, reason="typed wrong", by=cast.ana.as_actor(), at=MONDAY)

    assert Case.objects.get(pk=case.pk).participant == cast.bluestem


def test_what_is_known_of_the_recipients_is_told_before_a_reply_leaves(cast: Cast) -> None:
    case = opened(cc=PAT)
    AddressStanding.objects.create(address=PAT, bounced_at=MONDAY, reason="no such user")

    sam, pat, kit = recipients(case, cc=[PAT, cast.kit.email])

    assert (sam.role, sam.is_on_case) == (CaseRole.REQUESTER, True)
    assert (pat.role, pat.bounced, pat.other_participant) == (CaseRole.COPIED, "no such user", "")
    assert (kit.is_on_case, kit.other_participant) == (False, cast.prickly_pear.name)


def test_c3_a_forged_letter_of_somebody_in_copy_lies_marked_and_sends_nothing(cast: Cast) -> None:
    case = opened(cc=PAT)
    before = OutgoingMail.objects.filter(is_automatic=False).count()
    ours = OutgoingMail.objects.get(about_id=str(case.number))

    mail = receive(
        checked(FAILED, letter("Tell me all", sender=PAT, cc=STRANGER, in_reply_to=ours.message_id, at=LATER)), at=LATER
    )

    assert case_of(mail) == case
    assert "not proved" in Message.objects.get(incoming=mail).remark
    assert on(case) == [("cc", PAT)]
    assert OutgoingMail.objects.filter(is_automatic=False).count() == before


def test_a_copy_that_comes_back_is_told_and_our_answer_is_not_said_to_have(cast: Cast) -> None:
    case = case_of(receive(letter()))
    sent = reply(
        case, text="Ten days.", then=CaseState.WAITING, by=cast.ana.as_actor(), at=MONDAY, cc=["gone@elsewhere.example"]
    )
    outgoing = sent.outgoing
    assert outgoing is not None

    receive(bounce_of(outgoing.message_id, "gone@elsewhere.example"))
    case.refresh_from_db()
    told = set(JournalEvent.objects.values_list("kind", flat=True))
    state = case.state
    receive(bounce_of(outgoing.message_id, cast.sam.email))
    case.refresh_from_db()

    assert "case.copy_came_back" in told
    assert "case.answer_came_back" not in told
    assert (state, case.state) == (CaseState.WAITING, CaseState.OPEN)


def bounce_of(message_id: str, address: str) -> bytes:
    """A report that our message did not reach an address."""
    return f"""From: MAILER-DAEMON@mx.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <report-{address}>
Content-Type: multipart/report; report-type=delivery-status; boundary=e

--e

It could not be delivered.
--e
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1

--e
Content-Type: text/rfc822-headers

Message-ID: {message_id}

--e--
""".encode()
