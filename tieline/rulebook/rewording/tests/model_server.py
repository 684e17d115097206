"""A model's server for tests: on 127.0.0.1, answering whatever the test tells it, however badly."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Respond = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class ModelServer:
    """Where it listens, what it was asked, and how it answers the next request."""

    address: str = ""
    asked: list[dict[str, object]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    respond: Respond = lambda door: send(door, completion([]))


def completion(sentences: Sequence[Mapping[str, object]]) -> bytes:
    """A completion whose message holds these sentences, as servers of this kind write it."""
    return completion_of(json.dumps({"sentences": list(sentences)}))


def completion_of(content: object, **choice: object) -> bytes:
    """A completion whose message has this content."""
    message = {"role": "assistant", "content": content}
    told = {"index": 0, "finish_reason": "stop", "message": message, **choice}
    return json.dumps({"id": "c-1", "object": "chat.completion", "model": "m", "choices": [told]}).encode()


def sentence(text: str, *quotes: tuple[int, str]) -> dict[str, object]:
    """A sentence as the model is asked to write it."""
    return {"text": text, "quotes": [{"version": version, "quote": quote} for version, quote in quotes]}


def send(
    door: BaseHTTPRequestHandler, body: bytes, *, status: int = 200, kind: str = "application/json", **heads: str
) -> None:
    """An ordinary answer of the server."""
    door.send_response(status)
    door.send_header("Content-Type", kind)
    door.send_header("Content-Length", str(len(body)))
    for name, value in heads.items():
        door.send_header(name.replace("_", "-"), value)
    door.end_headers()
    door.wfile.write(body)


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """The server, until the block ends."""
    told = ModelServer()

    class Door(BaseHTTPRequestHandler):
        """Keeps what it was asked and answers as the test says."""

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            told.asked.append(json.loads(self.rfile.read(length)))
            told.headers.append(dict(self.headers.items()))
            told.paths.append(self.path)
            try:
                told.respond(self)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    told.address = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
