"""The quarantine shelf: what is laid there, and that it leaves once, to the desk or for good."""

from __future__ import annotations

import pytest
from django.conf import settings

from tests.cast import MONDAY, Cast
from tests.letters import STRANGER, case_of, days, digest, letter, receive
from tieline.desk.models import Case
from tieline.identity.permissions import NotAllowed
from tieline.journal.models import JournalEvent, Parked
from tieline.kernel import clock
from tieline.mail import shelf
from tieline.mail.actions import FLOOD_SIZE, keep, quarantine_parked, sort
from tieline.mail.models import IncomingMail, Outcome, OutgoingMail
from tieline.mail.sources import Delivery

LATER = MONDAY + days(0.1)
CODE = letter("Your verification code is 482913.", sender=STRANGER, subject="Your verification code")
TOO_DEEP = letter(
    "".join(f"--b{n}\r\nContent-Type: multipart/mixed; boundary=b{n + 1}\r\n\r\n" for n in range(60)),
    content_type="multipart/mixed; boundary=b0",
)


def kinds_about(mail: IncomingMail) -> list[str]:
    about = JournalEvent.objects.filter(links__role="about", links__object_kind="mail", links__object_id=str(mail.pk))
    return list(about.order_by("pk").values_list("kind", flat=True))


def release(mail: IncomingMail, cast: Cast) -> IncomingMail:
    shelf.release(mail, by=cast.ravi.as_actor(), at=LATER)
    digest(at=LATER)
    return IncomingMail.objects.get(pk=mail.pk)


def test_c4_a_verification_mail_becomes_no_case(cast: Cast) -> None:
    mail = receive(CODE)

    assert mail.outcome == Outcome.QUARANTINE
    assert "verification code" in mail.reason
    assert list(shelf.lying()) == [mail]
    assert not Case.objects.exists()


def test_mail_that_bears_our_marks_waits_for_a_person(cast: Cast) -> None:
    ours = OutgoingMail.objects.create(
        message_id="<ours@localhost>", about_kind="case", about_id="1", recipients=["sam@bluestem.example"],
        subject="x", text="x", written_at=MONDAY, next_try_at=MONDAY,
    )  # fmt: skip

    same_id = receive(letter(message_id=ours.message_id))
    guarded = receive(letter(subject="Other", x_tieline_loop=settings.MAIL_ADDRESS))

    assert {same_id.outcome, guarded.outcome} == {Outcome.QUARANTINE}


def test_one_too_many_of_a_sender_waits_and_nobody_elses(cast: Cast) -> None:
    sam = "sam.doyle@bluestem-energy.example"
    IncomingMail.objects.bulk_create(
        IncomingMail(key=f"imap:flood:{number}", source="test", file_key="x", size_bytes=1, received_at=MONDAY,
                     sender_address=sam, sorted_at=MONDAY, outcome=Outcome.CASE, decided_at=MONDAY)
        for number in range(FLOOD_SIZE)
    )  # fmt: skip

    flood, other = receive(letter("One more.")), receive(letter("Another question.", sender=STRANGER))
    later = receive(letter("The next day.", at=LATER), at=LATER)

    assert (flood.outcome, other.outcome, later.outcome) == (Outcome.QUARANTINE, Outcome.CASE, Outcome.CASE)
    assert "fifty messages" in flood.reason


def test_released_mail_goes_the_way_of_every_letter_once(cast: Cast) -> None:
    mail = release(receive(CODE), cast)

    assert (mail.outcome, mail.shelf_ended_how) == (Outcome.CASE, f"released by {cast.ravi.name}")
    assert case_of(mail).messages.get().text == "Your verification code is 482913."
    assert not OutgoingMail.objects.exists(), "nothing automatic answers it"
    assert kinds_about(mail) == ["mail.set_aside", "mail.released"]
    with pytest.raises(shelf.NotOnTheShelf):
        shelf.release(mail, by=cast.ravi.as_actor(), at=LATER)
    digest(at=LATER)
    assert Case.objects.count() == 1


