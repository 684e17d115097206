"""When do the pages answer for the first time? Only then is it said that they are up."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable

PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.1
ANSWER_SECONDS = 5.0
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def say_when_answered(
    host: str, port: int, said: str, *, then: Callable[[], None] | None = None, patience: float = PATIENCE_SECONDS
) -> threading.Thread:
    """Print the words (and do what comes then) once the pages answer; after long waiting, that they do not."""

    def watch() -> None:
        if not answers(host, port, patience=patience):
            sentence = f"The pages have not answered on port {port} for {patience:.0f} s; the lines above may say why."
            print(sentence, flush=True)
            return
        print(said, flush=True)
        if then is not None:
            then()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    return watcher


def answers(host: str, port: int, *, patience: float) -> bool:
    """Whether anything is answered there, be it that a part is still missing, before the patience is at its end."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        connection = http.client.HTTPConnection(EVERYWHERE.get(host, host), port, timeout=ANSWER_SECONDS)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return True
        except (OSError, http.client.HTTPException):
            time.sleep(PAUSE_SECONDS)
        finally:
            connection.close()
    return False
