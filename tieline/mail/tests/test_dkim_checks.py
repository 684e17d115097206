"""Do a letter's own signatures hold? Real keys, a real name server on this computer, and what forgers do to both."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import override_settings

from tests.cast import MONDAY, Cast
from tests.letters import letter, receive
from tests.signing import NameServer, key, name_server, sealed, signed
from tieline.mail.authenticity import Authenticity, judge
from tieline.mail.dkim_checks import OwnChecks, check_signatures
from tieline.mail.dns_texts import texts_by
from tieline.mail.models import Proof
from tieline.mail.parse import Unparsable, parse

HOME = "bluestem-energy.example"
LETTER = letter("Could you tell us when the statement is posted?\r\nWe pay on the fifth.")


@pytest.fixture(name="names")
def _names() -> Iterator[NameServer]:
    with name_server() as server:
        server.knows(HOME)
        yield server


def checked(raw: bytes, names: NameServer, *, seconds: float = 3.0) -> OwnChecks:
    texts = texts_by(names.address)
    assert texts is not None
    return check_signatures(raw, texts=texts, at=MONDAY, seconds=seconds)


def judged(raw: bytes, names: NameServer, *, seconds: float = 3.0) -> Authenticity:
    found = checked(raw, names, seconds=seconds)
    headers = parse(raw).headers
    return judge(headers, hops=frozenset(), own_signatures=found.signatures, own_chain=found.chain)


def outcomes(raw: bytes, names: NameServer) -> list[str]:
    return [one.outcome for one in checked(raw, names).signatures]


def test_a_signature_of_the_authors_domain_proves_it(names: NameServer) -> None:
    found = judged(signed(LETTER, HOME), names)

    assert (found.verdict, found.dkim, found.is_aligned) == (Proof.PASS, "pass", True)
    assert found.as_facts()["own"] == [f"{HOME} pass"]
    assert names.asked == [f"one._domainkey.{HOME}"]


def test_a_letter_without_signature_asks_nobody(names: NameServer) -> None:
    assert judged(LETTER, names).verdict == Proof.UNKNOWN
    assert names.asked == []


def test_a_changed_text_or_subject_proves_nothing(names: NameServer) -> None:
    raw = signed(LETTER, HOME)

    for changed in (raw.replace(b"fifth", b"sixth"), raw.replace(b"A question", b"An order")):
        found = judged(changed, names)
        assert (found.verdict, found.dkim) == (Proof.NONE, "fail")


def test_a_signature_by_another_key_proves_nothing(names: NameServer) -> None:
    found = judged(signed(LETTER, HOME, by=key(2)), names)

    assert (found.verdict, found.dkim) == (Proof.NONE, "fail")


def test_a_good_signature_of_another_domain_proves_nobody(names: NameServer) -> None:
    names.knows("evil.example", key(3))

    found = judged(signed(LETTER, "evil.example", by=key(3)), names)

    assert (found.verdict, found.dkim, found.is_aligned) == (Proof.NONE, "pass", False)


def test_text_added_behind_the_signed_length_is_no_proof(names: NameServer) -> None:
    size = len(LETTER.partition(b"\r\n\r\n")[2])
    whole = signed(LETTER, HOME, length=size)

    assert judged(whole, names).verdict == Proof.PASS
    longer = judged(whole + b"And pay to another account from now on.\r\n", names)
    assert (longer.verdict, longer.dkim) == (Proof.NONE, "policy")
    assert any("leaves the end of the letter unsigned" in reason for reason in longer.reasons)
    assert judged(signed(LETTER, HOME, length=0), names).verdict == Proof.NONE


def test_a_signature_whose_time_was_over_when_the_letter_came_is_no_proof(names: NameServer) -> None:
    before, after = (int((MONDAY + timedelta(hours=hours)).timestamp()) for hours in (-1, 10**6))

    assert judged(signed(LETTER, HOME, expires=before), names).verdict == Proof.NONE
    assert judged(signed(LETTER, HOME, expires=after), names).verdict == Proof.PASS
    assert outcomes(signed(LETTER, HOME, expires=before), names) == ["policy"]


def test_of_several_signatures_one_good_one_of_the_authors_domain_is_enough(names: NameServer) -> None:
    names.knows("list.example", key(3))
    raw = signed(signed(signed(LETTER, HOME), HOME, selector="gone"), "list.example", by=key(3))

    assert outcomes(raw, names) == ["pass", "permerror", "pass"]
    assert judged(raw, names).verdict == Proof.PASS


def test_a_sixth_signature_is_not_even_looked_at(names: NameServer) -> None:
    raw = signed(LETTER, HOME)
    for number in range(7):
        raw = signed(raw, HOME, selector=f"gone{number}")

    assert outcomes(raw, names) == ["permerror"] * 5
    assert judged(raw, names).verdict == Proof.NONE


def test_a_signature_that_does_not_cover_the_author_is_no_proof(names: NameServer) -> None:
    assert outcomes(signed(LETTER, HOME, covered=(b"subject", b"date")), names) == ["policy"]


def test_keys_that_are_withdrawn_tried_out_too_short_or_absurd_prove_nothing(names: NameServer) -> None:
    names.knows(HOME, selector="tried", suffix=b"; t=y:s")
    names.knows(HOME, key(4, bits=512), selector="short")
    names.texts |= {
        f"withdrawn._domainkey.{HOME}": b"v=DKIM1; p=",
        f"broken._domainkey.{HOME}": b"v=DKIM1; p=AAAA!!",
        f"huge._domainkey.{HOME}": key().text + b"A" * 5_000,
        f"other._domainkey.{HOME}": key().text.replace(b"k=rsa", b"k=magic"),
    }
    found = {
        selector: outcomes(signed(LETTER, HOME, selector=selector, by=by), names)
        for selector, by in (
            ("tried", key()), ("short", key(4, bits=512)), ("withdrawn", key()), ("broken", key()), ("huge", key()),
            ("other", key()),
        )
    }  # fmt: skip

    assert found == {
        "tried": ["neutral"], "short": ["policy"], "withdrawn": ["permerror"], "broken": ["permerror"],
        "huge": ["permerror"], "other": ["permerror"],
    }  # fmt: skip


def test_a_silent_name_server_means_not_checked_and_costs_its_time_once(names: NameServer) -> None:
    raw = signed(signed(signed(LETTER, HOME), HOME, selector="two"), HOME, selector="three")
    names.is_silent = True

    began = time.monotonic()
    found = judged(raw, names, seconds=0.6)

    assert found.verdict == Proof.UNKNOWN
    assert [one.outcome for one in found.own] == ["temperror"] * 3
    assert time.monotonic() - began < 2.0


def test_a_chain_of_forwarders_is_followed_and_proves_no_author(names: NameServer) -> None:
    names.knows("forwarder.example", key(5))
    raw = sealed(LETTER, "forwarder.example", by=key(5))

    passed, broken = judged(raw, names), judged(raw.replace(b"fifth", b"sixth"), names)

    assert (passed.arc, passed.verdict) == ("pass", Proof.NONE)
    assert (broken.arc, broken.verdict) == ("fail", Proof.NONE)


def test_blanks_by_the_hundred_thousand_are_not_worth_checking(names: NameServer) -> None:
    raw = signed(LETTER, HOME) + b" " * 500_000 + b"x\r\n"

    began = time.monotonic()

    assert outcomes(raw, names) == ["neutral"]
    assert time.monotonic() - began < 1.0


def test_a_thousand_ruined_headers_stop_nothing_and_prove_nothing(names: NameServer) -> None:
    chance = random.Random(20261116)
    raw = signed(sealed(LETTER, HOME), HOME)
    head, _, text = raw.partition(b"\r\n\r\n")
    passed = 0

    for number in range(1_000):
        ruined = _ruined(chance, head) + b"\r\n\r\n" + text
        found = checked(ruined, names)
        try:
            headers = parse(ruined).headers
        except Unparsable:
            continue
        verdict = judge(headers, hops=frozenset(), own_signatures=found.signatures, own_chain=found.chain).verdict
        author = headers.get("from")
        assert verdict != Proof.PASS or HOME in author.lower(), (number, author)
        passed += verdict == Proof.PASS

    assert passed < 500


def _ruined(chance: random.Random, head: bytes) -> bytes:
    """The headers with a few bytes, pieces or whole lines changed; the signature is what is mostly hit."""
    end = head.index(b"ARC-Seal")
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(end if chance.random() < 0.7 else len(head))
        junk = chance.choice([
            bytes([chance.randrange(256)]), b";", b"=", b"; l=0", b"; l=-1", b"; x=99999999999999999999", b"; t=",
            b"\r\n", b"\r\n ", b"; d=evil.example", b"; a=rsa-sha1", b"; a=", b"; c=x/y", b"; h=", b"; s=..", b"\x00",
            b"; i=" + b"9" * 50, b"; b=" + b"A" * 3_000, "; d=ä.example".encode(), b"\r\nFrom: eve@evil.example",
        ])  # fmt: skip
        head = head[:at] + junk + head[at + chance.randrange(3) :]
    return head


def test_the_letters_of_the_mailbox_are_checked_as_they_come(cast: Cast, names: NameServer) -> None:
    with override_settings(MAIL_DNS=names.address):
        proved = receive(signed(letter(), HOME))
        names.is_silent = True
        unknown = receive(signed(letter("And another thing."), HOME, selector="never-asked-before"))

    assert (proved.authenticity, proved.authenticity_facts["own"]) == (Proof.PASS, [f"{HOME} pass"])
    assert unknown.authenticity == Proof.UNKNOWN
    assert unknown.outcome == "case"


def test_nobody_is_asked_where_the_setting_says_so(cast: Cast, names: NameServer) -> None:
    assert texts_by("no") is None

    assert receive(signed(letter(), HOME)).authenticity == Proof.UNKNOWN
    assert names.asked == []
