"""Letters with real DKIM signatures and forwarders' seals, and a name server on 127.0.0.1 that knows the keys."""

from __future__ import annotations

import base64
import random
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

import dkim
import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
from dkim.canonicalization import CanonicalizationPolicy
from dkim.crypto import HASH_ALGORITHMS, parse_pem_private_key

COVERED = (b"from", b"to", b"subject", b"date", b"message-id")


@dataclass(frozen=True)
class Key:
    """An RSA key: the private half as PEM, the public one as the DNS holds it."""

    pem: bytes = field(repr=False)
    text: bytes


@cache
def key(seed: int = 1, *, bits: int = 1024) -> Key:
    """A key made from a seed, the same at every call; far too weak for anything but a test."""
    chance = random.Random(seed)
    p, q = _prime(chance, bits // 2), _prime(chance, bits // 2)
    n, e = p * q, 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    private = _sequence(*(_integer(one) for one in (0, n, e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))))
    algorithm = bytes.fromhex("300d06092a864886f70d0101010500")
    whole = b"\x00" + _sequence(_integer(n), _integer(e))
    public = _sequence(algorithm, b"\x03" + _length(len(whole)) + whole)
    body = base64.encodebytes(private)
    pem = b"-----BEGIN RSA PRIVATE KEY-----\n" + body + b"-----END RSA PRIVATE KEY-----\n"
    return Key(pem, b"v=DKIM1; k=rsa; p=" + base64.b64encode(public))


def _prime(chance: random.Random, bits: int) -> int:
    while True:
        found = chance.getrandbits(bits) | (3 << (bits - 2)) | 1
        if all(pow(base, found - 1, found) == 1 for base in (2, 3, 5, 7)) and (found - 1) % 65537:
            return found


def _length(size: int) -> bytes:
    if size < 128:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def _integer(number: int) -> bytes:
    octets = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return b"\x02" + _length(len(octets)) + octets


def _sequence(*parts: bytes) -> bytes:
    whole = b"".join(parts)
    return b"\x30" + _length(len(whole)) + whole


def signed(
    raw: bytes,
    domain: str,
    *,
    by: Key | None = None,
    selector: str = "one",
    covered: Sequence[bytes] = COVERED,
    length: int | None = None,
    expires: int | None = None,
) -> bytes:
    """The letter with a DKIM signature above it; `length` signs only so much of the text, `expires` ends it."""
    letter = dkim.DKIM(raw)
    policy = CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
    text = policy.canonicalize_body(letter.body)[:length]
    letter.hasher = HASH_ALGORITHMS[b"rsa-sha256"]
    fields = [
        (b"v", b"1"), (b"a", b"rsa-sha256"), (b"c", b"relaxed/relaxed"), (b"d", domain.encode()),
        (b"s", selector.encode()), (b"h", b":".join(covered)),
        (b"bh", base64.b64encode(letter.hasher(text).digest())),
    ]  # fmt: skip
    fields += [(b"l", str(length).encode())] if length is not None else []
    fields += [(b"x", str(expires).encode())] if expires is not None else []
    fields.append((b"b", b"0" * 60))
    pem = (by or key()).pem
    value = letter.gen_header(fields, list(covered), policy, b"DKIM-Signature", parse_pem_private_key(pem))
    return b"DKIM-Signature: " + bytes(value) + raw


def sealed(raw: bytes, domain: str, *, by: Key | None = None, instance: int = 1) -> bytes:
    """The letter as a forwarder passes it on: with the three headers of its link of the chain (RFC 8617)."""
    letter = dkim.ARC(raw)
    letter.hasher = HASH_ALGORITHMS[b"rsa-sha256"]
    policy = CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
    pem = parse_pem_private_key((by or key()).pem)
    number, until_now = str(instance).encode(), str(int(time.time())).encode()
    results = (b"ARC-Authentication-Results", b" i=" + number + b"; mx." + domain.encode() + b"; dkim=pass\r\n")
    body = base64.b64encode(letter.hasher(policy.canonicalize_body(letter.body)).digest())
    shared = [(b"a", b"rsa-sha256"), (b"d", domain.encode()), (b"s", b"one"), (b"t", until_now)]
    message = [(b"i", number), *shared, (b"c", b"relaxed/relaxed"), (b"h", b":".join(COVERED)), (b"bh", body)]
    ams = letter.gen_header([*message, (b"b", b"0" * 60)], list(COVERED), policy, b"ARC-Message-Signature", pem)
    links = [(b"ARC-Message-Signature", b" " + bytes(ams)), results]
    letter.headers = policy.canonicalize_headers(links) + letter.headers
    names = [b"arc-authentication-results", b"arc-message-signature"]
    seal = [(b"i", number), (b"cv", b"none"), *shared, (b"b", b"0" * 60)]
    value = letter.gen_header(seal, names, policy, b"ARC-Seal", pem)
    written = [(b"ARC-Seal", b" " + bytes(value)), *links]
    return b"".join(name + b":" + said for name, said in written) + raw


@dataclass
class NameServer:
    """What a name server on 127.0.0.1 answers: texts by name; while `is_silent`, nothing."""

    port: int = 0
    texts: dict[str, bytes] = field(default_factory=dict)
    is_silent: bool = False
    asked: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def knows(self, domain: str, by: Key | None = None, *, selector: str = "one", suffix: bytes = b"") -> None:
        self.texts[f"{selector}._domainkey.{domain}"] = (by or key()).text + suffix

    def answer(self, question: bytes) -> bytes | None:
        asked = dns.message.from_wire(question)
        name = asked.question[0].name
        self.asked.append(name.to_text(omit_final_dot=True))
        if self.is_silent:
            return None
        answer = dns.message.make_response(asked)
        text = self.texts.get(self.asked[-1])
        if text is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        else:
            pieces = " ".join(f'"{text[at : at + 250].decode()}"' for at in range(0, len(text), 250))
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", pieces))
        return bytes(answer.to_wire())


@contextmanager
def name_server() -> Iterator[NameServer]:
    """A name server that listens on a free port until the end of the block."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        door.settimeout(0.1)
        server = NameServer(port=door.getsockname()[1])
        ends = threading.Event()
        thread = threading.Thread(target=_serve, args=(door, server, ends), daemon=True)
        thread.start()
        yield server
        ends.set()
        thread.join(timeout=5)


def _serve(door: socket.socket, server: NameServer, ends: threading.Event) -> None:
    while not ends.is_set():
        try:
            question, asker = door.recvfrom(4096)
        except TimeoutError:
            continue
        try:
            answer = server.answer(question)
        except dns.exception.DNSException:
            continue
        if answer is not None:
            door.sendto(answer, asker)
