"""Is a letter from whom it says? Pure: what our own servers found about it, weighed; mail proves nothing by itself.

Proved is a domain, never a person. The domain of From is compared with the signed one (DKIM) and the one that handed
the letter over (SPF): they agree when they are the same or one stands below the other. No list of public suffixes is
kept, so "example.co.uk" would agree with a signature of "co.uk", for which no server holds a key.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from tieline.mail.addresses import Address, read_addresses
from tieline.mail.authentication_results import UNNAMED, Result, Stamp, stamps_of_our_hops
from tieline.mail.headers import Headers
from tieline.mail.models import Proof

_LONGEST_REASON = 240
_FAILED = frozenset({"fail", "hardfail"})
_ADDRESS_IN_NAME = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+\.[^\s@<>\"'(),;:]+")


@dataclass(frozen=True)
class Signature:
    """A DKIM signature: the domain that signed, what checking it gave (RFC 8601's words), and why where it is odd."""

    domain: str
    outcome: str
    why: str = ""

    @property
    def is_checked(self) -> bool:
        """Whether anybody could say anything: a silent DNS means "not checked", never "failed"."""
        return self.outcome != "temperror"


@dataclass(frozen=True)
class Authenticity:
    """Whether the sender is proved, the results it rests on as they were reported, and the reasons in words."""

    verdict: Proof
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    arc: str = ""
    is_aligned: bool = False
    reasons: tuple[str, ...] = ()
    own: tuple[Signature, ...] = ()

    def as_facts(self) -> dict[str, str | bool | list[str]]:
        """The results and reasons as they are kept beside the verdict; `own` are signatures we checked ourselves."""
        return {
            "spf": self.spf, "dkim": self.dkim, "dmarc": self.dmarc, "arc": self.arc,
            "is_aligned": self.is_aligned, "reasons": list(self.reasons),
            "own": [f"{one.domain[:200]} {one.outcome}".strip() for one in self.own],
        }  # fmt: skip


def hops_named(written: str) -> frozenset[str]:
    """The names of our servers from the setting, where they stand with commas between; "unnamed" for one without."""
    names = frozenset(name for one in written.split(",") if (name := one.strip().lower().rstrip(".")))
    return (names - {"unnamed"}) | {UNNAMED} if "unnamed" in names else names


def judge(
    headers: Headers, *, hops: frozenset[str], own_signatures: Sequence[Signature] = (), own_chain: str = ""
) -> Authenticity:
    """Weigh a letter's sender by what our servers (`hops`) reported of it and what we checked ourselves.

    `own_signatures` are DKIM signatures checked over the very bytes: one that holds counts as much as a reported one.
    One that does not hold speaks for nobody and against nobody, since a border that marks letters breaks every one of
    them before we read it. `own_chain` is how the forwarders' chain (ARC) stands, "" where there is none.
    """
    own = tuple(own_signatures)
    stamps = stamps_of_our_hops(headers, hops)
    authors = read_addresses(headers.all("from"))
    oddities = (*_oddities(authors, len(headers.all("from")), stamps.claimed), *_own_words(own))
    if not stamps.ours and not own_chain and not any(one.is_checked for one in own):
        why = "none of our servers says that it checked this letter" if hops else "no server is set whose word counts"
        return Authenticity(Proof.UNKNOWN, reasons=_cut((why, *oddities)), own=own)
    checks = _checks(stamps.ours, own, own_chain)
    found = _weigh(checks, authors[0].domain if authors else "")
    is_doubtful = len(authors) > 1 or len(headers.all("from")) > 1 or not checks.is_whole
    proof = Proof.NONE if found.proof == Proof.PASS and is_doubtful else found.proof
    return Authenticity(
        verdict=proof, spf=_best(checks.of("spf")), dkim=_best(checks.of("dkim")), dmarc=checks.dmarc,
        arc=_worst(checks.of("arc")), is_aligned=found.is_aligned, reasons=_cut((*found.reasons, *oddities)), own=own,
    )  # fmt: skip


def _own_words(own: Sequence[Signature]) -> tuple[str, ...]:
    """What we found ourselves, where it is more than that a signature holds."""
    return tuple(f"its signature of {one.domain or 'an unreadable domain'}: {one.why}" for one in own if one.why)


def _cut(reasons: Sequence[str]) -> tuple[str, ...]:
    return tuple(reason[:_LONGEST_REASON] for reason in reasons)


def _oddities(authors: Sequence[Address], fields: int, claimed: int) -> tuple[str, ...]:
    """What else a reader should know, whatever the checks gave."""
    found = []
    if len(authors) > 1 or fields > 1:
        found.append("it names several authors, so no one of them is proved")
    shown = _address_shown(authors[0]) if authors else ""
    if shown:
        found.append(f"the name shown reads {shown}, but the address is {authors[0].address}")
    if claimed:
        found.append(f"further down, {claimed} more of its headers bear a name of our servers: not counted")
    return tuple(found)


def _address_shown(author: Address) -> str:
    """An address in the name beside the real one, and another one than that; "" when there is none."""
    found = _ADDRESS_IN_NAME.search(unicodedata.normalize("NFKC", author.name))
    return found[0] if found and found[0].lower() != author.address else ""


@dataclass(frozen=True)
class _Checks:
    results: tuple[Result, ...]
    is_whole: bool
    own: tuple[Result, ...] = ()

    def of(self, method: str) -> tuple[Result, ...]:
        return tuple(one for one in (*self.results, *self.own) if one.method == method)

    def reported(self, method: str) -> tuple[Result, ...]:
        return tuple(one for one in self.results if one.method == method)

    @property
    def dmarc(self) -> str:
        return _worst(self.of("dmarc"))


def _checks(stamps: Sequence[Stamp], own: Sequence[Signature], own_chain: str) -> _Checks:
    signed = tuple(Result("dkim", one.outcome, (("header.d", one.domain),)) for one in own)
    chain = (Result("arc", own_chain),) if own_chain else ()
    return _Checks(
        tuple(result for stamp in stamps for result in stamp.results),
        all(stamp.is_whole for stamp in stamps),
        signed + chain,
    )


def _worst(results: Sequence[Result]) -> str:
    """One outcome for a method that should have one: where two contradict each other, the worse counts."""
    outcomes = [one.outcome for one in results]
    failed = next((one for one in outcomes if one in _FAILED), None)
    return failed or next((one for one in outcomes if one != "pass"), outcomes[0] if outcomes else "")


def _best(results: Sequence[Result]) -> str:
    """One outcome to show for a method that may be used several times."""
    outcomes = [one.outcome for one in results]
    return "pass" if "pass" in outcomes else next(iter(outcomes), "")


@dataclass(frozen=True)
class _Found:
    proof: Proof
    reasons: tuple[str, ...]
    is_aligned: bool = False


def _weigh(checks: _Checks, domain: str) -> _Found:
    if checks.dmarc in _FAILED:
        return _Found(Proof.FAIL, (f"DMARC failed for {domain or 'it'}", *_chain(checks)))
    if not domain:
        return _Found(Proof.NONE, ("it names no usable author, so there is nobody to prove",))
    if checks.dmarc == "pass":
        return _by_dmarc(checks, domain)
    return _by_alignment(checks, domain)


def _chain(checks: _Checks) -> tuple[str, ...]:
    passed = _worst(checks.of("arc")) == "pass"
    return ("a chain of forwarders (ARC) is in order, which does not prove the author",) if passed else ()


def _by_dmarc(checks: _Checks, domain: str) -> _Found:
    for result in checks.of("dmarc"):
        checked = _domain(result.said_of("header.from"))
        if checked and not is_related(checked, domain):
            return _Found(Proof.FAIL, (f"DMARC was checked for {checked}, but the letter names {domain}",))
    return _Found(Proof.PASS, (f"DMARC passed for {domain}",), is_aligned=True)


def _by_alignment(checks: _Checks, domain: str) -> _Found:
    """Without a word about DMARC: do a signature or the handing over speak for the domain of From?"""
    signed = [one.outcome for one in checks.of("dkim") if is_related(_signer(one), domain)]
    reported = [one.outcome for one in checks.reported("dkim") if is_related(_signer(one), domain)]
    handed = [one.outcome for one in checks.of("spf") if is_related(_envelope(one), domain)]
    if "pass" in signed:
        return _Found(Proof.PASS, (f"a DKIM signature of {domain} was checked",), is_aligned=True)
    if handed and set(handed) == {"pass"}:
        return _Found(Proof.PASS, (f"SPF: handed over by a server of {domain}",), is_aligned=True)
    if _FAILED & set(reported):
        return _Found(Proof.FAIL, (f"the DKIM signature of {domain} is wrong", *_chain(checks)), is_aligned=True)
    if _FAILED & set(handed):
        why = f"SPF failed: {domain} does not send from the server that handed it over"
        return _Found(Proof.FAIL, (why, *_chain(checks)), is_aligned=True)
    return _Found(Proof.NONE, (f"checked, but nothing speaks for {domain} or against it", *_chain(checks)))


def _signer(result: Result) -> str:
    return _domain(result.said_of("header.d", "header.i"))


def _envelope(result: Result) -> str:
    return _domain(result.said_of("smtp.mailfrom", "smtp.mfrom", "smtp.helo"))


def _domain(written: str) -> str:
    return written.strip(" <>").rpartition("@")[2].lower().rstrip(".")


def is_related(one: str, other: str) -> bool:
    """Whether two domains are the same or one stands below the other; a top level alone is no domain."""
    one, other = _in_ascii(one), _in_ascii(other)
    if "." not in one or "." not in other:
        return False
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _in_ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain
