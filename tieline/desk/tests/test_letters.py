"""Are letters to people beside the client looked over before they leave, and who is a stranger in them?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cast import MONDAY, Cast
from tests.letters import case_of, days, letter, receive
from tests.rules import adopt_rules
from tieline.desk.actions import Guarded, add_note
from tieline.desk.actions.forwarding import forward_message
from tieline.desk.actions.threads import start_thread, write_in_thread
from tieline.desk.models import Case, Message, ThreadKind
from tieline.mail.models import AddressStanding, OutgoingMail

LATER = MONDAY + days(0.1)
MAKER = "maker@elsewhere.example"
NOTE = "The client owes us two statements since the spring and must not hear of it."


@pytest.fixture
def case(cast: Cast) -> Case:
    return case_of(receive(letter()))


def begin(case: Case, cast: Cast, text: str, *, to: str = MAKER, agreed: frozenset[str] = frozenset()) -> Message:
    return start_thread(
        case, kind=ThreadKind.OUTSIDE, people=[to], subject="The meter", text=text, agreed=agreed,
        profile=cast.profile, by=cast.ana.as_actor(), at=LATER,
    )  # fmt: skip


def letters_out() -> int:
    return OutgoingMail.objects.filter(is_automatic=False).count()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("We ask for Prickly Pear Retail as well.", "other_client"),
        (f"You see: {NOTE}", "note"),
        ("Hello {{ person }}", "blank"),
        ("Due on TBD.", "placeholder"),
    ],
)
def test_a_letter_to_a_stranger_is_looked_over(case: Case, cast: Cast, text: str, key: str) -> None:
    cast.prickly_pear.name = "Prickly Pear Retail"
    cast.prickly_pear.save()
    add_note(case, text=NOTE, by=cast.ana.as_actor(), at=MONDAY)

    with pytest.raises(Guarded) as stop:
        begin(case, cast, text)

    assert [one.key for one in stop.value.findings] == [key]
    assert letters_out() == 0


def test_what_was_agreed_to_leaves_and_rules_need_no_citation(case: Case, cast: Cast) -> None:
    with pytest.raises(Guarded) as stop:
        begin(case, cast, "The rules require it, by TBD.")

    begin(case, cast, "The rules require it, by TBD.", agreed=frozenset(one.token for one in stop.value.findings))

    assert [one.key for one in stop.value.findings] == ["placeholder"]
    assert letters_out() == 1


def test_our_client_is_known_to_a_maker_and_a_stranger_to_another_client(case: Case, cast: Cast) -> None:
    named = f"{cast.bluestem.name} asks about it."

    begin(case, cast, named)
    with pytest.raises(Guarded) as stop:
        begin(case, cast, named, to=cast.kit.email)

    assert [one.key for one in stop.value.findings] == ["other_client"]


def test_a_further_letter_in_a_thread_is_looked_over_too(case: Case, cast: Cast) -> None:
    thread = begin(case, cast, "Does it count right?").thread
    assert thread is not None
    AddressStanding.objects.create(address=MAKER, bounced_at=MONDAY, reason="no such user")

    with pytest.raises(Guarded) as stop:
        write_in_thread(case, thread, text="By TBD?", profile=cast.profile, by=cast.ana.as_actor(), at=LATER)

    assert {one.key for one in stop.value.findings} == {"placeholder", "bounced"}
    assert letters_out() == 1


def test_a_letter_that_misquotes_a_rule_does_not_leave(case: Case, cast: Cast, tmp_path: Path) -> None:
    adopt_rules(tmp_path)
    held = "It “shall post each statement by the end of the tenth Business Day” (Section 9.1(1))."

    with pytest.raises(Guarded) as stop:
        begin(case, cast, held.replace("tenth", "ninth"))
    begin(case, cast, held)

    assert [(one.key, one.stops) for one in stop.value.findings] == [("misquoted", True)]
    assert letters_out() == 1


def test_what_a_message_sent_on_quotes_is_its_writers_own_affair(cast: Cast, tmp_path: Path) -> None:
    adopt_rules(tmp_path)
    wrong = "You “shall post each statement by the end of the ninth Business Day” (Section 9.1(1))."
    case = case_of(receive(letter(wrong)))

    forward_message(
        case.messages.get(), to=[MAKER], text="See below.", profile=cast.profile, by=cast.ana.as_actor(), at=LATER
    )

    assert letters_out() == 1


def test_a_message_sent_on_is_looked_over_with_the_words_before_it(cast: Cast) -> None:
    case = case_of(receive(letter(f"We and {cast.prickly_pear.name} share a meter.")))

    with pytest.raises(Guarded) as stop:
        forward_message(
            case.messages.get(), to=[MAKER], text="See below. TBD", profile=cast.profile, by=cast.ana.as_actor(),
            at=LATER,
        )  # fmt: skip

    assert [one.key for one in stop.value.findings] == ["placeholder", "other_client"]
    assert stop.value.findings[1].sentence.startswith("In the message sent on: ")
    assert letters_out() == 0
