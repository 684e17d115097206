"""Can a token be forged, carried over, or grow old? By any string and any case: no; ours: never."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from tieline.desk.threading_tokens import (
    Named,
    is_of_desk,
    named_in_addresses,
    named_in_subject,
    proves,
    reply_address,
    tag,
    token_for,
    without_tags,
)

NUMBERS = st.integers(1, 999_999_999_999)
THREADS = st.none() | st.integers(1, 10**9)
KEYS = st.text(min_size=1, max_size=40)
TOKENS = st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=8, max_size=8)
DESK = "desk@grid.example"


@given(NUMBERS, THREADS, KEYS)
def test_ours_is_read_from_subject_and_address_and_believed(number: int, thread: int | None, key: str) -> None:
    token = token_for(number, thread, key=key)

    (by_subject,) = named_in_subject(f"Re: AW: {tag(f'INQ-{number}', token)} words", {"INQ"})
    (by_address,) = named_in_addresses(["x@y.example", reply_address(DESK, number, token).upper()], DESK)

    assert proves(by_subject, thread, keys=[key])
    assert proves(by_address, thread, keys=[key])
    assert by_subject.number == by_address.number == number


@given(NUMBERS, THREADS, KEYS, TOKENS)
def test_a_guess_is_never_believed(number: int, thread: int | None, key: str, guess: str) -> None:
    assume(guess != token_for(number, thread, key=key))

    assert not proves(Named(number, guess), thread, keys=[key])


@given(NUMBERS, NUMBERS, THREADS, THREADS, KEYS)
def test_a_token_opens_no_other_case_and_no_other_thread(
    number: int, other: int, thread: int | None, another: int | None, key: str
) -> None:
    assume((number, thread) != (other, another))

    assert not proves(Named(other, token_for(number, thread, key=key)), another, keys=[key])


@given(NUMBERS, KEYS, KEYS)
def test_another_instances_token_is_nothing_and_an_earlier_secret_still_counts(number: int, key: str, old: str) -> None:
    assume(key != old)
    named = Named(number, token_for(number, None, key=old))

    assert not proves(named, None, keys=[key])
    assert proves(named, None, keys=[key, old])


@given(st.text(max_size=60))
def test_any_words_at_all_are_read_without_stumbling(words: str) -> None:
    for named in (*named_in_subject(words, {"INQ"}), *named_in_addresses([words], DESK)):
        assert not proves(named, None, keys=["k"]) or named.token
    without_tags(words, {"INQ"})


def test_a_tag_is_not_carried_into_another_cases_letters() -> None:
    assert without_tags("Re: [INQ-7-ABCDEFGH] [INQ-8] [XYZ-9] words", {"INQ"}) == "Re: [XYZ-9] words"


def test_the_desk_knows_its_own_addresses() -> None:
    assert is_of_desk("Desk+c1-abcdefgh@GRID.example", DESK)
    assert not is_of_desk("desk@elsewhere.example", DESK)
    assert not is_of_desk("desks@grid.example", DESK)
