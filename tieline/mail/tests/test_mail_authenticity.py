"""When is a letter's sender proved? Whole letters with the headers that real servers and forgers write."""

from __future__ import annotations

import time

import pytest

from tests.letters import letter
from tieline.mail.authentication_results import read_stamp
from tieline.mail.authenticity import Authenticity, Signature, hops_named, is_related, judge
from tieline.mail.models import Proof
from tieline.mail.parse import parse

OURS = frozenset({"mx.grid.example"})
SAM = "Sam Doyle <sam@bluestem.example>"
BORDER = "Received: from mail.bluestem.example ([192.0.2.1]) by mx.grid.example with ESMTPS id 1; Mon, 16 Nov 2026"
ABROAD = "Received: from pc.evil.example by relay.evil.example with SMTP id 2; Mon, 16 Nov 2026"
DMARC = "Authentication-Results: mx.grid.example; dmarc={} header.from=bluestem.example"


def stamped(*above: str, raw: bytes | None = None) -> bytes:
    """A letter with header lines above those of its author."""
    lines = "".join(f"{line}\r\n" for line in above)
    return lines.encode() + (raw if raw is not None else letter(sender=SAM))


def judged(*above: str, raw: bytes | None = None, hops: frozenset[str] = OURS) -> Authenticity:
    return judge(parse(stamped(*above, raw=raw)).headers, hops=hops)


