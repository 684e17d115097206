"""Mail is never an identity: what does a letter gain whose sender check failed? Nothing, and it is never lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings

from tests.cast import MONDAY, Cast
from tests.letters import DESK, SAM, STRANGER, case_of, days, letter, receive
from tieline.clocks.queries import clocks_of
from tieline.desk.actions import close_case, reply
from tieline.desk.models import SURE_ENOUGH, Case, CaseState, Message, MessageKind
from tieline.desk.threads import tag
from tieline.identity.models import User
from tieline.mail.models import IncomingMail, OutgoingMail, Proof
from tieline.participants.models import Person
from tieline.participants.queries import find_sender

LATER = MONDAY + days(0.1)
FAILED = "dmarc=fail (p=reject) header.from=bluestem-energy.example"
PASSED = "dmarc=pass header.from=bluestem-energy.example"
ENTERED = "Received: from out.example ([192.0.2.7]) by mx.grid.example with ESMTPS; Mon, 16 Nov 2026\r\n"


@pytest.fixture(autouse=True)
def our_border() -> Iterator[None]:
    with override_settings(MAIL_TRUSTED_HOPS="mx.grid.example"):
        yield


def checked(result: str, raw: bytes) -> bytes:
    """The letter as our border hands it on, with what it found."""
    return f"Authentication-Results: mx.grid.example; {result}\r\n{ENTERED}".encode() + raw


def forged(text: str = "Pay to this account instead.", **headers: str) -> IncomingMail:
    """A letter in Sam's name whose sender check failed."""
    return receive(checked(FAILED, letter(text, at=LATER, **headers)), at=LATER)


def asked(cast: Cast) -> Case:
    """A case that Sam's proved letter opened."""
    return case_of(receive(checked(PASSED, letter())))


def answered(cast: Cast, then: CaseState) -> tuple[Case, OutgoingMail]:
    case = asked(cast)
    ours = reply(case, text="On Friday.", then=then, by=cast.ana.as_actor(), at=MONDAY).outgoing
    assert ours is not None
    return Case.objects.get(pk=case.pk), ours


def standing(case: Case) -> list[tuple[str, object]]:
    return sorted((clock.measure, (clock.state, clock.due_at, clock.ended_at)) for clock in clocks_of(case.reference))


def test_the_verdict_and_its_reasons_are_kept_with_the_letter(cast: Cast) -> None:
    mail = forged()

    assert mail.authenticity == Proof.FAIL
    assert mail.authenticity_facts["dmarc"] == "fail"
    assert mail.authenticity_facts["reasons"] == ["DMARC failed for bluestem-energy.example"]


def test_a_letter_without_a_word_of_our_servers_is_unknown_and_treated_as_ever(cast: Cast) -> None:
    mail = receive(letter())

    assert mail.authenticity == Proof.UNKNOWN
    assert case_of(mail).certainty == 1.0


def test_a_proved_letter_is_treated_as_ever(cast: Cast) -> None:
    case, ours = answered(cast, CaseState.WAITING)

    mail = receive(checked(PASSED, letter("Thanks", in_reply_to=ours.message_id, at=LATER)), at=LATER)

    assert (mail.authenticity, case_of(mail)) == (Proof.PASS, case)
    assert case_of(mail).state == CaseState.OPEN


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("sam.doyle@bluestem-energy.example", ""),
        ("billing@bluestem-energy.example", ""),
        ("x@home.example", "We are 410220011"),
        ("nobody@elsewhere.example", ""),
    ],
)
def test_c_a_failed_check_never_gives_certainty_of_a_participant(cast: Cast, address: str, text: str) -> None:
    sender = find_sender(address, text, is_disproved=True)

    assert sender.certainty < SURE_ENOUGH
    assert sender.person is None
    assert "not proved" in sender.why


def test_c_a_case_opened_by_a_forged_letter_opens_nothing_to_the_participant(cast: Cast) -> None:
    case = case_of(forged())

    assert case.participant == cast.bluestem, "shown to the desk as what it claims"
    assert case.certainty < SURE_ENOUGH
    assert case.requester is None
    assert case.requester_address == cast.sam.email


def test_c1_a_forged_letter_of_an_agent_with_our_message_id_sends_nothing_to_the_client(cast: Cast) -> None:
    case, ours = answered(cast, CaseState.WAITING)
    before = list(OutgoingMail.objects.values_list("pk", flat=True))
    agent = f"Ana Ortiz <{cast.ana.email}>"

    result = f"dmarc=fail header.from={cast.ana.email.rpartition('@')[2]}"
    mail = receive(checked(result, letter("Pay here.", sender=agent, in_reply_to=ours.message_id, at=LATER)), at=LATER)

    assert mail.authenticity == Proof.FAIL
    assert list(OutgoingMail.objects.values_list("pk", flat=True)) == before
    assert case_of(mail) != case
    assert Message.objects.get(incoming=mail).author == "unknown:mail"


def test_c2_reply_to_is_neither_checked_nor_answered(cast: Cast) -> None:
    raw = letter(sender=STRANGER, reply_to=SAM)

    mail = receive(checked("dmarc=pass header.from=bluestem-energy.example", raw))

    assert mail.authenticity == Proof.FAIL, "what was checked is not the author"
    assert case_of(mail).requester_address == "nobody@elsewhere.example"


