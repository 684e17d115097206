"""Which case does a message join? Only one its sender is on; everybody else gets a case of their own, linked."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import override_settings

from tests.cast import MONDAY, Cast
from tests.letters import KIT, SAM, STRANGER, case_of, days, letter, receive
from tieline.desk.actions import close_case, reply
from tieline.desk.models import Case, CaseState, Message
from tieline.mail.actions import settle
from tieline.mail.models import IncomingMail, Outcome, OutgoingMail

LATER = MONDAY + days(0.1)


def answered_case(cast: Cast) -> tuple[Case, OutgoingMail]:
    case = case_of(receive(letter()))
    message = reply(case, text="On Friday.", then=CaseState.WAITING, by=cast.ana.as_actor(), at=MONDAY)
    assert message.outgoing is not None
    return Case.objects.get(pk=case.pk), message.outgoing


def test_an_answer_joins_by_its_reply_header_and_makes_it_our_turn(cast: Cast) -> None:
    case, ours = answered_case(cast)
    assert case.state == CaseState.WAITING

    mail = receive(letter("Thank you.", subject="other words", in_reply_to=ours.message_id, at=LATER), at=LATER)

    assert (mail.outcome, case_of(mail)) == ("message", case)
    assert case_of(mail).state == CaseState.OPEN


def test_an_answer_joins_by_our_token_in_its_subject(cast: Cast) -> None:
    case, ours = answered_case(cast)

    mail = receive(letter("One more.", subject=f"FW: {ours.subject}", at=LATER), at=LATER)

    assert (mail.outcome, case_of(mail)) == ("message", case)
    assert "our token in its subject" in mail.reason


@pytest.mark.parametrize(("earlier", "outcome"), [([settings.SECRET_KEY], "message"), ([], "case")])
def test_our_token_goes_on_counting_under_a_new_secret_while_the_earlier_one_is_kept(
    cast: Cast, earlier: list[str], outcome: str
) -> None:
    case, ours = answered_case(cast)

    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=earlier):
        mail = receive(letter("One more.", subject=f"FW: {ours.subject}", at=LATER), at=LATER)

    assert mail.outcome == outcome
    assert (case_of(mail) == case) is bool(earlier)


def test_a_bare_number_proves_nothing_and_opens_a_linked_case(cast: Cast) -> None:
    case, _ = answered_case(cast)

    mail = receive(letter("One more.", subject=f"Re: [{case.label}] A question", at=LATER), at=LATER)

    assert (mail.outcome, case_of(mail).follows) == ("case", case)
    assert "answers nothing that we sent" in mail.reason


def test_a_colleague_of_the_same_participant_may_join(cast: Cast) -> None:
    case, ours = answered_case(cast)
    colleague = "Pat Quill <pat.quill@bluestem-energy.example>"

    mail = receive(letter("Me too.", sender=colleague, in_reply_to=ours.message_id, at=LATER), at=LATER)

    assert (mail.outcome, case_of(mail)) == ("message", case)


@pytest.mark.parametrize("sender", [STRANGER, KIT, "Ana Ortiz <ana.ortiz@gridoperator.example>"])
@pytest.mark.parametrize("how", ["message id", "token"])
def test_c1_whoever_is_not_on_the_case_gets_one_of_his_own(cast: Cast, sender: str, how: str) -> None:
    case, ours = answered_case(cast)
    header = {"in_reply_to": ours.message_id} if how == "message id" else {"subject": ours.subject}

    mail = receive(letter("Tell me all.", sender=sender, at=LATER, **header), at=LATER)

    own = case_of(mail)
    assert mail.outcome == "case"
    assert own.follows == case
    assert own.participant != cast.bluestem
    assert case.messages.count() == 2
    acknowledgement = OutgoingMail.objects.filter(about_id=str(own.number), is_automatic=True).get()
    assert case.label not in acknowledgement.subject + acknowledgement.text
    assert "On Friday" not in acknowledgement.text


def test_c1_nothing_from_a_staff_address_is_ever_sent_on_as_ours(cast: Cast) -> None:
    _, ours = answered_case(cast)
    before = OutgoingMail.objects.filter(is_automatic=False).count()

    receive(letter("Pay here.", sender=cast.ana.email, in_reply_to=ours.message_id, at=LATER), at=LATER)

    assert OutgoingMail.objects.filter(is_automatic=False).count() == before


def test_c3_people_in_copy_gain_nothing(cast: Cast) -> None:
    case, ours = answered_case(cast)

    receive(letter("Hello", subject=ours.subject, cc=STRANGER, at=LATER), at=LATER)
    mail = receive(letter("And me?", sender=STRANGER, subject=ours.subject, at=LATER), at=LATER)

    assert case_of(mail) != case


def test_c2_reply_to_is_never_who_wrote(cast: Cast) -> None:
    mail = receive(letter(sender=STRANGER, reply_to=SAM))

    case = case_of(mail)
    assert (case.participant, case.requester) == (None, None)
    assert case.requester_address == "nobody@elsewhere.example"
    assert "another address: sam.doyle@bluestem-energy.example" in Message.objects.get(case=case).remark


def test_two_letters_without_a_sender_are_two_cases(cast: Cast) -> None:
    first = receive(letter("One", sender="", message_id="<one@x.example>"))
    second = receive(letter("Two", sender="", in_reply_to="<one@x.example>"))

    assert case_of(first) != case_of(second)
    assert case_of(second).follows == case_of(first)


def test_a_copied_message_id_does_not_draw_the_client_away(cast: Cast) -> None:
    case = case_of(receive(letter(message_id="<first@client.example>")))
    receive(letter("Mine now", sender=STRANGER, message_id="<first@client.example>", at=LATER), at=LATER)

    mail = receive(letter("Any news?", in_reply_to="<first@client.example>", at=LATER), at=LATER)

    assert case_of(mail) == case


def test_an_answer_to_the_acknowledgement_joins(cast: Cast) -> None:
    case = case_of(receive(letter()))
    acknowledgement = OutgoingMail.objects.get(about_id=str(case.number))

    mail = receive(letter("Thanks", subject="Re: your mail", in_reply_to=acknowledgement.message_id), at=LATER)

    assert (mail.outcome, case_of(mail)) == ("message", case)


def closed_case(cast: Cast) -> tuple[Case, OutgoingMail]:
    case, ours = answered_case(cast)
    closed = close_case(case, outcome="answered", profile=cast.profile, by=cast.ana.as_actor(), at=MONDAY)
    return closed, ours


def test_a_late_answer_within_the_window_reopens(cast: Cast) -> None:
    case, ours = closed_case(cast)
    late = MONDAY + days(3)

    mail = receive(letter("Not quite.", in_reply_to=ours.message_id, at=late), at=late)

    case = case_of(mail)
    assert (mail.outcome, case.state, case.closed_at, case.outcome) == ("message", CaseState.OPEN, None, "")
    assert case.due_at is not None


def test_a_late_answer_after_the_window_opens_a_linked_case(cast: Cast) -> None:
    case, ours = closed_case(cast)
    late = MONDAY + days(40)

    mail = receive(letter("Again.", in_reply_to=ours.message_id, at=late), at=late)

    assert mail.outcome == "case"
    assert case_of(mail).follows == case
    assert Case.objects.get(pk=case.pk).is_closed


def test_nothing_is_lost_where_the_calendar_ends(cast: Cast) -> None:
    last_days = MONDAY.replace(year=2027, month=12, day=30)
    beyond = MONDAY.replace(year=2031)

    in_the_gap = case_of(receive(letter(at=last_days), at=last_days))
    far_out = case_of(receive(letter("Far", at=beyond), at=beyond))

    assert far_out.due_at is None
    assert any("2031" in reason for reason in far_out.routing_reasons)
    ana = cast.ana.as_actor()
    ours = reply(in_the_gap, text="Yes.", then=CaseState.WAITING, by=ana, at=last_days).outgoing
    assert ours is not None
    answer = receive(letter("But?", in_reply_to=ours.message_id, at=beyond), at=beyond)
    assert (answer.outcome, case_of(answer).state) == ("message", CaseState.OPEN)
    close_case(case_of(answer), outcome="answered", profile=cast.profile, by=ana, at=beyond)
    later = receive(letter("Hm", in_reply_to=ours.message_id, at=beyond + days(1)), at=beyond + days(1))
    assert later.outcome == "case"
    assert "cannot be counted" in later.reason


def test_the_same_letter_twice_is_one(cast: Cast) -> None:
    raw = letter(message_id="<twice@client.example>")
    first = receive(raw)

    second = receive(raw, at=LATER)

    assert (first.outcome, second.outcome) == ("case", "duplicate")
    assert Case.objects.count() == 1


def test_the_same_note_with_another_file_is_another_letter(cast: Cast) -> None:
    def with_file(words: str) -> bytes:
        body = (
            "--b\r\nContent-Type: text/plain\r\n\r\nSee file.\r\n--b\r\nContent-Type: text/csv\r\n"
            f"Content-Disposition: attachment; filename=a.csv\r\n\r\n{words}\r\n--b--"
        )
        return letter(body, mime_version="1.0", content_type="multipart/mixed; boundary=b")

    assert receive(with_file("1;2")).outcome == "case"
    assert receive(with_file("3;4")).outcome == "case"


def test_a_letter_without_date_that_comes_twice_is_one(cast: Cast) -> None:
    raw = letter("Undated", at=None, message_id="<undated@client.example>")

    assert [receive(raw).outcome, receive(raw, at=LATER).outcome] == ["case", "duplicate"]
    assert receive(letter("Undated", at=None)).outcome == "case"


def test_a_quarantined_letter_can_be_taken_when_it_is_retried(cast: Cast) -> None:
    mail = receive(letter())
    IncomingMail.objects.filter(pk=mail.pk).update(outcome=Outcome.QUARANTINE)

    settle(mail, outcome=Outcome.CASE, case_number=1, reason="retried", at=MONDAY)

    with pytest.raises(RuntimeError, match="settled already"):
        settle(mail, outcome=Outcome.CASE, case_number=1, reason="again", at=MONDAY)
