"""Is the instance well, and if not, why? What `/healthz` answers."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta

from django.db import Error, connection

from tieline.journal.listening import lag
from tieline.journal.models import Parked, PendingSeal
from tieline.kernel import instance
from tieline.project.heartbeat import last_beat

SILENT_TOO_LONG = timedelta(seconds=60)
LAG_TOO_LONG = 5000
LEAST_FREE_BYTES = 200_000_000


def report(*, at: datetime) -> dict[str, object]:
    """`ok` and, for each part, what is known; `causes` are sentences, empty when all is well."""
    causes: list[str] = []
    parts: dict[str, object] = {"database": _database(causes)}
    if parts["database"] == "up":
        parts |= _journal(causes)
    for part in ("worker", "ticker"):
        parts[part] = _alive(part, at, causes)
    parts["free_bytes"] = free = shutil.disk_usage(instance.home()).free
    if free < LEAST_FREE_BYTES:
        causes.append(f"Only {free // 1_000_000} MB are free where files are kept.")
    return {"ok": not causes, "causes": causes, **parts}


def _database(causes: list[str]) -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as problem:
        causes.append(f"The database does not answer: {str(problem).strip()}")
        return "down"
    return "up"


def _journal(causes: list[str]) -> dict[str, object]:
    behind = max(lag().values(), default=0)
    parked, unsealed = Parked.objects.count(), PendingSeal.objects.count()
    if behind + unsealed > LAG_TOO_LONG:
        causes.append(f"Reactions lag {behind} events behind, {unsealed} wait to be sealed.")
    if parked:
        causes.append(f"{parked} events could not be digested; see `tieline journal retry`.")
    return {"journal_lag": behind, "journal_unsealed": unsealed, "journal_parked": parked}


def _alive(part: str, at: datetime, causes: list[str]) -> str:
    last = last_beat(part)
    if last is None or at - last > SILENT_TOO_LONG:
        causes.append(f"The {part} has not been heard of {f'since {last.isoformat()}' if last else 'at all'}.")
        return "silent"
    return last.isoformat()