GOLDEN = {
    "nothing was checked": ((BORDER,), Proof.UNKNOWN),
    "DMARC passed, the stamp above the handing over": ((DMARC.format("pass"), BORDER), Proof.PASS),
    "DMARC passed, the stamp below the handing over": ((BORDER, DMARC.format("pass")), Proof.PASS),
    "DMARC failed": ((DMARC.format("fail"), BORDER), Proof.FAIL),
    "DMARC failed, written in capitals": ((DMARC.format("FAIL").replace("dmarc", "DMARC"), BORDER), Proof.FAIL),
    "a server within our own house moved it on": (
        ("Received: by inner.grid.example with LMTP id 9", "X-Moved: yes", DMARC.format("pass"), BORDER),
        Proof.PASS,
    ),
    "one server within our house handed it to the next": (
        ("Received: from mx.grid.example by store.mx.grid.example with LMTP", DMARC.format("pass"), BORDER),
        Proof.PASS,
    ),
    "folded, with comments and a version": (
        ("Authentication-Results: mx.grid.example (the \\) border; dmarc=pass) 1;\r\n\tspf=pass\r\n\t(a (nested) note)"
         " smtp.mailfrom=evil.example;\r\n dmarc = fail (p=reject) header.from=bluestem.example",),
        Proof.FAIL,
    ),
    "our name in quotation marks": (
        ('Authentication-Results: "MX.grid.example"; dmarc=pass header.from=bluestem.example',), Proof.PASS,
    ),
    "a version that does not exist": (
        ("Authentication-Results: mx.grid.example 2; dmarc=pass header.from=bluestem.example",), Proof.UNKNOWN,
    ),
    "no server is named": (("Authentication-Results: dmarc=pass header.from=bluestem.example",), Proof.UNKNOWN),
    "nothing was done": (("Authentication-Results: mx.grid.example; none",), Proof.NONE),
    "a signature of its own domain": (
        ("Authentication-Results: mx.grid.example; dkim=pass header.d=bluestem.example",), Proof.PASS,
    ),
    "a signature of a domain below": (
        ("Authentication-Results: mx.grid.example; dkim=pass header.i=@mail.bluestem.example",), Proof.PASS,
    ),
    "a good foreign signature beside a bad one of its own": (
        ("Authentication-Results: mx.grid.example; dkim=pass header.d=list.example;"
         "\r\n dkim=fail header.d=bluestem.example",),
        Proof.FAIL,
    ),
    "a good signature of its own beside a bad foreign one": (
        ("Authentication-Results: mx.grid.example; dkim=fail header.d=list.example;"
         "\r\n dkim=pass header.d=bluestem.example",),
        Proof.PASS,
    ),
    "only a foreign signature": (
        ("Authentication-Results: mx.grid.example; dkim=pass header.d=evil.example",), Proof.NONE,
    ),
    "a signed top level": (("Authentication-Results: mx.grid.example; dkim=pass header.d=example",), Proof.NONE),
    "a domain that only ends alike": (
        ("Authentication-Results: mx.grid.example; dkim=pass header.d=notbluestem.example",), Proof.NONE,
    ),
    "handed over by its own domain": (
        ("Authentication-Results: mx.grid.example; spf=pass smtp.mailfrom=bounce@bluestem.example",), Proof.PASS,
    ),
    "handed over by somebody else in order": (
        ("Authentication-Results: mx.grid.example; spf=pass smtp.mailfrom=a@evil.example",), Proof.NONE,
    ),
    "its domain refuses the server": (
        ("Authentication-Results: mx.grid.example; spf=fail smtp.mailfrom=sam@bluestem.example",), Proof.FAIL,
    ),
    "its domain doubts the server": (
        ("Authentication-Results: mx.grid.example; spf=softfail smtp.mailfrom=sam@bluestem.example",), Proof.NONE,
    ),
    "the check itself broke": (
        ("Authentication-Results: mx.grid.example; dmarc=temperror; spf=permerror; dkim=neutral",), Proof.NONE,
    ),
    "a quoted local part with a result inside": (
        ('Authentication-Results: mx.grid.example; spf=fail smtp.mailfrom="x; dmarc=pass"@bluestem.example',),
        Proof.FAIL,
    ),
    "a result smuggled in by a name that was not quoted": (
        ("Authentication-Results: mx.grid.example; spf=pass smtp.mailfrom=x; dmarc=pass @evil.example; dmarc=fail",),
        Proof.FAIL,
    ),
    "a quotation that never ends": (
        ('Authentication-Results: mx.grid.example; dmarc=pass; spf=fail smtp.mailfrom="bluestem.example',), Proof.NONE,
    ),
    "a comment that never ends": (
        ("Authentication-Results: mx.grid.example; dmarc=fail header.from=bluestem.example; spf=pass (oh",), Proof.FAIL,
    ),
    "a chain of forwarders proves no author": (
        ("Authentication-Results: mx.grid.example; arc=pass; dmarc=fail header.from=bluestem.example",), Proof.FAIL,
    ),
    "each filter wrote a stamp of its own": (
        ("Authentication-Results: mx.grid.example; spf=pass smtp.mailfrom=evil.example",
         "Received-SPF: pass", DMARC.format("fail"), BORDER),
        Proof.FAIL,
    ),
    "checked for another domain than the letter names": (
        ("Authentication-Results: mx.grid.example; dmarc=pass header.from=evil.example",), Proof.FAIL,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", GOLDEN)
def test_what_our_server_reports_is_weighed(case: str) -> None:
    above, verdict = GOLDEN[case]

    assert judged(*above).verdict == verdict


FORGED = {
    "by a foreign server": ("Authentication-Results: mx.evil.example; dmarc=pass header.from=bluestem.example", BORDER),
    "below the handing over to a foreign server": (BORDER, ABROAD, DMARC.format("pass")),
    "in capitals below a foreign server": (BORDER, ABROAD, DMARC.format("pass").upper()),
    "above a foreign server which alone received it": (ABROAD, DMARC.format("pass")),
    "by a server named like ours": (DMARC.format("pass").replace("mx.grid.example", "mx.grid.example.evil.example"),),
    "in an X- header": ("X-Authentication-Results: mx.grid.example; dmarc=pass", BORDER),
    "in a header kept of old": ("Authentication-Results-Original: mx.grid.example; dmarc=pass", BORDER),
    "in a chain of forwarders": ("ARC-Authentication-Results: i=1; mx.grid.example; dmarc=pass", BORDER),
    "with a HELO that reads as a server": (
        "Received: from by (x [192.0.2.9]) by relay.evil.example", DMARC.format("pass"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", FORGED)
def test_a_stamp_that_our_servers_did_not_write_counts_for_nothing(how: str) -> None:
    assert judged(*FORGED[how]).verdict == Proof.UNKNOWN


def test_a_forged_pass_below_our_failing_stamp_is_not_counted_and_said() -> None:
    found = judged(DMARC.format("fail"), BORDER, DMARC.format("pass"))

    assert found.verdict == Proof.FAIL
    assert any("not counted" in reason for reason in found.reasons)


def test_a_forged_pass_right_below_our_failing_stamp_does_not_outvote_it() -> None:
    assert judged(BORDER, DMARC.format("fail"), DMARC.format("pass")).verdict == Proof.FAIL


def test_a_forged_pass_among_the_authors_own_headers_is_not_read() -> None:
    raw = letter(sender=SAM, authentication_results="mx.grid.example; dmarc=pass header.from=bluestem.example")

    assert judged(BORDER, raw=raw).verdict == Proof.UNKNOWN


HOSTED = (
    "Received: from A1.PROD.outlook.com (2603::1) by B2.PROD.OUTLOOK.com with HTTPS; Mon, 16 Nov 2026",
    "Authentication-Results: spf=fail (sender IP is 192.0.2.1)\r\n smtp.mailfrom=evil.example; outlook.com; dkim=none"
    " (message not signed)\r\n header.d=none;dmarc={} action=oreject\r\n header.from=bluestem.example;compauth=fail",
    "Received-SPF: Fail (protection.outlook.com: domain of evil.example does not designate)",
    "Received: from mail.evil.example (192.0.2.1) by C3.mail.protection.outlook.com with SMTP",
)  # fmt: skip


@pytest.mark.parametrize(("dmarc", "verdict"), [("fail", Proof.FAIL), ("pass", Proof.PASS)])
def test_a_hosted_service_that_leaves_out_its_name_counts_only_where_that_is_set(dmarc: str, verdict: Proof) -> None:
    above = [line.format(dmarc) for line in HOSTED]

    assert judged(*above, hops=hops_named("outlook.com, unnamed")).verdict == verdict
    assert judged(*above, hops=hops_named("outlook.com")).verdict == Proof.UNKNOWN


def test_a_stamp_without_a_name_that_came_with_the_letter_is_not_counted() -> None:
    above = [line.format("fail") for line in HOSTED]
    forged = "Authentication-Results: dmarc=pass header.from=bluestem.example"
    hops = hops_named("outlook.com, unnamed")

    assert judged(*above, forged, hops=hops).verdict == Proof.FAIL
    assert judged(ABROAD, forged, hops=hops).verdict == Proof.UNKNOWN


def test_no_word_counts_where_no_server_is_set() -> None:
    assert judged(DMARC.format("fail"), BORDER, hops=frozenset()).verdict == Proof.UNKNOWN


PASSED = "Authentication-Results: mx.grid.example; dmarc=pass"
SENDERS = {
    "two authors, the proved one first": ("a@evil.example, sam@bluestem.example", Proof.NONE),
    "two authors, the claimed one first": ("sam@bluestem.example, a@evil.example", Proof.NONE),
    "a group of one": ("Team: sam@bluestem.example;", Proof.PASS),
    "a group of two": ("Team: sam@bluestem.example, kit@bluestem.example;", Proof.NONE),
    "an empty group": ("undisclosed-recipients:;", Proof.NONE),
    "no author": ("", Proof.NONE),
    "an author that is no address": ("sam at bluestem", Proof.NONE),
    "a domain in another script": ("sam@blüstem.example", Proof.PASS),
}


@pytest.mark.parametrize("case", SENDERS)
def test_exactly_one_author_can_be_proved(case: str) -> None:
    sender, verdict = SENDERS[case]

    assert judged(PASSED, BORDER, raw=letter(sender=sender)).verdict == verdict


def test_two_from_headers_prove_nobody_even_when_only_one_can_be_read() -> None:
    raw = b"From: not an address\r\n" + letter(sender=SAM)

    assert judged(PASSED, raw=raw).verdict == Proof.NONE


@pytest.mark.parametrize(
    "name",
    ['"boss@bluestem.example"', "=?utf-8?q?boss=40bluestem.example?=", "=?utf-8?b?Ym9zc0BibHVlc3RlbS5leGFtcGxl?=",
     "=?utf-8?q?boss=EF=BC=A0bluestem.example?="],
)  # fmt: skip
def test_an_address_shown_as_a_name_is_pointed_out_and_never_checked(name: str) -> None:
    found = judged(
        "Authentication-Results: mx.grid.example; dmarc=pass header.from=evil.example",
        raw=letter(sender=f"{name} <someone@evil.example>"),
    )

    assert found.verdict == Proof.PASS, "of evil.example, from which it is"
    assert "the name shown reads boss@bluestem.example, but the address is someone@evil.example" in found.reasons


def test_an_encoded_word_in_the_place_of_the_address_gives_no_address_to_prove() -> None:
    raw = letter(sender="=?utf-8?q?sam=40bluestem.example?=")

    assert judged(PASSED, raw=raw).verdict == Proof.NONE


def test_everything_reported_is_kept() -> None:
    found = judged(
        "Authentication-Results: mx.grid.example; spf=softfail smtp.mailfrom=x.example; dkim=none; arc=pass;"
        " dmarc=pass header.from=bluestem.example"
    )

    assert found.as_facts() == {
        "spf": "softfail", "dkim": "none", "dmarc": "pass", "arc": "pass", "is_aligned": True,
        "reasons": ["DMARC passed for bluestem.example"], "own": [],
    }  # fmt: skip


def test_a_signature_we_checked_ourselves_counts_without_any_server() -> None:
    headers = parse(letter(sender=SAM)).headers

    proved = judge(headers, hops=frozenset(), own_signatures=[Signature("bluestem.example", "pass")])
    broken = judge(headers, hops=frozenset(), own_signatures=[Signature("bluestem.example", "fail")])

    # a border that marks letters breaks every signature before we read it, so a broken one accuses nobody
    assert (proved.verdict, broken.verdict) == (Proof.PASS, Proof.NONE)
    assert broken.dkim == "fail"


def test_the_results_of_a_stamp_are_read_by_name() -> None:
    stamp = read_stamp('a.example 1; dkim/1=pass reason="good; key" header.d=x.example header.b=Ab+/=; iprev=pass')

    assert stamp is not None and stamp.is_whole
    assert [result.method for result in stamp.results] == ["dkim", "iprev"]
    assert stamp.results[0].said_of("header.i", "header.d") == "x.example"
    assert stamp.results[0].said_of("header.b") == "Ab+/="


@pytest.mark.parametrize(
    "value",
    [
        "",
        ";",
        "(",
        "=",
        "a=",
        "=b",
        '"',
        "a.example 1 1; spf=pass",
        "\\",
        "a.example (",
        ";;;;",
        "a.example " + "9" * 9_000,
    ],
)
def test_an_unreadable_stamp_fails_nothing(value: str) -> None:
    stamp = read_stamp(value)

    assert stamp is None or not stamp.results


@pytest.mark.parametrize("piece", ["(", '"', "\\", "a.b=", "; a=b", ' a.b="', "\t.", "a-", "a ", " by", "from a", "()"])
def test_a_stamp_made_to_be_slow_is_read_at_once(piece: str) -> None:
    before = time.perf_counter()
    for name in ("Authentication-Results: mx.grid.example; dkim=pass ", "Received: from "):
        judged(name + piece * (18_000 // len(piece)))

    assert time.perf_counter() - before < 0.5


def test_names_of_servers_are_read_from_the_setting() -> None:
    assert hops_named(" MX.Grid.example., store.grid.example ,,") == {"mx.grid.example", "store.grid.example"}
    assert hops_named("") == frozenset()


@pytest.mark.parametrize(
    ("one", "other", "related"),
    [
        ("a.example", "a.example", True),
        ("m.a.example", "a.example", True),
        ("a.example", "m.a.example", True),
        ("ba.example", "a.example", False),
        ("example", "a.example", False),
        ("", "a.example", False),
        ("blüstem.example".encode("idna").decode(), "blüstem.example", True),
    ],
)
def test_domains_are_related_when_one_stands_below_the_other(one: str, other: str, related: bool) -> None:
    assert is_related(one, other) is related
