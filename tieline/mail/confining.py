"""How is a file read that may want to harm its reader? By a process of its own, with little time, memory and rights.

The process gets the bytes and an environment without settings or secrets; it answers in JSON. Whatever it does instead
(hang, crash, grow) becomes one sentence.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import tieline
from tieline.mail.plaintext import storable

SECONDS = 10.0
AT_ONCE = threading.BoundedSemaphore(4)
"""So many files are read at a time, whoever asks for how many."""
SOURCES = Path(tieline.__file__).resolve().parent.parent
TOOK_TOO_LONG = "The file takes too long to read."
BROKE_ITS_READER = "The file cannot be read."
TOO_MANY_READ = "Too many files are being read at the moment. Try again."


def ask_apart(act: str, content: bytes, *, name: str, content_type: str, page: int = 1) -> dict[str, Any]:
    """What the confined process says of the file, or a dictionary with its `problem`."""
    told = [_word(name), _word(content_type), str(page)]
    command = [sys.executable, "-P", "-m", "tieline.mail.reading_apart", act, *told]
    if not AT_ONCE.acquire(timeout=SECONDS):
        return {"problem": TOO_MANY_READ}
    try:
        ended = subprocess.run(
            command, input=content, capture_output=True, timeout=SECONDS, env=_environment(), check=True
        )
        found: dict[str, Any] = json.loads(ended.stdout)
    except subprocess.TimeoutExpired:
        return {"problem": TOOK_TOO_LONG}
    except (subprocess.CalledProcessError, ValueError):
        return {"problem": BROKE_ITS_READER}
    finally:
        AT_ONCE.release()
    return found


def _word(said: str) -> str:
    return storable(said)[:200]


def _environment() -> dict[str, str]:
    known = {name: os.environ[name] for name in ("LANG", "LC_ALL", "SYSTEMROOT") if name in os.environ}
    return known | {"PYTHONPATH": str(SOURCES), "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}
