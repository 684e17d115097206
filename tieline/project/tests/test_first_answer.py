"""That the pages are up is said when they answer, not before."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tieline.project.first_answer import answers, say_when_answered


class Unwell(BaseHTTPRequestHandler):
    """Answers that a part is still missing."""

    def do_GET(self) -> None:
        self.send_response(503)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def serving(server: HTTPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_it_is_said_once_the_pages_answer_and_not_before(capsys: pytest.CaptureFixture[str]) -> None:
    server = HTTPServer(("127.0.0.1", 0), Unwell, bind_and_activate=False)
    server.server_bind()
    port, told = server.server_port, threading.Event()

    watcher = say_when_answered("127.0.0.1", port, "Up.", then=told.set, patience=20)
    early = told.wait(0.3)
    before = capsys.readouterr().out
    server.server_activate()
    with serving(server):
        watcher.join(20)

    assert (early, before) == (False, "")
    assert (told.is_set(), capsys.readouterr().out) == (True, "Up.\n")


def test_after_long_waiting_it_is_said_that_nobody_answers(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        say_when_answered("0.0.0.0", port, "Up.", patience=0.2).join(10)

        assert not answers("127.0.0.1", port, patience=0.1)

    assert f"The pages have not answered on port {port}" in capsys.readouterr().out
