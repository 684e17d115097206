"""A publisher's web server for tests: real sockets, one thread, faults on demand."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PDF = b"%PDF-1.7\n" + b"".join(b"%% line %06d of the published book\n" % number for number in range(9000)) + b"%%EOF\n"
YESTERDAY = "Mon, 01 Dec 2025 10:00:00 GMT"


@dataclass
class Published:
    """A file on the server; `drops` are after how many bytes of a reply the connection breaks, one for each reply,
    and `stands_still_after` is after how many it sends no more until it is let go.
    """

    content: bytes = PDF
    media_type: str = "application/pdf"
    is_tagged: bool = True
    has_ranges: bool = True
    modified: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drops: list[int] = field(default_factory=list)
    stands_still_after: int | None = None
    let_go: threading.Event = field(default_factory=threading.Event)
    on_reply: Callable[[Published], None] = lambda one: None

    @property
    def tag(self) -> str:
        """The tag of the content as it is."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:16]}"' if self.is_tagged else ""


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    path: str
    headers: dict[str, str]


class Publisher:
    """What the server publishes, by path, and what it was asked."""

    def __init__(self) -> None:
        self.files: dict[str, Published] = {}
        self.asked: list[Asked] = []
        self.address = ""

    def at(self, path: str) -> str:
        """The whole address of a path."""
        return self.address + path

    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [one.path for one in self.asked]


@contextmanager
def publishing() -> Iterator[Publisher]:
    """A server on a free port for the block."""
    publisher = Publisher()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            publisher.asked.append(Asked(self.path, {name.lower(): value for name, value in self.headers.items()}))
            found = publisher.files.get(self.path) or Published(b"not here", "text/plain", status=404)
            _answer(self, found)
            found.on_reply(found)

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    publisher.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield publisher
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(door: BaseHTTPRequestHandler, found: Published) -> None:
    asked = door.headers
    if found.status == 200 and _is_known(found, asked.get("If-None-Match"), asked.get("If-Modified-Since")):
        door.send_response(304)
        _end(door, found, 0)
        return
    start = _start(found, asked.get("Range"), asked.get("If-Range"))
    if start is not None and start >= len(found.content):
        door.send_response(416)
        door.send_header("Content-Range", f"bytes */{len(found.content)}")
        _end(door, found, 0)
        return
    body = found.content[start or 0 :]
    door.send_response(206 if start is not None else found.status)
    if start is not None:
        door.send_header("Content-Range", f"bytes {start}-{len(found.content) - 1}/{len(found.content)}")
    _end(door, found, len(body))
    if found.stands_still_after is not None:
        door.wfile.write(body[: found.stands_still_after])
        found.let_go.wait(30)
        door.close_connection = True
        return
    drop = found.drops.pop(0) if found.drops else None
    door.wfile.write(body if drop is None else body[:drop])
    if drop is not None:
        door.wfile.flush()
        door.close_connection = True


def _is_known(found: Published, tag: str | None, since: str | None) -> bool:
    return bool((tag and tag == found.tag) or (not tag and since and since == found.modified))


def _start(found: Published, asked: str | None, condition: str | None) -> int | None:
    is_same = condition in (None, found.tag or None, found.modified or None)
    return int(asked.removeprefix("bytes=").rstrip("-")) if asked and found.has_ranges and is_same else None


def _end(door: BaseHTTPRequestHandler, found: Published, length: int) -> None:
    door.send_header("Content-Type", found.media_type)
    door.send_header("Content-Length", str(length))
    if found.tag:
        door.send_header("ETag", found.tag)
    if found.modified:
        door.send_header("Last-Modified", found.modified)
    for name, value in found.headers.items():
        door.send_header(name, value)
    door.end_headers()
