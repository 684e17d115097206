"""Are the parts alive? Each writes the time into a small file of the instance now and then."""

from __future__ import annotations

import logging
import os
from datetime import datetime

from tieline.kernel import instance

log = logging.getLogger(__name__)
EVERY_SECONDS = 2.0
_last: dict[str, datetime] = {}


def beat(part: str, *, at: datetime) -> None:
    """Note that a part is alive, at most every two seconds."""
    before = _last.get(part)
    if before is None or (at - before).total_seconds() >= EVERY_SECONDS:
        _last[part] = at
        try:
            _write(part, at)
        except OSError as problem:
            # a full disk must not stop the work; the silence is seen at /healthz
            log.warning("%s cannot note that it is alive: %s", part, problem.strerror or problem)


def _write(part: str, at: datetime) -> None:
    folder = instance.home() / "alive"
    folder.mkdir(exist_ok=True)
    fresh = folder / f"{part}.{os.getpid()}"
    fresh.write_text(at.isoformat())
    fresh.replace(folder / part)


def last_beat(part: str) -> datetime | None:
    """When the part was last known to be alive, or None."""
    path = instance.home() / "alive" / part
    try:
        return datetime.fromisoformat(path.read_text())
    except (OSError, ValueError):
        return None
