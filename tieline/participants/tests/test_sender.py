"""Who wrote? Each way of knowing has its certainty, and nobody becomes somebody by claiming to be."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import MONDAY, Cast
from tieline.desk.models import Case
from tieline.journal.listening import drive
from tieline.journal.sealing import seal
from tieline.mail.actions import keep, sort
from tieline.mail.models import IncomingMail
from tieline.mail.sources import Delivery
from tieline.participants.models import ContactRole, MailDomain, Person, Registration
from tieline.participants.queries import UNKNOWN, card, find_sender

TEXT = "Our statement looks wrong."
FOUND = {
    "verified address": ("sam.doyle@bluestem-energy.example", TEXT, "bluestem", 1.0, "verified address of Sam Doyle"),
    "in other letters": (" SAM.Doyle@Bluestem-Energy.EXAMPLE ", TEXT, "bluestem", 1.0, "verified address of Sam Doyle"),
    "unverified address": ("lou@home.example", TEXT, "bluestem", 0.85, "address of Lou Reyes, not yet verified"),
    "domain": ("billing@bluestem-energy.example", TEXT, "bluestem", 0.7, "mail domain bluestem-energy.example"),
    "subdomain": ("ops@eu.bluestem-energy.example", TEXT, "bluestem", 0.7, "mail domain bluestem-energy.example"),
    "narrower domain": ("ops@wind.pricklypear.example", TEXT, "bluestem", 0.7, "mail domain wind.pricklypear.example"),
    "identifier in the text": (
        "sam@home.example", "We are 410220011, please help", "bluestem", 0.5,
        "identifier 410220011 in the text; the address is unknown",
    ),
    "address before identifier": ("sam.doyle@bluestem-energy.example", "about 410220022", "bluestem", 1.0, "verified"),
}  # fmt: skip
NOT_FOUND = {
    "a stranger": ("somebody@elsewhere.example", TEXT),
    "no address": ("", TEXT),
    "not an address": ("bluestem-energy.example", TEXT),
    "a domain that only ends alike": ("sam@notbluestem-energy.example", TEXT),
    "a domain with ours in front": ("sam@bluestem-energy.example.evil.example", TEXT),
    "ours as the local part": ("bluestem-energy.example@elsewhere.example", TEXT),
    "the top domain alone": ("sam@example", TEXT),
    "identifiers of two participants": ("x@home.example", "410220011 sold to 410220022"),
    "an identifier within a longer number": ("x@home.example", "call 14102200111 or 410220011-2 or $410220011"),
    "an unknown identifier": ("x@home.example", "we are 999999999"),
    "a quote that would end a string": ("o'neil@home.example", "'; --"),
    "a per cent sign": ("%@%", TEXT),
}  # fmt: skip


@pytest.fixture
def known(cast: Cast) -> Cast:
    """The cast, and Lou, whose address nobody has verified; Bluestem has a wind domain under its rival's."""
    Person.objects.create(participant=cast.bluestem, name="Lou Reyes", email="lou@home.example")
    MailDomain.objects.create(participant=cast.bluestem, domain="wind.pricklypear.example")
    return cast


@pytest.mark.parametrize("how", FOUND)
def test_a_sender_is_found_with_its_certainty_and_why(known: Cast, how: str) -> None:
    address, text, participant, certainty, why = FOUND[how]

    sender = find_sender(address, text)

    assert sender.participant is not None
    assert (sender.participant.key, sender.certainty) == (participant, certainty)
    assert sender.why.startswith(why)


@pytest.mark.parametrize("how", NOT_FOUND)
def test_a_sender_who_is_nobody_known_stays_unknown(known: Cast, how: str) -> None:
    assert find_sender(*NOT_FOUND[how]) == UNKNOWN


def test_an_address_of_two_participants_is_not_certain(known: Cast) -> None:
    Person.objects.create(participant=known.prickly_pear, name="Sam D.", email=known.sam.email, is_verified=True)

    sender = find_sender(known.sam.email, TEXT)

    assert sender.certainty == 0.5
    assert "several participants" in sender.why


def received(known: Cast, headers: str) -> tuple[IncomingMail, Case]:
    """A message with these headers, and the case it opened."""
    raw = f"{headers}\nTo: desk@gridoperator.example\nSubject: Question\nMessage-ID: <1@x>\n\n{TEXT}\n".encode()
    mail = keep(Delivery("test:1", "a test", raw.replace(b"\n", b"\r\n")), run=None, at=MONDAY)
    assert mail is not None
    sort(mail, profile=known.profile, at=MONDAY)
    seal(at=MONDAY)
    drive()
    mail.refresh_from_db()
    return mail, Case.objects.get(number=mail.case_number)


def test_a_reply_to_never_makes_somebody_of_a_stranger(known: Cast) -> None:
    mail, case = received(known, f"From: somebody@elsewhere.example\nReply-To: {known.sam.email}")

    assert mail.reply_to == known.sam.email
    assert (case.participant, case.requester, case.certainty) == (None, None, 0.0)
    assert case.requester_address == "somebody@elsewhere.example"


def test_a_name_that_looks_like_an_address_makes_nobody_either(known: Cast) -> None:
    _, case = received(known, f'From: "{known.sam.email}" <somebody@elsewhere.example>')

    assert case.participant is None


def test_the_certainty_and_its_reason_are_kept_with_the_case(known: Cast) -> None:
    _, case = received(known, f"From: Sam <{known.sam.email}>")

    assert (case.participant, case.requester, case.certainty) == (known.bluestem, known.sam, 1.0)
    assert case.certainty_why == "verified address of Sam Doyle"


def test_looking_for_an_address_uses_an_index(known: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "SELECT index.indexrelid::regclass::text FROM pg_index AS index JOIN pg_attribute AS field"
            " ON field.attrelid = index.indrelid AND field.attnum = index.indkey[0]"
            " WHERE index.indrelid = 'participants_person'::regclass AND field.attname = 'email'"
        )
        begin_with_it = [name for (name,) in cursor.fetchall()]
    plan = Person.objects.filter(email=known.sam.email).explain()

    # among so few people either index that holds the address will do; a mere filter would read every person's
    assert re.search(r"Index Cond: .*email.* = 'sam", plan), plan
    assert begin_with_it == ["participants_person_email"]


def test_addresses_are_kept_in_small_letters(known: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(participant=known.bluestem, name="Shouting Sam", email="SAM@home.example")


def test_a_card_shows_contacts_in_force_on_the_day_alone(known: Cast) -> None:
    registration = Registration.objects.get(participant=known.bluestem)
    periods = {
        "ended": (date(2020, 1, 1), date(2026, 11, 16)),
        "in_force": (date(2026, 11, 16), None),
        "to_come": (date(2026, 11, 17), None),
    }
    for role, (begins, ends) in periods.items():
        ContactRole.objects.create(
            person=known.sam, registration=registration, role=role, effective_from=begins, effective_to=ends
        )

    shown = card(known.bluestem, on=date(2026, 11, 16))

    assert [contact.role for contact in shown.contacts] == ["in_force"]
    assert [person.name for person in shown.people] == ["Lou Reyes", "Sam Doyle"]
