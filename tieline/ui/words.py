"""How are instants, sizes and names written on a page? Pure filters that templates share."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

AVATAR_TINTS = 6


def moment(instant: datetime, zone: ZoneInfo, form: str = "%a %d %b %Y %H:%M") -> Markup:
    """The instant in the market's zone as a `<time>`; the full form with its zone stands in the title."""
    shown = instant.astimezone(zone).strftime(form)
    full = written(instant, zone)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(instant.isoformat(), full, shown)


def written(instant: datetime, zone: ZoneInfo) -> str:
    """The instant in full, with seconds and the zone's name."""
    return f"{instant.astimezone(zone):%A %d %B %Y, %H:%M:%S %Z}"


def since(instant: datetime, at: datetime, zone: ZoneInfo) -> Markup:
    """Short for lists and streams: the time today, the day this year, else the date."""
    local, here = instant.astimezone(zone), at.astimezone(zone)
    if local.date() == here.date():
        return moment(instant, zone, "%H:%M")
    return moment(instant, zone, "%d %b %H:%M" if local.year == here.year else "%d %b %Y")


def day(written: date | datetime, zone: ZoneInfo) -> str:
    """A date as it stands in citations and sheets."""
    on = written.astimezone(zone).date() if isinstance(written, datetime) else written
    return on.isoformat()


def size(count: int) -> str:
    """A file's size in the unit a person would use."""
    for unit, width in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= width:
            return f"{count / width:.1f} {unit}" if count < 10 * width else f"{count // width} {unit}"
    return f"{count} B"


def initials(name: str) -> str:
    """Two letters for an avatar."""
    words = [word for word in name.replace("@", " ").replace(".", " ").split() if word[0].isalnum()]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"


def tint(name: str) -> int:
    """Which of the avatar colours this name always gets."""
    return sum(name.encode()) % AVATAR_TINTS


def elapsed_percent(start: datetime, due: datetime | None, at: datetime) -> int:
    """How much of the time from start to due is gone, 0 to 100."""
    if due is None or due <= start:
        return 100
    gone = (at - start) / max(due - start, timedelta(minutes=1))
    return round(100 * min(max(gone, 0.0), 1.0))
