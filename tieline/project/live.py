"""How does an open page learn that something changed? Server-sent events from one small asynchronous process.

It listens on PostgreSQL for what the worker tells and passes on numbers of cases, never content: the page fetches
what it may see. A viewer is admitted by the session cookie, looked up once and again every minute. Who comes back is
told what changed since the position of the journal they had heard (see `missed`); who comes anew, what was told in
the last seconds, which the page may have been made too early for.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

import psycopg
from asgiref.sync import sync_to_async

from tieline.project.bootstrap import set_up_django

set_up_django()

from django.conf import settings  # noqa: E402 - Django must be set up before its session engine is imported
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import close_old_connections  # noqa: E402

from tieline.identity.models import User  # noqa: E402
from tieline.kernel.actor import SYSTEM  # noqa: E402
from tieline.kernel.news import CHANNEL  # noqa: E402
from tieline.kernel.viewing import viewing_as  # noqa: E402
from tieline.project.missed import Missed, missed_since  # noqa: E402

log = logging.getLogger(__name__)
ASK_AGAIN_SECONDS = 60.0
BREATH_SECONDS = 15.0
LONGEST_QUEUE = 100
TOLD_AGAIN_SECONDS = 20.0
CAUGHT_UP = "event: caughtup\ndata: {}\n\n"

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_listening: set[asyncio.Queue[str]] = set()
_lately: deque[tuple[float, str]] = deque(maxlen=LONGEST_QUEUE)
_task: asyncio.Task[None] | None = None


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application: `/live` streams, everything else is 404."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/live" and scope["method"] == "GET":
        await _stream(scope, receive, send)
    elif scope["type"] == "http":
        await _answer(send, 404, b"not found")


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _stream(scope: Scope, receive: Receive, send: Send) -> None:
    global _task
    cookie = _session_key(scope)
    if not await sync_to_async(_may_listen)(cookie):
        await _answer(send, 403, b"sign in first")
        return
    if _task is None or _task.done():
        _task = asyncio.create_task(_listen())
    await send({"type": "http.response.start", "status": 200, "headers": _headers()})
    queue: asyncio.Queue[str] = asyncio.Queue(LONGEST_QUEUE)
    # what is told while we look up what was missed waits in the queue: told twice at most, never not at all
    _listening.add(queue)
    gone = asyncio.create_task(_until_gone(receive))
    try:
        await _write(send, "retry: 3000\n\n")
        await _write(send, await _missed(_heard(scope)))
        await _pass_on(queue, send, gone, cookie)
    finally:
        _listening.discard(queue)
        gone.cancel()


async def _missed(heard: int | None) -> str:
    """The news for who comes back, or for who comes anew."""
    if heard is None:
        now = time.monotonic()
        return "".join(text for told_at, text in list(_lately) if now - told_at < TOLD_AGAIN_SECONDS)
    missed = await sync_to_async(_look_up)(heard)
    if missed.numbers is None:
        return f"id: {missed.head}\n{CAUGHT_UP}"
    return _case_event(str(missed.head), missed.numbers) if missed.numbers else ""


def _look_up(heard: int) -> Missed:
    close_old_connections()
    return missed_since(heard)


async def _pass_on(queue: asyncio.Queue[str], send: Send, gone: asyncio.Task[None], cookie: str) -> None:
    loop = asyncio.get_running_loop()
    asked_at = loop.time()
    while not gone.done():
        try:
            await _write(send, await asyncio.wait_for(queue.get(), BREATH_SECONDS))
        except TimeoutError:
            await _write(send, ": still here\n\n")
        if loop.time() - asked_at > ASK_AGAIN_SECONDS:
            asked_at = loop.time()
            if not await sync_to_async(_may_listen)(cookie):
                return


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _listen() -> None:
    """Pass on what PostgreSQL tells; connect again when it goes away."""
    while True:
        try:
            address = os.environ["TIELINE_DATABASE_URL"]
            async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                _offer(CAUGHT_UP)
                async for notice in connection.notifies():
                    _offer(_event(notice.payload))
        except psycopg.OperationalError as problem:
            log.warning("live updates wait for the database: %s", str(problem).strip())
            await asyncio.sleep(2.0)


def _event(payload: str) -> str:
    position, *numbers = payload.split()
    if not position.isdecimal():  # no event of the journal: what moved, and in which case (see `kernel.news`)
        return f"event: {position}\ndata: {json.dumps({'number': numbers[0]})}\n\n"
    return _case_event(position, numbers)


def _case_event(position: str, numbers: Iterable[str]) -> str:
    return f"id: {position}\nevent: case\ndata: {json.dumps({'numbers': list(numbers)})}\n\n"


def _offer(text: str) -> None:
    _lately.append((time.monotonic(), text))
    for queue in list(_listening):
        _put(queue, text)


def _put(queue: asyncio.Queue[str], text: str) -> None:
    """News for one viewer; who cannot keep up gets, instead of all that waits, the word to fetch everything anew."""
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        text = CAUGHT_UP
    queue.put_nowait(text)


def _heard(scope: Scope) -> int | None:
    """The position up to which the page has heard: the browser's own header, or the address of a new connection."""
    sent = [value.decode("latin-1") for name, value in scope["headers"] if name == b"last-event-id"]
    sent += parse_qs(scope.get("query_string", b"").decode("latin-1")).get("heard", [])
    found = next((one for one in sent if one.isdecimal() and len(one) < 19), None)
    return int(found) if found else None


def _session_key(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"cookie":
            with contextlib.suppress(CookieError):
                found = SimpleCookie(value.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
                return found.value if found else ""
    return ""


def _may_listen(session_key: str) -> bool:
    """Whether the session belongs to staff who see the desk; nothing else is told to anybody."""
    close_old_connections()
    if not session_key:
        return False
    session = SessionStore(session_key=session_key)
    user_id = session.get(SESSION_KEY)
    with viewing_as(SYSTEM):
        user = User.objects.filter(pk=user_id, is_active=True).select_related("role").first() if user_id else None
    if user is None or not user.is_sealed_by(session.get(HASH_SESSION_KEY, "")):
        return False
    return "desk.see" in user.role.rights


def _headers() -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"access-control-allow-origin", settings.PUBLIC_ADDRESS.encode()),
        (b"access-control-allow-credentials", b"true"),
    ]


async def _write(send: Send, text: str) -> None:
    if text:
        await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _answer(send: Send, status: int, body: bytes) -> None:
    headers = [
        (b"content-type", b"text/plain"),
        (b"access-control-allow-origin", settings.PUBLIC_ADDRESS.encode()),
        (b"access-control-allow-credentials", b"true"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
