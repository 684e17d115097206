"""Are the parts alive? Each writes the time into a small file of the instance now and then."""

from __future__ import annotations

from datetime import datetime

from tieline.kernel import instance

EVERY_SECONDS = 2.0
_last: dict[str, datetime] = {}


def beat(part: str, *, at: datetime) -> None:
    """Note that a part is alive, at most every two seconds."""
    before = _last.get(part)
    if before is None or (at - before).total_seconds() >= EVERY_SECONDS:
        _last[part] = at
        folder = instance.home() / "alive"
        folder.mkdir(exist_ok=True)
        (folder / part).write_text(at.isoformat())


def last_beat(part: str) -> datetime | None:
    """When the part was last known to be alive, or None."""
    path = instance.home() / "alive" / part
    try:
        return datetime.fromisoformat(path.read_text())
    except (FileNotFoundError, ValueError):
        return None
