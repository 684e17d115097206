"""How is a language model asked? One POST to an OpenAI-compatible address, with limits on everything.

Only JSON of a known size within a known time is taken; no redirect is followed, no proxy of the surroundings
trusted, nothing compressed read, no tool offered. Whatever goes wrong is a `NoRewording` whose sentence never
holds the key. Nothing is tried twice: the quoted answer stands in any case.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from tieline.rulebook.rewording.material import NoRewording

LARGEST_REPLY_BYTES = 64 * 1024
CONNECT_SECONDS = 5.0
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
A_KEY = re.compile(r"[\x21-\x7e]*")


@dataclass(frozen=True)
class Model:
    """Which model is asked, where, with which key, and for how long at most."""

    address: str
    name: str
    key: str = field(default="", repr=False)
    seconds: float = 20.0

    def ask(self, asked: Mapping[str, object]) -> bytes:
        """The body of the model's answer to a request, or NoRewording."""
        _check_address(self.address)
        _check_key(self.key)
        try:
            return asyncio.run(_within(self.seconds, self, asked))
        except TimeoutError:
            raise NoRewording(f"The language model did not answer within {self.seconds:g} seconds.") from None
        except httpx.TransportError as fault:
            kind = type(fault).__name__
            raise NoRewording(f"The language model could not be reached or broke off ({kind}).") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError):
            raise NoRewording("The language model could not be asked.") from None


def configured_model() -> Model | None:
    """The model that the settings name; None while no address is set."""
    if not settings.MODEL_ADDRESS:
        return None
    return Model(settings.MODEL_ADDRESS, settings.MODEL_NAME, settings.MODEL_KEY, float(settings.MODEL_SECONDS))


def _check_address(address: str) -> None:
    """Only over TLS, or on this machine; no user name or key in the address, as addresses are logged."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        raise NoRewording("The language model's address cannot be read.") from None
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise NoRewording("The language model's address must hold no name, password, query or fragment.")
    if not host or parts.scheme not in {"http", "https"} or (parts.scheme == "http" and host not in LOOPBACK):
        raise NoRewording("The language model's address must begin with https:// (http:// only on this machine).")


def _check_key(key: str) -> None:
    if not A_KEY.fullmatch(key):
        raise NoRewording("The language model's key holds characters that a key cannot have.")


async def _within(seconds: float, model: Model, asked: Mapping[str, object]) -> bytes:
    """The limit for the whole answer, which a server that sends a byte at a time would else outlast."""
    async with asyncio.timeout(seconds):
        return await _post(model, asked)


async def _post(model: Model, asked: Mapping[str, object]) -> bytes:
    limits = httpx.Timeout(model.seconds, connect=min(CONNECT_SECONDS, model.seconds))
    address = f"{model.address.rstrip('/')}/chat/completions"
    async with (
        httpx.AsyncClient(timeout=limits, follow_redirects=False, trust_env=False, verify=_trusted()) as client,
        client.stream("POST", address, json={"model": model.name, **asked}, headers=_headers(model.key)) as answer,
    ):
        _check_head(answer)
        return await _body(answer)


@cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates are believed; reading them takes longer than asking a model on this machine."""
    return httpx.create_ssl_context(verify=True, trust_env=False)


def _headers(key: str) -> dict[str, str]:
    plain = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "tieline"}
    return plain | ({"Authorization": f"Bearer {key}"} if key else {})


def _check_head(answer: httpx.Response) -> None:
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if answer.status_code != httpx.codes.OK:
        raise NoRewording(f"The language model answered with status {answer.status_code}.")
    if kind != "application/json":
        raise NoRewording("The language model answered with something other than JSON.")
    if answer.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise NoRewording("The language model answered compressed, which was not asked for.")


async def _body(answer: httpx.Response) -> bytes:
    """The body as it came; it is dropped as soon as it exceeds what a rewording can need."""
    found = bytearray()
    async for piece in answer.aiter_raw():
        found += piece
        if len(found) > LARGEST_REPLY_BYTES:
            raise NoRewording(f"The language model's answer is larger than {LARGEST_REPLY_BYTES // 1024} kB.")
    return bytes(found)