def test_released_mail_that_cannot_be_read_becomes_a_case_with_its_source(cast: Cast) -> None:
    mail = receive(TOO_DEEP)
    assert (mail.outcome, mail.subject) == (Outcome.QUARANTINE, "")

    mail = release(mail, cast)

    assert case_of(mail).subject == "A question"
    assert case_of(mail).requester_address == "sam.doyle@bluestem-energy.example"
    assert "boundary=b1" in case_of(mail).messages.get().text


def test_discarded_mail_is_kept_and_goes_nowhere(cast: Cast) -> None:
    mail = receive(CODE)

    with pytest.raises(shelf.NoReason):
        shelf.discard(mail, reason=" ", by=cast.ravi.as_actor(), at=LATER)
    shelf.discard(mail, reason="a stranger's sign-up", by=cast.ravi.as_actor(), at=LATER)
    digest(at=LATER)

    mail.refresh_from_db()
    assert (mail.outcome, mail.file_key != "") == (Outcome.QUARANTINE, True)
    assert mail.shelf_ended_how.endswith("a stranger's sign-up")
    assert kinds_about(mail) == ["mail.set_aside", "mail.discarded"]
    assert not shelf.lying().exists()
    assert not Case.objects.exists()


def test_only_who_has_the_right_decides(cast: Cast) -> None:
    mail = receive(CODE)

    for act in (
        lambda: shelf.release(mail, by=cast.ana.as_actor(), at=LATER),
        lambda: shelf.discard(mail, reason="x", by=cast.ana.as_actor(), at=LATER),
        lambda: shelf.release_chosen([mail.pk], by=cast.ana.as_actor(), at=LATER),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert list(shelf.lying()) == [mail]


def test_several_are_ended_at_once_and_what_others_ended_is_counted(cast: Cast) -> None:
    mails = [receive(letter("Your code is 482913.", sender=STRANGER, subject=f"Your login code {n}")) for n in range(3)]
    shelf.discard(mails[0], reason="seen before", by=cast.ravi.as_actor(), at=LATER)

    ended = shelf.release_chosen([mail.pk for mail in mails], by=cast.ravi.as_actor(), at=LATER)
    digest(at=LATER)

    assert ended == shelf.Ended(done=2, gone=1)
    assert Case.objects.count() == 2
    with pytest.raises(shelf.NothingChosen):
        shelf.discard_chosen([], reason="x", by=cast.ravi.as_actor(), at=LATER)


def test_mail_laid_on_the_shelf_before_the_desk_took_it_is_left_alone(cast: Cast) -> None:
    raw = letter()
    with clock.fixed_at(MONDAY):
        mail = keep(Delivery("imap:test:infected", "test", raw), run=None, at=MONDAY)
        assert mail is not None
        sort(mail, profile=cast.profile, at=MONDAY, raw=raw)
    shelf.put(mail, "a file holds something harmful", MONDAY)
    digest(at=MONDAY)

    mail.refresh_from_db()
    assert (mail.outcome, mail.case_number) == (Outcome.QUARANTINE, None)
    assert release(mail, cast).outcome == Outcome.CASE


def test_mail_in_a_case_cannot_be_laid_on_the_shelf(cast: Cast) -> None:
    mail = receive(letter())

    with pytest.raises(shelf.AlreadyTaken, match=str(mail.case_number)):
        shelf.put(mail, "late doubt", LATER)


def test_what_the_desk_stumbled_over_comes_back_to_the_shelf_after_each_release(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object, **__: object) -> Case:
        raise LookupError("no such topic")

    monkeypatch.setattr("tieline.desk.subscribers.take_mail", stumble)
    mail = receive(letter())
    for hours in range(1, 8):
        digest(at=MONDAY + days(hours / 24))
    quarantine_parked(at=LATER)
    assert [one.pk for one in shelf.lying()] == [mail.pk]

    monkeypatch.undo()
    mail = release(mail, cast)

    assert mail.outcome == Outcome.CASE
    assert not Parked.objects.exists()
    assert quarantine_parked(at=LATER) == 0
