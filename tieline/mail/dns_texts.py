"""Which text does the DNS hold under a name? The far edge of checking signatures: one question, one limit of time.

The setting says whether it is asked at all, and whom: "yes" asks the servers this computer asks, an address asks that
server, "no" asks nobody. Answers are kept as long as they say they are good for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import dns.exception
import dns.resolver

Texts = Callable[[str, float], bytes | None]
"""The text under a name, asked for at most so many seconds; None where there is none. Raises NoAnswer."""
_KEPT_ANSWERS = 2_000


class NoAnswer(Exception):
    """Nobody answered in time, or not sensibly."""


@cache
def texts_by(written: str) -> Texts | None:
    """Who answers, by the setting: "no" (nobody), "yes", or the address of a name server as host or host:port."""
    if written.strip().lower() in ("", "no", "off", "false", "0"):
        return None
    is_named = written.strip().lower() not in ("yes", "on", "true", "1")
    resolver = dns.resolver.Resolver(configure=False) if is_named else _of_this_computer()
    if resolver is None:
        return None
    if is_named:
        host, _, port = written.strip().partition(":")
        resolver.nameservers, resolver.port = [host], int(port or 53)
    resolver.cache = dns.resolver.LRUCache(_KEPT_ANSWERS)
    return lambda name, seconds: _text(resolver, name, seconds)


def _of_this_computer() -> dns.resolver.Resolver | None:
    try:
        return dns.resolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        return None


def _text(resolver: dns.resolver.Resolver, name: str, seconds: float) -> bytes | None:
    try:
        answer = resolver.resolve(f"{name}.", "TXT", lifetime=seconds, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return None
    except (dns.exception.DNSException, OSError, ValueError) as silence:
        raise NoAnswer("the DNS gave no answer") from silence
    texts = [b"".join(record.strings) for record in answer]
    # several texts may stand under one name; only one of them is a key
    return next((text for text in texts if b"p=" in text), texts[0] if texts else None)
