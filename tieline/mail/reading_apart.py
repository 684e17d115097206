"""The confined process: reads one file from its input within its limits, and says what it found as JSON.

`python -m tieline.mail.reading_apart text|look|draw NAME TYPE [PAGE]`, started by `tieline.mail.confining`. It knows no
database, no settings and no secrets.
"""

from __future__ import annotations

import base64
import json
import sys
from contextlib import suppress

if __name__ == "__main__":
    # openpyxl would load it, though nothing here needs it: half of the time this process takes to start
    sys.modules["numpy"] = None  # type: ignore[assignment]  # how Python is told that a module is not to be had

from tieline.mail import depicting, extracting
from tieline.mail.file_kinds import Unreadable, kind_of

try:
    import resource
except ImportError:  # not every system can bound a process; the time is bounded by whoever started it
    resource = None  # type: ignore[assignment]  # asked for before it is used

MEMORY_BYTES = 1_500_000_000
CPU_SECONDS = 9
OPEN_FILES = 64


def confine() -> None:
    """Bound what this process may use, where the system can; it can write no file at all."""
    if resource is None:
        return
    bounds = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
    }
    for which, most in bounds.items():
        with suppress(ValueError, OSError):
            resource.setrlimit(which, (most, most))


def answer(act: str, content: bytes, *, name: str, content_type: str, page: int) -> dict[str, object]:
    """What was asked of the file, or the sentence why not."""
    try:
        kind = kind_of(content, name=name, content_type=content_type)
        if act == "text":
            return {"text": extracting.text_of(content, kind)}
        if act == "look":
            return dict(depicting.depict(content, kind))
        return {"picture": base64.b64encode(depicting.draw(content, kind, page=page)).decode()}
    except Unreadable as problem:
        return {"problem": str(problem)}
    except (MemoryError, RecursionError):
        return {"problem": "The file is too large or too tangled to be read."}


def main(words: list[str]) -> None:
    """Answer one question about the file on the standard input."""
    act, name, content_type, page = words
    confine()
    found = answer(act, sys.stdin.buffer.read(), name=name, content_type=content_type, page=int(page))
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
