"""Own words, quoted words, signature: told apart, and nothing lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.mail.quoting import PartKind, separate

QUOTES = {
    "english": "On Mon, Nov 2, 2026 at 9:15 AM, Desk <desk@operator.example> wrote:\n\n> Which interval?",
    "folded": "On Mon, Nov 2, 2026 at 9:15 AM,\nDesk <desk@operator.example>\nwrote:\n> Which interval?",
    "no marks": "On 2 Nov 2026, at 09:15, Desk <desk@operator.example> wrote:\n\nWhich interval?",
    "german": "Am 02.11.2026 um 09:15 schrieb Desk:\n> Welches Intervall?",
    "spanish": "El lun, 2 nov 2026 a las 9:15, Desk (<desk@operator.example>) escribió:\n\n> ¿Cuál?",
    "outlook": "From: Desk\nSent: Monday, November 2\nTo: Rita\nSubject: RE: statement\n\nWhich interval?",
    "bold outlook": "*From:* Desk\n*Sent:* Monday\n*To:* Rita\n*Subject:* RE: statement\n\nWhich interval?",
    "original": "-----Original Message-----\nFrom: Desk\nSent: Monday\n\nWhich interval?",
    "notes": "--------------- Forwarded by A Person/HOU/CO on 11/02/26 09:15 AM ------------\n\nWhich?",
    "ruled": "____________________\nFrom: Desk\nSent: Monday\nTo: Rita\nSubject: x\n\nWhich interval?",
    "quote only": "> Which interval?\n> Please tell.",
}


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES.keys())
def test_own_words_above_a_quotation(quote: str) -> None:
    text = f"Hello,\n\nthe third one.\n\n{quote}\n"

    separated = separate(text)

    assert separated.own_text == "Hello,\n\nthe third one."
    assert separated.quoted_text == quote


def test_an_answer_below_the_quotation() -> None:
    separated = separate(f"{QUOTES['english']}\n\nThe third one.\n")

    assert separated.own_text == "The third one."


def test_answers_between_quoted_lines_keep_what_they_answer() -> None:
    text = "> Which interval?\n\nThe third.\n\n> And which day?\n\nMonday.\n"

    assert separate(text).own_text == text.rstrip()


@pytest.mark.parametrize("mark", ["--", "-- ", "Sent from my iPhone", "Get Outlook for iOS<https://aka.example/x>"])
def test_a_signature_is_told_apart(mark: str) -> None:
    separated = separate(f"The third one.\n\n{mark}\n")

    assert separated.own_text == "The third one."
    assert separated.signature_text == mark.strip()


@pytest.mark.parametrize(
    "text",
    [
        "Sent from my desk, this is easier to read.",
        "On the other hand we wrote:\n\nnothing.",
        "Interval  MW\n--------  --\n1         20\n2         30",
        "From: the beginning\nwe were right.",
        "Statement\n=========\nis wrong",
        "Hello -- this is no signature.",
        "> Only a quote.",
        "-----Original Message-----",
        "-- ",
    ],
)
def test_what_only_looks_like_a_quotation_stays(text: str) -> None:
    assert separate(text).own_text == text.rstrip()


def test_a_bare_forward_keeps_its_words() -> None:
    text = "--- Forwarded message ---\nFrom: A\nDate: today\nSubject: x\nTo: b\n\nPlease look into this.\n"

    assert separate(text).own_text == "Please look into this."


def test_rules_between_the_sections_of_a_long_message_are_its_own() -> None:
    sections = "\n\n--------\n\n".join(f"Section {number}\n" + "words\n" * 20 for number in range(3))

    assert separate(sections).own_text == sections.rstrip()


LINES = st.sampled_from(
    ["word", "", "> q", "On 2 Nov 2026, a@b.example wrote:", "--", "____", "From: a", "To: b", "Subject: c",
     "Sent from my phone", "\u200b", "Date: d"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=30), st.sampled_from(["\n", "\r\n", "\r", "\x0b"]))
def test_parts_cover_the_text_and_never_empty_it(lines: list[str], ending: str) -> None:
    text = ending.join(lines)

    separated = separate(text)

    assert "".join(text[part.start : part.end] for part in separated.parts) == text
    if text.strip():
        own = "".join(text[part.start : part.end] for part in separated.parts if part.kind is PartKind.OWN)
        assert own.strip()
