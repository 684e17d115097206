"""A ClamAV daemon for tests: speaks INSTREAM on a socket of this computer, and can be told to misbehave."""

from __future__ import annotations

import socketserver
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass
class Daemon:
    """What it took, how it answers; `answer` is said instead of its own judgement."""

    address: str = ""
    took: list[bytes] = field(default_factory=list)
    answer: bytes | None = None
    silent_seconds: float = 0.0
    stops_after: int | None = None


class _Line(socketserver.BaseRequestHandler):
    """One question."""

    def handle(self) -> None:
        daemon: Daemon = self.server.daemon_of_tests  # type: ignore[attr-defined]  # put there by `clamd`
        assert self._take(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", self._take(4))[0]:
            content += self._take(size)
            if daemon.stops_after is not None and len(content) > daemon.stops_after:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        daemon.took.append(content)
        time.sleep(daemon.silent_seconds)
        own = b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in content else b"stream: OK\0"
        self.request.sendall(own if daemon.answer is None else daemon.answer)

    def _take(self, size: int) -> bytes:
        taken = b""
        while len(taken) < size:
            piece = self.request.recv(size - len(taken))
            if not piece:
                return taken
            taken += piece
        return taken


@contextmanager
def clamd() -> Iterator[Daemon]:
    """A daemon on a free port."""
    daemon = Daemon()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Line) as server:
        server.daemon_threads = True
        server.daemon_of_tests = daemon  # type: ignore[attr-defined]  # read by the handler
        daemon.address = f"127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield daemon
        finally:
            server.shutdown()