def test_c3_people_in_copy_of_a_forged_letter_are_told_nothing_and_join_nothing(cast: Cast) -> None:
    case, ours = answered(cast, CaseState.OPEN)
    forged(in_reply_to=ours.message_id, cc=STRANGER)
    before = OutgoingMail.objects.filter(about_id=str(case.number)).count()

    mail = receive(letter("And me?", sender=STRANGER, in_reply_to=ours.message_id, at=LATER), at=LATER)
    answer = reply(case, text="Here you are.", then=CaseState.OPEN, by=cast.ana.as_actor(), at=LATER).outgoing

    assert case_of(mail) != case
    assert answer is not None and answer.recipients == [cast.sam.email]
    assert OutgoingMail.objects.filter(about_id=str(case.number)).count() == before + 1


def test_c5_a_forged_letter_is_never_acknowledged(cast: Cast) -> None:
    case = case_of(forged())

    assert not OutgoingMail.objects.filter(about_id=str(case.number)).exists()


def test_c6_the_writer_of_a_forged_letter_is_nobody_we_know(cast: Cast) -> None:
    case = asked(cast)

    mail = forged(subject=f"Re: {tag(case)}")

    message = Message.objects.get(incoming=mail)
    assert (message.author, message.kind) == ("unknown:mail", MessageKind.CLIENT)
    assert "sender not proved" in message.remark


@pytest.mark.parametrize(
    "name", ["X-Tieline-Authenticity", "X-Authentication-Results", "Authentication-Results-Original", "X-Was-Encrypted"]
)
def test_c9_what_a_sender_writes_about_himself_is_not_believed(cast: Cast, name: str) -> None:
    said = f"{name}: mx.grid.example; dmarc=pass; pass\r\n".encode()

    unchecked = receive(ENTERED.encode() + said + letter("One"))
    failed = receive(checked(FAILED, said + letter("Two")))

    assert (unchecked.authenticity, failed.authenticity) == (Proof.UNKNOWN, Proof.FAIL)


def test_c9_our_servers_name_in_a_senders_header_is_not_believed(cast: Cast) -> None:
    mail = receive(checked(FAILED, letter(authentication_results=f"mx.grid.example; {PASSED}")))

    assert mail.authenticity == Proof.FAIL
    assert any("not counted" in reason for reason in mail.authenticity_facts["reasons"])


def test_c10_mail_makes_no_account_and_no_person(cast: Cast) -> None:
    people, users = Person.objects.count(), User.objects.count()

    forged()
    receive(checked(PASSED, letter("New here", sender="New One <new@bluestem-energy.example>")))

    assert (Person.objects.count(), User.objects.count()) == (people, users)


@pytest.mark.parametrize("how", ["message id", "token"])
def test_in_an_open_case_it_lies_marked_and_moves_nothing(cast: Cast, how: str) -> None:
    case, ours = answered(cast, CaseState.OPEN)
    before, excerpt = standing(case), case.excerpt
    header = {"in_reply_to": ours.message_id} if how == "message id" else {"subject": ours.subject}

    mail = forged(**header)

    case = case_of(mail)
    assert mail.outcome == "message"
    assert "not proved" in mail.reason
    assert (case.state, standing(case), case.excerpt) == (CaseState.OPEN, before, excerpt)


def test_a_case_that_waits_for_the_client_goes_on_waiting_and_the_letter_is_seen_beside_it(cast: Cast) -> None:
    case, ours = answered(cast, CaseState.WAITING)
    before = standing(case)

    mail = forged(in_reply_to=ours.message_id)

    own = case_of(mail)
    case.refresh_from_db()
    assert (mail.outcome, own.follows, own.state) == ("case", case, CaseState.OPEN)
    assert (case.state, standing(case)) == (CaseState.WAITING, before)


def test_a_closed_case_stays_closed(cast: Cast) -> None:
    case, ours = answered(cast, CaseState.OPEN)
    close_case(case, outcome="answered", profile=cast.profile, by=cast.ana.as_actor(), at=MONDAY)

    mail = forged(in_reply_to=ours.message_id)

    assert (mail.outcome, case_of(mail).follows) == ("case", case)
    assert Case.objects.get(pk=case.pk).is_closed


def test_a_colleagues_name_that_is_only_claimed_joins_nothing(cast: Cast) -> None:
    case, ours = answered(cast, CaseState.OPEN)

    mail = forged(sender="Pat Quill <pat.quill@bluestem-energy.example>", in_reply_to=ours.message_id)

    assert case_of(mail) != case


def test_our_answer_goes_to_the_known_requester_and_does_not_repeat_forged_words(cast: Cast) -> None:
    case, ours = answered(cast, CaseState.OPEN)
    forged("Pay to this account instead.", in_reply_to=ours.message_id, reply_to="thief@elsewhere.example")

    answer = reply(case, text="As I said.", then=CaseState.OPEN, by=cast.ana.as_actor(), at=LATER).outgoing

    assert answer is not None
    assert answer.recipients == [cast.sam.email]
    assert "Pay to this account" not in answer.text
    assert "Could you tell us when the statement is posted?" in answer.text


def test_a_machines_forged_bounce_is_still_kept_with_its_verdict(cast: Cast) -> None:
    raw = letter("Not delivered", sender=f"Mail Delivery System <mailer-daemon@{DESK.rpartition('@')[2]}.example>")

    mail = receive(checked("spf=none; dkim=none; dmarc=fail", raw))

    assert (mail.outcome, mail.authenticity) == ("machine", Proof.FAIL)
